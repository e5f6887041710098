// The inner loops of the numeric code, compiled once per instruction set from the same sources.
//
// The sources in this folder include this header and nothing else: an inline function of a library,
// compiled for wide vectors, must never be the copy that the linker keeps for all others
// (tests/numeric/kernel_symbols.cmake looks at the objects). A new kernel is a field of `Kernels`,
// a source in the list of src/CMakeLists.txt, and one entry in table.cpp.
//
// Every kernel gives the same bits on every instruction set: sums run in kLanes lanes whatever the
// width of a vector is, nothing that rounds is contracted to FMA, all else is integer arithmetic.
#pragma once

#include <cstdint>

namespace omscope::numeric {

/// Sums run in this many lanes, element i in lane i % kLanes; lanes are added pairwise.
constexpr int64_t kLanes = 8;

/// Kernels are called for blocks of at most this many elements, which stay in the L1 cache.
constexpr int64_t kBlockSize = 2048;

/// Of x - shift.
struct Sums {
  double sum;
  double squares;
};

/// Of elements of 16 bits, in one pass.
struct ShortOutline {
  Sums sums;
  int16_t least;  ///< of ieee_key, NaN and infinities included
  int16_t largest;
  int16_t least_magnitude;  ///< of patterns without sign
};

/// Memory that is asked for while a block is worked on, `stride` bytes for each of its elements: a
/// block that is read in several passes leaves memory idle in all but the first. Any address will
/// do.
struct ReadNext {
  const char* at = nullptr;
  int64_t stride = 0;
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

/// What two blocks are compared with. Shifts are near the means, so that little cancels.
struct PairTerms {
  double run_shift;
  double golden_shift;
  double error_shift;
  double rtol;
  double atol;
  bool either;       ///< over tolerance is |d| > max(atol, rtol |g|), not |d| > atol + rtol |g|
  double ulp_floor;  ///< 2^e of the least exponent that the grid has
  double ulp_half;   ///< 2^(digits after the point - 1)
  ReadNext run_next;
  ReadNext golden_next;
};

/// Of run - run_shift and golden - golden_shift; all elements are finite.
struct PairMoments {
  double run_sum;
  double run_squares;
  double golden_sum;
  double golden_squares;
  double product;
  double run_min;
  double run_max;
  double golden_min;
  double golden_max;
};

/// d = run - golden. Sums of relative errors are over the elements whose golden is not zero.
struct PairErrors {
  double error_sum;      ///< of d - error_shift
  double error_squares;  ///< of d - error_shift
  double error_product;  ///< of (d - error_shift) (golden - golden_shift)
  double abs_sum;
  double norm_product;  ///< of d (run + golden)
  double abs_max;
  double rel_sum;
  double rel_max;
  double ulp_sum;
  double ulp_max;
  uint32_t differing;
  uint32_t over_tolerance;
  uint32_t zero_run;
  uint32_t zero_golden;
  uint32_t within_1_permille;  ///< zeros on both sides included
  uint32_t within_5_permille;
};

/// How two blocks become distributions: max((x - min) factor, least).
struct KlTerms {
  double run_min;
  double run_factor;
  double golden_min;
  double golden_factor;
  double least;
};

/// With P and Q what KlTerms makes of run and golden.
struct KlSums {
  double run;         ///< of P
  double excess;      ///< of Q - P
  double divergence;  ///< of P ln(P/Q) - P + Q, whose terms are not negative
};

/// Index into the arrays below: elements of 16, 32 and 64 bits.
enum Width : uint8_t { k16Bits, k32Bits, k64Bits, kWidths };

/// `x` need not be aligned; `n` is at most kBlockSize.
struct Kernels {
  void (*half_to_float)(const void* x, int64_t n, float* out);
  /// Quicker; right for zeros and normal numbers only.
  void (*normal_half_to_float)(const void* x, int64_t n, float* out);
  void (*bfloat16_to_float)(const void* x, int64_t n, float* out);

  Sums (*float_sums)(const void* x, int64_t n, double shift, ReadNext next);
  Sums (*double_sums)(const void* x, int64_t n, double shift, ReadNext next);
  /// Sums of x itself, right if all are finite: these types have so few digits that sums of a block
  /// are exact, or the block spreads so far that nothing cancels. Slow for many denormals.
  ShortOutline (*half_outline)(const void* x, int64_t n);
  ShortOutline (*bfloat16_outline)(const void* x, int64_t n);

  IeeeCounts (*ieee_counts[kWidths])(const void* x, int64_t n, const IeeeBits& bits);
  /// Of x ^ flip as signed numbers: flip is 0, or the sign bit for unsigned types.
  KeyRange (*integer_range[kWidths])(const void* x, int64_t n, uint64_t flip);
  /// Elements whose pattern is `value`.
  uint32_t (*equal_count[kWidths])(const void* x, int64_t n, uint64_t value);

  PairMoments (*float_pair_moments)(const void* run, const void* golden, int64_t n,
                                    const PairTerms& terms);
  PairMoments (*double_pair_moments)(const void* run, const void* golden, int64_t n,
                                     const PairTerms& terms);
  PairErrors (*float_pair_errors)(const void* run, const void* golden, int64_t n,
                                  const PairTerms& terms);
  /// With d given: it may be known better than the difference of two doubles is.
  PairErrors (*double_pair_errors)(const void* run, const void* golden, const double* d, int64_t n,
                                   const PairTerms& terms);

  /// Natural logarithms of normal numbers from 0 to 2^1023, to 2 units of the last place.
  void (*logarithms)(const double* x, int64_t n, double* out);
  KlSums (*kl_sums)(const double* run, const double* golden, int64_t n, const KlTerms& terms);
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
