// Integer loops that the compiler vectorises: counters are as wide as the elements, so that one
// vector of elements needs one vector of counters. kBlockSize fits into fifteen bits.

#include "omscope/numeric/kernels/patterns.h"

#include "omscope/numeric/kernels/vectors.h"

namespace omscope::numeric::kernels::OMSCOPE_KERNELS {
namespace {

template <class U>
struct Signed;
template <>
struct Signed<uint16_t> {
  using type = int16_t;
};
template <>
struct Signed<uint32_t> {
  using type = int32_t;
};
template <>
struct Signed<uint64_t> {
  using type = int64_t;
};

template <class U>
constexpr U kSign = static_cast<U>(U{1} << (sizeof(U) * 8 - 1));
template <class U>
constexpr U kMagnitude = static_cast<U>(~kSign<U>);

/// As ieee_key, in the element's own width.
template <class U>
typename Signed<U>::type key_of(U pattern) {
  using S = typename Signed<U>::type;
  const auto negative = static_cast<U>(static_cast<S>(pattern) >> (sizeof(U) * 8 - 1));
  return static_cast<S>(static_cast<U>(pattern ^ (negative & kMagnitude<U>)));
}

// One counter to a loop: GCC 12 vectorises no loop with several of them.
template <class U, class Test>
uint32_t count_if(const AnyWhere<U>* at, int64_t n, Test test) {
  U count = 0;
  for (int64_t i = 0; i < n; ++i) {
    count = static_cast<U>(count + (test(at[i]) ? U{1} : U{0}));
  }
  return static_cast<uint32_t>(count);
}

template <class U>
uint32_t count_equal(const AnyWhere<U>* at, int64_t n, U wanted) {
  return count_if<U>(at, n, [wanted](U pattern) { return pattern == wanted; });
}

template <class U>
KeyRange finite_range(const AnyWhere<U>* at, int64_t n, U infinity) {
  using S = typename Signed<U>::type;
  auto least = static_cast<S>(kMagnitude<U>);
  auto largest = static_cast<S>(kSign<U>);
  for (int64_t i = 0; i < n; ++i) {
    const S key = key_of(at[i]);
    const bool finite = static_cast<U>(at[i] & kMagnitude<U>) < infinity;
    least = smaller(least, finite ? key : static_cast<S>(kMagnitude<U>));
    largest = larger(largest, finite ? key : static_cast<S>(kSign<U>));
  }
  return {least, largest};
}

/// What is rare is counted in loops of its own, for blocks that have it.
template <class U>
IeeeCounts ieee_counts(const void* x, int64_t n, const IeeeBits& bits) {
  using S = typename Signed<U>::type;
  const auto* at = static_cast<const AnyWhere<U>*>(x);
  const auto infinity = static_cast<U>(bits.infinity);
  const auto smallest_normal = static_cast<U>(bits.smallest_normal);
  const auto saturated = static_cast<U>(bits.largest);
  auto least = static_cast<S>(kMagnitude<U>);
  auto largest = static_cast<S>(kSign<U>);
  U least_magnitude = kMagnitude<U>;
  for (int64_t i = 0; i < n; ++i) {
    const U pattern = at[i];
    const S key = key_of(pattern);
    least = smaller(least, key);
    largest = larger(largest, key);
    least_magnitude = smaller(least_magnitude, static_cast<U>(pattern & kMagnitude<U>));
  }
  IeeeCounts counts = {};
  counts.finite = {least, largest};
  const auto magnitude = [](U pattern) { return static_cast<U>(pattern & kMagnitude<U>); };
  if (least_magnitude < smallest_normal) {
    counts.zeros = count_if<U>(at, n, [=](U pattern) { return magnitude(pattern) == 0; });
    counts.denormals =
        count_if<U>(at, n, [=](U pattern) { return magnitude(pattern) < smallest_normal; }) -
        counts.zeros;
  }
  // Of negative numbers the key is -1 - magnitude.
  const auto saturated_key = static_cast<S>(saturated);
  if (largest < saturated_key && least > -1 - saturated_key) return counts;
  counts.saturated = count_if<U>(at, n, [=](U pattern) { return magnitude(pattern) == saturated; });
  if (largest < static_cast<S>(infinity) && least > -1 - static_cast<S>(infinity)) return counts;
  counts.pos_inf = count_equal<U>(at, n, infinity);
  counts.neg_inf = count_equal<U>(at, n, static_cast<U>(infinity | kSign<U>));
  counts.nan = count_if<U>(at, n, [=](U pattern) { return magnitude(pattern) > infinity; });
  counts.finite = finite_range<U>(at, n, infinity);
  return counts;
}

template <class U>
KeyRange integer_range(const void* x, int64_t n, uint64_t flip) {
  using S = typename Signed<U>::type;
  const auto* at = static_cast<const AnyWhere<U>*>(x);
  const auto mask = static_cast<U>(flip);
  auto least = static_cast<S>(kMagnitude<U>);
  auto largest = static_cast<S>(kSign<U>);
  for (int64_t i = 0; i < n; ++i) {
    const auto key = static_cast<S>(static_cast<U>(at[i] ^ mask));
    least = smaller(least, key);
    largest = larger(largest, key);
  }
  return {least, largest};
}

template <class U>
uint32_t equal_count(const void* x, int64_t n, uint64_t value) {
  return count_equal<U>(static_cast<const AnyWhere<U>*>(x), n, static_cast<U>(value));
}

}  // namespace

IeeeCounts ieee_counts16(const void* x, int64_t n, const IeeeBits& bits) {
  return ieee_counts<uint16_t>(x, n, bits);
}
IeeeCounts ieee_counts32(const void* x, int64_t n, const IeeeBits& bits) {
  return ieee_counts<uint32_t>(x, n, bits);
}
IeeeCounts ieee_counts64(const void* x, int64_t n, const IeeeBits& bits) {
  return ieee_counts<uint64_t>(x, n, bits);
}

KeyRange integer_range16(const void* x, int64_t n, uint64_t flip) {
  return integer_range<uint16_t>(x, n, flip);
}
KeyRange integer_range32(const void* x, int64_t n, uint64_t flip) {
  return integer_range<uint32_t>(x, n, flip);
}
KeyRange integer_range64(const void* x, int64_t n, uint64_t flip) {
  return integer_range<uint64_t>(x, n, flip);
}

uint32_t equal_count16(const void* x, int64_t n, uint64_t value) {
  return equal_count<uint16_t>(x, n, value);
}
uint32_t equal_count32(const void* x, int64_t n, uint64_t value) {
  return equal_count<uint32_t>(x, n, value);
}
uint32_t equal_count64(const void* x, int64_t n, uint64_t value) {
  return equal_count<uint64_t>(x, n, value);
}

}  // namespace omscope::numeric::kernels::OMSCOPE_KERNELS
