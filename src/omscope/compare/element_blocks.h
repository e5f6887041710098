// The elements of one side in their order, a block of densely packed bytes at a time.
#pragma once

#include <vector>

#include "omscope/numeric/pair.h"
#include "omscope/tensor/convert_layout.h"
#include "omscope/tensor/decode.h"

namespace omscope::compare {

/// Elements that the side has once its layout is undone.
inline uint64_t element_count(const numeric::PairSide& side) {
  return side.conversion != nullptr ? side.conversion->count()
                                    : tensor::packed_count(side.dtype, side.bytes);
}

/// Calls `take(first, count, bytes)` for one block after the other; each starts at a whole byte.
/// False when the bytes of the side are not all there.
template <class Take>
bool for_each_block(const numeric::PairSide& side, const Take& take) {
  constexpr uint64_t kBlock = uint64_t{1} << 16U;
  const uint64_t count = element_count(side);
  const uint64_t block = side.conversion != nullptr ? side.conversion->block(kBlock) : kBlock;
  std::vector<std::byte> buffer;
  for (uint64_t first = 0; first < count; first += block) {
    const uint64_t size = std::min(block, count - first);
    const uint64_t bytes = dtype_bytes(side.dtype, size).value_or(0);
    if (side.conversion == nullptr) {
      const uint64_t from = dtype_bytes(side.dtype, first).value_or(0);
      take(first, size, side.bytes.subspan(from, bytes));
      continue;
    }
    buffer.resize(bytes);
    if (!side.conversion->write(side.bytes, first, size, buffer)) return false;
    take(first, size, ByteView(buffer));
  }
  return true;
}

}  // namespace omscope::compare
