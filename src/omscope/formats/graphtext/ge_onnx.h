// `ge_onnx` graph dumps: a Graph Engine graph in the clothes of an ONNX model.
//
// Ops are nodes with op_type "ge:<Type>"; inputs are "source:index", "" for an unconnected slot,
// then "source:-1" for control edges. Descriptors are spread over node attributes
// (`input_desc_dtype:0`, `output_desc_attr_<key>:1`), beside plain fields (`id`, `input_i`) and the
// op's own attributes. Sub-graphs are nodes of type "subgraph" in the root graph, each with one
// attribute `graph`; which op runs which is not written.
#pragma once

#include "omscope/ir/model.h"

namespace omscope::graphtext {

/// Whether text-format ONNX is such a dump.
bool is_ge_onnx(std::string_view text);

/// Turns the nodes of `model`, read as plain ONNX, into the ops that they stand for.
void ge_graphs_from_onnx(ir::Model& model);

/// What this format does not hold of a ge_proto dump of the same stage. Comparisons between the two
/// leave exactly this out.
struct NotHeld {
  std::string_view what;
  std::string_view why;
};
std::span<const NotHeld> not_held_by_ge_onnx();

}  // namespace omscope::graphtext
