// PyTorch tensors as torch.save writes them since 1.6: a zip archive with
//
//   NAME/data.pkl      the object, tensors as calls of torch._utils._rebuild_tensor_v2 with
//                      (storage, offset, size, stride, requires_grad, hooks)
//   NAME/data/KEY      the bytes of one storage, stored
//   NAME/byteorder     "little" or "big" (2.1 and later)
//   NAME/version       "3"
//
// The storage is a persistent id ("storage", class, KEY, device, number of elements). torch_npu
// writes the same with a _rebuild_npu_tensor of its own. Source: torch/serialization.py, _utils.py.
#pragma once

#include <memory>

#include "omscope/ir/tensor_file.h"

namespace omscope::tensorfile {

/// Whether it is such an archive, or a file of torch before 1.6.
bool looks_like_pt(ByteView bytes);

/// A tensor, or lists, tuples and dicts of tensors; each is named by its path, "layer.weight". No
/// code of the pickle is run: what is no plain tensor is refused.
std::unique_ptr<ir::TensorFile> read_pt(const std::shared_ptr<const FileBytes>& file);

}  // namespace omscope::tensorfile
