// ln(p/q) = k ln 2 + 2 artanh(s) with s = (p - 2^k q) / (p + 2^k q), where k brings p/q into
// [sqrt(1/2), sqrt(2)): s is exact to its last digits for p near q, which a logarithm of the
// rounded quotient is not.

#include "omscope/numeric/kernels/logarithms.h"

#include "omscope/numeric/kernels/vectors.h"

namespace omscope::numeric::kernels::OMSCOPE_KERNELS {
namespace {

constexpr double kLn2High = 0x1.62e42fefa38p-1;  ///< 42 bits: exact times any exponent
constexpr double kLn2Low = 0x1.ef35793c7673p-45;
constexpr int64_t kHalfRoot = 0x3FE6A09E667F3BCD;  ///< sqrt(1/2)
constexpr int64_t kBias = int64_t{1024} << 52;
/// As a double, 2^52 + n has n in its lowest bits.
constexpr int64_t kInteger = 0x4330000000000000;

using Unsigned [[gnu::vector_size(kVectorBytes)]] = uint64_t;

struct Reduced {
  Doubles exponent;  ///< k
  Doubles power;     ///< 2^k
};

/// Of a positive normal ratio.
inline Reduced reduce(Doubles ratio) {
  // A shift without sign: most instruction sets have no other for 64 bits.
  const auto shifted = __builtin_bit_cast(Unsigned, bits_of(ratio) - kHalfRoot + kBias) >> 52;
  const auto biased = __builtin_bit_cast(Longs, shifted);
  return {from_bits(biased + kInteger) - (0x1p52 + 1024), from_bits((biased - 1) << 52)};
}

/// (artanh(s) / s - 1) / s^2 of |s| <= 0.1716 as a polynomial in z = s^2: the series, whose next
/// term is below 2^-57 of the sum.
inline Doubles artanh_tail(Doubles z) {
  Doubles sum = Doubles{} + 1.0 / 23;
  sum = sum * z + 1.0 / 21;
  sum = sum * z + 1.0 / 19;
  sum = sum * z + 1.0 / 17;
  sum = sum * z + 1.0 / 15;
  sum = sum * z + 1.0 / 13;
  sum = sum * z + 1.0 / 11;
  sum = sum * z + 1.0 / 9;
  sum = sum * z + 1.0 / 7;
  sum = sum * z + 1.0 / 5;
  return sum * z + 1.0 / 3;
}

inline Doubles logarithm(Doubles x) {
  const Reduced at = reduce(x);
  const Doubles f = x / at.power;
  const Doubles r = f - 1;
  const Doubles s = r / (f + 1);
  const Doubles z = s * s;
  // 2 artanh(s) = r - s r + 2 s^3 tail = r - (s r - 2 s z tail): what is subtracted is small.
  const Doubles low = at.exponent * kLn2Low - s * (r - 2 * z * artanh_tail(z));
  return at.exponent * kLn2High + (r + low);
}

struct Shares {
  Doubles run;
  Doubles golden;
};

inline Shares shares_of(Doubles run, Doubles golden, const KlTerms& terms) {
  const Doubles least = Doubles{} + terms.least;
  return {larger((run - terms.run_min) * terms.run_factor, least),
          larger((golden - terms.golden_min) * terms.golden_factor, least)};
}

/// P ln(P/Q) - P + Q. Near each other, where P ln(P/Q) nearly is P - Q, all of it is
/// s (P - Q) + 2 P s^3 tail.
inline Doubles divergence_of(Shares at) {
  const Reduced by = reduce(at.run / at.golden);
  const Doubles q = at.golden * by.power;
  const Doubles s = (at.run - q) / (at.run + q);
  const Doubles z = s * s;
  const Doubles d = at.run - at.golden;
  const Doubles tail = 2 * at.run * s * z * artanh_tail(z);
  const Doubles near = s * d;
  const Doubles far = at.run * (by.exponent * (kLn2High + kLn2Low) + 2 * s) - d;
  return (by.exponent == 0 ? near : far) + tail;
}

}  // namespace

void logarithms(const double* x, int64_t n, double* out) {
  const auto* at = reinterpret_cast<const char*>(x);
  const int64_t whole = n - n % kPart;
  for (int64_t i = 0; i < whole; i += kPart) {
    const Doubles result = logarithm(load_part<double>(at, i));
    __builtin_memcpy(out + i, &result, sizeof(result));
  }
  if (whole == n) return;
  double left[kPart];
  for (int64_t i = 0; i < kPart; ++i) left[i] = whole + i < n ? x[whole + i] : 1;
  const Doubles result = logarithm(load_part<double>(reinterpret_cast<const char*>(left), 0));
  __builtin_memcpy(left, &result, sizeof(result));
  for (int64_t i = whole; i < n; ++i) out[i] = left[i - whole];
}

KlSums kl_sums(const double* run, const double* golden, int64_t n, const KlTerms& terms) {
  Lanes run_sum = {};
  Lanes excess = {};
  Lanes divergence = {};
  const int64_t whole = n - n % kLanes;
  const auto* run_at = reinterpret_cast<const char*>(run);
  const auto* golden_at = reinterpret_cast<const char*>(golden);
  for (int64_t i = 0; i < whole; i += kLanes) {
    for (int64_t part = 0; part < kParts; ++part) {
      const int64_t at = i + part * kPart;
      const Shares shares =
          shares_of(load_part<double>(run_at, at), load_part<double>(golden_at, at), terms);
      run_sum.part[part] += shares.run;
      excess.part[part] += shares.golden - shares.run;
      divergence.part[part] += divergence_of(shares);
    }
  }
  KlSums sums = {sum_of(run_sum), sum_of(excess), sum_of(divergence)};
  for (int64_t i = whole; i < n; ++i) {
    const Shares shares = shares_of(Doubles{} + run[i], Doubles{} + golden[i], terms);
    sums.run += shares.run[0];
    sums.excess += shares.golden[0] - shares.run[0];
    sums.divergence += divergence_of(shares)[0];
  }
  return sums;
}

}  // namespace omscope::numeric::kernels::OMSCOPE_KERNELS
