// What the readers of tensor files share about elements.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "omscope/core/dtype.h"
#include "omscope/core/result.h"
#include "omscope/ir/tensor_file.h"

namespace omscope::tensorfile {

/// prod(shape) × `element_bytes`; nothing when a dim is negative or the product overflows.
std::optional<uint64_t> product_bytes(ir::List<int64_t> shape, uint64_t element_bytes);

/// By the names that omscope prints ("float32"), numpy's and torch's aliases ("half", "torch.long")
/// and MindSpore's ("Float32").
DType dtype_from_name(std::string_view name);

/// Marks a tensor with fewer bytes than its size as cut, with a problem.
void check_complete(ir::TensorFile& out, ir::StoredTensor& tensor);

/// Room that lives as long as `out`; not memory, when it is much.
Result<std::span<std::byte>> own_room(ir::TensorFile& out, uint64_t size);

/// A copy that `out` owns, each `width` bytes in the opposite order; a rest shorter than that
/// stays.
Result<ByteView> own_swapped(ir::TensorFile& out, ByteView bytes, uint64_t width);

}  // namespace omscope::tensorfile
