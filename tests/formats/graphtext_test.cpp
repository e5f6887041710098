// Text formats: protobuf text, ge_onnx, atc JSON.

#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "omscope/formats/graphtext/atc_json.h"
#include "omscope/formats/graphtext/json_to_wire.h"
#include "omscope/formats/graphtext/text_to_wire.h"

#include "ge_ir.pb.h"
#include "make_samples/network_om.h"
#include "support/files.h"

namespace omscope {
namespace {

using test::has_problem;
using test::problem_lines;
using test::read;

/// What our transcoder makes of a text, and what protobuf's own parser does.
void expect_same_as_protobuf(const std::string& text) {
  Problems problems("t");
  const std::string wire = graphtext::text_to_wire(text, wire::ge_model_schema(), problems);
  ::ge::proto::ModelDef ours;
  ::ge::proto::ModelDef theirs;
  ASSERT_TRUE(ours.ParseFromString(wire)) << text;
  ASSERT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &theirs)) << text;
  EXPECT_EQ(ours.DebugString(), theirs.DebugString()) << text;
  EXPECT_TRUE(problems.list().empty()) << to_line(problems.list()[0]);
}

TEST(TextToWire, AgreesWithProtobuf) {
  expect_same_as_protobuf("");
  expect_same_as_protobuf("name: \"m\" version: 2");
  expect_same_as_protobuf("name: 'single' # comment\nversion: 0x10");
  expect_same_as_protobuf("name: \"a\" \"b\"\n 'c'");
  expect_same_as_protobuf("name: \"\\303\\251 \\x41\\n\\\"\"");
  expect_same_as_protobuf("graph { op { id: -5 is_input_const: true is_input_const: false } }");
  expect_same_as_protobuf("graph < op < name: \"angle\" > >");
  expect_same_as_protobuf("graph: { op: { src_index: [1, -2, 3] } }");
  expect_same_as_protobuf("graph { op { src_index: [] } op { name: \"x\", type: \"y\"; id: 1 } }");
  expect_same_as_protobuf(
      "attr { key: \"f\" value { f: 1.5e-3 } } attr { key: \"g\" value { f: -inf } }");
  expect_same_as_protobuf(
      "attr { key: \"l\" value { list { f: nan f: 2 f: 1.0f val_type: "
      "VT_LIST_FLOAT } } }");
  expect_same_as_protobuf(
      "graph { op { input_desc { dtype: DT_FLOAT16 } output_desc { dtype: 3 } "
      "} }");
  expect_same_as_protobuf("attr { key: \"x\" value { i: 9223372036854775807 } }");
  expect_same_as_protobuf("attr { key: \"x\" value { i: -9223372036854775808 } }");
}

std::string wire_of(const std::string& text, Problems& problems) {
  return graphtext::text_to_wire(text, wire::ge_model_schema(), problems);
}

TEST(TextToWire, FaultsNameLineAndColumnAndKeepThePrefix) {
  Problems problems("t");
  const std::string wire = wire_of("name: \"m\"\ngraph {\n  op { id: oops }\n}", problems);
  ASSERT_EQ(problems.list().size(), 1U);
  EXPECT_EQ(problems.list()[0].where, "line 3, column 12");
  EXPECT_EQ(problems.list()[0].offset, 18U);
  ::ge::proto::ModelDef model;
  ASSERT_TRUE(model.ParseFromString(wire));
  EXPECT_EQ(model.name(), "m");
  EXPECT_EQ(model.graph(0).op_size(), 1);
}

TEST(TextToWire, UnknownFieldsAreSkippedWhateverTheyHold) {
  Problems problems("t");
  const std::string wire = wire_of(
      "newer { a: 1 b { c: \"}\" } d: [1, 2] } other: \"x\" \"y\" third: -1 fourth <> name: \"m\"",
      problems);
  ::ge::proto::ModelDef model;
  ASSERT_TRUE(model.ParseFromString(wire));
  EXPECT_EQ(model.name(), "m");
  ASSERT_EQ(problems.list().size(), 1U);
  EXPECT_EQ(problems.list()[0].severity, Severity::kInfo);
  EXPECT_EQ(problems.list()[0].where, "newer");
}

TEST(TextToWire, WhatIsNoText) {
  for (const char* text :
       {"graph {", "graph", "name \"x\"", "name: ", "}", "version: \"x\"",
        "version: 99999999999999999999999", "name: \"unclosed", "graph { op {"}) {
    Problems problems("t");
    (void)wire_of(text, problems);
    EXPECT_TRUE(problems.has_error()) << text;
  }
}

TEST(TextToWire, NestingIsBoundedWithoutRecursion) {
  std::string text;
  for (int i = 0; i < 100000; ++i) text += "graph{op{attr{value{g{";
  Problems problems("t");
  (void)wire_of(text, problems);
  EXPECT_TRUE(problems.has_error());
}

