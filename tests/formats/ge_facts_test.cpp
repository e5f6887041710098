// What a model says about itself: interface, gears, AIPP.

#include <gtest/gtest.h>

#include "make_samples/ge_builder.h"
#include "make_samples/om_builder.h"
#include "support/files.h"

namespace omscope {
namespace {

using samples::Dims;
using samples::ModelBuilder;
using samples::OmBuilder;
using samples::TensorSpec;
using test::read;

const TensorSpec kImage = {::ge::proto::DT_FLOAT, {1, 3, 8, 8}, "NCHW"};

ReadResult finish(ModelBuilder& model) {
  model.finish();
  return read(OmBuilder().partition(0, samples::serialized(model.def())).build());
}

TEST(Interface, InputsByIndexAndOutputsByName) {
  ModelBuilder model("m");
  model.graph("g");
  model.op("second", "Data").attr("index", 1).open_input(kImage).output(kImage);
  model.op("first", "Data").attr("index", 0).open_input(kImage).output(kImage);
  model.op("Node_Output", "NetOutput").input("first", kImage).input("second", kImage);
  model.attr("attr_model_out_nodes_name", std::vector<std::string>{"a:0:named", "plain"});
  const auto result = finish(model);
  ASSERT_EQ(result.model->inputs.size(), 2U);
  EXPECT_EQ(result.model->inputs[0].name, "first");
  EXPECT_EQ(result.model->inputs[0].size, 768U) << "exact bytes, not the planned size";
  ASSERT_EQ(result.model->outputs.size(), 2U);
  EXPECT_EQ(result.model->outputs[0].name, "a:0:named");
  EXPECT_EQ(result.model->outputs[1].name, "plain:1");
}

TEST(Interface, OutputNamesAreMadeWhereNoneAreStored) {
  ModelBuilder model("m");
  model.graph("g");
  model.op("x", "Data").open_input(kImage).output(kImage);
  model.op("Node_Output", "NetOutput").input("x", kImage);
  EXPECT_EQ(finish(model).model->outputs.at(0).name, "output_0_x_0");
}

TEST(Interface, OutputNamesComeFromTheRecordedSource) {
  ModelBuilder model("m");
  model.graph("g");
  model.op("x", "Data").open_input(kImage).output(kImage);
  model.op("y", "Cast").input("x", kImage).output(kImage);
  model.op("Node_Output", "NetOutput").input("y", kImage);
  model.finish();
  // A pass put `y` between after the names were given.
  ::ge::proto::OpDef& out = *model.def().mutable_graph(0)->mutable_op(2);
  out.set_src_name(0, "x");
  out.set_src_index(0, 1);
  const std::string def = samples::serialized(model.def());
  const auto result = read(OmBuilder().partition(0, def).build());
  EXPECT_EQ(result.model->outputs.at(0).name, "output_0_x_1");
}

TEST(Interface, MarkedDescriptorThatSaysNothingElseIsPassedOver) {
  ModelBuilder model("m");
  model.graph("g");
  model.op("x", "Data").open_input(kImage).output(kImage);
  samples::OpBuilder out = model.op("Node_Output", "NetOutput");
  out.input("x", kImage).output({::ge::proto::DT_FLOAT, {}, "NCHW"});
  out.def().mutable_output_desc(0)->set_output_tensor(true);
  EXPECT_EQ(finish(model).model->outputs.at(0).size, 768U);
}

TEST(Interface, OutputDimsThatDifferFromGearToGearAreDynamic) {
  ModelBuilder model("m");
  model.graph("g");
  model.op("x", "Data").open_input(kImage).output(kImage);
  model.op("Node_Output", "NetOutput")
      .input("x", kImage)
      .attr("_dynamic_output_dims", std::vector<std::string>{"0,0,1,10", "1,0,4,10", "1,1,7"});
  const auto result = finish(model);
  const ir::Port& output = result.model->outputs.at(0);
  EXPECT_EQ(std::vector<int64_t>(output.shape.begin(), output.shape.end()), (Dims{-1, 10}));
  EXPECT_FALSE(output.size.has_value());
}

TEST(Interface, MarkedOutputDescriptorIsWhatTheUserGets) {
  ModelBuilder model("m");
  model.graph("g");
  model.op("x", "Data").open_input(kImage).output(kImage);
  samples::OpBuilder out = model.op("Node_Output", "NetOutput");
  out.input("x", {::ge::proto::DT_FLOAT16, {1, 1, 8, 8, 16}, "NC1HWC0"}).output(kImage);
  out.def().mutable_output_desc(0)->set_output_tensor(true);
  EXPECT_EQ(finish(model).model->outputs.at(0).dtype, DType::kFloat32);
}

TEST(Interface, DynamicDimsHaveNoSize) {
  ModelBuilder model("m");
  model.graph("g");
  const TensorSpec dynamic = {::ge::proto::DT_FLOAT, {-1, 3}, "ND"};
  model.op("x", "Data").open_input(dynamic).output(dynamic);
  model.op("Node_Output", "NetOutput").input("x", dynamic);
  const auto result = finish(model);
  EXPECT_FALSE(result.model->inputs.at(0).size.has_value());
  EXPECT_EQ(result.model->dynamic.kind, ir::DynamicKind::kRange);
}

TEST(Dynamic, GearsStandOnTheCaseOp) {
  ModelBuilder model("m");
  model.graph("g");
  model.op("x", "Data")
      .open_input(kImage)
      .output(kImage)
      .attr("_mbatch_origin_input_dims", Dims{-1, 3, 8, 8});
  model.op("ascend_mbatch_switch", "Case")
      .attr("_batch_num", 2)
      .attr("_pred_value_0", Dims{1})
      .attr("_pred_value_1", Dims{4})
      .attr("mbatch_dynamic_type", 1);
  const auto result = finish(model);
  EXPECT_EQ(result.model->dynamic.kind, ir::DynamicKind::kBatch);
  EXPECT_EQ(result.model->dynamic.gears, (std::vector<std::vector<int64_t>>{{1}, {4}}));
  EXPECT_EQ(result.model->inputs.at(0).shape[0], -1);
}

TEST(Dynamic, KindByTheValuesOfAGear) {
  ModelBuilder model("m");
  model.graph("g");
  model.op("s", "Case").attr("_batch_num", 1).attr("_pred_value_0", Dims{224, 224});
  EXPECT_EQ(finish(model).model->dynamic.kind, ir::DynamicKind::kImage);
}

void add_aipp(samples::OpBuilder& op, int mode, int format, int width, int height) {
  auto& config = *(*op.def().mutable_attr())["aipp"].mutable_func()->mutable_attr();
  config["aipp_mode"].set_i(mode);
  config["input_format"].set_i(format);
  config["src_image_size_w"].set_i(width);
  config["src_image_size_h"].set_i(height);
  config["max_src_image_size"].set_i(4096);
}

TEST(Aipp, StaticImageFormatAndBytes) {
  ModelBuilder model("m");
  model.graph("g");
  model.op("x", "Data").open_input(kImage).output(kImage);
  samples::OpBuilder aipp = model.op("aipp", "Aipp");
  aipp.input("x", kImage).output(kImage);
  add_aipp(aipp, 1, 1, 640, 480);
  const auto result = finish(model);
  ASSERT_EQ(result.model->aipp.size(), 1U);
  const ir::Aipp& found = result.model->aipp[0];
  EXPECT_EQ(found.input, "x");
  EXPECT_EQ(found.mode, "static");
  EXPECT_EQ(found.image_format, "YUV420SP_U8");
  EXPECT_EQ(found.size, 640U * 480U * 3U / 2U);
}

// HiAI puts the configuration on the first convolution; the Data op is as large as the image.
TEST(Aipp, OnAConvolutionAndASmallerInput) {
  ModelBuilder model("m");
  model.graph("g");
  samples::OpBuilder data = model.op("x", "Data");
  data.open_input({::ge::proto::DT_INT8, {1, 3, 4, 4}, "NCHW"});
  data.output({::ge::proto::DT_INT8, {1, 3, 4, 4}, "NCHW"});
  data.def().mutable_input_desc(0)->set_size(24);
  samples::OpBuilder conv = model.op("conv", "Convolution");
  conv.input("x", kImage);
  add_aipp(conv, 1, 1, 4, 4);
  const auto result = finish(model);
  EXPECT_EQ(result.model->aipp.at(0).input, "x");
  EXPECT_EQ(result.model->inputs.at(0).size, 24U);
}

TEST(Aipp, DynamicTakesUpToTheLargestImage) {
  ModelBuilder model("m");
  model.graph("g");
  samples::OpBuilder data = model.op("x", "Data");
  data.open_input(kImage).output(kImage).attr("max_src_image_size", 4096);
  data.def().mutable_input_desc(0)->set_size(4096);
  samples::OpBuilder aipp = model.op("aipp", "Aipp");
  aipp.input("x", kImage).output(kImage);
  add_aipp(aipp, 2, 0, 0, 0);
  const auto result = finish(model);
  EXPECT_EQ(result.model->aipp.at(0).mode, "dynamic");
  EXPECT_EQ(result.model->aipp.at(0).size, 4096U);
  EXPECT_EQ(result.model->inputs.at(0).size, 4096U);
}

TEST(Aipp, OpsThatFeedEachOtherInACircleEnd) {
  ModelBuilder model("m");
  model.graph("g");
  samples::OpBuilder a = model.op("a", "Aipp");
  a.input("b", kImage).output(kImage);
  add_aipp(a, 1, 1, 4, 4);
  model.op("b", "Op").input("a", kImage).output(kImage);
  EXPECT_EQ(finish(model).model->aipp.at(0).input, "");
}

}  // namespace
}  // namespace omscope
