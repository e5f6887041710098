#include "omscope/report/model_json.h"

#include "omscope/core/sha256.h"
#include "omscope/core/text.h"

namespace omscope::report {
namespace {

Json positive_or_null(uint64_t number) {
  return number == 0 ? Json(nullptr) : json_uint(number);
}

Json dtype_json(DType dtype) {
  return dtype == DType::kUndefined ? Json(nullptr) : Json(to_string(dtype));
}

Json shape_json(bool known, ir::List<int64_t> shape) {
  return known ? json_dims(shape) : Json(nullptr);
}

Json bytes_json(ByteView bytes) {
  return {{"size", json_uint(bytes.size())}, {"sha256", sha256_hex(bytes)}};
}

Json tensor_json(const ir::Tensor& tensor) {
  const bool at_hand = tensor.bytes.size() == tensor.size && tensor.strings.empty();
  const bool known = tensor.storage != ir::Storage::kNone;
  return {{"dtype", dtype_json(tensor.type.dtype)},
          {"shape", shape_json(tensor.type.has_shape, tensor.type.shape)},
          {"size", known ? json_uint(tensor.size) : Json(nullptr)},
          {"sha256", known && at_hand ? Json(sha256_hex(tensor.bytes)) : Json(nullptr)}};
}

/// Turns each alternative of an attribute's value into JSON.
struct ValueJson {
  const ir::Model& model;

  Json operator()(std::monostate /*none*/) const { return nullptr; }
  Json operator()(std::string_view text) const { return json_text(text); }
  Json operator()(int64_t number) const { return json_int(number); }
  Json operator()(float number) const { return json_float(static_cast<double>(number)); }
  Json operator()(bool value) const { return value; }
  Json operator()(ByteView bytes) const { return bytes_json(bytes); }
  Json operator()(const ir::Tensor* tensor) const { return tensor_json(*tensor); }
  Json operator()(DType dtype) const { return dtype_json(dtype); }
  Json operator()(const ir::Expression& expression) const { return json_text(expression.text); }
  Json operator()(const ir::TensorType* type) const {
    Json out = Json::object();
    add_type(*type, out);
    return out;
  }
  Json operator()(ir::GraphRef graph) const {
    if (graph.index >= model.graphs.size()) return nullptr;
    return json_text(model.graphs[graph.index].name);
  }
  Json operator()(const ir::NamedAttrs* named) const {
    return {{"name", json_text(named->name)}, {"attrs", attrs_json(model, named->attrs)}};
  }
  template <class T>
  Json operator()(ir::List<T> list) const {
    Json out = Json::array();
    for (const auto& each : list) out.push_back((*this)(each));
    return out;
  }
};

Json slot_json(size_t slot, const ir::TensorType& type) {
  Json out = {{"slot", slot}};
  add_type(type, out);
  return out;
}

Json input_json(size_t slot, const ir::Input& input) {
  const bool connected = !input.source.empty();
  Json out = {{"slot", slot},
              {"source", json_text_or_null(input.source)},
              {"source_index", connected ? Json(input.source_index) : Json(nullptr)}};
  if (!input.value.empty()) out["value"] = json_text(input.value);
  add_type(*input.type, out);
  return out;
}

Json texts_json(ir::List<std::string_view> texts) {
  Json out = Json::array();
  for (const std::string_view text : texts) out.push_back(json_text(text));
  return out;
}

}  // namespace

void add_type(const ir::TensorType& type, Json& into) {
  into["dtype"] = dtype_json(type.dtype);
  into["shape"] = shape_json(type.has_shape, type.shape);
  into["format"] = json_text_or_null(type.format.base);
  into["groups"] = positive_or_null(type.format.groups);
  into["c0"] = positive_or_null(type.format.c0);
  into["origin_shape"] = shape_json(type.has_origin_shape, type.origin_shape);
  into["origin_format"] = json_text_or_null(type.origin_format.base);
}

Json attr_json(const ir::Model& model, const ir::AttrValue& value) {
  return std::visit(ValueJson{model}, value);
}

Json attrs_json(const ir::Model& model, ir::List<ir::Attr> attrs) {
  Json out = Json::object();
  // Names are unique already; a look-up per name would be quadratic.
  auto& members = out.get_ref<Json::object_t&>();
  for (const ir::Attr& attr : attrs) {
    Json value = {{"type", json_text_or_null(ir::type_name(attr.value))},
                  {"value", attr_json(model, attr.value)}};
    members.push_back({as_utf8(attr.name), std::move(value)});
  }
  return out;
}

Json op_json(const ir::Model& model, const ir::Op& op) {
  Json inputs = Json::array();
  for (size_t i = 0; i < op.inputs.size(); ++i) inputs.push_back(input_json(i, op.inputs[i]));
  Json outputs = Json::array();
  for (size_t i = 0; i < op.outputs.size(); ++i) {
    Json output = slot_json(i, *op.outputs[i]);
    if (i < op.output_names.size()) output["value"] = json_text_or_null(op.output_names[i]);
    outputs.push_back(std::move(output));
  }
  Json out = {{"name", json_text(op.name)},
              {"type", json_text(op.type)},
              {"id", op.id < 0 ? Json(nullptr) : json_int(op.id)},
              {"inputs", std::move(inputs)},
              {"control_inputs", texts_json(op.control_inputs)},
              {"outputs", std::move(outputs)},
              {"attrs", attrs_json(model, op.attrs)},
              {"origin_ops", texts_json(op.origin_ops)},
              {"subgraphs", texts_json(op.subgraph_names)}};
  if (!op.domain.empty()) out["domain"] = json_text(op.domain);
  return out;
}

std::string op_label(const ir::Op& op, uint32_t index) {
  if (!op.name.empty()) return std::string(op.name);
  return std::string(op.type) + "#" + std::to_string(index);
}

Json problem_json(const Problem& problem) {
  return {
      {"severity", to_string(problem.severity)},   {"code", to_string(problem.code)},
      {"file", json_text(problem.file)},           {"offset", json_uint_or_null(problem.offset)},
      {"where", json_text_or_null(problem.where)}, {"message", json_text(problem.message)}};
}

Json problems_json(const Problems& problems) {
  Json out = Json::array();
  for (const Problem& problem : problems.list()) out.push_back(problem_json(problem));
  return out;
}

}  // namespace omscope::report
