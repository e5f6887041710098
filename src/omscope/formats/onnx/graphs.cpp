#include "omscope/core/text.h"
#include "omscope/formats/onnx/readers.h"

namespace omscope::onnx {
namespace {

using wire::bytes;
using wire::varint;

/// Graphs in the attributes of a node, as its sub-graphs.
void link_subgraphs(Context& context, ir::Op& op) {
  size_t count = 0;
  for (const ir::Attr& attr : op.attrs) {
    count += std::holds_alternative<ir::GraphRef>(attr.value) ? 1U : 0U;
    if (const auto* list = std::get_if<ir::List<ir::GraphRef>>(&attr.value)) count += list->size();
  }
  if (count == 0) return;
  Filler<uint32_t> graphs(context.model.arena, count);
  Filler<std::string_view> names(context.model.arena, count);
  const auto add = [&](ir::GraphRef reference) {
    if (reference.index == ir::GraphRef::kNoGraph) return;
    graphs.add(reference.index);
    names.add(context.model.graphs[reference.index].name);
  };
  for (const ir::Attr& attr : op.attrs) {
    if (const auto* one = std::get_if<ir::GraphRef>(&attr.value)) add(*one);
    if (const auto* list = std::get_if<ir::List<ir::GraphRef>>(&attr.value)) {
      for (const ir::GraphRef& each : *list) add(each);
    }
  }
  op.subgraphs = graphs.list();
  op.subgraph_names = names.list();
}

/// Output types come from value_info, the graph's outputs, or nowhere.
ir::List<const ir::TensorType*> output_types(Context& context, uint32_t graph,
                                             ir::List<std::string_view> names) {
  static const ir::TensorType kNoType;
  const Types& types = context.types_of(graph);
  Filler<const ir::TensorType*> outputs(context.model.arena, names.size());
  for (const std::string_view name : names) {
    const auto found = types.find(name);
    outputs.add(found == types.end() ? &kNoType : found->second);
  }
  return outputs.list();
}

/// NodeProto.
void read_node(Context& context, ByteView message, ir::OpRef self, ir::Op& op) {
  static const ir::TensorType kNoType;
  const ir::OpRef outer = context.owner;
  context.owner = self;
  const wire::FieldCounts counts(message);
  wire::Reader reader(message);
  while (reader.next()) {
    switch (reader.tag()) {
      case bytes(3): op.name = reader.text(); break;
      case bytes(4): op.type = reader.text(); break;
      case bytes(7): op.domain = reader.text(); break;
      case bytes(1):
      case bytes(2):
      case bytes(5):
      case bytes(6):          // doc_string
      case bytes(8):          // overload (IR 10)
      case bytes(9):          // metadata_props (IR 10)
      case bytes(10): break;  // device_configurations (IR 11)
      default: context.unknown_field("NodeProto", reader);
    }
  }
  if (reader.damaged()) context.damaged(reader, "node " + for_terminal(op.name));
  const auto inputs = read_texts(context, message, 1);
  op.inputs = context.model.arena.array_within_limit<ir::Input>(inputs.size());
  for (size_t i = 0; i < op.inputs.size(); ++i) {
    op.inputs[i].value = inputs[i];
    op.inputs[i].type = &kNoType;
  }
  op.output_names = read_texts(context, message, 2);
  op.outputs = output_types(context, self.graph, op.output_names);
  op.attrs = read_attrs(context, message, 5, counts[5]);
  link_subgraphs(context, op);
  context.owner = outer;
}

void add_initializer(Context& context, uint32_t graph, const ir::Tensor* tensor) {
  if (tensor == nullptr) return;
  context.model.add_weight({tensor->type.name, graph, tensor});
  context.types[graph].insert_or_assign(tensor->type.name, &tensor->type);
  context.initializers[graph].push_back(tensor->type.name);
}

/// Constants that stand in nodes: Constant ops hold them in `value` or `sparse_value`.
void add_constant_nodes(Context& context, uint32_t graph, std::span<const ir::Op> ops) {
  for (const ir::Op& op : ops) {
    if (op.type != "Constant") continue;
    for (const char* name : {"value", "sparse_value"}) {
      const auto tensor = ir::get<const ir::Tensor*>(op.attrs, name);
      if (!tensor) continue;
      const bool named = !op.name.empty() || op.output_names.empty();
      context.model.add_weight({named ? op.name : op.output_names[0], graph, *tensor});
    }
  }
}

struct Values {
  Values(Arena& arena, const wire::FieldCounts& counts, Types& stated)
      : inputs(arena, counts[11]), outputs(arena, counts[12]), types(stated) {}
  Filler<std::string_view> inputs;
  Filler<std::string_view> outputs;
  Types& types;
};

void add_value(Context& context, ByteView message, Values& values,
               Filler<std::string_view>* names) {
  const ir::TensorType* type = read_value_info(context, message);
  if (names != nullptr) names->add(type->name);
  if (!type->name.empty()) values.types.try_emplace(type->name, type);
}

void read_values(Context& context, ByteView message, uint32_t graph, Values& values) {
  wire::Reader reader(message);
  while (reader.next()) {
    const ByteView inner = reader.payload();
    switch (reader.tag()) {
      case bytes(5):
        if (!inner.empty()) add_initializer(context, graph, read_tensor(context, inner));
        break;
      case bytes(11): add_value(context, inner, values, &values.inputs); break;
      case bytes(12): add_value(context, inner, values, &values.outputs); break;
      case bytes(13): add_value(context, inner, values, nullptr); break;
      case bytes(15):
        add_initializer(context, graph, read_sparse_tensor(context, inner).values);
        break;
      case bytes(1):
      case bytes(2):
      case bytes(10):         // doc_string
      case bytes(14):         // quantization_annotation
      case bytes(16): break;  // metadata_props (IR 10)
      default: context.unknown_field("GraphProto", reader);
    }
  }
  if (reader.damaged()) context.damaged(reader, "graph");
}

std::string_view name_of(ByteView message, unsigned field) {
  std::string_view name;
  for (wire::Reader reader(message); reader.next();) {
    if (reader.tag() == bytes(field)) name = reader.text();
  }
  return name;
}

}  // namespace

ir::List<std::string_view> read_texts(Context& context, ByteView message, unsigned field) {
  const wire::FieldCounts counts(message);
  Filler<std::string_view> filler(context.model.arena, counts[field]);
  for (wire::Reader reader(message); reader.next();) {
    if (reader.tag() == bytes(field)) filler.add(reader.text());
  }
  return filler.list();
}

std::span<ir::Op> read_nodes(Context& context, ByteView message, unsigned field,
                             uint32_t graph_index) {
  size_t count = 0;
  size_t empty = 0;
  for (wire::Reader reader(message); reader.next_or_cut();) {
    if (reader.tag() != bytes(field)) continue;
    ++(reader.payload().empty() ? empty : count);
  }
  if (empty > 0) {
    context.model.problems.error(Code::kBadValue, std::nullopt, context.where,
                                 std::to_string(empty) + " empty nodes were left out");
  }
  const auto ops = context.model.arena.array_within_limit<ir::Op>(count);
  uint32_t at = 0;
  for (wire::Reader reader(message); reader.next_or_cut();) {
    if (reader.tag() != bytes(field) || reader.payload().empty() || at == ops.size()) continue;
    ops[at].id = at;  // nodes are stored in an order in which they can run
    read_node(context, reader.payload(), {graph_index, at}, ops[at]);
    ++at;
  }
  return ops;
}

uint32_t read_graph(Context& context, ByteView message, ir::OpRef parent) {
  const Nested nested(context, message);
  if (!nested.ok()) return ir::GraphRef::kNoGraph;
  const auto index = static_cast<uint32_t>(context.model.graphs.size());
  ir::Graph& graph = context.model.add_graph();
  graph.parent = parent;
  graph.name = name_of(message, 2);
  const wire::FieldCounts counts(message);
  Values values(context.model.arena, counts, context.types[index]);
  read_values(context, message, index, values);
  graph.inputs = values.inputs.list();
  graph.outputs = values.outputs.list();
  const auto ops = read_nodes(context, message, 1, index);
  add_constant_nodes(context, index, ops);
  graph.ops = ops;
  return index;
}

}  // namespace omscope::onnx
