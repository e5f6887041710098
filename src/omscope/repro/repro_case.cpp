#include "omscope/repro/repro_case.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "omscope/core/text.h"
#include "omscope/diagnose/kernel_name.h"

namespace omscope::repro {
namespace {

Problem problem(const std::string& file, std::string what) {
  return {Severity::kError, Code::kBadUsage, file, std::nullopt, "--op", std::move(what)};
}

struct Found {
  const ir::Graph* graph = nullptr;
  const ir::Op* op = nullptr;
};

std::string names_like(const ir::Model& model, std::string_view name) {
  constexpr size_t kMost = 3;
  size_t count = 0;
  std::string list;
  for (const ir::Graph& graph : model.graphs) {
    for (const ir::Op& op : graph.ops) {
      const bool alike = op.name.find(name) != std::string_view::npos || op.type == name;
      if (!alike || ++count > kMost) continue;
      list += fmt::format("{}'{}'", list.empty() ? "" : ", ",
                          for_terminal(shortened(as_utf8(op.name), 60)));
    }
  }
  if (list.empty()) return "'omscope inspect --show ops' lists its ops";
  return fmt::format("names like it are {}{}", list, count > kMost ? ", …" : "");
}

/// The op of this name; else the only one whose name is the same after a dump has written it, or
/// that was made from a layer of this name.
Result<Found> find_op(const ir::Model& model, std::string_view name) {
  std::vector<Found> close;
  for (const ir::Graph& graph : model.graphs) {
    for (const ir::Op& op : graph.ops) {
      if (op.name == name) return Found{&graph, &op};
      const bool origin = std::any_of(op.origin_ops.begin(), op.origin_ops.end(),
                                      [&](std::string_view each) { return each == name; });
      if (same_op(op.name, name) || origin) close.push_back({&graph, &op});
    }
  }
  if (close.size() == 1) return close.front();
  const std::string shown = for_terminal(shortened(as_utf8(name), 80));
  if (close.size() > 1) {
    return problem(model.file->path(),
                   fmt::format("'{}' stands for {} ops; give the whole name, {}", shown,
                               close.size(), names_like(model, name)));
  }
  return problem(model.file->path(),
                 fmt::format("no op is called '{}'; {}", shown, names_like(model, name)));
}

template <class List>
std::vector<int64_t> dims(const List& list) {
  return {list.begin(), list.end()};
}

CaseTensor from_type(std::string name, bool is_input, const ir::TensorType* type) {
  CaseTensor tensor;
  tensor.name = std::move(name);
  tensor.is_input = is_input;
  if (type == nullptr) return tensor;
  tensor.dtype = type->dtype;
  tensor.format = as_utf8(type->format.base);
  tensor.shape = dims(type->shape);
  tensor.origin_format = as_utf8(type->origin_format.base);
  if (type->has_origin_shape) tensor.origin_shape = dims(type->origin_shape);
  return tensor;
}

/// Constants of the model are inputs that no dump has to bring.
const ir::Tensor* constant_of(const ir::Model& model, const ir::Graph& graph,
                              const ir::Input& input) {
  for (const ir::Weight& weight : model.weights) {
    const bool here = weight.graph < model.graphs.size() && &model.graphs[weight.graph] == &graph;
    if (here && weight.op == input.source) return weight.tensor;
  }
  return nullptr;
}

void take_constant(const ir::Model& model, const ir::Tensor& constant, CaseTensor& tensor) {
  tensor.is_constant = true;
  if (constant.bytes.empty()) return;
  ir::StoredTensor data;
  data.name = tensor.name;
  data.dtype = constant.type.dtype;
  data.has_shape = constant.type.has_shape;
  data.shape = dims(constant.type.shape);
  data.bytes = constant.bytes;
  data.size = constant.size;
  data.offset = constant.offset;
  tensor.data = std::move(data);
  tensor.data_file = model.file.get();
}

bool is_internal(std::string_view name) {
  constexpr std::array<std::string_view, 34> kNames = {"OwnerGraphIsUnknown",
                                                       "is_input_const",
                                                       "OUTPUT_IS_VAR",
                                                       "INPUT_IS_VAR",
                                                       "tvm_magic",
                                                       "tvm_blockdim",
                                                       "op_para_size",
                                                       "imply_type",
                                                       "fusion_scope",
                                                       "pass_name",
                                                       "pass_name_ub",
                                                       "tvm_cache_read_mode",
                                                       "ub_atomic_params",
                                                       "continuous_output",
                                                       "continuous_input",
                                                       "LxFusionOptimized",
                                                       "tvm_origin_input_num",
                                                       "is_last_node",
                                                       "is_first_node",
                                                       "isCheckSupported",
                                                       "optionalInputMode",
                                                       "optionalOutputMode",
                                                       "wspMode",
                                                       "op_unique_key",
                                                       "core_type_value",
                                                       "fusion_failed",
                                                       "judge_match_idx",
                                                       "output_tensor_indexs",
                                                       "input_tensor_indexs",
                                                       "framework_type",
                                                       "original_type",
                                                       "workspace_reuse_flag",
                                                       "is_connected_to_netoutput",
                                                       "support_fixpipe_ability"};
  if (name.starts_with('_') || name.starts_with("tbe_op_atomic") || name.ends_with("_vector")) {
    return true;
  }
  if (name.ends_with("_kernelname") || name.ends_with("_pattern")) return true;
  if (name == "op_def" || name == "node_def") return true;  // TensorFlow's own description
  return std::find(kNames.begin(), kNames.end(), name) != kNames.end();
}

/// "T", "Tindices": the types of the inputs, as TensorFlow tells them.
bool is_tensorflow_type(const ir::Attr& attr) {
  return attr.name.starts_with('T') && std::holds_alternative<DType>(attr.value);
}

/// Compilers note which attributes are the operator's own; older ones do not.
void take_attrs(const ir::Op& op, Case& out) {
  const auto own = ir::get<ir::List<std::string_view>>(op.attrs, "_ir_attr_names");
  for (const ir::Attr& attr : op.attrs) {
    const bool wanted = own ? std::find(own->begin(), own->end(), attr.name) != own->end()
                            : !is_internal(attr.name) && !is_tensorflow_type(attr);
    if (wanted) out.attrs.push_back({as_utf8(attr.name), &attr.value});
  }
}

std::string kernel_of(const ir::Model& model, const ir::Op& op) {
  for (const std::string_view name : {"_kernelname", "_tbe_kernel_name"}) {
    const std::string_view text = ir::get_text(op.attrs, name);
    if (!text.empty()) return as_utf8(text);
  }
  for (const ir::Attr& attr : op.attrs) {
    const auto* text = std::get_if<std::string_view>(&attr.value);
    if (text != nullptr && attr.name.ends_with("_kernelname")) return as_utf8(*text);
  }
  for (const ir::Task& task : model.tasks) {
    if (task.op == op.name && !task.kernel.empty()) return as_utf8(task.kernel);
  }
  return {};
}

void take_op(const ir::Model& model, const Found& found, Case& out) {
  const ir::Op& op = *found.op;
  out.op_name = as_utf8(op.name);
  out.op_type = as_utf8(op.type);
  out.soc = as_utf8(model.info.soc_version);
  for (size_t i = 0; i < op.inputs.size(); ++i) {
    const ir::Input& input = op.inputs[i];
    CaseTensor tensor = from_type(fmt::format("input:{}", i), true, input.type);
    if (input.source.empty()) tensor.note = "not connected";
    if (const ir::Tensor* constant = constant_of(model, *found.graph, input)) {
      take_constant(model, *constant, tensor);
    }
    out.inputs.push_back(std::move(tensor));
  }
  for (size_t i = 0; i < op.outputs.size(); ++i) {
    out.outputs.push_back(from_type(fmt::format("output:{}", i), false, op.outputs[i]));
  }
  take_attrs(op, out);
  const std::string kernel = kernel_of(model, op);
  if (out.kernel.empty() && !kernel.empty()) {
    out.kernel = kernel;
    out.kernel_source = "the model";
  }
}

/// The tensor of a case that a dump's tensor belongs to; made where the model did not name it.
CaseTensor* place_for(const ir::StoredTensor& stored, Case& out) {
  // Arrays of other files may have any name.
  const size_t colon = stored.name.find(':');
  const std::string_view side = std::string_view(stored.name).substr(0, colon);
  const bool is_input = side == "input";
  if ((!is_input && side != "output") || colon == std::string::npos ||
      colon + 1 == stored.name.size() ||
      stored.name.find_first_not_of("0123456789", colon + 1) != std::string::npos) {
    return nullptr;
  }
  std::vector<CaseTensor>& list = is_input ? out.inputs : out.outputs;
  const auto found = std::find_if(list.begin(), list.end(),
                                  [&](const CaseTensor& each) { return each.name == stored.name; });
  if (found != list.end()) return &*found;
  list.emplace_back();
  list.back().name = stored.name;
  list.back().is_input = is_input;
  return &list.back();
}

void take_stored(const ir::TensorFile& dump, const ir::StoredTensor& stored, Case& out) {
  CaseTensor* tensor = place_for(stored, out);
  if (tensor == nullptr) return;
  if (tensor->dtype != DType::kUndefined && stored.dtype != DType::kUndefined &&
      tensor->dtype != stored.dtype) {
    out.notes.push_back(fmt::format("{} is {} in the dump and {} in the model; the dump was taken",
                                    stored.name, to_string(stored.dtype),
                                    to_string(tensor->dtype)));
  }
  if (stored.dtype != DType::kUndefined) tensor->dtype = stored.dtype;
  if (stored.format.known()) tensor->format = as_utf8(stored.format.base);
  if (stored.has_shape) tensor->shape = stored.shape;
  if (stored.has_origin_shape) tensor->origin_shape = stored.origin_shape;
  if (stored.origin_format.known()) tensor->origin_format = as_utf8(stored.origin_format.base);
  if (stored.payload == ir::Payload::kComplete) {
    tensor->data = stored;
    tensor->data_file = dump.file.get();
    tensor->note.clear();
  } else {
    tensor->note = stored.note.empty() ? "the dump does not hold all of its bytes" : stored.note;
  }
}

void finish(Case& out) {
  for (std::vector<CaseTensor>* list : {&out.inputs, &out.outputs}) {
    for (CaseTensor& tensor : *list) {
      if (tensor.format.empty()) tensor.format = "ND";
      if (tensor.origin_format.empty()) tensor.origin_format = tensor.format;
      if (tensor.origin_shape.empty()) tensor.origin_shape = tensor.shape;
      const bool dynamic = std::any_of(tensor.shape.begin(), tensor.shape.end(),
                                       [](int64_t dim) { return dim < 0; });
      if (dynamic) {
        out.notes.push_back(
            fmt::format("the shape of {} is dynamic; give a dump of the run, or "
                        "fill it in",
                        tensor.name));
      }
      if (tensor.is_input && !tensor.data && tensor.note.empty()) {
        tensor.note = "no dump holds its values; random ones are used";
      }
    }
  }
  if (const auto parts = diagnose::parse_kernel_name(out.kernel)) out.kernel = parts->stem;
}

}  // namespace

bool same_op(std::string_view a, std::string_view b) {
  const auto written = [](char c) {
    return c == '/' || c == '.' || c == ' ' || c == '\\' ? '_' : c;
  };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [&](char x, char y) { return written(x) == written(y); });
}

