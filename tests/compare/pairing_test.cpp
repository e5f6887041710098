// Which tensor belongs to which: every rule, and what is no one's.

#include <gtest/gtest.h>

#include "omscope/compare/names.h"

#include "compare/runs.h"
#include "make_samples/dump_builder.h"
#include "make_samples/network_onnx.h"

namespace omscope {
namespace {

using compare::Options;
using compare::Result;
using compare::Status;
using compare::Verdict;
using test::dump_file;
using test::lines;
using test::npy_file;
using test::pair_of;
using test::ramp;
using test::TwoRuns;

const std::string kStep0 = "20240101120000/0/net/1/0/";
const std::string kStep1 = "20240101120000/0/net/1/1/";
const std::string kTime = "1704110400000001";
const std::string kLater = "1704110400000002";

std::string array(size_t count = 6) {
  return npy_file(ramp(count), {static_cast<int64_t>(count)});
}
std::string dump(const std::string& op, size_t count = 6) {
  return dump_file(op, ramp(count), {static_cast<int64_t>(count)});
}
bool says(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST(Names, AreWrittenAndReducedAsToolsDo) {
  EXPECT_EQ(compare::sanitised("a/b.c d\\e"), "a_b_c_d_e");
  EXPECT_EQ(compare::normalised("sgt_graph_3_conv/1_lxslice2"), "conv_1");
  EXPECT_EQ(compare::normalised("conv1_ascend_mbatch_batch_2"), "conv1");
  EXPECT_EQ(compare::normalised("PartitionedCall_Relu_1"), "Relu_1");
  EXPECT_EQ(compare::normalised("fc_quant_layer"), "fc");
  EXPECT_EQ(compare::normalised("dense:0"), "dense");
  EXPECT_EQ(compare::normalised("_lxslice2"), "_lxslice2") << "nothing would be left";
}

TEST(Pairing, ByEqualNames) {
  TwoRuns runs;
  runs.run(kStep0 + "Relu.block_relu1.3.1." + kTime, dump("block/relu1"));
  runs.golden(kStep0 + "Relu.block_relu1.4.1." + kLater, dump("block/relu1"));
  const Result result = runs.compare();
  EXPECT_EQ(pair_of(result, "block/relu1").paired_by, "name") << lines(result);
  EXPECT_EQ(pair_of(result, "block/relu1").status, Status::kPass);
  EXPECT_EQ(pair_of(result, "block/relu1").op_type, "Relu");
}

TEST(Pairing, ByNamesAsFilesHaveThem) {
  TwoRuns runs;
  runs.run(kStep0 + "Relu.block_relu1.3.1." + kTime, dump("block/relu1"));
  runs.golden("block_relu1.0." + kTime + ".npy", array());
  EXPECT_EQ(pair_of(runs.compare(), "block/relu1").paired_by, "file name");
}

TEST(Pairing, ByNamesWithoutWhatToolsAdd) {
  TwoRuns runs;
  runs.run(kStep0 + "Relu.relu1_lxslice0.3.1." + kTime, dump("relu1_lxslice0"));
  runs.golden("relu1.0." + kTime + ".npy", array());
  EXPECT_EQ(pair_of(runs.compare(), "relu1_lxslice0").paired_by, "normalised name");
}

TEST(Pairing, OutputsByTheirNumber) {
  TwoRuns runs;
  runs.run("split.0." + kTime + ".npy", array(4));
  runs.run("split.1." + kTime + ".npy", array(5));
  runs.golden("split.1." + kTime + ".npy", array(5));
  const Result result = runs.compare();
  EXPECT_EQ(pair_of(result, "split", "output:1").status, Status::kPass);
  ASSERT_EQ(result.unpaired_run.size(), 1U) << "no output falls back to another's number";
  EXPECT_EQ(result.unpaired_run[0].tensor.tensor, "output:0");
}

TEST(Pairing, ByMapping) {
  TwoRuns runs;
  runs.run(kStep0 + "Conv2D.fused.3.1." + kTime, dump("fused"));
  runs.golden("Relu_7.0." + kTime + ".npy", array());
  Options options;
  options.mapping = runs.write("map.txt", "# run\tgolden\nfused\tRelu_7\n");
  EXPECT_EQ(pair_of(runs.compare(options), "fused").paired_by, "mapping");
  options.mapping = runs.write("map.csv", "fused:output:0, Relu_7:output:0\n");
  EXPECT_EQ(pair_of(runs.compare(options), "fused").paired_by, "mapping");
  options.mapping = runs.write("bad.csv", "a,b\nonly one\n");
  const Result bad = runs.compare(options);
  EXPECT_TRUE(bad.problems.has_error());
  EXPECT_TRUE(says(lines(bad), "line 2"));
  EXPECT_EQ(bad.verdict, Verdict::kNone);
}

TEST(Pairing, ByWhatADumpRecordsOfItsOrigin) {
  samples::DumpTensor tensor = samples::float_tensor({1, 2, 3});
  tensor.shape = {3};
  tensor.origin_op = "conv/Relu";
  TwoRuns runs;
  runs.run(kStep0 + "Conv2D.fused.3.1." + kTime,
           samples::DumpBuilder("fused").output(tensor).build());
  runs.golden("conv_Relu.0." + kTime + ".npy", npy_file({1, 2, 3}, {3}));
  EXPECT_EQ(pair_of(runs.compare(), "fused").paired_by, "provenance");
}

TEST(Pairing, ByNamesOfOnnxNodesAndValues) {
  TwoRuns runs;
  const std::string onnx =
      runs.write("net.onnx", samples::network_as_onnx(samples::make_network()));
  // Values are called after their nodes; a fused op after all nodes in it.
  runs.run(kStep0 + "Conv2D.stem_Convstem_Relu.3.1." + kTime, dump("stem/Convstem/Relu"));
  runs.golden("stem_Relu.0." + kTime + ".npy", array());
  runs.run("down/Relu_out.npy", array(5));
  runs.golden("down_Relu.0." + kTime + ".npy", array(5));
  Options options;
  options.onnx = onnx;
  const Result result = runs.compare(options);
  EXPECT_EQ(pair_of(result, "stem/Convstem/Relu").paired_by, "onnx names") << lines(result);
  EXPECT_EQ(pair_of(result, "stem/Convstem/Relu").status, Status::kPass) << lines(result);
}

TEST(Pairing, OnnxTestDataByThePlaceInTheModel) {
  TwoRuns runs;
  Options options;
  options.onnx = runs.write("net.onnx", samples::network_as_onnx(samples::make_network()));
  runs.run("softmax_Softmax.0." + kTime + ".npy", array());
  runs.golden("test_data_set_0/output_0.npy", array());
  const Result result = runs.compare(options);
  EXPECT_EQ(pair_of(result, "softmax_Softmax").paired_by, "onnx names") << lines(result);
  EXPECT_TRUE(pair_of(result, "softmax_Softmax").is_model_output);
}

TEST(Pairing, NamesOfFrameworks) {
  TwoRuns runs;
  for (const std::string name :
       {"Functional.relu.0.forward.output.0.npy", "Module.layer1.Conv2d.forward.0.output.0.npy",
        "Conv2D.Default_conv1.4.0.1704110400000001.output.0.DefaultFormat.float32.npy",
        "step0/rank0/dump_tensor_data/Tensor.add.1.backward.input.0.npy", "plain_name.npy"}) {
    runs.run(name, array());
    runs.golden(name, array());
  }
  const Result result = runs.compare();
  EXPECT_EQ(result.pairs.size(), 5U) << lines(result);
  EXPECT_EQ(result.summary.pass, 5U) << lines(result);
  EXPECT_EQ(pair_of(result, "Module.layer1.Conv2d.forward.0").op_type, "Conv2d");
}

TEST(Pairing, LayersWithTheNumberOfTheirOutput) {
  TwoRuns runs;
  runs.run(kStep0 + "Relu.relu1.3.1." + kTime, dump("relu1"));
  runs.golden("relu1.0.npy", array());
  EXPECT_EQ(pair_of(runs.compare(), "relu1").status, Status::kPass) << lines(runs.compare());
}

TEST(Pairing, StepsWithTheirLike) {
  TwoRuns runs;
  for (const std::string& step : {kStep0, kStep1}) {
    const size_t count = step == kStep0 ? 4 : 7;
    runs.run(step + "Relu.r.3.1." + kTime, dump("r", count));
    runs.golden(step + "Relu.r.9.1." + kLater, dump("r", count));
  }
  const Result result = runs.compare();
  ASSERT_EQ(result.pairs.size(), 2U) << lines(result);
  EXPECT_EQ(result.pairs[0].step, "step 0");
  EXPECT_EQ(result.pairs[1].step, "step 1");
  EXPECT_EQ(result.summary.pass, 2U) << lines(result);
}

TEST(Pairing, AStepThatGoldenLacksStaysAlone) {
  TwoRuns runs;
  runs.run(kStep0 + "Relu.r.3.1." + kTime, dump("r"));
  runs.run(kStep1 + "Relu.r.3.1." + kLater, dump("r"));
  runs.golden(kStep1 + "Relu.r.3.1." + kLater, dump("r"));
  const Result result = runs.compare();
  ASSERT_EQ(result.pairs.size(), 1U) << lines(result);
  EXPECT_EQ(result.pairs[0].step, "step 1");
  EXPECT_EQ(result.unpaired_run.size(), 1U);
}

TEST(Pairing, StepsThatGoldenDoesNotTellApartAreAmbiguous) {
  TwoRuns runs;
  runs.run(kStep0 + "Relu.r.3.1." + kTime, dump("r"));
  runs.run(kStep1 + "Relu.r.3.1." + kLater, dump("r"));
  runs.golden("r.0." + kTime + ".npy", array());
  const Result result = runs.compare();
  EXPECT_EQ(result.summary.uncomparable, 2U) << lines(result);
  EXPECT_TRUE(says(result.pairs[0].reason, "ambiguous")) << lines(result);
  EXPECT_TRUE(says(result.pairs[0].reason, "step 0 and step 1")) << lines(result);
  EXPECT_EQ(result.verdict, Verdict::kNone);
}

TEST(Pairing, TwoDumpsOfOneTensorAreAmbiguous) {
  TwoRuns runs;
  runs.run(kStep0 + "Relu.r.3.1." + kTime, dump("r"));
  runs.run(kStep0 + "Relu.r.3.1." + kLater, dump("r"));
  runs.golden("r.0." + kTime + ".npy", array());
  const Result result = runs.compare();
  EXPECT_EQ(result.summary.uncomparable, 2U) << "the latest does not win\n" << lines(result);
  EXPECT_TRUE(says(result.pairs[0].reason, "2 dumps")) << lines(result);
}

TEST(Pairing, SeveralGoldenDumpsOfOneTensorAreAmbiguous) {
  TwoRuns runs;
  runs.run(kStep0 + "Relu.r.3.1." + kTime, dump("r"));
  runs.golden("r.0." + kTime + ".npy", array());
  runs.golden("r.0." + kLater + ".npy", array());
  const Result result = runs.compare();
  EXPECT_EQ(pair_of(result, "r").status, Status::kUncomparable) << lines(result);
  EXPECT_TRUE(says(pair_of(result, "r").reason, "2 golden dumps")) << lines(result);
}

TEST(Pairing, AsManyDumpsOnBothSidesGoByTime) {
  TwoRuns runs;
  runs.run(kStep0 + "Relu.r.3.1." + kTime, dump_file("r", ramp(3), {3}, 1704110400000001));
  runs.run(kStep0 + "Relu.r.3.1." + kLater, dump_file("r", ramp(4), {4}, 1704110400000002));
  runs.golden("r.0." + kTime + ".npy", array(3));
  runs.golden("r.0." + kLater + ".npy", array(4));
  const Result result = runs.compare();
  EXPECT_EQ(result.summary.pass, 2U) << lines(result);
  EXPECT_TRUE(says(result.pairs[0].reason, "dump 1 of 2")) << lines(result);
}

TEST(Pairing, NamesThatFilesWriteAlikeAreAmbiguous) {
  TwoRuns runs;
  runs.run(kStep0 + "Relu.a_b.3.1." + kTime, dump("a/b"));
  runs.run(kStep0 + "Relu.a_b.4.1." + kTime, dump("a.b"));
  runs.golden("a_b.0." + kTime + ".npy", array());
  const Result result = runs.compare();
  EXPECT_EQ(result.summary.uncomparable, 2U) << lines(result);
  EXPECT_TRUE(says(pair_of(result, "a/b").reason, "a.b or a/b")) << lines(result);
}

TEST(Pairing, WhatHasNoPartnerSaysWhy) {
  TwoRuns runs;
  runs.run(kStep0 + "Relu.only_here.3.1." + kTime, dump("only_here"));
  runs.run(kStep0 + "Relu.r.4.1." + kTime, dump("r"));
  runs.golden("r.0." + kTime + ".npy", array());
  runs.golden("only_there.0." + kTime + ".npy", array());
  const Result result = runs.compare();
  ASSERT_EQ(result.unpaired_run.size(), 1U) << lines(result);
  EXPECT_TRUE(says(result.unpaired_run[0].reason, "no golden tensor is called only_here"));
  ASSERT_EQ(result.unpaired_golden.size(), 1U) << lines(result);
  EXPECT_TRUE(says(result.unpaired_golden[0].reason, "no tensor of the run has this name"));
  EXPECT_EQ(result.verdict, Verdict::kPass) << "unpaired tensors are listed, no more";
  Options strict;
  strict.strict = true;
  EXPECT_EQ(runs.compare(strict).verdict, Verdict::kFail);
}

TEST(Pairing, AMissingOutputOfTheModelFails) {
  TwoRuns runs;
  runs.run("test_data_set_0/output_0.npy", array());
  runs.golden("test_data_set_0/output_0.npy", array());
  runs.golden("test_data_set_0/output_1.npy", array());
  const Result result = runs.compare();
  EXPECT_EQ(result.summary.fail, 0U) << lines(result);
  EXPECT_EQ(result.verdict, Verdict::kFail) << lines(result);
}

TEST(Pairing, TwoFilesBelongTogetherWhateverTheirNames) {
  TwoRuns runs;
  Options options;
  options.run = runs.write("Relu.r.3.1." + kTime, dump("r"));
  options.golden = runs.write("expected.npy", array());
  const Result result = runs.compare(options);
  EXPECT_EQ(pair_of(result, "r").status, Status::kPass) << lines(result);
}

TEST(Pairing, ExceptionDumpsAreNoOutputsOfTheRun) {
  TwoRuns runs;
  runs.run(kStep0 + "Relu.r.3.1." + kTime, dump("r"));
  samples::DumpTensor broken = samples::float_tensor({0, 0});
  broken.shape = {2};
  broken.address = 0;
  broken.input_type = 2;
  runs.run("extra-info/data-dump/0/Relu.r.3.20240101120000123",
           samples::DumpBuilder("r").input(broken).output(broken).dfx_message("x").build());
  runs.golden("r.0." + kTime + ".npy", array());
  const Result result = runs.compare();
  EXPECT_EQ(pair_of(result, "r").status, Status::kPass) << lines(result);
  ASSERT_FALSE(result.unpaired_run.empty());
  EXPECT_TRUE(says(result.unpaired_run[0].reason, "exception dump")) << lines(result);
}

TEST(Pairing, FilterKeepsWhatMatches) {
  TwoRuns runs;
  for (const std::string name : {"conv1", "relu1"}) {
    runs.run(name + ".0." + kTime + ".npy", array());
    runs.golden(name + ".0." + kTime + ".npy", array());
  }
  Options options;
  options.filters = {"conv*"};
  const Result result = runs.compare(options);
  ASSERT_EQ(result.pairs.size(), 1U);
  EXPECT_EQ(result.pairs[0].op, "conv1");
}

TEST(Pairing, AModelGivenAsRunIsRefused) {
  TwoRuns runs;
  Options options;
  options.run = runs.write("net.onnx", samples::network_as_onnx(samples::make_network()));
  runs.golden("r.0." + kTime + ".npy", array());
  const Result result = runs.compare(options);
  EXPECT_TRUE(result.problems.has_error());
  EXPECT_EQ(result.verdict, Verdict::kNone);
  EXPECT_TRUE(says(lines(result), "--model")) << lines(result);
}

}  // namespace
}  // namespace omscope
