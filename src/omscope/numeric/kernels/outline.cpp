// One pass over a block of 16-bit floats: sums, and what the codes say about range.
//
// Compiled with contraction to FMA, unlike all other kernels: the square of such a number is exact
// in a double, so that adding it rounds once either way.

#include "omscope/numeric/kernels/outline.h"

#include "omscope/numeric/kernels/vectors.h"

namespace omscope::numeric::kernels::OMSCOPE_KERNELS {
namespace {

/// Elements that are looked at together. Additions wait for each other: there are more lanes here
/// than in other sums.
constexpr int64_t kAtOnce = 16;

using Codes [[gnu::vector_size(kAtOnce * 2)]] = int16_t;
using UnsignedCodes [[gnu::vector_size(kAtOnce * 2)]] = uint16_t;
using EightCodes [[gnu::vector_size(16)]] = int16_t;
using EightInts [[gnu::vector_size(32)]] = int32_t;
using EightFloats [[gnu::vector_size(32)]] = float;
using FourFloats [[gnu::vector_size(16)]] = float;
using FourDoubles [[gnu::vector_size(32)]] = double;

/// The code moved to where a float has its digits; the exponent is put right in the sums, by powers
/// of two.
struct Half {
  static constexpr double kScale = 0x1p112;
  static EightFloats scaled(EightInts code) {
    return __builtin_bit_cast(EightFloats, (code << 13) & static_cast<int32_t>(0x8FFFFFFF));
  }
};
struct BFloat16 {
  static constexpr double kScale = 1;
  static EightFloats scaled(EightInts code) { return __builtin_bit_cast(EightFloats, code << 16); }
};

EightInts widen(EightCodes code) {
#if defined(__clang__)
  return __builtin_convertvector(code, EightInts);
#else
  EightInts wide;
  for (int64_t i = 0; i < 8; ++i) wide[i] = code[i];
  return wide;
#endif
}

FourDoubles widen(FourFloats x) {
#if defined(__clang__)
  return __builtin_convertvector(x, FourDoubles);
#else
  FourDoubles wide;
  for (int64_t i = 0; i < 4; ++i) wide[i] = static_cast<double>(x[i]);
  return wide;
#endif
}

/// Sums in lanes, element i in lane i % kAtOnce.
template <class Type>
struct LaneSums {
  FourDoubles sum[4] = {};
  FourDoubles squares[4] = {};

  void add(int64_t part, FourDoubles x) {
    sum[part] += x;
    squares[part] += x * x;
  }

  void add(const char* at) {
    for (int64_t half = 0; half < 2; ++half) {
      EightCodes code;
      __builtin_memcpy(&code, at + half * 16, sizeof(code));
      const EightFloats x = Type::scaled(widen(code));
      add(2 * half, widen(FourFloats(__builtin_shufflevector(x, x, 0, 1, 2, 3))));
      add(2 * half + 1, widen(FourFloats(__builtin_shufflevector(x, x, 4, 5, 6, 7))));
    }
  }

  Sums finish() const {
    const FourDoubles sums = (sum[0] + sum[1]) + (sum[2] + sum[3]);
    const FourDoubles all = (squares[0] + squares[1]) + (squares[2] + squares[3]);
    return {((sums[0] + sums[1]) + (sums[2] + sums[3])) * Type::kScale,
            ((all[0] + all[1]) + (all[2] + all[3])) * Type::kScale * Type::kScale};
  }
};

/// As signed numbers, and as unsigned ones: together they tell both ends of either sign.
struct CodeRange {
  Codes low = Codes{} + int16_t{INT16_MAX};
  Codes high = Codes{} + int16_t{INT16_MIN};
  UnsignedCodes unsigned_low = UnsignedCodes{} + uint16_t{UINT16_MAX};
  UnsignedCodes unsigned_high = {};

  void add(const char* at) {
    Codes code;
    __builtin_memcpy(&code, at, sizeof(code));
    const auto magnitude_and_sign = __builtin_bit_cast(UnsignedCodes, code);
    low = smaller(low, code);
    high = larger(high, code);
    unsigned_low = smaller(unsigned_low, magnitude_and_sign);
    unsigned_high = larger(unsigned_high, magnitude_and_sign);
  }

  void finish(ShortOutline& out) const {
    int16_t smallest = low[0];
    int16_t most = high[0];
    uint16_t nearest = unsigned_low[0];
    uint16_t farthest = unsigned_high[0];
    for (int64_t i = 1; i < kAtOnce; ++i) {
      smallest = smaller<int16_t>(smallest, low[i]);
      most = larger<int16_t>(most, high[i]);
      nearest = smaller<uint16_t>(nearest, unsigned_low[i]);
      farthest = larger<uint16_t>(farthest, unsigned_high[i]);
    }
    const auto key = [](int code) { return static_cast<int16_t>(code ^ 0x7FFF); };
    const bool has_negative = smallest < 0;
    const bool has_positive = most >= 0;
    out.least = has_negative ? key(static_cast<int16_t>(farthest)) : smallest;
    out.largest = has_positive ? most : key(static_cast<int16_t>(nearest));
    const auto of_negatives = static_cast<int16_t>(smallest & 0x7FFF);
    const auto of_positives = static_cast<int16_t>(nearest & 0x7FFF);
    out.least_magnitude = !has_negative   ? of_positives
                          : !has_positive ? of_negatives
                                          : smaller(of_negatives, of_positives);
  }
};

template <class Type>
ShortOutline outline(const void* x, int64_t n) {
  const auto* at = static_cast<const char*>(x);
  const int64_t whole = n - n % kAtOnce;
  LaneSums<Type> sums;
  CodeRange range;
  for (int64_t i = 0; i < whole; i += kAtOnce) {
    range.add(at + i * 2);
    sums.add(at + i * 2);
  }
  if (whole < n) {
    char with_zeros[kAtOnce * 2] = {};
    char with_last[kAtOnce * 2];  // again and again, which changes no range
    __builtin_memcpy(with_zeros, at + whole * 2, static_cast<uint64_t>(n - whole) * 2);
    for (int64_t i = 0; i < kAtOnce; ++i) {
      __builtin_memcpy(with_last + i * 2, at + smaller(whole + i, n - 1) * 2, 2);
    }
    range.add(with_last);
    sums.add(with_zeros);
  }
  ShortOutline out{};
  out.sums = sums.finish();
  range.finish(out);
  return out;
}

}  // namespace

ShortOutline half_outline(const void* x, int64_t n) {
  return outline<Half>(x, n);
}

ShortOutline bfloat16_outline(const void* x, int64_t n) {
  return outline<BFloat16>(x, n);
}

}  // namespace omscope::numeric::kernels::OMSCOPE_KERNELS
