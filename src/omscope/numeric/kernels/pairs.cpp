// Sums over two blocks in fixed lanes. Several loops over numbers that are in the L1 cache: each
// keeps its accumulators in registers.

#include "omscope/numeric/kernels/pairs.h"

#include "omscope/numeric/kernels/vectors.h"

namespace omscope::numeric::kernels::OMSCOPE_KERNELS {
namespace {

/// The elements after the last whole group of lanes: filled up with the last one, which changes no
/// minimum and no maximum, and a mask of the lanes that count.
struct Tail {
  Longs counts[kParts];

  explicit Tail(int64_t left) {
    int64_t lane[kLanes];
    for (int64_t i = 0; i < kLanes; ++i) lane[i] = i < left ? -1 : 0;
    __builtin_memcpy(counts, lane, sizeof(lane));
  }
};

template <class T>
void fill_tail(const char* at, int64_t whole, int64_t n, T* out) {
  for (int64_t i = 0; i < kLanes; ++i) {
    const int64_t from = whole + i < n ? whole + i : n - 1;
    __builtin_memcpy(out + i, at + from * static_cast<int64_t>(sizeof(T)), sizeof(T));
  }
}

/// Two blocks of T, d being their difference.
template <class T>
struct Difference {
  using Element = T;
  const char* run;
  const char* golden;

  Doubles run_part(int64_t i) const { return load_part<T>(run, i); }
  Doubles golden_part(int64_t i) const { return load_part<T>(golden, i); }
  Doubles error_part(int64_t i) const { return run_part(i) - golden_part(i); }
};

/// Two blocks of doubles with d in a third.
struct Given {
  const char* run;
  const char* golden;
  const char* error;

  Doubles run_part(int64_t i) const { return load_part<double>(run, i); }
  Doubles golden_part(int64_t i) const { return load_part<double>(golden, i); }
  Doubles error_part(int64_t i) const { return load_part<double>(error, i); }
};

/// Calls `step(source, i, part, mask)` for each part of a group of lanes. What is masked out of
/// whole groups is nothing, which the compiler sees.
template <class Source, class Step>
void for_parts(const Source& source, int64_t whole, Step step) {
  for (int64_t i = 0; i < whole; i += kLanes) {
    for (int64_t part = 0; part < kParts; ++part) {
      step(source, i + part * kPart, part, [](auto x) { return x; });
    }
  }
}

template <class Source, class Step>
void for_tail(const Source& source, const Tail& tail, Step step) {
  for (int64_t part = 0; part < kParts; ++part) {
    const Longs counts = tail.counts[part];
    step(source, part * kPart, part, [counts](auto x) { return only_where(counts, x); });
  }
}

template <class T>
struct DifferenceTail : Tail {
  T run[kLanes];
  T golden[kLanes];
  Difference<T> source;

  DifferenceTail(const Difference<T>& all, int64_t whole, int64_t n)
      : Tail(n - whole),
        source{reinterpret_cast<const char*>(run), reinterpret_cast<const char*>(golden)} {
    fill_tail(all.run, whole, n, run);
    fill_tail(all.golden, whole, n, golden);
  }
};

struct GivenTail : Tail {
  double run[kLanes];
  double golden[kLanes];
  double error[kLanes];
  Given source;

