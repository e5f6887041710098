// What an op computes with, in one vocabulary for ONNX and the dialects of compiled models.
#pragma once

#include <string_view>
#include <vector>

#include "omscope/ir/graph.h"

namespace omscope::diff {

struct Parameter {
  std::string_view name;
  std::vector<double> values;
};

/// Spatial parameters hold height and width only, pads are top, left, bottom, right, and axes count
/// from the front; of an ONNX node also what the operator's definition says of absent attributes.
/// What cannot be told is left out. `kind` as kind_of() gives it.
std::vector<Parameter> parameters_of(const ir::Op& op, std::string_view kind, bool is_onnx);

}  // namespace omscope::diff
