#include "omscope/formats/graphtext/ge_onnx.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <unordered_map>

#include "omscope/formats/ge/facts.h"
#include "omscope/formats/ge/readers.h"

namespace omscope::graphtext {
namespace {

using ge::Filler;
using Texts = ir::List<std::string_view>;
using Ints = ir::List<int64_t>;

/// Fields of OpDef that stand as attributes among those of the op.
constexpr std::array<std::string_view, 14> kNodeFields = {"id",
                                                          "stream_id",
                                                          "input_name",
                                                          "src_name",
                                                          "src_index",
                                                          "dst_name",
                                                          "dst_index",
                                                          "input_i",
                                                          "output_i",
                                                          "workspace",
                                                          "workspace_bytes",
                                                          "is_input_const",
                                                          "input_desc_nums",
                                                          "output_desc_nums"};

bool is_node_field(std::string_view name) {
  return std::find(kNodeFields.begin(), kNodeFields.end(), name) != kNodeFields.end();
}

/// "input_desc_dtype:0" is {input, "dtype", 0}; "output_desc_attr_shape_range:1_0" is row 0 of a
/// list of lists.
struct DescKey {
  bool is_input = false;
  std::string_view what;
  size_t slot = 0;
  bool is_row = false;
};

std::optional<DescKey> parse_desc_key(std::string_view name) {
  DescKey key;
  key.is_input = name.starts_with("input_desc_");
  if (!key.is_input && !name.starts_with("output_desc_")) return std::nullopt;
  name.remove_prefix(key.is_input ? 11 : 12);
  const size_t colon = name.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const std::string_view digits = name.substr(colon + 1);
  const char* const last = digits.data() + digits.size();
  const auto [end, error] = std::from_chars(digits.data(), last, key.slot);
  if (error != std::errc{}) return std::nullopt;
  key.is_row = end != last && *end == '_';
  if (end != last && !key.is_row) return std::nullopt;
  key.what = name.substr(0, colon);
  return key;
}

template <class T>
T value_or(const ir::AttrValue& value, T otherwise) {
  const T* held = std::get_if<T>(&value);
  return held == nullptr ? otherwise : *held;
}

void set_shape(Ints dims, ir::TensorType& type) {
  type.shape = dims;
  type.has_shape = true;
}

constexpr std::string_view kAttrPrefix = "attr_";

std::string_view without_attr_prefix(std::string_view what) {
  return what.starts_with(kAttrPrefix) ? what.substr(kAttrPrefix.size()) : what;
}

/// One attribute of a descriptor. `origin_shape` stands twice: always as a field, and as an
/// attribute where the descriptor has one.
void apply_desc(std::string_view what, const ir::AttrValue& value, ir::TensorType& type,
                std::vector<ir::Attr>& attrs) {
  if (what.starts_with(kAttrPrefix)) {
    const std::string_view name = without_attr_prefix(what);
    attrs.push_back({name, value});
    if (name == "origin_shape") {
      type.origin_shape = value_or(value, Ints{});
      type.has_origin_shape = true;
    }
  } else if (what == "dtype") {
    type.dtype = dtype_from_ge_name(value_or(value, std::string_view{}));
  } else if (what == "shape") {
    set_shape(value_or(value, Ints{}), type);
  } else if (what == "origin_shape") {
    const Ints dims = value_or(value, Ints{});
    if (!type.has_origin_shape && !dims.empty()) {
      type.origin_shape = dims;
      type.has_origin_shape = true;
    }
  } else if (what == "layout") {
    type.format = layout_from_text(value_or(value, std::string_view{}));
  } else if (what == "origin_layout") {
    type.origin_format = layout_from_text(value_or(value, std::string_view{}));
  } else if (what == "size") {
    type.size = value_or(value, int64_t{0});
  } else if (what == "output_tensor") {
    type.is_output_tensor = value_or(value, int64_t{0}) != 0;
  }
}

/// Descriptors of one side of an op, by slot.
struct Descs {
  struct Desc {
    ir::TensorType type;
    std::vector<ir::Attr> attrs;
    std::map<std::string_view, std::vector<Ints>> rows;  ///< of lists of lists
  };
  std::map<size_t, Desc> by_slot;
};

ir::List<ir::Attr> keep(Arena& arena, std::vector<ir::Attr>& attrs) {
  std::stable_sort(attrs.begin(), attrs.end(),
                   [](const ir::Attr& a, const ir::Attr& b) { return a.name < b.name; });
  return arena.copy(std::span<const ir::Attr>(attrs));
}

/// `<key>_desc_dtype` and its like are one tensor attribute `<key>`.
struct Tensors {
  std::map<std::string_view, ir::Tensor> by_key;

