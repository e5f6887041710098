#include "omscope/diagnose/table.h"

#include <charconv>
#include <cstdint>
#include <limits>

namespace omscope::diagnose {
namespace {

std::string_view line_at(std::string_view text, size_t start) {
  return text.substr(start, text.find('\n', start) - start);
}

}  // namespace

std::string_view Row::cell(size_t column) const {
  std::string_view rest = line_;
  for (; column > 0; --column) {
    const size_t tab = rest.find('\t');
    if (tab == std::string_view::npos) return {};
    rest.remove_prefix(tab + 1);
  }
  return rest.substr(0, rest.find('\t'));
}

Table::Table(std::string_view text) {
  const size_t end = text.find('\n');
  rows_ = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
}

void Table::each(const std::function<bool(Row)>& visit) const {
  each_from([](Row) { return false; }, visit);
}

void Table::each_from(const std::function<bool(Row)>& is_before,
                      const std::function<bool(Row)>& visit) const {
  // Both bounds are starts of lines; `low` never leaves the rows that are not before the key.
  size_t low = 0;
  size_t high = rows_.size();
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    while (middle > low && rows_[middle - 1] != '\n') --middle;
    const std::string_view line = line_at(rows_, middle);
    if (is_before(Row(line))) {
      low = middle + line.size() + 1;
    } else {
      high = middle;
    }
  }
  while (low < rows_.size()) {
    const std::string_view line = line_at(rows_, low);
    if (!visit(Row(line))) return;
    low += line.size() + 1;
  }
}

std::optional<unsigned long long> parse_number(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  const bool hex = text.starts_with("0x") || text.starts_with("0X");
  if (hex) text.remove_prefix(2);
  unsigned long long number = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number, hex ? 16 : 10);
  if (text.empty() || error != std::errc() || stop != end) return std::nullopt;
  if (!negative) return number;
  constexpr uint64_t kModulus = uint64_t{1} << 32U;
  if (number > kModulus / 2) return std::nullopt;
  return (kModulus - number) % kModulus;
}

}  // namespace omscope::diagnose
