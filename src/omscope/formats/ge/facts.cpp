#include "omscope/formats/ge/facts.h"

#include <algorithm>

#include <fmt/format.h>

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
/// input descriptor is then the tensor on the device.
void apply_output_type(const ir::Op& net_output, size_t slot, ir::Port& output) {
  const ir::TensorType* type = net_output.inputs[slot].type;
  if (slot < net_output.outputs.size() && net_output.outputs[slot]->is_output_tensor) {
    type = net_output.outputs[slot];
  }
  output = port({}, *type);
}

/// The user's names are stored as "op:index" or "op:index:tensor"; some writers leave the index
/// out.
std::string_view stored_name(ir::Model& model, std::string_view name, size_t slot) {
  if (name.find(':') != std::string_view::npos) return name;
  return model.arena.text(fmt::format("{}:{}", name, slot));
}

std::vector<ir::Port> output_ports(ir::Model& model, const ir::Op& net_output,
                                   ir::List<ir::Attr> model_attrs) {
  const Texts names = ir::get<Texts>(model_attrs, "attr_model_out_nodes_name").value_or(Texts{});
  std::vector<ir::Port> outputs;
  for (size_t slot = 0; slot < net_output.inputs.size(); ++slot) {
    const ir::Input& input = net_output.inputs[slot];
    apply_output_type(net_output, slot, outputs.emplace_back());
    outputs.back().name = names.size() == net_output.inputs.size()
                              ? stored_name(model, names[slot], slot)
                              : model.arena.text(fmt::format("output_{}_{}_{}", slot, input.source,
                                                             input.source_index));
  }
  return outputs;
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
  for (const ir::Op* data : data_ops(root)) model.inputs.push_back(input_port(*data));
  for (const ir::Op& op : root.ops) {
    if (op.type == "NetOutput") {
      model.outputs = output_ports(model, op, def.attrs);
      break;
    }
  }
  read_dynamic(model, root);
  read_aipp(model, root);
}

}  // namespace omscope::ge
