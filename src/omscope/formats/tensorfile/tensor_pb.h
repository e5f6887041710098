// ONNX tensors in a file of their own, as ONNX's test data sets have them: one TensorProto,
// SequenceProto or OptionalProto (onnx.proto, onnx-data.proto). There is no magic.
//
//   SequenceProto  1 name, 2 elem_type, 3 tensor_values*, 4 sparse_tensor_values*,
//                  5 sequence_values*, 6 map_values*, 7 optional_values*
//   OptionalProto  1 name, 2 elem_type, 3 tensor_value, 4 sparse_tensor_value, 5 sequence_value,
//                  6 map_value, 7 optional_value
//
// The two agree on the wire, but for the number of values. elem_type is 1 for tensors, 2 sparse,
// 3 sequences, 4 maps, 5 optionals.
#pragma once

#include <memory>

#include "omscope/ir/tensor_file.h"

namespace omscope::tensorfile {

/// Whether every field fits one of the messages; a model is none of them.
bool looks_like_tensor_pb(ByteView bytes);

/// Tensors keep their names; those without are "output:0", "output:1", …
std::unique_ptr<ir::TensorFile> read_tensor_pb(const std::shared_ptr<const FileBytes>& file);

}  // namespace omscope::tensorfile
