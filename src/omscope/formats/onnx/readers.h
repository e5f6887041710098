// The messages of an ONNX model (onnx.proto), each turned into its part of the neutral model. Field
// numbers are those of onnx.proto up to IR version 11; what Debian's schema (1.12) lacks is marked.
#pragma once

#include <memory_resource>
#include <unordered_map>
#include <vector>

#include "omscope/formats/wire/context.h"

namespace omscope::onnx {

using wire::Filler;
using wire::Nested;

/// Types of values that are stated beside the nodes, by the value's name.
using Types = std::pmr::unordered_map<std::string_view, const ir::TensorType*>;

struct Context : wire::Context {
  using wire::Context::Context;

  /// Of what is only needed while reading: hundreds of thousands of small nodes, freed in one go.
  std::pmr::monotonic_buffer_resource pool;

  // Of each graph, for `resolve_edges`.
  std::pmr::unordered_map<uint32_t, Types> types{&pool};
  std::pmr::unordered_map<uint32_t, std::pmr::vector<std::string_view>> initializers{&pool};

  /// The same without making an empty entry.
  const Types& types_of(uint32_t graph) const {
    static const Types kNone;
    const auto found = types.find(graph);
    return found == types.end() ? kNone : found->second;
  }

  wire::Tally bad_weights{Severity::kWarning, Code::kBadWeight,
                          "tensors hold another number of bytes than their shape needs"};

  /// Reports what was only counted so far.
  void report();
};

/// One ValueInfoProto: a name and a type. Never returns nullptr.
const ir::TensorType* read_value_info(Context& context, ByteView message);

/// One TypeProto into `type`.
void read_type(Context& context, ByteView message, ir::TensorType& type);

/// One TensorProto, with its bytes as numpy would lay them out. Never returns nullptr.
const ir::Tensor* read_tensor(Context& context, ByteView message);

/// The values and, as a second constant, the indices of one SparseTensorProto.
struct SparseTensor {
  const ir::Tensor* values = nullptr;
  const ir::Tensor* indices = nullptr;
};
SparseTensor read_sparse_tensor(Context& context, ByteView message);

/// The AttributeProtos in field `field` of a node or function, sorted by name.
ir::List<ir::Attr> read_attrs(Context& context, ByteView message, unsigned field, size_t count);

/// The NodeProtos in field `field` of a graph or function, whose stated types must be in `context`.
std::span<ir::Op> read_nodes(Context& context, ByteView message, unsigned field,
                             uint32_t graph_index);

/// All texts of repeated field `field`.
ir::List<std::string_view> read_texts(Context& context, ByteView message, unsigned field);

/// One GraphProto, added to the model's graphs; kNoGraph where it is nested too deep.
uint32_t read_graph(Context& context, ByteView message, ir::OpRef parent);

/// Gives each input the node that makes it and its type. A value may come from an outer graph.
void resolve_edges(Context& context);

}  // namespace omscope::onnx
