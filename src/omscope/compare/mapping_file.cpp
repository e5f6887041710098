#include "omscope/compare/mapping_file.h"

#include <algorithm>
#include <unordered_map>

#include <fmt/format.h>

#include "omscope/core/byte_order_mark.h"
#include "omscope/core/file_bytes.h"
#include "omscope/core/text.h"
#include "omscope/formats/dump/name_parts.h"

namespace omscope::compare {
namespace {

Problem bad_line(const std::string& file, size_t line, std::string why) {
  return {Severity::kError, Code::kBadText, file, std::nullopt, fmt::format("line {}", line),
          std::move(why)};
}

}  // namespace

NamedTensor parse_named_tensor(std::string_view text) {
  const size_t last = text.rfind(':');
  if (last == std::string_view::npos || last == 0 || !is_digits(text.substr(last + 1))) {
    return {std::string(text), ""};
  }
  const size_t before = text.rfind(':', last - 1);
  if (before == std::string_view::npos || before == 0) return {std::string(text), ""};
  const std::string_view kind = text.substr(before + 1, last - before - 1);
  if (kind != "input" && kind != "output") return {std::string(text), ""};
  return {std::string(text.substr(0, before)), std::string(text.substr(before + 1))};
}

omscope::Result<std::vector<NamePair>> parse_name_pairs(std::string_view text,
                                                        const std::string& file) {
  constexpr size_t kMostPairs = 1000000;
  const auto is_no_text = [](char c) {
    return static_cast<unsigned char>(c) < ' ' && c != '\t' && c != '\n' && c != '\r';
  };
  if (std::any_of(text.begin(), text.end(), is_no_text)) {
    return bad_line(file, 1, "is no text; give a file with a pair of names on each line");
  }
  std::vector<NamePair> pairs;
  std::unordered_map<std::string, std::pair<std::string_view, size_t>> golden_of;
  size_t number = 0;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = trimmed(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    ++number;
    if (line.empty() || line.starts_with('#')) continue;
    const char separator = line.find('\t') == std::string_view::npos ? ',' : '\t';
    const size_t at = line.find(separator);
    const std::string_view run = trimmed(line.substr(0, std::min(at, line.size())));
    const std::string_view golden =
        at == std::string_view::npos ? std::string_view{} : trimmed(line.substr(at + 1));
    if (run.empty() || golden.empty() || golden.find(separator) != std::string_view::npos) {
      return bad_line(file, number,
                      "is no pair of names; write the run's name, a tab or comma, and the golden "
                      "one's");
    }
    if (run == "run" && golden == "golden") continue;
    NamePair pair{parse_named_tensor(run), parse_named_tensor(golden), number};
    const auto [known, is_new] = golden_of.try_emplace(std::string(run), golden, number);
    if (!is_new && known->second.first != golden) {
      return bad_line(file, number,
                      fmt::format("pairs {} with {}, line {} with {}; keep one of them",
                                  for_terminal(run), for_terminal(golden), known->second.second,
                                  for_terminal(known->second.first)));
    }
    pairs.push_back(std::move(pair));
    if (pairs.size() > kMostPairs) {
      return bad_line(file, number,
                      "there are more pairs than any model has tensors; check which file it is");
    }
  }
  return pairs;
}

omscope::Result<std::vector<NamePair>> read_name_pairs(const std::string& path) {
  const auto file = FileBytes::open(path);
  if (!file) return file.error();
  return parse_name_pairs(without_byte_order_mark(as_text((*file)->bytes())), path);
}

}  // namespace omscope::compare
