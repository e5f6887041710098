// Tensors of the Ascend Transformer Boost library.
//
// Lines "key=value" up to and including "$End=…", then the elements:
//
//     $Version=1.0      format=2           (ge::Format)
//     $Object.Count=1   dtype=1            (ge::DataType)
//     $Object.Length=24 dims=3,4
//                       data=0,24          (offset behind the lines, bytes)
//
// Keys with a dollar are metadata of the file, the others of the tensor.
#pragma once

#include <memory>

#include "omscope/ir/tensor_file.h"

namespace omscope::dump {

bool looks_like_atb(ByteView start);
std::unique_ptr<ir::TensorFile> read_atb(const std::shared_ptr<const FileBytes>& file);

}  // namespace omscope::dump