TEST(GeProto, ReadsAsAModel) {
  const auto result = read(
      "graph {\n  name: \"g\"\n  op { name: \"x\" type: \"Data\" input: \"\" output_desc { dtype: "
      "DT_FLOAT shape { dim: 1 dim: 4 } layout: \"ND\" } }\n"
      "  op { name: \"y\" type: \"Relu\" input: \"x:0\" input: \"x:-1\" }\n}\n");
  EXPECT_EQ(result.model->kind, Kind::kGeProtoText);
  EXPECT_EQ(problem_lines(*result.model), "");
  const auto ops = result.model->graphs.at(0).ops;
  ASSERT_EQ(ops.size(), 2U);
  EXPECT_EQ(ops[1].inputs[0].source_op, 0U);
  EXPECT_EQ(ops[1].control_inputs.size(), 1U);
  EXPECT_EQ(result.model->inputs.at(0).size, 16U);
}

const char* const kGeOnnx = R"(ir_version: 6
producer_name: "GE"
graph {
  node {
    input: "" output: "x:0" name: "x" op_type: "ge:Data"
    attribute { name: "output_desc_nums" i: 1 type: INT }
    attribute { name: "output_desc_dtype:0" s: "DT_FLOAT16" type: STRING }
    attribute { name: "output_desc_shape:0" ints: 1 ints: 16 type: INTS }
    attribute { name: "output_desc_layout:0" s: "NCHW" type: STRING }
    attribute { name: "output_desc_origin_layout:0" s: "NHWC" type: STRING }
    attribute { name: "output_desc_attr_origin_shape:0" ints: 1 ints: 3 type: INTS }
    attribute { name: "index" type: INT }
  }
  node {
    input: "x:0" input: "" input: "x:-1" name: "conv" op_type: "ge:Conv2D"
    attribute { name: "id" i: 7 type: INT }
    attribute { name: "stream_id" i: 1 type: INT }
    attribute { name: "is_input_const" ints: 1 type: INTS }
    attribute { name: "is_input_const" ints: 0 type: INTS }
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
)";

TEST(GeOnnx, AttributesBecomeDescriptorsFieldsAndAttributes) {
  const auto result = read(kGeOnnx);
  EXPECT_EQ(result.model->kind, Kind::kGeOnnxText);
  EXPECT_EQ(problem_lines(*result.model), "");
  ASSERT_EQ(result.model->graphs.size(), 2U);
  const auto ops = result.model->graphs[0].ops;
  ASSERT_EQ(ops.size(), 3U) << "the holder of the sub-graph is no op";
  const ir::TensorType& type = *ops[0].outputs[0];
  EXPECT_EQ(type.dtype, DType::kFloat16);
  EXPECT_EQ(type.shape[1], 16);
  EXPECT_EQ(type.origin_shape[1], 3);
  EXPECT_EQ(type.origin_format.base, "NHWC");
  const ir::Op& conv = ops[1];
  EXPECT_EQ(conv.type, "Conv2D");
  EXPECT_EQ(conv.id, 7);
  EXPECT_EQ(conv.stream_id, 1);
  EXPECT_EQ(conv.inputs.size(), 2U);
  EXPECT_EQ(conv.control_inputs.size(), 1U);
  std::vector<std::string_view> keys;
  for (const ir::Attr& attr : conv.attrs) keys.push_back(attr.name);
  EXPECT_EQ(keys, (std::vector<std::string_view>{"is_input_const", "strides", "value"}));
  EXPECT_EQ((*ir::get<const ir::Tensor*>(conv.attrs, "value"))->type.dtype, DType::kInt32);
}

TEST(GeOnnx, SubGraphIsLinkedByItsName) {
  const auto result = read(kGeOnnx);
  EXPECT_EQ(result.model->graphs[1].name, "sub");
  EXPECT_EQ(result.model->graphs[1].parent.op, 2U);
  EXPECT_EQ(result.model->graphs[1].ops[0].type, "Relu");
}

TEST(AtcJson, WrittenAndReadBackIsTheSameModel) {
  const auto first = read(samples::network_as_om(samples::make_network(), samples::newer_build()));
  std::ostringstream json;
  ASSERT_TRUE(graphtext::write_atc_json(*first.model, json).ok());
  const auto second = read(json.str());
  EXPECT_EQ(second.model->kind, Kind::kAtcJson);
  EXPECT_EQ(problem_lines(*second.model), "");
  const auto a = first.model->graphs.at(0).ops;
  const auto b = second.model->graphs.at(0).ops;
  ASSERT_EQ(a.size(), b.size());
  for (size_t i = 0; i < a.size(); ++i) {
    EXPECT_EQ(a[i].name, b[i].name);
    EXPECT_EQ(a[i].attrs.size(), b[i].attrs.size()) << a[i].name;
  }
  EXPECT_EQ(second.model->info.soc_version, "Ascend310B1");
}

nlohmann::json json_of(const ::ge::proto::ModelDef& model) {
  const auto text = read("name: \"x\" " + model.DebugString() + " graph { op { name: \"o\" } }");
  std::ostringstream out;
  EXPECT_TRUE(graphtext::write_atc_json(*text.model, out).ok());
  return nlohmann::json::parse(out.str());
}

nlohmann::json attr_of(const nlohmann::json& model, const std::string& key) {
  for (const auto& attr : model["attr"]) {
    if (attr["key"] == key) return attr;
  }
  return nullptr;
}

TEST(AtcJson, ValuesAsAtcWritesThem) {
  ::ge::proto::ModelDef model;
  auto& attrs = *model.mutable_attr();
  attrs["s"].set_s("a \"quoted\"\nline");
  attrs["i"].set_i(0);
  attrs["f"].set_f(1e-05F);
  attrs["b"].set_b(false);
  attrs["tasks"].set_bt("bytes are left out");
  attrs["ranges"].mutable_list_list_int();
  attrs["list"].mutable_list()->add_f(0.5F);
  attrs["texts"].mutable_list()->add_s("a \"quoted\"");
  attrs["texts"].mutable_list()->set_val_type(::ge::proto::AttrDef::ListValue::VT_LIST_STRING);
  attrs["empty"];
  const nlohmann::json json = json_of(model);
  EXPECT_EQ(attr_of(json, "s")["value"]["s"], "a \\\"quoted\\\"\\nline");
  EXPECT_EQ(attr_of(json, "i")["value"]["i"], 0);
  EXPECT_EQ(attr_of(json, "f")["value"]["f"], "1e-05");
  EXPECT_EQ(attr_of(json, "b")["value"]["b"], false);
  EXPECT_TRUE(attr_of(json, "tasks")["value"].is_null());
  EXPECT_TRUE(attr_of(json, "ranges")["value"].is_null());
  EXPECT_EQ(attr_of(json, "list")["value"]["list"]["f"][0], 0.5);
  EXPECT_EQ(attr_of(json, "texts")["value"]["list"]["s"][0], "a \"quoted\"");
  EXPECT_EQ(attr_of(json, "texts")["value"]["list"]["val_type"], "VT_LIST_STRING");
  EXPECT_FALSE(attr_of(json, "empty").contains("value")) << "a message without bytes is left out";
}

TEST(AtcJson, FusedOpsGetTheirGroup) {
  ::ge::proto::ModelDef model;
  auto& fusion = *(*model.mutable_attr())["fm"].mutable_list();
  fusion.set_val_type(::ge::proto::AttrDef::ListValue::VT_LIST_BYTES);
  for (const int64_t scope : {0x00010000, 0x00000002}) {
    ::ge::proto::OpDef fused;
    (*fused.mutable_attr())["fusion_scope"].set_i(scope);
    fusion.add_bt(fused.SerializeAsString());
  }
  auto& graph = *model.add_graph();
  for (int i = 0; i < 3; ++i) {
    graph.add_op()->set_name("op" + std::to_string(i));
    graph.mutable_op(i)->set_stream_id(7);
  }
  const nlohmann::json json = json_of(model);
  const auto& ops = json["graph"][0]["op"];
  EXPECT_EQ(ops[0]["attr"][0]["value"]["s"], "group_op_l1_1_7");
  EXPECT_EQ(ops[1]["attr"][0]["value"]["s"], "group_op_ub_2_7");
  EXPECT_FALSE(ops[2].contains("attr"));
}

TEST(AtcJson, NothingOfModelsWithoutModelDef) {
  const auto result = read("ir_version: 7\nproducer_name: \"other\"\ngraph {}");
  std::ostringstream out;
  EXPECT_FALSE(graphtext::write_atc_json(*result.model, out).ok());
}

TEST(JsonToWire, FaultsKeepThePrefix) {
  const auto result = read(R"({"graph": [{"name": "g", "op": [{"name": "a"}, {"name": "b"}, {"na)");
  EXPECT_TRUE(has_problem(*result.model, Severity::kError, Code::kBadJson));
  EXPECT_EQ(result.model->graphs.at(0).ops.size(), 2U);
}

TEST(JsonToWire, OddValuesAreLeftOutWithAWarning) {
  const auto result =
      read(R"({"graph": [{"name": 5, "op": ["x", {"name": "a", "id": "12"}], "new": 1}]})");
  EXPECT_TRUE(has_problem(*result.model, Severity::kWarning, Code::kBadJson));
  EXPECT_TRUE(has_problem(*result.model, Severity::kInfo, Code::kUnknownField));
  EXPECT_EQ(result.model->graphs.at(0).ops[0].id, 12);
}

}  // namespace
}  // namespace omscope
