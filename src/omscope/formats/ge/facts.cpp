#include "omscope/formats/ge/facts.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "omscope/core/text.h"

namespace omscope::ge {
namespace {

using Texts = ir::List<std::string_view>;
using Ints = ir::List<int64_t>;

std::vector<const ir::Op*> data_ops(const ir::Graph& graph) {
  std::vector<const ir::Op*> ops;
  for (const ir::Op& op : graph.ops) {
    if (is_data_op(op.type)) ops.push_back(&op);
  }
  // `index` is missing in TensorFlow and Caffe builds; then the order of the file is the order.
  const auto index = [](const ir::Op* op) {
    return ir::get<int64_t>(op->attrs, "index").value_or(0);
  };
  std::stable_sort(ops.begin(), ops.end(),
                   [&](const ir::Op* a, const ir::Op* b) { return index(a) < index(b); });
  return ops;
}

ir::Port port(std::string_view name, const ir::TensorType& type) {
  ir::Port out;
  out.name = name;
  out.dtype = type.dtype;
  out.has_shape = type.has_shape;
  out.shape = type.shape;
  out.format = type.format;
  out.ranges = type.ranges;
  out.size = ir::exact_bytes(type);
  return out;
}

/// Dims as the runtime reports them: those before gears or dynamic AIPP were put in.
void apply_user_dims(const ir::Op& data, ir::Port& input) {
  for (const char* name : {"_mbatch_origin_input_dims", "_dynamic_aipp_input_dims"}) {
    const auto dims = ir::get<Ints>(data.attrs, name);
    if (dims && !dims->empty()) {
      input.shape = *dims;
      input.has_shape = true;
    }
  }
}

/// With AIPP the caller supplies an image: in another pixel format, so smaller than the tensor, or
/// of a size chosen at run time, in a buffer for the largest.
bool is_image_input(const ir::Op& data, const ir::TensorType& type) {
  const auto exact = ir::exact_bytes(type);
  if (type.size <= 0 || !exact) return false;
  return static_cast<uint64_t>(type.size) < *exact ||
         ir::find(data.attrs, "max_src_image_size") != nullptr;
}

ir::Port input_port(const ir::Op& data) {
  static const ir::TensorType kNoType;
  const ir::TensorType* type = &kNoType;
  if (!data.inputs.empty() && data.inputs[0].type->has_shape) {
    type = data.inputs[0].type;
  } else if (!data.outputs.empty()) {
    type = data.outputs[0];  // some dumps describe a Data op by its output only
  }
  ir::Port input = port(data.name, *type);
  apply_user_dims(data, input);
  ir::TensorType user = *type;
  user.shape = input.shape;
  input.size =
      is_image_input(data, user) ? static_cast<uint64_t>(type->size) : ir::exact_bytes(user);
  return input;
}

/// The user gets the output descriptor where it is marked so (HiAI, and Ascend until 2020); the
/// input descriptor is then the tensor on the device. Some dumps mark a descriptor that says
/// nothing else.
const ir::TensorType& output_type(const ir::Op& net_output, size_t slot) {
  const ir::TensorType& input = *net_output.inputs[slot].type;
  if (slot >= net_output.outputs.size()) return input;
  const ir::TensorType& output = *net_output.outputs[slot];
  const bool says_more = output.has_shape && !(output.shape.empty() && !input.shape.empty());
  return output.is_output_tensor && says_more ? output : input;
}

/// The user's names are stored as "op:index" or "op:index:tensor"; some writers leave the index
/// out.
std::string_view stored_name(ir::Model& model, std::string_view name, size_t slot) {
  if (name.find(':') != std::string_view::npos) return name;
  return model.arena.text(fmt::format("{}:{}", name, slot));
}

/// Made from where the output came from. Dumps keep that list from an earlier stage, so there the
/// edge itself counts.
std::string_view made_name(Context& context, const ir::Input& input, size_t slot) {
  const Kind kind = context.model.kind;
  const bool dump = kind == Kind::kGeProtoText || kind == Kind::kGeOnnxText;
  Context::Source source = {input.source, input.source_index};
  if (!dump && slot < context.output_sources.size()) source = context.output_sources[slot];
  return context.model.arena.text(fmt::format("output_{}_{}_{}", slot, source.op, source.index));
}

/// The dims of one output in each gear: "gear,output,d0,d1,…", as the compiler lists them.
std::vector<std::vector<int64_t>> gear_dims(const ir::Op& net_output, size_t slot) {
  std::vector<std::vector<int64_t>> gears;
  const Texts lines = ir::get<Texts>(net_output.attrs, "_dynamic_output_dims").value_or(Texts{});
  for (const std::string_view line : lines) {
    std::vector<int64_t> numbers;
    for (const std::string_view word : split(line, ',')) {
      int64_t number = 0;
      std::from_chars(word.data(), word.data() + word.size(), number);
      numbers.push_back(number);
    }
    if (numbers.size() < 2 || numbers[1] != static_cast<int64_t>(slot)) continue;
    gears.emplace_back(numbers.begin() + 2, numbers.end());
  }
  return gears;
}

/// A dim that differs from gear to gear is dynamic.
void apply_gears(ir::Model& model, const ir::Op& net_output, size_t slot, ir::Port& output) {
  const auto gears = gear_dims(net_output, slot);
  if (gears.empty()) return;
  const auto dims = model.arena.copy(std::span<const int64_t>(gears.front()));
  const auto merged = model.arena.array<int64_t>(dims.size());
  for (size_t i = 0; i < dims.size(); ++i) {
    const bool same = std::all_of(gears.begin(), gears.end(), [&](const auto& gear) {
      return gear.size() == dims.size() && gear[i] == dims[i];
    });
    merged[i] = same ? dims[i] : ir::kUnknownDim;
  }
  output.shape = merged;
  output.has_shape = true;
  if (ir::is_dynamic(output.shape)) output.size.reset();
}

void read_output_ports(Context& context, const ir::Op& net_output, ir::List<ir::Attr> model_attrs) {
  ir::Model& model = context.model;
  const Texts names = ir::get<Texts>(model_attrs, "attr_model_out_nodes_name").value_or(Texts{});
  for (size_t slot = 0; slot < net_output.inputs.size(); ++slot) {
    const std::string_view name = names.size() == net_output.inputs.size()
                                      ? stored_name(model, names[slot], slot)
                                      : made_name(context, net_output.inputs[slot], slot);
    ir::Port output = port(name, output_type(net_output, slot));
    apply_gears(model, net_output, slot, output);
    model.add_to(model.outputs, output);
  }
}

}  // namespace

bool is_data_op(std::string_view type) {
  return type == "Data" || type == "AippData" || type == "AnnData" || type == "RefData";
}

void read_info(ir::Model& model, const ModelDef& def) {
  const auto number = [&](const char* name) { return ir::get<int64_t>(def.attrs, name); };
  model.attrs = def.attrs;
  ir::ModelInfo& info = model.info;
  info.name = def.name;
  info.om_ir_version = def.version;
  info.soc_version = ir::get_text(def.attrs, "soc_version");
  info.atc_version = ir::get_text(def.attrs, "atc_version");
  info.opp_version = ir::get_text(def.attrs, "opp_version");
  info.framework = ir::get_text(def.attrs, "framework_type");
  info.atc_cmdline = ir::get_text(def.attrs, "atc_cmdline");
  info.memory_size = number("memory_size");
  info.weight_size = number("weight_size");
  info.stream_num = number("stream_num");
  info.event_num = number("event_num");
  info.task_ops = ir::get<Texts>(def.attrs, "task_index_op_name").value_or(Texts{});
}

void read_interface(Context& context, const ModelDef& def) {
  ir::Model& model = context.model;
  if (def.first_graph >= model.graphs.size()) return;
  const ir::Graph& root = model.graphs[def.first_graph];
  for (const ir::Op* data : data_ops(root)) model.add_to(model.inputs, input_port(*data));
  for (const ir::Op& op : root.ops) {
    if (op.type == "NetOutput") {
      read_output_ports(context, op, def.attrs);
      break;
    }
  }
  read_dynamic(model, root);
  read_aipp(model, root);
}

}  // namespace omscope::ge
