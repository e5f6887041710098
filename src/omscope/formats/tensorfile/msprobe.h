// msprobe's dump.json, construct.json and stack.json.
//
//   dump.json       {task, level, framework, dump_data_dir, data: {API: {input_args, input_kwargs,
//                   output, …: tensors, scalars, lists and dicts of them}}}. A tensor is an object
//                   with a type that ends in "Tensor", dtype, shape, Max, Min, Mean, Norm; in
//                   tensor mode data_name, a file in dump_tensor_data beside it
//   construct.json  {API or module: the module around it, or null}
//   stack.json      {API: [lines]}, later {"0": [[APIs], [lines]]}
//
// Python writes NaN and Infinity as bare words, which JSON does not have; they are read.
// Source: msprobe's data collector and files it wrote.
#pragma once

#include <memory>

#include "omscope/ir/tensor_file.h"

namespace omscope::tensorfile {

bool looks_like_msprobe(ByteView bytes);

/// Tensors are named "input:0", "input:3.1" (nested), "input:dim" (by keyword), "output:0",
/// "parameters:weight"; StoredTensor::op is the API. Data files are looked for in the folder of the
/// JSON file alone. construct.json and stack.json become tables.
std::unique_ptr<ir::TensorFile> read_msprobe(const std::shared_ptr<const FileBytes>& file);

}  // namespace omscope::tensorfile
