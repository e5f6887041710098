// Censuses of tensors as they are stored, and without the padding of their layout.
#pragma once

#include <optional>

#include "omscope/ir/tensor_file.h"
#include "omscope/numeric/census.h"

namespace omscope::report {

/// The elements of `shape` as they lie in the file; nothing where they are not all there or their
/// type is not known.
std::optional<ByteView> elements_of(const ir::StoredTensor& tensor);

/// Of the first `count` elements: packed types may leave bits of the last byte unused.
std::optional<numeric::Census> census_of(DType dtype, ByteView bytes, uint64_t count);

/// Census of the elements without the padding that the layout needs; nothing where there is none.
std::optional<numeric::Census> logical_census(const ir::StoredTensor& tensor);

}  // namespace omscope::report
