// The parts of a model as JSON. Keys and their meaning: docs/inspect.md.
#pragma once

#include "omscope/core/json.h"
#include "omscope/ir/model.h"

namespace omscope::report {

/// Shape, dtype and layout keys of `type`, added to `into`.
void add_type(const ir::TensorType& type, Json& into);

Json attr_json(const ir::Model& model, const ir::AttrValue& value);

/// {NAME: {type, value}}.
Json attrs_json(const ir::Model& model, ir::List<ir::Attr> attrs);

Json op_json(const ir::Model& model, const ir::Op& op);

/// What to call an op that owns a sub-graph; nodes of ONNX often have no name.
std::string op_label(const ir::Op& op, uint32_t index);

Json problem_json(const Problem& problem);
Json problems_json(const Problems& problems);

/// The keys `container` and `model`.
Json container_json(const ir::Model& model);
Json model_info_json(const ir::Model& model);

}  // namespace omscope::report
