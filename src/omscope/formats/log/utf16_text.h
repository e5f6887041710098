// Text of two bytes a unit, as editors and consoles of Windows save it, made UTF-8.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace omscope::log {

enum class Utf16 : uint8_t { kLittle, kBig };

/// By a byte order mark, or by ASCII every second byte of which is zero.
std::optional<Utf16> utf16_of(std::string_view head);

class Utf16Decoder {
 public:
  explicit Utf16Decoder(Utf16 order) : order_(order) {}

  /// Appends what the bytes say. A character that is not whole yet waits for the bytes that follow;
  /// half of a pair becomes U+FFFD.
  void decode(std::string_view bytes, std::string& text);

 private:
  void take(uint16_t unit, std::string& text);

  Utf16 order_;
  std::string odd_;    ///< the first byte of a unit
  uint16_t high_ = 0;  ///< the first unit of a pair
  bool at_start_ = true;
};

}  // namespace omscope::log
