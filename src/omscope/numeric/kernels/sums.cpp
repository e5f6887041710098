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

/// Sums in lanes, element i in lane i % kSumLanes.
template <class Numbers>
struct LaneSums {
  static constexpr int64_t kAtOnce = Numbers::kSumLanes;
  static constexpr int64_t kVectors = kAtOnce / kPart;
  Doubles sum[kVectors] = {};
  Doubles squares[kVectors] = {};

  void add(const Numbers& numbers, const char* at, int64_t i) {
    for (int64_t part = 0; part < kVectors; ++part) {
      const Doubles value = numbers.part(at, i + part * kPart);
      sum[part] += value;
      squares[part] += value * value;
    }
  }

  /// With those from `whole` on, which are too few for all lanes.
  Sums finish(const Numbers& numbers, const char* at, int64_t whole, int64_t n) const {
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
};

template <class Numbers>
Sums sums(const Numbers& numbers, const void* x, int64_t n, ReadNext next) {
  const auto* at = static_cast<const char*>(x);
  const int64_t whole = n - n % Numbers::kSumLanes;
  LaneSums<Numbers> lanes;
  for (int64_t i = 0; i < whole; i += Numbers::kSumLanes) {
    __builtin_prefetch(next.at + i * next.stride);
    lanes.add(numbers, at, i);
  }
  return lanes.finish(numbers, at, whole, n);
}

using Shorts [[gnu::vector_size(32)]] = int16_t;

Shorts key_of(Shorts code) {
  return code ^ ((code >> 15) & 0x7FFF);
}

template <class Numbers>
ShortOutline outline(const Numbers& numbers, const void* x, int64_t n) {
  constexpr int64_t kAtOnce = Numbers::kSumLanes;
  static_assert(kAtOnce * 2 == sizeof(Shorts));
  const auto* at = static_cast<const char*>(x);
  const int64_t whole = n - n % kAtOnce;
  LaneSums<Numbers> lanes;
  Shorts least = Shorts{} + int16_t{INT16_MAX};
  Shorts largest = Shorts{} + int16_t{INT16_MIN};
  Shorts least_magnitude = Shorts{} + int16_t{INT16_MAX};
  const auto look = [&](const void* from) {
    Shorts code;
    __builtin_memcpy(&code, from, sizeof(code));
    const Shorts key = key_of(code);
    const Shorts magnitude = code & 0x7FFF;
    least = key < least ? key : least;
    largest = key > largest ? key : largest;
    least_magnitude = magnitude < least_magnitude ? magnitude : least_magnitude;
  };
  for (int64_t i = 0; i < whole; i += kAtOnce) {
    look(at + i * 2);
    lanes.add(numbers, at, i);
  }
  if (whole < n) {
    char tail[sizeof(Shorts)];
    for (int64_t i = 0; i < kAtOnce; ++i) {  // the last element again and again changes nothing
      const int64_t from = whole + i < n ? whole + i : n - 1;
      __builtin_memcpy(tail + i * 2, at + from * 2, 2);
    }
    look(tail);
  }
  ShortOutline out = {lanes.finish(numbers, at, whole, n), least[0], largest[0],
                      least_magnitude[0]};
  for (int64_t i = 1; i < kAtOnce; ++i) {
    out.least = least[i] < out.least ? least[i] : out.least;
    out.largest = largest[i] > out.largest ? largest[i] : out.largest;
    out.least_magnitude =
        least_magnitude[i] < out.least_magnitude ? least_magnitude[i] : out.least_magnitude;
  }
  return out;
}

}  // namespace

Sums float_sums(const void* x, int64_t n, double shift, ReadNext next) {
  return sums(Shifted<float>{shift}, x, n, next);
}

Sums double_sums(const void* x, int64_t n, double shift, ReadNext next) {
  return sums(Shifted<double>{shift}, x, n, next);
}

ShortOutline half_outline(const void* x, int64_t n) {
  return outline(Short<10, 15>{}, x, n);
}

ShortOutline bfloat16_outline(const void* x, int64_t n) {
  return outline(Short<7, 127>{}, x, n);
}

}  // namespace omscope::numeric::kernels::OMSCOPE_KERNELS