  bool take(const ir::Attr& attr) {
    constexpr std::array<std::string_view, 5> kEndings = {
        "_desc_dtype", "_desc_shape", "_desc_layout", "_desc_device_type", "_data"};
    for (const std::string_view ending : kEndings) {
      if (!attr.name.ends_with(ending)) continue;
      const std::string_view key = attr.name.substr(0, attr.name.size() - ending.size());
      const bool is_data = ending == "_data";
      if (is_data && !by_key.contains(key)) return false;
      apply(ending, attr.value, by_key[key]);
      return true;
    }
    return false;
  }

 private:
  static void apply(std::string_view ending, const ir::AttrValue& value, ir::Tensor& tensor) {
    if (ending == "_desc_dtype") {
      tensor.type.dtype = dtype_from_ge_name(value_or(value, std::string_view{}));
    } else if (ending == "_desc_shape") {
      set_shape(value_or(value, Ints{}), tensor.type);
    } else if (ending == "_desc_layout") {
      tensor.type.format = layout_from_text(value_or(value, std::string_view{}));
    } else if (ending == "_data") {
      tensor.bytes = as_bytes(value_or(value, std::string_view{}));
      tensor.size = tensor.bytes.size();
      tensor.storage = tensor.bytes.empty() ? ir::Storage::kNone : ir::Storage::kInline;
    }
  }
};

/// The parts of one node, sorted out of its attributes.
struct Parts {
  Descs inputs;
  Descs outputs;
  Tensors tensors;
  std::vector<ir::Attr> attrs;
  size_t input_count = 0;
  size_t output_count = 0;
};

Parts sort_out(const ir::Op& node, ir::Op& op, ir::Plan& plan) {
  Parts parts;
  std::string_view before;
  for (const ir::Attr& attr : node.attrs) {
    // A second attribute of a field's name is the op's own.
    const bool field = is_node_field(attr.name) && attr.name != before;
    before = attr.name;
    if (const auto key = parse_desc_key(attr.name)) {
      Descs::Desc& desc = (key->is_input ? parts.inputs : parts.outputs).by_slot[key->slot];
      if (key->is_row) {
        desc.rows[without_attr_prefix(key->what)].push_back(value_or(attr.value, Ints{}));
      } else {
        apply_desc(key->what, attr.value, desc.type, desc.attrs);
      }
    } else if (!field) {
      if (!parts.tensors.take(attr)) parts.attrs.push_back(attr);
    } else if (attr.name == "id") {
      op.id = value_or(attr.value, int64_t{0});
    } else if (attr.name == "stream_id") {
      op.stream_id = value_or(attr.value, int64_t{0});
    } else if (attr.name == "input_i") {
      plan.input_offsets = value_or(attr.value, Ints{});
    } else if (attr.name == "output_i") {
      plan.output_offsets = value_or(attr.value, Ints{});
    } else if (attr.name == "workspace") {
      plan.workspace_offsets = value_or(attr.value, Ints{});
    } else if (attr.name == "workspace_bytes") {
      plan.workspace_bytes = value_or(attr.value, Ints{});
    } else if (attr.name == "input_desc_nums") {
      parts.input_count =
          static_cast<size_t>(std::max(value_or(attr.value, int64_t{0}), int64_t{0}));
    }
  }
  return parts;
}

std::vector<const ir::TensorType*> make_types(Arena& arena, Descs& descs) {
  static const ir::TensorType kNoType;
  std::vector<const ir::TensorType*> types;
  constexpr size_t kMostSlots = 4096;
  for (auto& [slot, desc] : descs.by_slot) {
    if (slot >= kMostSlots) break;
    types.resize(slot + 1, &kNoType);
    for (const auto& [name, rows] : desc.rows) {
      desc.attrs.push_back({name, arena.copy(std::span<const Ints>(rows))});
    }
    auto* type = arena.make<ir::TensorType>();
    *type = desc.type;
    type->attrs = keep(arena, desc.attrs);
    types[slot] = type;
  }
  return types;
}

/// "source:index"; the name may hold ':' itself.
std::pair<std::string_view, int32_t> parse_edge(std::string_view text) {
  const size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return {text, 0};
  int32_t index = 0;
  const std::string_view digits = text.substr(colon + 1);
  std::from_chars(digits.data(), digits.data() + digits.size(), index);
  return {text.substr(0, colon), index};
}

void connect(ge::Context& context, const ir::Op& node,
             const std::vector<const ir::TensorType*>& types, ir::Op& op) {
  static const ir::TensorType kNoType;
  Arena& arena = context.model.arena;
  std::vector<std::pair<std::string_view, int32_t>> edges;
  std::vector<std::string_view> controls;
  for (const ir::Input& input : node.inputs) {
    const auto edge = parse_edge(input.value);
    if (edge.second == -1) {
      controls.push_back(edge.first);
    } else {
      edges.push_back(edge);
    }
  }
  op.inputs = arena.array<ir::Input>(std::max(edges.size(), types.size()));
  for (size_t i = 0; i < op.inputs.size(); ++i) {
    op.inputs[i].type = i < types.size() ? types[i] : &kNoType;
    if (i >= edges.size()) continue;
    op.inputs[i].source = edges[i].first;
    op.inputs[i].source_index = edges[i].second;
  }
  op.control_inputs = arena.copy(std::span<const std::string_view>(controls));
}

ir::Op op_of(ge::Context& context, const ir::Op& node) {
  constexpr std::string_view kPrefix = "ge:";
  Arena& arena = context.model.arena;
  ir::Op op;
  ir::Plan plan;
  op.name = node.name;
  op.type = node.type.starts_with(kPrefix) ? node.type.substr(kPrefix.size()) : node.type;
  op.id = 0;
  Parts parts = sort_out(node, op, plan);
  connect(context, node, make_types(arena, parts.inputs), op);
  const auto outputs = make_types(arena, parts.outputs);
  op.outputs = arena.copy(std::span<const ir::TensorType* const>(outputs));
  for (auto& [key, tensor] : parts.tensors.by_key) {
    auto* kept = arena.make<ir::Tensor>();
    *kept = tensor;
    parts.attrs.push_back({key, kept});
  }
  op.attrs = keep(arena, parts.attrs);
  op.origin_ops = ir::get<Texts>(op.attrs, "_datadump_original_op_names").value_or(Texts{});
  auto* kept_plan = arena.make<ir::Plan>();
  *kept_plan = plan;
  op.plan = kept_plan;
  return op;
}

bool is_subgraph_node(const ir::Op& node) {
  return node.type == "subgraph";
}

void convert(ge::Context& context, ir::Graph& graph) {
  const ir::List<ir::Op> nodes = graph.ops;
  const auto holders = std::count_if(nodes.begin(), nodes.end(), is_subgraph_node);
  Filler<ir::Op> ops(context.model.arena, nodes.size() - static_cast<size_t>(holders));
  for (const ir::Op& node : nodes) {
    if (!is_subgraph_node(node)) ops.add(op_of(context, node));
  }
  graph.ops = ops.list();
  graph.inputs = {};
  graph.outputs = {};
  graph.parent = {};
  ge::resolve_edges(context, graph);
}

/// The op that runs a sub-graph is called after it; nothing else tells.
void link_by_name(ir::Model& model) {
  constexpr std::string_view kEnding = "_PartitionedCall_";
  constexpr std::string_view kDigits = "0123456789";
  std::unordered_map<std::string_view, uint32_t> by_name;
  for (uint32_t g = 1; g < model.graphs.size(); ++g) by_name.try_emplace(model.graphs[g].name, g);
  const ir::List<ir::Op> ops = model.graphs[0].ops;
  for (uint32_t at = 0; at < ops.size(); ++at) {
    const std::string_view unnumbered =
        ops[at].name.substr(0, ops[at].name.find_last_not_of(kDigits) + 1);
    if (!unnumbered.ends_with(kEnding)) continue;
    const auto found = by_name.find(unnumbered.substr(0, unnumbered.size() - kEnding.size()));
    if (found != by_name.end()) model.graphs[found->second].parent = {0, at};
  }
}

}  // namespace

bool is_ge_onnx(std::string_view text) {
  constexpr size_t kLook = size_t{1} << 16;
  const std::string_view head = text.substr(0, kLook);
  return head.find("producer_name: \"GE\"") != std::string_view::npos ||
         head.find("op_type: \"ge:") != std::string_view::npos;
}

void ge_graphs_from_onnx(ir::Model& model) {
  if (model.graphs.empty()) return;
  model.weights.clear();
  model.inputs.clear();
  model.outputs.clear();
  ge::Context context(model, "graph");
  for (ir::Graph& graph : model.graphs) convert(context, graph);
  link_by_name(model);
  ge::ModelDef def;
  def.name = model.graphs[0].name;
  ge::read_interface(context, def);
  ge::collect_weights(context, 0);
  context.report();
}

}  // namespace omscope::graphtext
