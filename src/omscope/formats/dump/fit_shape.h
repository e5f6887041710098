// Whether a tensor's shape and its size tell the same.
#pragma once

#include <span>

#include "omscope/core/problem.h"
#include "omscope/ir/tensor_file.h"

namespace omscope::dump {

/// Sets `shape` from the dims of a header, after dtype and size are set. A producer's habits are
/// seen through and warned of: sizes rounded up, dims repeated once per executed step, no dims at
/// all. Dims that no tensor has are an error, and leave the tensor without a shape.
///
///   | dims                        | shape                                                       |
///   |-----------------------------|-------------------------------------------------------------|
///   | none, size of one element   | scalar                                                      |
///   | none, another size          | one dim, as many elements as there are bytes for (warning)  |
///   | none, unknown element type  | none: opaque bytes                                          |
///   | more than `kMostDims`, the top bit set, a product beyond 64 bits | none (error)           |
///   | repeated n times, size fits one | one of them (warning)                                   |
///   | otherwise                   | as they are; a warning when size is not what they need      |
void fit_shape(ir::StoredTensor& tensor, std::span<const uint64_t> dims, Problems& problems,
               std::optional<uint64_t> at);

/// Dims before the compiler changed the layout; left out where they are no sound shape.
void set_origin_shape(ir::StoredTensor& tensor, std::span<const uint64_t> dims);

/// Adds to the note, with "; " between.
void add_note(ir::StoredTensor& tensor, std::string_view text);

}  // namespace omscope::dump
