#include "bench/texts.h"

#include <sstream>
#include <stdexcept>

#include <google/protobuf/text_format.h>
#include <onnx/onnx_pb.h>

#include "omscope/formats/graphtext/atc_json.h"
#include "omscope/formats/read_model.h"

#include "make_samples/ge_builder.h"
#include "make_samples/om_builder.h"

namespace omscope::bench {
namespace {

using ::ge::proto::AttrDef;
using ::onnx::AttributeProto;

std::string printed(const google::protobuf::Message& message) {
  std::string text;
  google::protobuf::TextFormat::PrintToString(message, &text);
  return text;
}

/// Adds attributes to one node, as GE's ONNX serializer does: fields that are zero are left empty.
class NodeAttrs {
 public:
  explicit NodeAttrs(onnx::NodeProto& node) : node_(node) {}

  void number(const std::string& name, int64_t value) {
    AttributeProto& attr = add(name, AttributeProto::INT);
    if (value != 0) attr.set_i(value);
  }
  void text(const std::string& name, const std::string& value) {
    add(name, AttributeProto::STRING).set_s(value);
  }
  template <class List>
  void numbers(const std::string& name, const List& values) {
    AttributeProto& attr = add(name, AttributeProto::INTS);
    for (const auto value : values) attr.add_ints(value);
  }
  template <class List>
  void texts(const std::string& name, const List& values) {
    AttributeProto& attr = add(name, AttributeProto::STRINGS);
    for (const auto& value : values) attr.add_strings(value);
  }

  /// Texts are left out, as at the usual dump level.
  void ge_attr(const std::string& name, const AttrDef& value) {
    if (value.value_case() == AttrDef::kI) number(name, value.i());
    if (value.value_case() == AttrDef::kB) number(name, value.b() ? 1 : 0);
    if (value.value_case() == AttrDef::kList && value.list().i_size() > 0) {
      numbers(name, value.list().i());
    }
  }

  void descriptor(const std::string& side, const ::ge::proto::TensorDescriptor& desc, int slot) {
    const auto name = [&](const std::string& what) {
      return side + "_desc_" + what + ":" + std::to_string(slot);
    };
    text(name("dtype"), ::ge::proto::DataType_Name(desc.dtype()));
    numbers(name("shape"), desc.shape().dim());
    const auto origin = desc.attr().find("origin_shape");
    if (origin != desc.attr().end()) numbers(name("origin_shape"), origin->second.list().i());
    text(name("layout"), desc.layout());
    text(name("origin_layout"), "NCHW");
    number(name("size"), desc.size());
    for (const char* unset : {"weight_size", "reuse_input", "output_tensor", "input_tensor",
                              "data_offset", "cmps_size", "cmps_tab_offset"}) {
      number(name(unset), 0);
    }
    text(name("device_type"), desc.device_type());
    number(name("real_dim_cnt"), desc.real_dim_cnt());
    for (const auto& [key, value] : desc.attr()) ge_attr(name("attr_" + key), value);
  }

 private:
  AttributeProto& add(const std::string& name, AttributeProto::AttributeType type) {
    AttributeProto& attr = *node_.add_attribute();
    attr.set_name(name);
    attr.set_type(type);
    return attr;
  }

  onnx::NodeProto& node_;
};

void fill_node(const ::ge::proto::OpDef& op, onnx::NodeProto& node) {
  for (const std::string& edge : op.input()) node.add_input(edge);
  node.add_output(op.name() + ":0");
  node.set_name(op.name());
  node.set_op_type("ge:" + op.type());
  NodeAttrs attrs(node);
  attrs.number("input_desc_nums", op.input_desc_size());
  for (int i = 0; i < op.input_desc_size(); ++i) attrs.descriptor("input", op.input_desc(i), i);
  attrs.number("output_desc_nums", op.output_desc_size());
  for (int i = 0; i < op.output_desc_size(); ++i) attrs.descriptor("output", op.output_desc(i), i);
  attrs.number("id", op.id());
  attrs.number("stream_id", op.stream_id());
  attrs.texts("src_name", op.src_name());
  attrs.numbers("src_index", op.src_index());
  attrs.texts("dst_name", op.dst_name());
  attrs.numbers("dst_index", op.dst_index());
  attrs.numbers("input_i", op.input_i());
  attrs.numbers("output_i", op.output_i());
  for (const auto& [key, value] : op.attr()) attrs.ge_attr(key, value);
}

void fill_value_info(const std::string& name, onnx::ValueInfoProto& value) {
  value.set_name(name);
  auto& type = *value.mutable_type()->mutable_tensor_type();
  type.set_elem_type(onnx::TensorProto::FLOAT);
  for (const int64_t dim : {1, 64, 56, 56}) type.mutable_shape()->add_dim()->set_dim_value(dim);
}

void add_weight(const std::string& name, onnx::GraphProto& graph) {
  auto& weight = *graph.add_initializer();
  weight.set_name(name);
  weight.set_data_type(onnx::TensorProto::FLOAT);
  for (const int64_t dim : {4, 4, 3, 3}) weight.add_dims(dim);
  weight.set_raw_data(std::string(size_t{4} * 4 * 3 * 3 * 4, '\1'));
}

}  // namespace

std::string ge_proto_text(const ::ge::proto::ModelDef& model) {
  return printed(model);
}

std::string ge_onnx_text(const ::ge::proto::ModelDef& model) {
  onnx::ModelProto out;
  out.set_ir_version(6);
  out.set_producer_name("GE");
  for (const auto& op : model.graph(0).op()) fill_node(op, *out.mutable_graph()->add_node());
  out.mutable_graph()->set_name(model.graph(0).name());
  return printed(out);
}

std::string atc_json(const ::ge::proto::ModelDef& model) {
  const std::string om =
      samples::OmBuilder().version2().wide().partition(0, samples::serialized(model)).build();
  const ReadResult read = read_model(FileBytes::from_memory("synthetic.om", om));
  std::ostringstream out;
  if (!graphtext::write_atc_json(*read.model, out)) throw std::runtime_error("no JSON was written");
  return out.str();
}

std::string synthetic_onnx(int64_t nodes) {
  onnx::ModelProto model;
  model.set_ir_version(8);
  model.add_opset_import()->set_version(13);
  auto& graph = *model.mutable_graph();
  graph.set_name("synthetic");
  fill_value_info("value_0", *graph.add_input());
  for (int64_t n = 0; n < nodes; ++n) {
    const std::string number = std::to_string(n);
    const std::string layer = "/features/layer" + std::to_string(n / 100) + "/" + number;
    const bool is_conv = n % 2 == 0;
    auto& node = *graph.add_node();
    node.set_name(layer + (is_conv ? "/conv/Conv" : "/relu/Relu"));
    node.set_op_type(is_conv ? "Conv" : "Relu");
    node.add_input("value_" + number);
    const std::string output = "value_" + std::to_string(n + 1);
    node.add_output(output);
    fill_value_info(output, n + 1 == nodes ? *graph.add_output() : *graph.add_value_info());
    if (!is_conv) continue;
    node.add_input(layer + ".weight");
    add_weight(layer + ".weight", graph);
    NodeAttrs attrs(node);
    attrs.numbers("dilations", std::vector<int64_t>{1, 1});
    attrs.number("group", 1);
    attrs.numbers("kernel_shape", std::vector<int64_t>{3, 3});
    attrs.numbers("pads", std::vector<int64_t>{1, 1, 1, 1});
    attrs.numbers("strides", std::vector<int64_t>{1, 1});
  }
  return samples::serialized(model);
}

}  // namespace omscope::bench
