// Views of bytes and text that someone else owns.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <type_traits>

namespace omscope {

using ByteView = std::span<const std::byte>;

inline std::string_view as_text(ByteView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

inline ByteView as_bytes(std::string_view text) {
  return {reinterpret_cast<const std::byte*>(text.data()), text.size()};
}

/// A little-endian number at the start of `bytes`, which must hold it. Unaligned is fine.
template <class T>
T load_le(const std::byte* bytes) {
  static_assert(std::is_trivially_copyable_v<T>);
  static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__,
                "omscope runs on little-endian hosts (x86-64, aarch64)");
  T value;
  std::memcpy(&value, bytes, sizeof(T));
  return value;
}

}  // namespace omscope
