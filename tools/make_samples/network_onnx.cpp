#include "make_samples/network_onnx.h"

#include <onnx/onnx_pb.h>

#include "make_samples/ge_builder.h"

namespace omscope::samples {
namespace {

std::string value_name(const std::string& layer) {
  return layer == "image" ? layer : layer + "_out";
}

void fill_value(const std::string& name, const std::vector<int64_t>& shape,
                onnx::ValueInfoProto& value) {
  value.set_name(name);
  auto& type = *value.mutable_type()->mutable_tensor_type();
  type.set_elem_type(onnx::TensorProto::FLOAT);
  for (const int64_t dim : shape) type.mutable_shape()->add_dim()->set_dim_value(dim);
}

void add_ints(onnx::NodeProto& node, const std::string& name, const std::vector<int64_t>& values) {
  auto& attr = *node.add_attribute();
  attr.set_name(name);
  attr.set_type(onnx::AttributeProto::INTS);
  attr.mutable_ints()->Add(values.begin(), values.end());
}

void add_int(onnx::NodeProto& node, const std::string& name, int64_t value) {
  auto& attr = *node.add_attribute();
  attr.set_name(name);
  attr.set_type(onnx::AttributeProto::INT);
  attr.set_i(value);
}

void add_attributes(const Layer& layer, onnx::NodeProto& node) {
  if (layer.type == "Conv") {
    add_ints(node, "dilations", {1, 1});
    add_int(node, "group", 1);
    add_ints(node, "kernel_shape", {3, 3});
    add_ints(node, "pads", {1, 1, 1, 1});
    add_ints(node, "strides", {layer.stride, layer.stride});
  } else if (layer.type == "MaxPool") {
    add_ints(node, "kernel_shape", {2, 2});
    add_ints(node, "pads", {0, 0, 0, 0});
    add_ints(node, "strides", {2, 2});
  } else if (layer.type == "Gemm") {
    add_int(node, "transB", 1);
  } else if (layer.type == "Softmax" || layer.type == "Flatten") {
    add_int(node, "axis", 1);
  }
}

void add_initializer(const Constant& constant, onnx::GraphProto& graph) {
  auto& tensor = *graph.add_initializer();
  tensor.set_name(constant.name);
  tensor.set_data_type(onnx::TensorProto::FLOAT);
  tensor.mutable_dims()->Add(constant.shape.begin(), constant.shape.end());
  tensor.set_raw_data(constant.values.data(), constant.values.size() * sizeof(float));
}

}  // namespace

std::string network_as_onnx(const Network& network) {
  onnx::ModelProto model;
  model.set_ir_version(8);
  model.set_producer_name("omscope make_samples");
  auto& opset = *model.add_opset_import();
  opset.set_domain("");
  opset.set_version(13);
  auto& graph = *model.mutable_graph();
  graph.set_name("tiny_resnet");
  fill_value("image", network.input, *graph.add_input());
  for (const Layer& layer : network.layers) {
    auto& node = *graph.add_node();
    node.set_name(layer.name);
    node.set_op_type(layer.type);
    for (const std::string& input : layer.inputs) node.add_input(value_name(input));
    for (const Constant& constant : layer.constants) {
      node.add_input(constant.name);
      add_initializer(constant, graph);
    }
    node.add_output(value_name(layer.name));
    add_attributes(layer, node);
    const bool last = &layer == &network.layers.back();
    fill_value(value_name(layer.name), layer.output,
               last ? *graph.add_output() : *graph.add_value_info());
  }
  return serialized(model);
}

}  // namespace omscope::samples
