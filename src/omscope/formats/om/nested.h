// Whole models inside of a model: flow models and bundles.
//
// FLOW_SUBMODEL (repeats) is a SubmodelDef: 1 model_name, 2 model_type, 3 om_data (a whole .om or a
// package of user code), 4 graph, 9 om_data_file_path. FLOW_MODEL (queues and endpoints between
// them) is a FlowModelDef: 1 model_name, 3 submodel_name. BUNDLE_MODEL_INFO (repeats) is a whole
// .om, BUNDLE_MODEL_VAR_INFO an i64 with the size of shared variables.
#pragma once

#include "omscope/ir/model.h"

namespace omscope::om {

/// Reads the nested models of `model` into its submodels.
void read_nested(ir::Model& model, int nesting);

}  // namespace omscope::om
