#include <algorithm>
#include <charconv>

#include "omscope/formats/ge/readers.h"

namespace omscope::ge {
namespace {

using wire::bytes;
using wire::varint;

/// OpDef's field numbers that are walked more than once.
enum Field : unsigned {
  kInput = 5,
  kAttr = 10,
  kInputI = 28,
  kOutputI = 29,
  kWorkspace = 30,
  kWorkspaceBytes = 31,
  kIsInputConst = 32,
  kInputDesc = 33,
  kOutputDesc = 34,
  kSubgraphName = 35,
};

constexpr wire::Packed kPacked{.varints = wire::fields({25, 27, kInputI, kOutputI, kWorkspace,
                                                        kWorkspaceBytes, kIsInputConst})};

/// "source:index" of one input; names may hold ':' themselves, so the last one counts. A control
/// edge has index -1.
struct Edge {
  std::string_view source;
  int32_t index = 0;
};

Edge parse_edge(std::string_view text) {
  const size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return {text, 0};
  const std::string_view digits = text.substr(colon + 1);
  int32_t index = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), index);
  if (error != std::errc{} || end != digits.data() + digits.size()) return {text, 0};
  return {text.substr(0, colon), index};
}

/// The lists of one op while they are filled.
struct Lists {
  Lists(Arena& arena, const wire::FieldCounts& counts)
      : edges(counts[kInput]),
        input_types(arena, counts[kInputDesc]),
        outputs(arena, counts[kOutputDesc]),
        input_offsets(arena, counts[kInputI]),
        output_offsets(arena, counts[kOutputI]),
        workspace_offsets(arena, counts[kWorkspace]),
        workspace_bytes(arena, counts[kWorkspaceBytes]),
        is_input_const(arena, counts[kIsInputConst]),
        subgraph_names(arena, counts[kSubgraphName]) {}

  size_t edges;
  Filler<const ir::TensorType*> input_types;
  Filler<const ir::TensorType*> outputs;
  Filler<int64_t> input_offsets;
  Filler<int64_t> output_offsets;
  Filler<int64_t> workspace_offsets;
  Filler<int64_t> workspace_bytes;
  Filler<bool> is_input_const;
  Filler<std::string_view> subgraph_names;

  Filler<int64_t>* numbers(uint64_t field) {
    switch (field) {
      case kInputI: return &input_offsets;
      case kOutputI: return &output_offsets;
      case kWorkspace: return &workspace_offsets;
      case kWorkspaceBytes: return &workspace_bytes;
      default: return nullptr;
    }
  }

  bool has_plan() const {
    return !input_offsets.list().empty() || !output_offsets.list().empty() ||
           !workspace_offsets.list().empty() || !workspace_bytes.list().empty() ||
           !is_input_const.list().empty();
  }
};

/// Memory offsets and the like, packed or not. False where the packed bytes are damaged.
bool add_numbers(const wire::Reader& reader, Lists& lists) {
  if (reader.number() == kIsInputConst) {
    const auto add = [&](uint64_t value) { lists.is_input_const.add(value != 0); };
    if (reader.tag() == bytes(kIsInputConst)) return wire::for_each_varint(reader.payload(), add);
    add(reader.uint64());
    return true;
  }
  Filler<int64_t>* numbers = lists.numbers(reader.number());
  if (numbers == nullptr) return true;  // src_index, dst_index: `input` says the same
  const auto add = [&](uint64_t value) { numbers->add(static_cast<int64_t>(value)); };
  if (reader.tag() == bytes(reader.number())) return wire::for_each_varint(reader.payload(), add);
  add(reader.uint64());
  return true;
}

void read_field(Context& context, const wire::Reader& reader, Lists& lists, ir::Op& op) {
  switch (reader.tag()) {
    case bytes(1): op.name = reader.text(); break;
    case bytes(2): op.type = reader.text(); break;
    case varint(21): op.id = reader.int64(); break;
    case varint(22): op.stream_id = reader.int64(); break;
    case bytes(kInputDesc):
      lists.input_types.add(read_tensor_type(context, reader.payload()));
      break;
    case bytes(kSubgraphName): lists.subgraph_names.add(reader.text()); break;
    case bytes(kOutputDesc): lists.outputs.add(read_tensor_type(context, reader.payload())); break;
    case varint(25):
    case bytes(25):
    case varint(27):
    case bytes(27):
    case varint(kInputI):
    case bytes(kInputI):
    case varint(kOutputI):
    case bytes(kOutputI):
    case varint(kWorkspace):
    case bytes(kWorkspace):
    case varint(kWorkspaceBytes):
    case bytes(kWorkspaceBytes):
    case varint(kIsInputConst):
    case bytes(kIsInputConst):
      if (!add_numbers(reader, lists)) context.damaged(reader, "packed integers of an op");
      break;
    case bytes(kInput):
    case bytes(kAttr):  // these two are read when the op is known
    case bytes(11):     // attr_groups
    case varint(20):    // has_out_attr
    case bytes(23):     // input_name
    case bytes(24):     // src_name, dst_name: `input` says the same and is never stale
    case bytes(26): break;
    default: context.unknown_field("OpDef", reader);
  }
}