Result<Case> make_case(const Failure& failure, const Evidence& evidence) {
  Case out;
  out.op_name = failure.op_name;
  out.op_type = failure.op_type;
  out.kernel = failure.kernel;
  if (!failure.kernel.empty()) out.kernel_source = "the log";
  if (evidence.model != nullptr) {
    auto found = find_op(*evidence.model, failure.op_name);
    if (!found) return found.error();
    take_op(*evidence.model, *found, out);
  }
  if (evidence.dump != nullptr) {
    const std::string& op = evidence.dump->place.op;
    if (!op.empty() && !out.op_name.empty() && !same_op(op, out.op_name)) {
      return problem(evidence.dump->file->path(),
                     fmt::format("the dump is of op '{}', not of '{}'; give the dump of that op",
                                 for_terminal(op), for_terminal(out.op_name)));
    }
    if (out.op_name.empty()) out.op_name = as_utf8(op);
    if (out.op_type.empty()) out.op_type = as_utf8(evidence.dump->place.op_type);
    for (const ir::StoredTensor& stored : evidence.dump->tensors) {
      take_stored(*evidence.dump, stored, out);
    }
  }
  if (out.op_type.empty()) {
    return problem("", "the type of the operator is not known; give --model with the graph");
  }
  finish(out);
  return out;
}

}  // namespace omscope::repro
