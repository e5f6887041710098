#include "omscope/formats/config/key_values.h"

#include <algorithm>

#include "omscope/core/text.h"

namespace omscope::config {
namespace {

constexpr size_t kMostBytes = size_t{1} << 20;
constexpr size_t kMostValues = 20000;

std::string_view unquoted(std::string_view text) {
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"') {
    return text.substr(1, text.size() - 2);
  }
  return text;
}

}  // namespace

std::vector<KeyValue> read_key_values(std::string_view text) {
  text = text.substr(0, kMostBytes);
  std::vector<KeyValue> values;
  std::string_view section;
  for (size_t number = 1; !text.empty() && values.size() < kMostValues; ++number) {
    const size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = trimmed(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty() || line[0] == '#' || line[0] == ';') continue;
    if (line.front() == '[' && line.back() == ']') {
      section = line.substr(1, line.size() - 2);
      continue;
    }
    size_t split = line.find('=');
    if (split == std::string_view::npos) split = line.find(':');
    if (split == std::string_view::npos || split == 0) continue;
    values.push_back({section, trimmed(line.substr(0, split)),
                      unquoted(trimmed(line.substr(split + 1))), number});
  }
  return values;
}

std::optional<std::string_view> find_value(const std::vector<KeyValue>& values,
                                           std::string_view key, std::string_view section) {
  const auto found = std::find_if(values.begin(), values.end(), [&](const KeyValue& each) {
    return each.key == key && (section.empty() || each.section == section);
  });
  if (found == values.end()) return std::nullopt;
  return found->value;
}

}  // namespace omscope::config