/// Slots are the connected and unconnected inputs in order; `input` may leave out the last,
/// unconnected ones, which still have a descriptor.
void read_inputs(Context& context, ByteView message, const Lists& lists, ir::Op& op) {
  static const ir::TensorType kNoType;
  size_t controls = 0;
  for (wire::Reader reader(message); reader.next();) {
    if (reader.tag() == bytes(kInput) && parse_edge(reader.text()).index == -1) ++controls;
  }
  const auto types = lists.input_types.list();
  const auto inputs = context.model.arena.array_within_limit<ir::Input>(
      std::max(lists.edges - controls, types.size()));
  Filler<std::string_view> control_inputs(context.model.arena, controls);
  size_t slot = 0;
  for (wire::Reader reader(message); reader.next();) {
    if (reader.tag() != bytes(kInput)) continue;
    const Edge edge = parse_edge(reader.text());
    if (edge.index == -1) {
      control_inputs.add(edge.source);
    } else if (slot < inputs.size()) {
      inputs[slot].source = edge.source;
      inputs[slot++].source_index = edge.index;
    }
  }
  for (size_t i = 0; i < inputs.size(); ++i) {
    inputs[i].type = i < types.size() ? types[i] : &kNoType;
  }
  op.inputs = inputs;
  op.control_inputs = control_inputs.list();
}

/// Where the weights of a HiAI GraphOp start: the graph in its attributes counts from there.
uint64_t graphop_weight_offset(ByteView message) {
  for (wire::Reader reader(message); reader.next();) {
    if (reader.tag() != bytes(kAttr)) continue;
    bool found = false;
    ByteView value;
    for (wire::Reader entry(reader.payload()); entry.next();) {
      if (entry.tag() == bytes(1)) found = entry.text() == "graphop_weight_offset";
      if (entry.tag() == bytes(2)) value = entry.payload();
    }
    for (wire::Reader attr(value); found && attr.next();) {
      if (attr.tag() == varint(3)) return attr.uint64();
    }
  }
  return 0;
}

/// From 2025 on a GraphOp holds its graph as bytes instead of as a graph.
void read_serialized_subgraph(Context& context, ir::Op& op, std::span<ir::Attr> attrs) {
  for (ir::Attr& attr : attrs) {
    const auto* serialized = std::get_if<ByteView>(&attr.value);
    if (attr.name == "subgraph" && serialized != nullptr && !serialized->empty()) {
      const uint32_t graph = read_graph(context, *serialized, context.owner);
      attr.value = ir::GraphRef{graph};
      if (graph != ir::GraphRef::kNoGraph) context.model.graphs[graph].from_bytes = true;
    }
  }
  op.attrs = attrs;
}

/// HiAI writes one empty name where there is no origin.
ir::List<std::string_view> without_empty(Context& context, ir::List<std::string_view> names) {
  const auto empty = std::count(names.begin(), names.end(), std::string_view{});
  if (empty == 0) return names;
  Filler<std::string_view> kept(context.model.arena, names.size() - static_cast<size_t>(empty));
  for (const std::string_view name : names) {
    if (!name.empty()) kept.add(name);
  }
  return kept.list();
}

void read_op_attrs(Context& context, ByteView message, size_t count, ir::Op& op) {
  const bool is_graph_op = op.type == "GraphOp";
  const uint64_t outer_base = context.weights_base;
  if (is_graph_op) context.weights_base = graphop_weight_offset(message);
  op.attrs = read_attrs(context, message, kAttr, count, Names::kCompressed);
  if (is_graph_op) {
    const auto attrs = context.model.arena.array<ir::Attr>(op.attrs.size());
    std::copy(op.attrs.begin(), op.attrs.end(), attrs.begin());
    read_serialized_subgraph(context, op, attrs);
  }
  context.weights_base = outer_base;
  for (const char* name : {"_datadump_original_op_names", "original_op_names"}) {
    if (const auto names = ir::get<ir::List<std::string_view>>(op.attrs, name)) {
      op.origin_ops = without_empty(context, *names);
    }
  }
}

/// One source per data input, in order; control edges stand behind them and have no index.
void note_output_sources(Context& context, ByteView message) {
  const auto indexes = wire::read_numbers(context, message, 25);
  context.output_sources.clear();
  for (wire::Reader reader(message); reader.next();) {
    const size_t at = context.output_sources.size();
    if (reader.tag() != bytes(24) || at == indexes.size()) continue;
    context.output_sources.push_back({reader.text(), indexes[at]});
  }
}

}  // namespace

void read_op(Context& context, ByteView message, ir::OpRef self, ir::Op& op) {
  const ir::OpRef outer = context.owner;
  context.owner = self;
  const wire::FieldCounts counts(message, kPacked);
  Lists lists(context.model.arena, counts);
  op.id = 0;  // proto3 leaves zeros out
  wire::Reader reader(message);
  while (reader.next()) read_field(context, reader, lists, op);
  if (reader.damaged()) context.damaged(reader, "op " + std::string(op.name));
  read_inputs(context, message, lists, op);
  op.outputs = lists.outputs.list();
  op.subgraph_names = lists.subgraph_names.list();
  op.subgraphs = context.model.arena.array<uint32_t>(op.subgraph_names.size());
  std::fill(op.subgraphs.begin(), op.subgraphs.end(), ir::kNowhere);
  read_op_attrs(context, message, counts[kAttr], op);
  if (lists.has_plan()) {
    auto* plan = context.model.arena.make<ir::Plan>();
    *plan = {lists.input_offsets.list(), lists.output_offsets.list(),
             lists.workspace_offsets.list(), lists.workspace_bytes.list(),
             lists.is_input_const.list()};
    op.plan = plan;
  }
  if (op.type == "NetOutput" && self.graph == context.root_graph) {
    note_output_sources(context, message);
  }
  context.owner = outer;
}

}  // namespace omscope::ge
