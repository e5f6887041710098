#include "omscope/report/model_json.h"

#include "omscope/core/text.h"

namespace omscope::report {
namespace {

using Form = JsonStream::Form;

Json positive_or_null(uint64_t number) {
  return number == 0 ? Json(nullptr) : json_uint(number);
}

/// Writes each alternative of an attribute's value. A key goes before it where one is given: the
/// value is a member of an object then, an item of an array otherwise.
class ValueWriter {
 public:
  ValueWriter(JsonStream& out, const Source& source) : out_(out), source_(source) {}

  void member(std::string_view key, const ir::AttrValue& value) {
    key_ = key;
    std::visit(*this, value);
  }
  void item(const ir::AttrValue& value) {
    key_.reset();
    std::visit(*this, value);
  }

  void operator()(std::monostate /*none*/) { put(nullptr); }
  void operator()(int64_t number) { put(json_int(number)); }
  void operator()(float number) { put(json_float(static_cast<double>(number))); }
  void operator()(bool value) { put(value); }
  void operator()(DType dtype) { put(dtype_json(dtype)); }
  void operator()(const ir::Expression& expression) { (*this)(expression.text); }
  void operator()(std::string_view text) {
    if (has_key()) {
      out_.text(take_key(), text);
    } else {
      out_.item_text(text);
    }
  }
  void operator()(ByteView bytes) {
    open_object();
    out_.field("size", json_uint(bytes.size()));
    out_.text_or_null("sha256", source_.hashes.of(bytes));
    out_.close();
  }
  void operator()(const ir::Tensor* tensor) {
    const bool known = tensor->storage != ir::Storage::kNone;
    open_object();
    out_.field("dtype", dtype_json(tensor->type.dtype));
    write_shape(out_, "shape", tensor->type.has_shape, tensor->type.shape);
    out_.field("size", known ? json_uint(tensor->size) : Json(nullptr));
    out_.text_or_null("sha256", source_.hashes.of(*tensor));
    out_.close();
  }
  void operator()(const ir::TensorType* type) {
    open_object();
    write_type(out_, *type);
    out_.close();
  }
  void operator()(ir::GraphRef graph) {
    if (graph.index >= source_.model.graphs.size()) return put(nullptr);
    (*this)(source_.model.graphs[graph.index].name);
  }
  void operator()(const ir::NamedAttrs* named) {
    open_object();
    out_.text("name", named->name);
    write_attrs(out_, source_, "attrs", named->attrs);
    out_.close();
  }
  template <class T>
  void operator()(ir::List<T> list) {
    if (has_key()) {
      out_.open_array(take_key(), Form::kLine);
    } else {
      out_.open_array(Form::kLine);
    }
    for (const auto& each : list) (*this)(each);
    out_.close();
  }

 private:
  bool has_key() const { return key_.has_value(); }
  std::string_view take_key() { return *std::exchange(key_, std::nullopt); }

  void put(const Json& value) {
    if (has_key()) {
      out_.field(take_key(), value);
    } else {
      out_.item(value);
    }
  }
  void open_object() {
    if (has_key()) {
      out_.open_object(take_key(), Form::kLine);
    } else {
      out_.open_object(Form::kLine);
    }
  }

  JsonStream& out_;
  const Source& source_;
  std::optional<std::string_view> key_;
};

void write_input(JsonStream& out, size_t slot, const ir::Input& input) {
  const bool connected = !input.source.empty();
  out.open_object(Form::kLine);
  out.field("slot", slot);
  out.text_or_null("source", input.source);
  out.field("source_index", connected ? Json(input.source_index) : Json(nullptr));
  if (!input.value.empty()) out.text("value", input.value);
  write_type(out, *input.type);
  out.close();
}

void write_output(JsonStream& out, size_t slot, const ir::Op& op) {
  out.open_object(Form::kLine);
  out.field("slot", slot);
  write_type(out, *op.outputs[slot]);
  if (slot < op.output_names.size()) out.text_or_null("value", op.output_names[slot]);
  out.close();
}

void write_texts(JsonStream& out, std::string_view key, ir::List<std::string_view> texts) {
  out.open_array(key, Form::kLine);
  for (const std::string_view text : texts) out.item_text(text);
  out.close();
}

}  // namespace

Json dtype_json(DType dtype) {
  return dtype == DType::kUndefined ? Json(nullptr) : Json(to_string(dtype));
}

void write_shape(JsonStream& out, std::string_view key, bool known, ir::List<int64_t> shape) {
  if (known) {
    out.dims(key, shape);
  } else {
    out.field(key, nullptr);
  }
}

void write_layout(JsonStream& out, const Layout& layout) {
  out.text_or_null("format", layout.base);
  out.field("groups", positive_or_null(layout.groups));
  out.field("c0", positive_or_null(layout.c0));
}

void write_type(JsonStream& out, const ir::TensorType& type) {
  out.field("dtype", dtype_json(type.dtype));
  write_shape(out, "shape", type.has_shape, type.shape);
  write_layout(out, type.format);
  write_shape(out, "origin_shape", type.has_origin_shape, type.origin_shape);
  out.text_or_null("origin_format", type.origin_format.base);
}

void write_member(JsonStream& out, const Source& source, std::string_view key,
                  const ir::AttrValue& value) {
  ValueWriter(out, source).member(key, value);
}

void write_item(JsonStream& out, const Source& source, const ir::AttrValue& value) {
  ValueWriter(out, source).item(value);
}

void write_attrs(JsonStream& out, const Source& source, std::string_view key,
                 ir::List<ir::Attr> attrs) {
  out.open_object(key, Form::kLine);
  for (const ir::Attr& attr : attrs) {
    out.open_object(attr.name, Form::kLine);
    out.text_or_null("type", ir::type_name(attr.value));
    write_member(out, source, "value", attr.value);
    out.close();
  }
  out.close();
}

void write_op(JsonStream& out, const Source& source, const ir::Op& op) {
  out.open_object(Form::kLine);
  out.text("name", op.name);
  out.text("type", op.type);
  out.field("id", op.id < 0 ? Json(nullptr) : json_int(op.id));
  out.open_array("inputs");
  for (size_t i = 0; i < op.inputs.size(); ++i) write_input(out, i, op.inputs[i]);
  out.close();
  write_texts(out, "control_inputs", op.control_inputs);
  out.open_array("outputs");
  for (size_t i = 0; i < op.outputs.size(); ++i) write_output(out, i, op);
  out.close();
  write_attrs(out, source, "attrs", op.attrs);
  write_texts(out, "origin_ops", op.origin_ops);
  write_texts(out, "subgraphs", op.subgraph_names);
  if (!op.domain.empty()) out.text("domain", op.domain);
  out.close();
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
