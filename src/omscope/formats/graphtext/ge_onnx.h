// `ge_onnx` graph dumps: a Graph Engine graph in the clothes of an ONNX model.
//
// Ops are nodes with op_type "ge:<Type>"; inputs are "source:index", "" for an unconnected slot,
// then "source:-1" for control edges. Descriptors are spread over node attributes
// (`input_desc_dtype:0`, `output_desc_attr_<key>:1`), beside plain fields (`id`, `input_i`) and the
// op's own attributes. Sub-graphs are nodes of type "subgraph" in the root graph, each with one
// attribute `graph`; which op runs which is not written. What else the format cannot hold:
// limits.h.
#pragma once

#include "omscope/ir/model.h"

namespace omscope::graphtext {

/// Whether text-format ONNX is such a dump.
bool is_ge_onnx(std::string_view text);

/// Turns the nodes of `model`, read as plain ONNX, into the ops that they stand for.
void ge_graphs_from_onnx(ir::Model& model);

}  // namespace omscope::graphtext
