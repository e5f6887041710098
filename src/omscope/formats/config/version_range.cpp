#include "omscope/formats/config/version_range.h"

#include <algorithm>
#include <cctype>

#include "omscope/core/text.h"
#include "omscope/formats/config/cann_versions.h"

namespace omscope::config {
namespace {

bool is_number(char c) {
  return c >= '0' && c <= '9';
}

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// Where a part ends: "rc2" has two, "rc" and "2", like compare_versions() has it.
size_t part_end(std::string_view text, size_t at) {
  const bool number = is_number(text[at]);
  while (at < text.size() && (number ? is_number(text[at]) : is_word(text[at]))) ++at;
  return at;
}

size_t next_part(std::string_view text, size_t at) {
  while (at < text.size() && !is_number(text[at]) && !is_word(text[at])) ++at;
  return at;
}

/// The start of `version` that has as many parts as `bound`.
std::string_view as_long_as(std::string_view version, std::string_view bound) {
  size_t in_version = next_part(version, 0);
  size_t in_bound = next_part(bound, 0);
  size_t end = in_version;
  while (in_version < version.size() && in_bound < bound.size()) {
    end = part_end(version, in_version);
    in_version = next_part(version, end);
    in_bound = next_part(bound, part_end(bound, in_bound));
  }
  return version.substr(0, end);
}

bool starts_with_number(std::string_view text) {
  return !text.empty() && is_number(text[0]);
}

/// One of ">=7.6", "<=8.3", "8.2".
bool meets_one(std::string_view version, std::string_view demand) {
  const size_t sign = std::min(demand.find_first_not_of("<>="), demand.size());
  const std::string_view how = demand.substr(0, sign);
  const std::string_view bound = trimmed(demand.substr(sign));
  if (!starts_with_number(bound)) return true;
  const int order = compare_to_bound(version, bound);
  if (how == ">=") return order >= 0;
  if (how == "<=") return order <= 0;
  if (how == ">") return order > 0;
  if (how == "<") return order < 0;
  return order == 0;
}

}  // namespace

int compare_to_bound(std::string_view version, std::string_view bound) {
  return compare_versions(as_long_as(version, bound), bound);
}

bool meets(std::string_view version, std::string_view demand) {
  while (!demand.empty()) {
    const size_t end = std::min(demand.find(','), demand.size());
    if (!meets_one(version, trimmed(demand.substr(0, end)))) return false;
    demand.remove_prefix(std::min(demand.size(), end + 1));
  }
  return true;
}

bool lies_in(std::string_view version, std::string_view ranges) {
  bool any = false;
  for (size_t open = ranges.find('['); open != std::string_view::npos;
       open = ranges.find('[', open + 1)) {
    const size_t close = ranges.find(']', open);
    if (close == std::string_view::npos) break;
    const std::string_view range = ranges.substr(open + 1, close - open - 1);
    const size_t comma = range.find(',');
    if (comma == std::string_view::npos) continue;
    const std::string_view low = trimmed(range.substr(0, comma));
    const std::string_view high = trimmed(range.substr(comma + 1));
    if (!starts_with_number(low) || !starts_with_number(high)) continue;
    any = true;
    if (compare_to_bound(version, low) >= 0 && compare_to_bound(version, high) <= 0) return true;
  }
  return !any;
}

std::vector<std::string_view> code_lines(std::string_view text) {
  constexpr size_t kMost = 100;
  std::vector<std::string_view> found;
  for (size_t at = text.find('V'); at != std::string_view::npos && found.size() < kMost;
       at = text.find('V', at + 1)) {
    size_t end = at;
    bool whole = true;
    for (const char letter : {'V', 'R', 'C'}) {
      whole = whole && end < text.size() && text[end] == letter;
      const size_t digits = ++end;
      while (end < text.size() && is_number(text[end])) ++end;
      whole = whole && end > digits;
    }
    if (whole) found.push_back(text.substr(at, end - at));
  }
  return found;
}

}  // namespace omscope::config
