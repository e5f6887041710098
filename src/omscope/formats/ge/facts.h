// What the attributes of a Graph Engine model mean to its user.
#pragma once

#include "omscope/formats/ge/context.h"
#include "omscope/formats/ge/model_def.h"

namespace omscope::ge {

/// Fills Model::info from model attributes and Model::attrs.
void read_info(ir::Model& model, const ModelDef& def);

/// Fills inputs, outputs, gears and AIPP from graph[0] of `def`, by the rules that the runtime
/// itself uses when a file has no MODEL_INOUT_INFO.
void read_interface(Context& context, const ModelDef& def);

/// The parts of `read_interface` that no MODEL_INOUT_INFO replaces.
void read_dynamic(ir::Model& model, const ir::Graph& root);
/// Without gears, any input or output with an unknown dim makes a model dynamic.
void note_free_dims(ir::Model& model);
void read_aipp(ir::Model& model, const ir::Graph& root);

bool is_data_op(std::string_view type);

}  // namespace omscope::ge
