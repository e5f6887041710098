// Numbers to the nearest code of a small type.
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>

#include "omscope/core/dtype.h"
#include "omscope/tensor/code_table.h"
#include "omscope/tensor/encode.h"

namespace omscope::tensor {

/// To IEEE formats of sixteen bits, straight from the double: rounded once.
inline uint16_t round_ieee(double value, const FloatFormat& format, EncodeLoss& loss) {
  const unsigned mantissa = format.mantissa_bits;
  const unsigned dropped = 52 - mantissa;
  const auto bits = std::bit_cast<uint64_t>(value);
  const auto sign = static_cast<uint16_t>(bits >> 63U << 15U);
  const uint64_t magnitude = bits & ~(uint64_t{1} << 63U);
  const uint64_t infinity = ((uint64_t{1} << format.exponent_bits) - 1) << mantissa;
  constexpr uint64_t kInfinity = uint64_t{0x7FF} << 52U;
  uint64_t code = 0;
  if (magnitude > kInfinity) {  // NaN: quiet, with the upper bits of its payload
    code = infinity | uint64_t{1} << (mantissa - 1) |
           ((magnitude >> dropped) & ((uint64_t{1} << mantissa) - 1));
  } else if (magnitude == kInfinity) {
    code = infinity;
  } else if (magnitude < static_cast<uint64_t>(1024 - format.bias) << 52U) {  // denormal
    const int scale = format.bias - 1 + static_cast<int>(mantissa);
    code = static_cast<uint64_t>(std::nearbyint(std::ldexp(std::abs(value), scale)));
  } else {
    const uint64_t even = (magnitude >> dropped) & 1U;
    const uint64_t rounded = magnitude + (uint64_t{1} << (dropped - 1)) - 1 + even;
    code = (rounded >> dropped) - (static_cast<uint64_t>(1023 - format.bias) << mantissa);
    if (code >= infinity) {
      code = infinity;
      ++loss.overflowed;
    }
  }
  return static_cast<uint16_t>(sign | code);
}

/// The numbers of a type of at most eight bits in ascending order.
class NearestCode {
 public:
  explicit NearestCode(DType dtype);

  uint8_t operator()(double value, EncodeLoss& loss) const;

 private:
  struct Entry {
    double value;
    uint8_t code;
  };

  uint8_t nearest(double magnitude, EncodeLoss& loss) const;

  std::array<Entry, 256> entries_{};  ///< not negative ones; signed integers: all
  size_t size_ = 0;
  uint8_t sign_ = 0;  ///< bit to set for negative numbers; 0: `entries_` has them
  bool has_minus_zero_ = false;
  bool has_nan_ = false;
  uint8_t nan_ = 0;
  bool has_infinity_ = false;  ///< the last entry, at the number that its code would be
};

}  // namespace omscope::tensor
