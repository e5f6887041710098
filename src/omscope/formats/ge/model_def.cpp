#include "omscope/formats/ge/model_def.h"

#include <unordered_map>

#include <fmt/format.h>

#include "omscope/core/text.h"
#include "omscope/formats/ge/facts.h"
#include "omscope/formats/ge/readers.h"

namespace omscope::ge {
namespace {

using wire::bytes;
using wire::varint;

using GraphIndex = std::unordered_map<std::string_view, uint32_t>;

/// Whether an op of `graph` must not run `candidate`: because it runs inside of it, or because
/// graphs are already nested deeper than any real model's (which also bounds this walk).
bool would_not_end(const ir::Model& model, uint32_t graph, uint32_t candidate) {
  for (int steps = 0; graph != ir::kNowhere; ++steps) {
    if (graph == candidate || steps == Context::kMostDepth) return true;
    graph = model.graphs[graph].parent.graph;
  }
  return false;
}

void link_op(Context& context, ir::OpRef self, const GraphIndex& by_name, const ir::Op& op) {
  for (size_t i = 0; i < op.subgraph_names.size(); ++i) {
    const std::string_view name = op.subgraph_names[i];
    if (name.empty()) continue;
    const auto found = by_name.find(name);
    const bool exists = found != by_name.end();
    if (!exists || would_not_end(context.model, self.graph, found->second)) {
      context.bad_subgraphs.add(
          context.model.offset_of(as_bytes(name)),
          fmt::format("op '{}' runs sub-graph '{}', which {}", for_terminal(op.name),
                      for_terminal(name),
                      exists ? "contains the op, or is nested too deep" : "does not exist"));
      continue;
    }
    op.subgraphs[i] = found->second;
    ir::Graph& graph = context.model.graphs[found->second];
    if (graph.parent.graph == ir::kNowhere) graph.parent = self;
  }
}

/// Sub-graphs are named by the ops that run them and may stand anywhere in the message, so they are
/// linked when all are read.
void link_subgraphs(Context& context, const std::vector<uint32_t>& top_graphs) {
  GraphIndex by_name;
  for (const uint32_t graph : top_graphs) {
    by_name.try_emplace(context.model.graphs[graph].name, graph);
  }
  for (const uint32_t graph : top_graphs) {
    const ir::List<ir::Op> ops = context.model.graphs[graph].ops;
    for (uint32_t at = 0; at < ops.size(); ++at) link_op(context, {graph, at}, by_name, ops[at]);
  }
}

ModelDef read_outline(Context& context, ByteView message) {
  ModelDef out;
  wire::Reader reader(message);
  while (reader.next()) {
    switch (reader.tag()) {
      case bytes(1): out.name = reader.text(); break;
      case varint(2): out.version = reader.int64(); break;
      case bytes(3): out.custom_version = reader.text(); break;
      case bytes(7):          // graph
      case bytes(11):         // attr
      case bytes(12): break;  // attr_groups
      default: context.unknown_field("ModelDef", reader);
    }
  }
  if (reader.damaged()) context.damaged(reader, "model");
  return out;
}

std::string external_name(std::string_view location) {
  // Names without a folder mean the folder `weight/` beside the model.
  if (location.find('/') != std::string_view::npos) return std::string(location);
  return "weight/" + std::string(location);
}

/// A constant in another file: the op says where, the file is looked for beside the model.
const ir::Tensor* file_constant(Context& context, const ir::Op& op) {
  ir::Model& model = context.model;
  auto* tensor = model.arena.make<ir::Tensor>();
  if (!op.outputs.empty()) tensor->type = *op.outputs[0];
  if (const auto dtype = ir::get<DType>(op.attrs, "dtype")) tensor->type.dtype = *dtype;
  tensor->storage = ir::Storage::kExternal;
  tensor->location = ir::get_text(op.attrs, "location");
  if (tensor->location.empty()) tensor->location = ir::get_text(op.attrs, "file_path");
  const int64_t offset = ir::get<int64_t>(op.attrs, "offset").value_or(0);
  const int64_t length = ir::get<int64_t>(op.attrs, "length").value_or(0);
  tensor->offset = offset < 0 ? 0 : static_cast<uint64_t>(offset);
  tensor->has_offset = true;
  tensor->size =
      length > 0 ? static_cast<uint64_t>(length) : ir::exact_bytes(tensor->type).value_or(0);
  if (tensor->location.empty()) {
    model.problems.warning(
        Code::kExternalMissing, std::nullopt, context.where,
        fmt::format("op '{}' does not say in which file its constant is", for_terminal(op.name)));
    return tensor;
  }
  tensor->location = model.arena.text(external_name(tensor->location));
  return tensor;
}

}  // namespace

ModelDef read_model_def(Context& context, ByteView message, AttrDictionary& dictionary,
                        const AttrDictionary* root) {
  ModelDef out = read_outline(context, message);
  const wire::FieldCounts counts(message);
  // The dictionary stands behind the graphs that need it.
  out.attrs = read_attrs(context, message, 11, counts[11], Names::kPlain);
  dictionary = AttrDictionary(out.attrs, root);
  context.dictionary = &dictionary;
  out.first_graph = static_cast<uint32_t>(context.model.graphs.size());
  context.root_graph = out.first_graph;
  std::vector<uint32_t> top_graphs;
  size_t empty_graphs = 0;
  for (wire::Reader reader(message); reader.next_or_cut();) {
    if (reader.tag() != bytes(7)) continue;
    if (reader.payload().empty()) {
      ++empty_graphs;
      continue;
    }
    const uint32_t graph = read_graph(context, reader.payload(), {});
    if (graph != ir::GraphRef::kNoGraph) top_graphs.push_back(graph);
  }
  if (empty_graphs > 0) {
    context.model.problems.error(Code::kBadValue, std::nullopt, context.where,
                                 fmt::format("{} empty graphs were left out", empty_graphs));
  }
  link_subgraphs(context, top_graphs);
  return out;
}

ModelDef read_single_graph(Context& context, ByteView graph) {
  ModelDef out;
  out.first_graph = read_graph(context, graph, {});
  if (out.first_graph == ir::GraphRef::kNoGraph) return out;
  out.name = context.model.graphs[out.first_graph].name;
  context.model.info.name = out.name;
  read_interface(context, out);
  collect_weights(context, out.first_graph);
  return out;
}

void collect_weights(Context& context, uint32_t first_graph) {
  for (uint32_t g = first_graph; g < context.model.graphs.size(); ++g) {
    for (const ir::Op& op : context.model.graphs[g].ops) {
      if (op.type == "Const" || op.type == "Constant") {
        if (const auto tensor = ir::get<const ir::Tensor*>(op.attrs, "value")) {
          context.model.add_weight({op.name, g, *tensor});
        }
      } else if (op.type == "FileConstant") {
        context.model.add_weight({op.name, g, file_constant(context, op)});
      }
    }
  }
}

}  // namespace omscope::ge
