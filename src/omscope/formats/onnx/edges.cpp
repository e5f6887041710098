#include <unordered_set>

#include <fmt/format.h>

#include "omscope/core/text.h"
#include "omscope/formats/onnx/readers.h"

namespace omscope::onnx {
namespace {

/// What makes a value: a node's output, or the graph itself (an input or an initializer).
struct Producer {
  uint32_t op = ir::kNowhere;
  int32_t slot = 0;
  const ir::TensorType* type = nullptr;
};
using Producers = std::pmr::unordered_map<std::string_view, Producer>;

Producers producers_of(Context& context, uint32_t index) {
  const ir::Graph& graph = context.model.graphs[index];
  Producers producers(graph.inputs.size() + context.initializers[index].size() + graph.ops.size(),
                      &context.pool);
  const Types& types = context.types_of(index);
  const auto add_given = [&](std::string_view name) {
    const auto type = types.find(name);
    producers.try_emplace(name,
                          Producer{ir::kNowhere, 0, type == types.end() ? nullptr : type->second});
  };
  for (const std::string_view name : graph.inputs) add_given(name);
  for (const std::string_view name : context.initializers[index]) add_given(name);
  for (uint32_t at = 0; at < graph.ops.size(); ++at) {
    const ir::Op& op = graph.ops[at];
    for (size_t slot = 0; slot < op.output_names.size() && slot < op.outputs.size(); ++slot) {
      const std::string_view name = op.output_names[slot];
      if (name.empty()) continue;
      const Producer producer{at, static_cast<int32_t>(slot), op.outputs[slot]};
      if (producers.try_emplace(name, producer).second) continue;
      context.duplicate_names.add(
          context.model.offset_of(as_bytes(name)),
          fmt::format("value '{}' is made more than once", for_terminal(name)));
    }
  }
  return producers;
}

struct Found {
  const Producer* producer = nullptr;
  uint32_t graph = 0;
};

class Scopes {
 public:
  explicit Scopes(Context& context) : context_(context) {
    const size_t count = context.model.graphs.size();
    for (uint32_t g = 0; g < count; ++g) scopes_.push_back(producers_of(context, g));
  }

  /// In the graph itself, else in the graphs around it.
  Found find(uint32_t graph, std::string_view name) const {
    while (graph != ir::kNowhere) {
      const auto found = scopes_[graph].find(name);
      if (found != scopes_[graph].end()) return {&found->second, graph};
      graph = context_.model.graphs[graph].parent.graph;
    }
    return {};
  }

 private:
  Context& context_;
  std::vector<Producers> scopes_;
};

void resolve(Context& context, const Scopes& scopes, uint32_t graph, const ir::Op& op,
             ir::Input& input) {
  if (input.value.empty()) return;  // an optional input that is left out
  input.source = input.value;
  const Found found = scopes.find(graph, input.value);
  if (found.producer == nullptr) {
    context.bad_edges.add(
        context.model.offset_of(as_bytes(input.value)),
        fmt::format("node '{}' ({}) uses value '{}', which nothing makes", for_terminal(op.name),
                    for_terminal(op.type), for_terminal(input.value)));
    return;
  }
  if (found.producer->type != nullptr) input.type = found.producer->type;
  if (found.producer->op == ir::kNowhere) return;
  input.source_index = found.producer->slot;
  const ir::Op& source = context.model.graphs[found.graph].ops[found.producer->op];
  // A node without a name is known by the value it makes.
  if (!source.name.empty()) input.source = source.name;
  if (found.graph == graph) input.source_op = found.producer->op;
}

void count_duplicate_names(Context& context, const ir::Graph& graph) {
  std::pmr::unordered_set<std::string_view> seen(graph.ops.size(), &context.pool);
  for (const ir::Op& op : graph.ops) {
    if (op.name.empty() || seen.insert(op.name).second) continue;
    context.duplicate_names.add(context.model.offset_of(as_bytes(op.name)),
                                fmt::format("two nodes of graph '{}' are called '{}'",
                                            for_terminal(graph.name), for_terminal(op.name)));
  }
}

}  // namespace

void resolve_edges(Context& context) {
  const Scopes scopes(context);
  for (uint32_t g = 0; g < context.model.graphs.size(); ++g) {
    const ir::Graph& graph = context.model.graphs[g];
    count_duplicate_names(context, graph);
    for (const ir::Op& op : graph.ops) {
      for (ir::Input& input : op.inputs) resolve(context, scopes, g, op, input);
    }
  }
}

}  // namespace omscope::onnx
