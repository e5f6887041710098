#include <sstream>

#include <google/protobuf/text_format.h>

#include "omscope/formats/graphtext/atc_json.h"
#include "omscope/formats/graphtext/graphtext_reader.h"

#include "fuzz/check.h"
#include "fuzz/seeds.h"

namespace omscope::fuzz::seeds {
namespace {

using ::ge::proto::AttrDef;
using samples::Dims;
using samples::ModelBuilder;
using samples::OpBuilder;
using samples::TensorSpec;

const TensorSpec kImage = {::ge::proto::DT_FLOAT, {1, 3, 4, 4}, "NCHW"};
const TensorSpec kFractal = {
    ::ge::proto::DT_FLOAT16, {1, 1, 4, 4, 16}, "NC1HWC0", {1, 3, 4, 4}, "NCHW", 16};

/// A compiled chain with a constant in the weights and one in its op.
ModelBuilder chain() {
  ModelBuilder model("chain");
  model.graph("chain_graph");
  model.op("x", "Data").attr("index", 0).open_input(kImage).output(kImage);
  const TensorSpec filter = {::ge::proto::DT_FLOAT16, {4, 1, 16, 16}, "FRACTAL_Z", {1, 3, 2, 2}};
  model.constant("w", filter, std::string(2048, '\x3c'));
  model.inline_constant("b", {::ge::proto::DT_FLOAT, {1}, "ND"}, "\x01\x02\x03\x04");
  model.op("conv", "Conv2D")
      .input("x", kImage)
      .input("w", filter)
      .optional_input()
      .input("b", kImage)
      .control("w")
      .output(kFractal)
      .origin({"conv", "relu"})
      .compiled("te_conv2d_1__kernel0", 2, "Convolution");
  model.op("Node_Output", "NetOutput").input("conv", kFractal).output(kImage);
  model.attr("attr_model_out_nodes_name", std::vector<std::string>{"conv:0:y"});
  model.attr("soc_version", "Ascend310");
  model.attr("atc_cmdline", "atc --model=/home/a/net.onnx --framework=5");
  model.finish();
  return model;
}

void fill_lists(::google::protobuf::Map<std::string, AttrDef>& attrs) {
  using List = AttrDef::ListValue;
  attrs["ints"].mutable_list()->add_i(-1);
  attrs["ints"].mutable_list()->set_val_type(List::VT_LIST_INT);
  attrs["floats"].mutable_list()->add_f(0.5F);
  attrs["bools"].mutable_list()->add_b(true);
  attrs["texts"].mutable_list()->add_s("a \"quoted\"\n");
  attrs["blobs"].mutable_list()->add_bt("\x01\x02");
  attrs["descs"].mutable_list()->add_td()->mutable_shape()->add_dim(-1);
  attrs["tensors"].mutable_list()->add_t()->set_data("data");
  attrs["graphs"].mutable_list()->add_g()->add_op()->set_name("inner");
  attrs["funcs"].mutable_list()->add_na()->set_name("f");
  attrs["types"].mutable_list()->add_dt(3);
  attrs["none"].mutable_list()->set_val_type(List::VT_LIST_STRING);
  attrs["rows"].mutable_list_list_int()->add_list_list_i()->add_list_i(7);
  attrs["columns"].mutable_list_list_float()->add_list_list_f()->add_list_f(1.5F);
}

/// One op with an attribute of each kind.
ModelBuilder every_attribute() {
  ModelBuilder model("attrs");
  model.graph("attrs_graph");
  OpBuilder op = model.op("op", "Op");
  auto& attrs = *op.def().mutable_attr();
  fill_lists(attrs);
  attrs["s"].set_s("text");
  attrs["i"].set_i(INT64_MIN);
  attrs["f"].set_f(1e-5F);
  attrs["b"].set_b(false);
  attrs["bt"].set_bt("bytes");
  attrs["dt"].set_dt(1);
  attrs["expression"].set_expression("s0 * 2");
  attrs["td"].mutable_td()->set_layout("ND");
  attrs["t"].mutable_t()->mutable_desc()->set_dtype(::ge::proto::DT_INT4);
  attrs["g"].mutable_g()->set_name("graph");
  attrs["func"].mutable_func()->set_name("function");
  (*attrs["func"].mutable_func()->mutable_attr())["deep"].mutable_func()->set_name("deeper");
  attrs["empty"];
  model.finish();
  return model;
}

/// Sub-graphs, gears and image preprocessing.
ModelBuilder dynamic() {
  ModelBuilder model("dynamic");
  model.graph("root");
  OpBuilder data = model.op("x", "Data");
  data.open_input({::ge::proto::DT_UINT8, {-1, 3, 4, 4}}).output(kImage);
  data.attr("_mbatch_origin_input_dims", Dims{-1, 3, 4, 4});
  OpBuilder aipp = model.op("aipp", "Aipp");
  aipp.input("x", kImage).output(kImage);
  auto& config = *(*aipp.def().mutable_attr())["aipp"].mutable_func()->mutable_attr();
  for (const char* key : {"aipp_mode", "input_format"}) config[key].set_i(1);
  for (const char* key : {"src_image_size_w", "src_image_size_h"}) config[key].set_i(64);
  model.op("switch", "Case")
      .input("aipp", kImage)
      .output(kImage)
      .attr("_batch_num", 2)
      .attr("_pred_value_0", Dims{1})
      .attr("_pred_value_1", Dims{4})
      .attr("mbatch_dynamic_type", 1)
      .subgraph("branch");
  model.op("Node_Output", "NetOutput").input("switch", kImage);
  model.graph("branch");
  model.op("inner", "Data").attr("_parent_node_index", 0).output(kImage);
  model.finish();
  return model;
}

ModelBuilder compressed() {
  ModelBuilder model = chain();
  samples::compress_attributes(model.def());
  return model;
}

/// A fused op, whose parts stand in an attribute of the model as bytes.
ModelBuilder fused() {
  ModelBuilder model("fused");
  model.graph("g");
  ::ge::proto::OpDef part;
  (*part.mutable_attr())["fusion_scope"].set_i(0x00010000);
  auto& parts = *(*model.def().mutable_attr())["fm"].mutable_list();
  parts.set_val_type(AttrDef::ListValue::VT_LIST_BYTES);
  parts.add_bt(part.SerializeAsString());
  model.op("op", "Op").output(kImage);
  model.finish();
  return model;
}

}  // namespace

std::vector<ModelBuilder> ge_models() {
  return {chain(), every_attribute(), dynamic(), compressed(), fused()};
}

Seeds ge_wire() {
  Seeds all;
  for (ModelBuilder& model : ge_models()) all.push_back(samples::serialized(model.def()));
  return all;
}

Seeds ge_proto() {
  Seeds all = {
      "# comment\nname: 'single' \"joined\" version: 0x10 graph < op: { src_index: [1, -2] } >\n",
      "graph { op { attr { key: \"f\" value { f: -inf } } attr { key: \"g\" value { f: nan } } } "
      "}"};
  for (ModelBuilder& model : ge_models()) {
    google::protobuf::TextFormat::PrintToString(model.def(), &all.emplace_back());
  }
  return all;
}

Seeds atc_json() {
  Seeds all;
  for (const std::string& wire : ge_wire()) {
    ir::Model model(as_file(wire), Kind::kGeProtoText);
    graphtext::read_spelled_model(model, wire);
    std::ostringstream out;
    require(graphtext::write_atc_json(model, out).ok(), "seeds can be written");
    all.push_back(out.str());
  }
  return all;
}

// No writer of ours makes this format.
Seeds ge_onnx() {
  return {R"(ir_version: 6
producer_name: "GE"
graph {
  node {
    input: "" output: "x:0" name: "x" op_type: "ge:Data"
    attribute { name: "output_desc_nums" i: 1 type: INT }
    attribute { name: "output_desc_dtype:0" s: "DT_FLOAT16" type: STRING }
    attribute { name: "output_desc_shape:0" ints: 1 ints: 16 type: INTS }
    attribute { name: "output_desc_layout:0" s: "NCHW" type: STRING }
    attribute { name: "output_desc_attr_origin_shape:0" ints: 1 ints: 3 type: INTS }
    attribute { name: "index" type: INT }
  }
  node {
    input: "x:0" input: "" input: "x:-1" name: "conv" op_type: "ge:Conv2D"
    attribute { name: "id" i: 7 type: INT }
    attribute { name: "input_i" ints: 512 type: INTS }
    attribute { name: "input_desc_dtype:0" s: "DT_FLOAT" type: STRING }
    attribute { name: "is_input_const" ints: 1 type: INTS }
    attribute { name: "value_desc_dtype" s: "DT_INT32" type: STRING }
    attribute { name: "value_desc_shape" ints: 2 type: INTS }
    attribute { name: "strides" ints: 1 ints: 2 type: INTS }
  }
  node {
    name: "sub" op_type: "subgraph"
    attribute { name: "graph" type: GRAPH g { name: "sub" node { name: "inner" op_type: "ge:Relu" } } }
  }
  node { name: "sub_PartitionedCall_0" op_type: "ge:PartitionedCall" }
  name: "root"
}
)"};
}

}  // namespace omscope::fuzz::seeds
