// Graphs of ops.
#pragma once

#include <string_view>

#include "omscope/ir/attr.h"

namespace omscope::ir {

constexpr uint32_t kNowhere = 0xFFFFFFFFU;

/// One input slot of an op.
struct Input {
  std::string_view source;   ///< op (ONNX: also graph input or initializer) that feeds it; ""
                             ///< where an optional slot is not connected
  int32_t source_index = 0;  ///< output slot of the source
  uint32_t source_op =
      kNowhere;  ///< index in Graph::ops; kNowhere where no such op is in the graph
  const TensorType* type = nullptr;  ///< never null after reading
  std::string_view value;            ///< ONNX: the value's name
};

/// What only a compiled op has: its place in the memory plan. Offsets and bytes in feature-map
/// memory unless the writer says otherwise.
struct Plan {
  List<int64_t> input_offsets;
  List<int64_t> output_offsets;
  List<int64_t> workspace_offsets;
  List<int64_t> workspace_bytes;
  List<bool> is_input_const;
};

struct Op {
  std::string_view name;
  std::string_view type;
  std::string_view domain;  ///< ONNX operator set; "" is the standard's own
  int64_t id = -1;          ///< as recorded; -1: the format has none
  int64_t stream_id = 0;
  std::span<Input> inputs;
  List<std::string_view> control_inputs;  ///< names of ops that must run before
  List<const TensorType*> outputs;
  List<std::string_view> output_names;    ///< ONNX: the values that it makes
  List<Attr> attrs;                       ///< sorted by name
  List<std::string_view> origin_ops;      ///< ops of the source model that it carries out
  List<std::string_view> subgraph_names;  ///< graphs that it runs
  std::span<uint32_t> subgraphs;          ///< the same as indexes in Model::graphs, or kNowhere
  const Plan* plan = nullptr;             ///< nullptr: not compiled
};

/// The op that owns a sub-graph.
struct OpRef {
  uint32_t graph = kNowhere;
  uint32_t op = kNowhere;
};

struct Graph {
  std::string_view name;
  uint32_t table = 0;        ///< partition table it was found in
  bool is_function = false;  ///< body of an ONNX function, not part of the network itself
  bool from_bytes = false;   ///< its op holds it as bytes, which texts of the model leave out
  OpRef parent;              ///< kNowhere in a root graph
  List<Op> ops;
  List<Attr> attrs;
  List<std::string_view> inputs;  ///< names of what comes in: ops ("name:0"), ONNX: values
  List<std::string_view> outputs;
};

}  // namespace omscope::ir
