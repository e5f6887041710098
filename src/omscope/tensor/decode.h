// Elements of tensors as numbers.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "omscope/core/bytes.h"
#include "omscope/core/dtype.h"

namespace omscope::tensor {

/// The largest finite magnitude of a dtype, and the smallest normal one; what a census compares
/// with. Integers have no denormals.
struct Limits {
  double lowest = 0;
  double largest = 0;
  double smallest_normal = 0;  ///< 0: the type has no denormals
};

/// Nothing for types whose elements have no known rule.
std::optional<Limits> limits_of(DType dtype);

/// Whether `decode` knows the type.
bool can_decode(DType dtype);

/// Elements [first, first + out.size()) of densely packed `bytes`, exact but for 64-bit integers
/// beyond 2^53; complex numbers as their magnitude. The range must lie inside of `bytes`. Types
/// below eight bits: low nibble first.
void decode(DType dtype, ByteView bytes, uint64_t first, std::span<double> out);

/// IEEE binary16 and similar small floats: sign, `exponent` and `mantissa` bits.
double small_float(uint32_t code, unsigned exponent_bits, unsigned mantissa_bits,
                   bool has_infinity);

}  // namespace omscope::tensor
