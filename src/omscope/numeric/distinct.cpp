#include "omscope/numeric/census_part.h"
#include "omscope/numeric/instruction_set.h"

namespace omscope::numeric {
namespace {

template <class U>
void add_each(const std::byte* at, int64_t begin, int64_t end, DistinctPatterns& distinct) {
  for (int64_t i = begin; i < end && !distinct.overflowed; ++i) {
    distinct.add(load_le<U>(at + static_cast<size_t>(i) * sizeof(U)));
  }
}

void add_each(Width width, const void* x, int64_t begin, int64_t end, DistinctPatterns& distinct) {
  const auto* at = static_cast<const std::byte*>(x);
  switch (width) {
    case k16Bits: return add_each<uint16_t>(at, begin, end, distinct);
    case k32Bits: return add_each<uint32_t>(at, begin, end, distinct);
    default: return add_each<uint64_t>(at, begin, end, distinct);
  }
}

}  // namespace

// Most tensors have more than a few patterns among their first elements. Of the others a block is
// done when all of its elements are found among what is known, most of them by wide compares.
void add_distinct(Width width, const void* x, int64_t size, DistinctPatterns& distinct) {
  if (distinct.overflowed) return;
  const int64_t few = std::min<int64_t>(size, 2 * kMostDistinct);
  add_each(width, x, 0, few, distinct);
  if (distinct.overflowed) return;
  int64_t found = 0;
  for (uint32_t i = 0; i < distinct.size && found < size; ++i) {
    found += kernels_in_use().equal_count[width](x, size, distinct.patterns[i]);
  }
  if (found < size) add_each(width, x, few, size, distinct);
}

}  // namespace omscope::numeric
