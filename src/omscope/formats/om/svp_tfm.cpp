#include <unordered_map>

#include "omscope/formats/ge/readers.h"
#include "omscope/formats/om/svp.h"

namespace omscope::om {
namespace {

using wire::bytes;
using wire::varint;

struct TfmTensor {
  const ir::TensorType* type = nullptr;
  std::string_view producer;  ///< layer
  int32_t slot = 0;
};
using TfmTensors = std::unordered_map<uint64_t, TfmTensor>;

struct Reading {
  ge::Context& context;
  bool weights_only;
};

void read_tensor(Reading& reading, ByteView message, TfmTensors& tensors) {
  auto* type = reading.context.model.arena.make<ir::TensorType>();
  uint64_t id = 0;
  for (wire::Reader reader(message); reader.next();) {
    if (reader.tag() == bytes(1)) type->name = reader.text();
    if (reader.tag() == varint(2)) id = reader.uint64();
  }
  type->shape = wire::read_numbers(reading.context, message, 7);
  type->has_shape = true;
  tensors[id].type = type;
}

struct Layer {
  std::string_view name;
  std::string_view type;
  std::string_view subgraph;
  int64_t id = 0;
  ByteView convolution;
};

Layer read_layer(Reading& reading, ByteView message) {
  Layer layer;
  wire::Reader reader(message);
  while (reader.next()) {
    switch (reader.tag()) {
      case bytes(1): layer.name = reader.text(); break;
      case bytes(2): layer.type = reader.text(); break;
      case varint(3): layer.id = reader.int64(); break;
      case bytes(40): layer.subgraph = reader.text(); break;
      case bytes(300): layer.convolution = reader.payload(); break;
      default: break;
    }
  }
  if (reader.damaged()) reading.context.damaged(reader, "layer");
  return layer;
}

/// A filter {3 shape, 4 data} is int8; what a bias {4 data} is made of is not known.
void add_weight(Reading& reading, ByteView message, const Layer& layer, bool is_filter) {
  ir::Model& model = reading.context.model;
  auto* tensor = model.arena.make<ir::Tensor>();
  for (wire::Reader reader(message); reader.next();) {
    if (reader.tag() == bytes(3)) {
      tensor->type.shape = wire::read_numbers(reading.context, reader.payload(), 1);
      tensor->type.has_shape = true;
    }
    if (reader.tag() == bytes(4)) tensor->bytes = reader.payload();
  }
  if (tensor->bytes.empty()) return;
  if (is_filter) tensor->type.dtype = DType::kInt8;
  tensor->storage = ir::Storage::kInline;
  tensor->size = tensor->bytes.size();
  tensor->offset = model.offset_of(tensor->bytes).value_or(0);
  tensor->has_offset = true;
  model.add_weight({layer.name, 0, tensor});
}

void read_convolution(Reading& reading, const Layer& layer) {
  for (wire::Reader reader(layer.convolution); reader.next();) {
    if (reader.tag() == bytes(40)) add_weight(reading, reader.payload(), layer, true);
    if (reader.tag() == bytes(41)) add_weight(reading, reader.payload(), layer, false);
  }
}

const ir::TensorType* type_of(const TfmTensors& tensors, int64_t id) {
  static const ir::TensorType kNoType;
  const auto found = tensors.find(static_cast<uint64_t>(id));
  return found == tensors.end() || found->second.type == nullptr ? &kNoType : found->second.type;
}

ir::Op make_op(Reading& reading, ByteView message, const Layer& layer, TfmTensors& tensors) {
  Arena& arena = reading.context.model.arena;
  ir::Op op;
  op.name = layer.name;
  op.type = layer.type;
  op.id = layer.id;
  const auto outputs = wire::read_numbers(reading.context, message, 5);
  ge::Filler<const ir::TensorType*> types(arena, outputs.size());
  for (size_t i = 0; i < outputs.size(); ++i) {
    TfmTensor& tensor = tensors[static_cast<uint64_t>(outputs[i])];
    tensor.producer = layer.name;
    tensor.slot = static_cast<int32_t>(i);
    types.add(type_of(tensors, outputs[i]));
  }
  op.outputs = types.list();
  if (!layer.subgraph.empty()) {
    const auto names = arena.array<std::string_view>(1);
    names[0] = layer.subgraph;
    op.subgraph_names = names;
    op.subgraphs = arena.array<uint32_t>(1);
    op.subgraphs[0] = ir::kNowhere;
  }
  return op;
}

/// Edges go through tensors, whose producers are known when all layers are.
void connect(Reading& reading, ByteView message, const TfmTensors& tensors, ir::Op& op) {
  const auto ids = wire::read_numbers(reading.context, message, 4);
  op.inputs = reading.context.model.arena.array<ir::Input>(ids.size());
  for (size_t i = 0; i < ids.size(); ++i) {
    op.inputs[i].type = type_of(tensors, ids[i]);
    const auto found = tensors.find(static_cast<uint64_t>(ids[i]));
    if (found == tensors.end()) continue;
    op.inputs[i].source = found->second.producer;
    op.inputs[i].source_index = found->second.slot;
  }
}

void read_graph(Reading& reading, ByteView message) {
  ir::Model& model = reading.context.model;
  const wire::FieldCounts counts(message);
  TfmTensors tensors;
  ge::Filler<ir::Op> ops(model.arena, counts[4]);
  std::string_view name;
  for (wire::Reader reader(message); reader.next();) {
    if (reader.tag() == bytes(1)) name = reader.text();
    if (reader.tag() == bytes(5)) read_tensor(reading, reader.payload(), tensors);
  }
  for (wire::Reader reader(message); reader.next();) {
    if (reader.tag() != bytes(4)) continue;
    const Layer layer = read_layer(reading, reader.payload());
    read_convolution(reading, layer);
    if (!reading.weights_only) ops.add(make_op(reading, reader.payload(), layer, tensors));
  }
  if (reading.weights_only) return;
  const std::span<ir::Op> list = ops.list();
  size_t at = 0;
  for (wire::Reader reader(message); reader.next();) {
    if (reader.tag() != bytes(4) || at == list.size()) continue;
    connect(reading, reader.payload(), tensors, list[at++]);
  }
  ir::Graph& graph = model.add_graph();
  graph.name = name;
  graph.ops = list;
  ge::resolve_edges(reading.context, graph);
}

void link_subgraphs(ir::Model& model) {
  std::unordered_map<std::string_view, uint32_t> by_name;
  for (uint32_t g = 1; g < model.graphs.size(); ++g) by_name.try_emplace(model.graphs[g].name, g);
  if (model.graphs.empty()) return;
  const ir::List<ir::Op> ops = model.graphs[0].ops;
  for (uint32_t at = 0; at < ops.size(); ++at) {
    if (ops[at].subgraph_names.empty()) continue;
    const auto found = by_name.find(ops[at].subgraph_names[0]);
    if (found == by_name.end()) continue;
    ops[at].subgraphs[0] = found->second;
    model.graphs[found->second].parent = {0, at};
  }
}

}  // namespace

void read_svp_tfm(ir::Model& model, ByteView tfm, bool weights_only) {
  ge::Context context(model, "tfm");
  Reading reading{context, weights_only};
  wire::Reader reader(tfm);
  while (reader.next()) {
    if (reader.tag() == bytes(4) && !reader.payload().empty()) {
      read_graph(reading, reader.payload());
    }
  }
  if (reader.damaged()) context.damaged(reader, "tfm");
  link_subgraphs(model);
  context.report();
  model.problems.info(Code::kUndocumented, model.offset_of(tfm), "tfm",
                      "this section has no public description; ops and filters are shown as far "
                      "as they are understood");
}

}  // namespace omscope::om
