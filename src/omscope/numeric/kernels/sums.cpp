// Sums of floating-point numbers in fixed lanes.

#include "omscope/numeric/kernels/sums.h"

#include "omscope/numeric/kernels/vectors.h"

namespace omscope::numeric::kernels::OMSCOPE_KERNELS {
namespace {

template <class T>
struct Shifted {
  static constexpr int64_t kBytes = sizeof(T);
  static constexpr int64_t kSumLanes = kLanes;
  double shift;

  Doubles part(const char* at, int64_t i) const { return load_part<T>(at, i) - shift; }
  double one(const char* at) const {
    T value;
    __builtin_memcpy(&value, at, sizeof(T));
    return static_cast<double>(value) - shift;
  }
};

/// Sixteen bits put where a double has them; the exponent is put right by a multiplication.
template <int kDigits, int kBias>
struct Short {
  static constexpr int64_t kBytes = 2;
  /// Additions wait for each other: with more lanes there are more at once.
  static constexpr int64_t kSumLanes = 2 * kLanes;
  static constexpr int kUp = 52 - kDigits;
  /// The sign, and all below it that is no copy of it.
  static constexpr int64_t kKept = INT64_MIN | ((int64_t{1} << (15 + kUp)) - 1);
  static constexpr double kRebias =
      __builtin_bit_cast(double, static_cast<int64_t>(1023 + 1023 - kBias) << 52);

  static Doubles part(const char* at, int64_t i) {
    using Piece [[gnu::vector_size(kPart * 2)]] = int16_t;
    Piece piece;
    __builtin_memcpy(&piece, at + i * 2, sizeof(Piece));
#if defined(__clang__)
    const Longs wide = __builtin_convertvector(piece, Longs);
#else
    Longs wide;
    for (int64_t lane = 0; lane < kPart; ++lane) wide[lane] = piece[lane];
#endif
    return from_bits((wide << kUp) & kKept) * kRebias;
  }
  static double one(const char* at) {
    int16_t code;
    __builtin_memcpy(&code, at, sizeof(code));
    const auto wide = static_cast<uint64_t>(static_cast<int64_t>(code)) << kUp;
    return __builtin_bit_cast(double, static_cast<int64_t>(wide) & kKept) * kRebias;
  }
};

template <class Numbers>
Sums sums(const Numbers& numbers, const void* x, int64_t n, ReadNext next) {
  constexpr int64_t kAtOnce = Numbers::kSumLanes;
  constexpr int64_t kVectors = kAtOnce / kPart;
  const auto* at = static_cast<const char*>(x);
  const int64_t whole = n - n % kAtOnce;
  Doubles sum[kVectors] = {};
  Doubles squares[kVectors] = {};
  for (int64_t i = 0; i < whole; i += kAtOnce) {
    __builtin_prefetch(next.at + i * next.stride);
    for (int64_t part = 0; part < kVectors; ++part) {
      const Doubles value = numbers.part(at, i + part * kPart);
      sum[part] += value;
      squares[part] += value * value;
    }
  }
  double sum_lane[kAtOnce];
  double square_lane[kAtOnce];
  __builtin_memcpy(sum_lane, sum, sizeof(sum));
  __builtin_memcpy(square_lane, squares, sizeof(squares));
  for (int64_t i = whole; i < n; ++i) {
    const double value = numbers.one(at + i * Numbers::kBytes);
    sum_lane[i - whole] += value;
    square_lane[i - whole] += value * value;
  }
  for (int64_t half = kAtOnce / 2; half > 0; half /= 2) {
    for (int64_t lane = 0; lane < half; ++lane) {
      sum_lane[lane] += sum_lane[lane + half];
      square_lane[lane] += square_lane[lane + half];
    }
  }
  return {sum_lane[0], square_lane[0]};
}

}  // namespace

Sums float_sums(const void* x, int64_t n, double shift, ReadNext next) {
  return sums(Shifted<float>{shift}, x, n, next);
}

Sums double_sums(const void* x, int64_t n, double shift, ReadNext next) {
  return sums(Shifted<double>{shift}, x, n, next);
}

Sums half_sums(const void* x, int64_t n, ReadNext next) {
  return sums(Short<10, 15>{}, x, n, next);
}

Sums bfloat16_sums(const void* x, int64_t n, ReadNext next) {
  return sums(Short<7, 127>{}, x, n, next);
}

}  // namespace omscope::numeric::kernels::OMSCOPE_KERNELS