  GivenTail(const Given& all, int64_t whole, int64_t n)
      : Tail(n - whole),
        source{reinterpret_cast<const char*>(run), reinterpret_cast<const char*>(golden),
               reinterpret_cast<const char*>(error)} {
    fill_tail(all.run, whole, n, run);
    fill_tail(all.golden, whole, n, golden);
    fill_tail(all.error, whole, n, error);
  }
};

template <class T>
DifferenceTail<T> tail_of(const Difference<T>& source, int64_t whole, int64_t n) {
  return DifferenceTail<T>(source, whole, n);
}
GivenTail tail_of(const Given& source, int64_t whole, int64_t n) {
  return GivenTail(source, whole, n);
}

template <class Source, class Step>
void for_all(const Source& source, int64_t n, Step step) {
  const int64_t whole = n - n % kLanes;
  for_parts(source, whole, step);
  if (whole == n) return;
  const auto tail = tail_of(source, whole, n);
  for_tail(tail.source, tail, step);
}

struct Range {
  double least;
  double largest;
};

/// In vectors of T, which are half as many as those of doubles.
template <class T>
Range range_of(const void* x, int64_t n) {
  using Wide [[gnu::vector_size(kVectorBytes)]] = T;
  constexpr int64_t kWide = kVectorBytes / static_cast<int64_t>(sizeof(T));
  const auto* at = static_cast<const AnyWhere<T>*>(x);
  T least = at[0];
  T largest = at[0];
  const int64_t whole = n - n % kWide;
  if (whole > 0) {
    Wide low;
    __builtin_memcpy(&low, x, sizeof(low));
    Wide high = low;
    for (int64_t i = kWide; i < whole; i += kWide) {
      Wide piece;
      __builtin_memcpy(&piece, at + i, sizeof(piece));
      low = piece < low ? piece : low;
      high = piece > high ? piece : high;
    }
    for (int64_t i = 0; i < kWide; ++i) {
      least = low[i] < least ? low[i] : least;
      largest = high[i] > largest ? high[i] : largest;
    }
  }
  for (int64_t i = whole; i < n; ++i) {
    least = at[i] < least ? at[i] : least;
    largest = at[i] > largest ? at[i] : largest;
  }
  // Zeros compare equal whatever their sign: which one was kept depends on the vectors.
  return {static_cast<double>(least) + 0.0, static_cast<double>(largest) + 0.0};
}

template <class T>
PairMoments moments(const void* run, const void* golden, int64_t n, const PairTerms& terms) {
  const Difference<T> source{static_cast<const char*>(run), static_cast<const char*>(golden)};
  Lanes run_sum = {};
  Lanes run_squares = {};
  Lanes golden_sum = {};
  Lanes golden_squares = {};
  Lanes product = {};
  for_all(source, n, [&](const auto& from, int64_t i, int64_t part, auto keep) {
    const Doubles u = keep(from.run_part(i) - terms.run_shift);
    const Doubles v = keep(from.golden_part(i) - terms.golden_shift);
    run_sum.part[part] += u;
    run_squares.part[part] += u * u;
    golden_sum.part[part] += v;
    golden_squares.part[part] += v * v;
    product.part[part] += u * v;
  });
  const Range run_range = range_of<T>(run, n);
  const Range golden_range = range_of<T>(golden, n);
  return {sum_of(run_sum),        sum_of(run_squares), sum_of(golden_sum),
          sum_of(golden_squares), sum_of(product),     run_range.least,
          run_range.largest,      golden_range.least,  golden_range.largest};
}

template <class Source>
void add_error_sums(const Source& source, int64_t n, const PairTerms& terms, PairErrors& out) {
  Lanes error_sum = {};
  Lanes error_squares = {};
  Lanes error_product = {};
  Lanes abs_sum = {};
  Lanes norm_product = {};
  for_all(source, n, [&](const auto& from, int64_t i, int64_t part, auto keep) {
    const Doubles golden = from.golden_part(i);
    const Doubles d = keep(from.error_part(i));
    const Doubles w = keep(d - terms.error_shift);
    error_sum.part[part] += w;
    error_squares.part[part] += w * w;
    error_product.part[part] += w * (golden - terms.golden_shift);
    abs_sum.part[part] += magnitude(d);
    norm_product.part[part] += d * (from.run_part(i) + golden);
  });
  out.error_sum = sum_of(error_sum);
  out.error_squares = sum_of(error_squares);
  out.error_product = sum_of(error_product);
  out.abs_sum = sum_of(abs_sum);
  out.norm_product = sum_of(norm_product);
}

/// The quotient by a golden zero: 0 when run is zero too, else larger than all bounds. Divisions
/// leave time to ask for the next block.
template <class Source>
void add_relative(const Source& source, int64_t n, double least_divisor, const PairTerms& terms,
                  PairErrors& out) {
  const ReadNext run_next = terms.run_next;
  const ReadNext golden_next = terms.golden_next;
  Lanes rel_sum = {};
  Doubles rel_max = {};
  Longs nonzero = {};
  Longs within_1 = {};
  Longs within_5 = {};
  for_all(source, n, [&](const auto& from, int64_t i, int64_t part, auto keep) {
    const Doubles golden = magnitude(from.golden_part(i));
    const Doubles divisor = larger(golden, Doubles{} + least_divisor);
    __builtin_prefetch(run_next.at + i * run_next.stride);
    __builtin_prefetch(golden_next.at + i * golden_next.stride);
    const Doubles rel = magnitude(from.error_part(i)) / divisor;
    const Longs counts = golden != 0;
    const Doubles counted = keep(only_where(counts, rel));
    rel_sum.part[part] += counted;
    rel_max = larger(counted, rel_max);
    nonzero += keep(counts);
    within_1 += keep(rel < 0.001);
    within_5 += keep(rel < 0.005);
  });
  out.rel_sum = sum_of(rel_sum);
  out.rel_max = largest_of(rel_max);
  out.zero_golden = static_cast<uint32_t>(n) - count_of(nonzero);
  out.within_1_permille = count_of(within_1);
  out.within_5_permille = count_of(within_5);
}

template <bool kEither, class Source>
void add_units(const Source& source, int64_t n, const PairTerms& terms, PairErrors& out) {
  constexpr int64_t kExponent = int64_t{0x7FF} << 52;
  constexpr int64_t kTwice = int64_t{2047} << 52;
  Lanes ulp_sum = {};
  Doubles ulp_max = {};
  Doubles abs_max = {};
  Longs differing = {};
  Longs over = {};
  Longs zeros = {};
  for_all(source, n, [&](const auto& from, int64_t i, int64_t part, auto keep) {
    const Doubles golden = magnitude(from.golden_part(i));
    const Doubles d = magnitude(from.error_part(i));
    const Doubles power = from_bits(bits_of(golden) & kExponent);
    const Doubles floored = larger(power, Doubles{} + terms.ulp_floor);
    const Doubles inverse = from_bits(kTwice - bits_of(floored));  // 2 / floored
    const Doubles ulp = keep(d * inverse * terms.ulp_half);
    ulp_sum.part[part] += ulp;
    ulp_max = larger(ulp, ulp_max);
    abs_max = larger(d, abs_max);
    const Doubles share = golden * terms.rtol;
    const Doubles bound = kEither ? larger(share, Doubles{} + terms.atol) : share + terms.atol;
    differing += keep(d != 0);
    over += keep(d > bound);
    zeros += keep(from.run_part(i) == 0);
  });
  out.ulp_sum = sum_of(ulp_sum);
  out.ulp_max = largest_of(ulp_max);
  out.abs_max = largest_of(abs_max);
  out.differing = count_of(differing);
  out.over_tolerance = count_of(over);
  out.zero_run = count_of(zeros);
}

template <class Source>
PairErrors errors(const Source& source, int64_t n, double least_divisor, const PairTerms& terms) {
  PairErrors out;
  add_error_sums(source, n, terms, out);
  add_relative(source, n, least_divisor, terms, out);
  if (terms.either) {
    add_units<true>(source, n, terms, out);
  } else {
    add_units<false>(source, n, terms, out);
  }
  return out;
}

}  // namespace

PairMoments float_pair_moments(const void* run, const void* golden, int64_t n,
                               const PairTerms& terms) {
  return moments<float>(run, golden, n, terms);
}

PairMoments double_pair_moments(const void* run, const void* golden, int64_t n,
                                const PairTerms& terms) {
  return moments<double>(run, golden, n, terms);
}

PairErrors float_pair_errors(const void* run, const void* golden, int64_t n,
                             const PairTerms& terms) {
  const Difference<float> source{static_cast<const char*>(run), static_cast<const char*>(golden)};
  // Less than any float but zero, and a normal double, which divides quicker than a denormal one.
  return errors(source, n, 0x1p-1022, terms);
}

PairErrors double_pair_errors(const void* run, const void* golden, const double* d, int64_t n,
                              const PairTerms& terms) {
  const Given source{static_cast<const char*>(run), static_cast<const char*>(golden),
                     reinterpret_cast<const char*>(d)};
  return errors(source, n, 0x1p-1074, terms);
}

}  // namespace omscope::numeric::kernels::OMSCOPE_KERNELS
