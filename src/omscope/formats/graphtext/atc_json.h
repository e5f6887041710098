// Writes the JSON of `atc --mode=1` (om) and `--mode=5` (ge_proto text), without CANN.
//
// Field for field as atc writes it: members sorted, only what is set, maps as lists of {"key",
// "value"}, enums by name, single floats as "%g" text, single bytes with C escapes, elements with
// nothing to show as null, attribute compression undone. Left out, at any depth: output,
// data_offset, data, workspace, workspace_bytes, memory_size, weight_size, size, bt,
// quantize_factor; and what is nested deeper than 20. Only the graphs of the first table.
#pragma once

#include <ostream>

#include "omscope/core/result.h"
#include "omscope/ir/model.h"

namespace omscope::graphtext {

/// Fails for models that hold no ModelDef (ONNX, SVP, files of 2019).
Result<Done> write_atc_json(const ir::Model& model, std::ostream& out);

}  // namespace omscope::graphtext
