// The mark that editors on Windows put before UTF-8 text. No format that is read here asks for it,
// and every one may have it.
#pragma once

#include <string_view>

#include "omscope/core/bytes.h"

namespace omscope {

inline constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

inline std::string_view without_byte_order_mark(std::string_view text) {
  return text.starts_with(kByteOrderMark) ? text.substr(kByteOrderMark.size()) : text;
}
inline ByteView without_byte_order_mark(ByteView bytes) {
  return as_bytes(without_byte_order_mark(as_text(bytes)));
}

}  // namespace omscope
