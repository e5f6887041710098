// Numbers as elements of a tensor.
#pragma once

#include <complex>
#include <cstdint>
#include <span>

#include "omscope/core/bytes.h"
#include "omscope/core/dtype.h"

namespace omscope::tensor {

/// What did not fit.
struct EncodeLoss {
  uint64_t overflowed = 0;  ///< finite numbers beyond the type's range, and infinities it lacks
  uint64_t nan_lost = 0;    ///< NaN in a type without: written as 0

  void add(const EncodeLoss& other) {
    overflowed += other.overflowed;
    nan_lost += other.nan_lost;
  }
};

/// Every type that `can_decode`; `out` must have dtype_bytes(dtype, values.size()) bytes and starts
/// with the first of them.
///
/// Rounds to the nearest, ties to the even code. What is too large becomes infinity in types that
/// have one (float16, bfloat16, float32, e5m2, hifloat8), the largest number in all others. Complex
/// types get an imaginary part of 0. bool: whether the number is not 0. e8m0 has neither sign nor
/// 0: such numbers become its smallest and count as overflowed.
EncodeLoss encode(DType dtype, std::span<const double> values, std::span<std::byte> out);
EncodeLoss encode(DType dtype, std::span<const float> values, std::span<std::byte> out);
/// Exact integers; `is_unsigned` says that their bits are those of uint64.
EncodeLoss encode_integers(DType dtype, std::span<const int64_t> values, bool is_unsigned,
                           std::span<std::byte> out);
/// To complex types alone.
EncodeLoss encode_complex(DType dtype, std::span<const std::complex<double>> values,
                          std::span<std::byte> out);

/// Whether `convert_elements` can do it: both types known, and no complex number becomes a real
/// one.
bool can_convert(DType from, DType to);

/// All of `packed_count(from, bytes)` elements into `out`, which has room for them. Integers and
/// equal types are converted exactly.
EncodeLoss convert_elements(DType from, ByteView bytes, DType to, std::span<std::byte> out);

}  // namespace omscope::tensor
