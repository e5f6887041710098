// The inner loops of the numeric code, compiled once per instruction set from the same sources.
//
// The sources in this folder include this header and nothing else: an inline function of a library,
// compiled for wide vectors, must never be the copy that the linker keeps for all others
// (tests/numeric/kernel_symbols.cmake looks at the objects). A new kernel is a field of `Kernels`,
// a source in the list of src/CMakeLists.txt, and one entry in table.cpp.
//
// Every kernel gives the same bits on every instruction set: sums run in kLanes lanes whatever the
// width of a vector is, nothing is contracted to FMA, all else is integer arithmetic.
#pragma once

#include <cstdint>

namespace omscope::numeric {

/// Sums run in this many lanes, element i in lane i % kLanes; lanes are added pairwise.
constexpr int64_t kLanes = 8;

/// Kernels are called for blocks of at most this many elements, which stay in the L1 cache.
constexpr int64_t kBlock = 2048;

/// Of x - shift.
struct Sums {
  double sum;
  double squares;
};

/// Least and largest of integer keys, whose order is that of the values.
struct KeyRange {
  int64_t least;
  int64_t largest;
};

/// What is special about an IEEE type, as bit patterns without sign.
struct IeeeBits {
  uint64_t sign;             ///< the sign bit alone
  uint64_t infinity;         ///< larger patterns are NaN
  uint64_t smallest_normal;  ///< smaller ones but 0 are denormal
  uint64_t largest;          ///< saturated
};

/// How many elements are what; the range is of the finite ones.
struct IeeeCounts {
  uint32_t nan;
  uint32_t pos_inf;
  uint32_t neg_inf;
  uint32_t zeros;
  uint32_t denormals;
  uint32_t saturated;
  KeyRange finite;  ///< ieee_key of the patterns, sign-extended; least > largest: there are none
};

/// Index into the arrays below: elements of 16, 32 and 64 bits.
enum Width : uint8_t { k16Bits, k32Bits, k64Bits, kWidths };

/// `x` need not be aligned; `n` is at most kBlock.
struct Kernels {
  void (*half_to_float)(const void* x, int64_t n, float* out);
  /// Quicker; right for zeros and normal numbers only.
  void (*normal_half_to_float)(const void* x, int64_t n, float* out);
  void (*bfloat16_to_float)(const void* x, int64_t n, float* out);

  Sums (*float_sums)(const void* x, int64_t n, double shift);
  Sums (*double_sums)(const void* x, int64_t n, double shift);

  IeeeCounts (*ieee_counts[kWidths])(const void* x, int64_t n, const IeeeBits& bits);
  /// Of x ^ flip as signed numbers: flip is 0, or the sign bit for unsigned types.
  KeyRange (*integer_range[kWidths])(const void* x, int64_t n, uint64_t flip);
  /// Elements whose pattern is `value`.
  uint32_t (*equal_count[kWidths])(const void* x, int64_t n, uint64_t value);
};

/// The key of a sign-and-magnitude pattern that was sign-extended to 64 bits: negative values in
/// descending order of magnitude, then 0 (-1 is -0), then positive values. It is its own inverse.
constexpr int64_t ieee_key(int64_t pattern) {
  return pattern ^ ((pattern >> 63) & INT64_MAX);
}

namespace kernels {
namespace baseline {
extern const Kernels kKernels;
}
namespace avx2 {
extern const Kernels kKernels;
}
namespace avx512 {
extern const Kernels kKernels;
}
}  // namespace kernels

}  // namespace omscope::numeric
