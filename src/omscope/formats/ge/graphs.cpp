#include <memory_resource>
#include <unordered_map>

#include <fmt/format.h>

#include "omscope/core/text.h"
#include "omscope/formats/ge/readers.h"

namespace omscope::ge {
namespace {

using wire::bytes;
using OpIndex = std::pmr::unordered_map<std::string_view, uint32_t>;

/// Of ops that share a name the first one counts, as for Graph Engine.
OpIndex index_ops(Context& context, const ir::Graph& graph, std::pmr::memory_resource& memory) {
  OpIndex index(graph.ops.size(), &memory);
  for (uint32_t i = 0; i < graph.ops.size(); ++i) {
    const std::string_view name = graph.ops[i].name;
    if (!index.try_emplace(name, i).second) {
      context.duplicate_names.add(context.model.offset_of(as_bytes(name)),
                                  fmt::format("two ops of graph '{}' are called '{}'",
                                              for_terminal(graph.name), for_terminal(name)));
    }
  }
  return index;
}

void bad_edge(Context& context, const ir::Graph& graph, const ir::Op& op, std::string_view source,
              std::string_view why) {
  context.bad_edges.add(
      context.model.offset_of(as_bytes(source)),
      fmt::format("op '{}' of graph '{}' takes an input from '{}', {}", for_terminal(op.name),
                  for_terminal(graph.name), for_terminal(source), why));
}

void resolve_inputs(Context& context, const ir::Graph& graph, const OpIndex& index,
                    const ir::Op& op) {
  for (ir::Input& input : op.inputs) {
    if (input.source.empty()) continue;
    const auto found = index.find(input.source);
    if (found == index.end()) {
      bad_edge(context, graph, op, input.source, "which is not in the graph");
      continue;
    }
    input.source_op = found->second;
    const size_t outputs = graph.ops[found->second].outputs.size();
    if (input.source_index < 0 || static_cast<size_t>(input.source_index) >= outputs) {
      bad_edge(context, graph, op, input.source,
               fmt::format("output {}, which has {} outputs", input.source_index, outputs));
    }
  }
}

struct Outline {
  size_t ops = 0;
  size_t attrs = 0;
};

void note_empty_ops(Context& context, size_t count) {
  if (count == 0) return;
  context.model.problems.error(Code::kBadValue, std::nullopt, context.where,
                               fmt::format("{} ops without name and type were left out", count));
}

/// Everything but the ops and attributes, which are read when their number is known.
Outline read_outline(Context& context, ByteView message, ir::Graph& graph) {
  const wire::FieldCounts counts(message);
  Filler<std::string_view> inputs(context.model.arena, counts[4]);
  Filler<std::string_view> outputs(context.model.arena, counts[5]);
  size_t ops = 0;
  size_t empty_ops = 0;
  wire::Reader reader(message);
  while (reader.next_or_cut()) {
    switch (reader.tag()) {
      case bytes(1): graph.name = reader.text(); break;
      case bytes(4): inputs.add(reader.text()); break;
      case bytes(5): outputs.add(reader.text()); break;
      case bytes(6): ++(reader.payload().empty() ? empty_ops : ops); break;
      case bytes(11):         // attr
      case bytes(12): break;  // attr_groups
      default: context.unknown_field("GraphDef", reader);
    }
  }
  if (reader.damaged()) context.damaged(reader, "graph " + for_terminal(graph.name));
  graph.inputs = inputs.list();
  graph.outputs = outputs.list();
  note_empty_ops(context, empty_ops);
  return {.ops = ops, .attrs = counts[11]};
}

}  // namespace

uint32_t read_graph(Context& context, ByteView message, ir::OpRef parent) {
  const Nested nested(context, message);
  if (!nested.ok()) return ir::GraphRef::kNoGraph;
  const auto graph_index = static_cast<uint32_t>(context.model.graphs.size());
  ir::Graph& graph = context.model.add_graph();
  graph.table = context.table;
  graph.parent = parent;
  const Outline outline = read_outline(context, message, graph);
  const std::span<ir::Op> ops = context.model.arena.array_within_limit<ir::Op>(outline.ops);
  graph.ops = ops;
  uint32_t at = 0;
  for (wire::Reader reader(message); reader.next_or_cut();) {
    if (reader.tag() != bytes(6) || reader.payload().empty() || at == ops.size()) continue;
    read_op(context, reader.payload(), {graph_index, at}, ops[at]);
    ++at;
  }
  graph.attrs = read_attrs(context, message, 11, outline.attrs, Names::kPlain);
  resolve_edges(context, graph);
  return graph_index;
}

void resolve_edges(Context& context, const ir::Graph& graph) {
  std::pmr::monotonic_buffer_resource memory;  // for many small nodes that go together
  const OpIndex index = index_ops(context, graph, memory);
  for (const ir::Op& op : graph.ops) resolve_inputs(context, graph, index, op);
}

}  // namespace omscope::ge
