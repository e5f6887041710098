// Censuses of tensors as they are stored, and without the padding of their layout.
#pragma once

#include <algorithm>
#include <optional>
#include <span>
#include <vector>

#include "omscope/ir/tensor_file.h"
#include "omscope/numeric/census.h"
#include "omscope/tensor/convert_layout.h"

namespace omscope::report {

/// The elements of `shape` as they lie in the file; nothing where they are not all there or their
/// type is not known.
std::optional<ByteView> elements_of(const ir::StoredTensor& tensor);

/// Of the first `count` elements: packed types may leave bits of the last byte unused.
std::optional<numeric::Census> census_of(DType dtype, ByteView bytes, uint64_t count);

/// Census of the elements without the padding that the layout needs; nothing where there is none.
std::optional<numeric::Census> logical_census(const ir::StoredTensor& tensor);

/// Calls `use(bytes, count)` for the converted elements, block after block, until it says no.
template <class Use>
bool for_each_block(const tensor::Conversion& conversion, ByteView source, Use use) {
  const uint64_t block = conversion.block(uint64_t{1} << 20U);
  std::vector<std::byte> room(conversion.bytes_of(std::min(block, conversion.count())));
  for (uint64_t first = 0; first < conversion.count(); first += block) {
    const uint64_t count = std::min(block, conversion.count() - first);
    const std::span<std::byte> part(room.data(), conversion.bytes_of(count));
    if (!conversion.write(source, first, count, part) || !use(part, count)) return false;
  }
  return true;
}

}  // namespace omscope::report
