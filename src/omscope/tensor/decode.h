// Elements of tensors as numbers.
#pragma once

#include <complex>
#include <cstdint>
#include <optional>
#include <span>

#include "omscope/core/bytes.h"
#include "omscope/core/dtype.h"

namespace omscope::tensor {

/// The largest finite magnitude of a dtype, and the smallest normal one; what a census compares
/// with. Integers have no denormals. An infinite limit: no value counts as saturated there.
struct Limits {
  double lowest = 0;
  double largest = 0;
  double smallest_normal = 0;  ///< 0: the type has no denormals
};

/// Nothing for types whose elements have no known rule.
std::optional<Limits> limits_of(DType dtype);

/// Whether `decode` knows the type.
bool can_decode(DType dtype);

bool is_complex(DType dtype);
/// Any integer, quantised ones included; not bool.
bool is_integer(DType dtype);

/// Elements that densely packed `bytes` hold; 0 for types without a fixed size.
uint64_t packed_count(DType dtype, ByteView bytes);

// Below: elements [first, first + out.size()) of densely packed `bytes`, which must hold them.
// Nothing is written for types that `can_decode` refuses. Packed types: see code_table.h.

/// Exact but for 64-bit integers beyond 2^53; complex numbers as their magnitude.
void decode(DType dtype, ByteView bytes, uint64_t first, std::span<double> out);
/// The nearest float.
void decode(DType dtype, ByteView bytes, uint64_t first, std::span<float> out);
/// Integers and bool, exactly. Those of uint64 beyond INT64_MAX keep their bits. False: no
/// integers.
bool decode_integers(DType dtype, ByteView bytes, uint64_t first, std::span<int64_t> out);
/// Real types have an imaginary part of 0.
void decode_complex(DType dtype, ByteView bytes, uint64_t first,
                    std::span<std::complex<double>> out);

}  // namespace omscope::tensor
