// Files of lines "key=value" or "key: value", with sections in brackets and comments behind # or ;.
// Platform descriptions, version.info, version.cfg and install.info are such files.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

namespace omscope::config {

struct KeyValue {
  std::string_view section;
  std::string_view key;
  std::string_view value;  ///< without quotation marks around it
  size_t line = 0;         ///< counted from 1
};

/// Views into `text`. Lines without a separator are passed over; at most as many entries as such a
/// file can have are returned, whatever its size.
std::vector<KeyValue> read_key_values(std::string_view text);

/// The first value of `key`, in any section when `section` is empty.
std::optional<std::string_view> find_value(const std::vector<KeyValue>& values,
                                           std::string_view key, std::string_view section = {});

}  // namespace omscope::config
