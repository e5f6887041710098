// What a compiled model says of its tensors: fused and split ops, Cast and TransData, numbers of
// outputs, quantised spans.

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include "compare/runs.h"
#include "make_samples/dump_builder.h"

namespace omscope {
namespace {

using compare::Options;
using compare::Result;
using compare::Status;
using test::dump_file;
using test::lines;
using test::npy_file;
using test::pair_of;
using test::ramp;
using test::TwoRuns;

const std::string kTime = "1704110400000001";

/// An op of an atc JSON.
struct JsonOp {
  std::string name;
  std::string type;
  std::vector<std::string> inputs;  ///< "producer:0"
  std::vector<std::string> origins;
  std::vector<std::string> outputs = {"{}"};  ///< descriptors
  bool states_origins = true;
};

std::string attr(const std::string& key, const std::string& value) {
  return fmt::format(R"({{"key": "{}", "value": {}}})", key, value);
}

/// A descriptor that says which tensor of the source model it is.
std::string origin(const std::string& op, int index) {
  return fmt::format(
      R"({{"attr": [{}, {}], "dtype": "DT_FLOAT", "layout": "ND", "shape": {{"dim": [6]}}}})",
      attr("_datadump_origin_name", fmt::format(R"({{"s": "{}"}})", op)),
      attr("_datadump_origin_output_index", fmt::format(R"({{"i": {}}})", index)));
}

std::string plain(const std::string& dtype) {
  return fmt::format(R"({{"dtype": "{}", "layout": "ND", "shape": {{"dim": [6]}}}})", dtype);
}

std::string atc_json(const std::vector<JsonOp>& ops) {
  std::vector<std::string> texts;
  for (const JsonOp& op : ops) {
    std::vector<std::string> names;
    std::vector<std::string> inputs;
    for (const std::string& name : op.origins) names.push_back('"' + name + '"');
    for (const std::string& name : op.inputs) inputs.push_back('"' + name + '"');
    const std::string list = fmt::format(
        R"({{"list": {{"s": [{}], "val_type": "VT_LIST_STRING"}}}})", fmt::join(names, ", "));
    texts.push_back(fmt::format(
        R"({{"name": "{}", "type": "{}", "input": [{}], "attr": [{}], "output_desc": [{}]}})",
        op.name, op.type, fmt::join(inputs, ", "),
        op.states_origins ? attr("_datadump_original_op_names", list) : "",
        fmt::join(op.outputs, ", ")));
  }
  return fmt::format(R"({{"name": "net", "graph": [{{"name": "g", "op": [{}]}}]}})",
                     fmt::join(texts, ",\n"));
}

const std::string kFloat = plain("DT_FLOAT");

class ModelRun {
 public:
  explicit ModelRun(const std::vector<JsonOp>& ops) {
    options_.model = runs_.write("model.json", atc_json(ops));
  }
  void dump(const std::string& op, const std::string& type = "Op") {
    std::string file = op;
    std::replace(file.begin(), file.end(), '/', '_');
    runs_.run(fmt::format("20240101120000/0/net/1/0/{}.{}.{}.1.{}", type, file, ++task_, kTime),
              dump_file(op, ramp(6), {6}));
  }
  void dump_file_of(const std::string& op, const std::string& type, const std::string& content) {
    runs_.run(fmt::format("20240101120000/0/net/1/0/{}.{}.{}.1.{}", type, op, ++task_, kTime),
              content);
  }
  void golden(const std::string& op, int index = 0) {
    runs_.golden(fmt::format("{}.{}.{}.npy", op, index, kTime), npy_file(ramp(6), {6}));
  }
  Result compare() const { return runs_.compare(options_); }

 private:
  TwoRuns runs_;
  Options options_;
  int task_ = 0;
};

bool says(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST(Provenance, AFusedOpIsTheLastOfItsOrigins) {
  ModelRun run({{"fused", "Conv2D", {}, {"conv", "bn", "relu"}, {kFloat}}});
  run.dump("fused");
  for (const char* name : {"conv", "bn", "relu"}) run.golden(name);
  const Result result = run.compare();
  EXPECT_TRUE(says(pair_of(result, "fused").golden.file, "relu.0.")) << lines(result);
  EXPECT_EQ(pair_of(result, "fused").paired_by, "provenance");
  ASSERT_EQ(result.unpaired_golden.size(), 2U) << lines(result);
  EXPECT_TRUE(says(result.unpaired_golden[0].reason, "was fused into fused")) << lines(result);
}

TEST(Provenance, TheDescriptorSaysWhichOutputOfWhichOp) {
  ModelRun run({{"fused", "Op", {}, {"a", "b"}, {origin("a", 1), origin("b", 0)}}});
  samples::DumpTensor tensor = samples::float_tensor({0.5F, -1.5F, 2.5F, -3.5F, 4.5F, -5.5F});
  tensor.shape = {6};
  run.dump_file_of("fused", "Op",
                   samples::DumpBuilder("fused").output(tensor).output(tensor).build());
  run.golden("a", 0);
  run.golden("a", 1);
  run.golden("b", 0);
  const Result result = run.compare();
  EXPECT_TRUE(says(pair_of(result, "fused", "output:0").golden.file, "a.1.")) << lines(result);
  EXPECT_TRUE(says(pair_of(result, "fused", "output:1").golden.file, "b.0.")) << lines(result);
}

TEST(Provenance, ATensorWithoutOriginHasNoGolden) {
  ModelRun run({{"made", "Op", {}, {"a"}, {origin("", 0)}}});
  run.dump("made");
  run.golden("other");
  const Result result = run.compare();
  ASSERT_EQ(result.unpaired_run.size(), 1U) << lines(result);
  EXPECT_TRUE(says(result.unpaired_run[0].reason, "the compiler made this tensor"));
}

TEST(Provenance, CastAndTransDataAreLookedThrough) {
  ModelRun run({{"data", "Data", {}, {}, {kFloat}, false},
                {"relu", "Relu", {"data:0"}, {"relu"}, {kFloat}},
                {"trans_Cast_0", "Cast", {"relu:0"}, {}, {kFloat}},
                {"trans_TransData_1", "TransData", {"trans_Cast_0:0"}, {}, {kFloat}},
                {"fc", "MatMul", {"trans_TransData_1:0"}, {"gemm"}, {kFloat}}});
  run.dump("trans_TransData_1", "TransData");
  samples::DumpTensor tensor = samples::float_tensor({0.5F, -1.5F, 2.5F, -3.5F, 4.5F, -5.5F});
  tensor.shape = {6};
  run.dump_file_of("fc", "MatMul", samples::DumpBuilder("fc").input(tensor).output(tensor).build());
  run.golden("relu");
  run.golden("gemm");
  const Result result = run.compare();
  EXPECT_TRUE(says(pair_of(result, "trans_TransData_1").golden.file, "relu.0.")) << lines(result);
  EXPECT_TRUE(says(pair_of(result, "fc", "input:0").golden.file, "relu.0.")) << lines(result);
  EXPECT_TRUE(says(pair_of(result, "fc", "output:0").golden.file, "gemm.0.")) << lines(result);
}

TEST(Provenance, OfASplitOpOnlyTheLastStepIsComparable) {
  ModelRun run({{"step1", "A", {}, {"norm"}, {kFloat}},
                {"step2", "B", {"step1:0"}, {"norm"}, {kFloat}},
                {"next", "C", {"step2:0"}, {"next"}, {kFloat}}});
  for (const char* op : {"step1", "step2", "next"}) run.dump(op);
  run.golden("norm");
  run.golden("next");
  const Result result = run.compare();
  EXPECT_EQ(pair_of(result, "step2").status, Status::kPass) << lines(result);
  ASSERT_EQ(result.unpaired_run.size(), 1U) << lines(result);
  EXPECT_EQ(result.unpaired_run[0].op, "step1");
  EXPECT_TRUE(says(result.unpaired_run[0].reason, "inside of what norm was split into"));
}

TEST(Provenance, AQuantisedSpanIsNotComparedWithFloats) {
  ModelRun run({{"data", "Data", {}, {}, {kFloat}, false},
                {"quant", "AscendQuant", {"data:0"}, {"conv"}, {plain("DT_INT8")}},
                {"conv", "Conv2D", {"quant:0"}, {"conv"}, {plain("DT_INT32")}},
                {"dequant", "AscendDequant", {"conv:0"}, {"conv"}, {plain("DT_FLOAT16")}},
                {"next", "Relu", {"dequant:0"}, {"relu"}, {plain("DT_FLOAT16")}}});
  samples::DumpTensor codes;
  codes.dtype = 3;  // int8
  codes.shape = {6};
  codes.payload = std::string("\x01\x02\x03\x04\x05\x06", 6);
  run.dump_file_of("quant", "AscendQuant", samples::DumpBuilder("quant").output(codes).build());
  run.dump("dequant", "AscendDequant");
  run.golden("conv");
  run.golden("quant");
  const Result result = run.compare();
  EXPECT_EQ(pair_of(result, "dequant").status, Status::kPass) << lines(result);
  for (const compare::Pair& pair : result.pairs) {
    if (pair.op != "quant") continue;
    EXPECT_EQ(pair.status, Status::kUncomparable) << lines(result);
    EXPECT_TRUE(says(pair.reason, "quantised span")) << lines(result);
  }
  EXPECT_EQ(result.verdict, compare::Verdict::kPass) << lines(result);
}

TEST(Provenance, QuantisedIntegersMayBeOffByAStep) {
  samples::DumpTensor codes;
  codes.dtype = 3;  // int8
  codes.shape = {3};
  codes.payload = std::string("\x01\x02\x04", 3);
  TwoRuns runs;
  runs.run("AscendQuant.q.1.1." + kTime, samples::DumpBuilder("q").output(codes).build());
  runs.golden("q.npy", npy_file({1, 3, 4}, {3}, DType::kInt8));
  EXPECT_EQ(pair_of(runs.compare(), "q").status, Status::kPass) << lines(runs.compare());
  runs.golden("q.npy", npy_file({1, 4, 4}, {3}, DType::kInt8));
  EXPECT_EQ(pair_of(runs.compare(), "q").status, Status::kFail) << lines(runs.compare());
}

TEST(Provenance, NamesThatTheModelHasTwiceInFilesAreAmbiguous) {
  // A converted dump, whose op is known from the file's name alone.
  TwoRuns runs;
  Options options;
  options.model = runs.write("model.json", atc_json({{"a/b", "Relu", {}, {"x"}, {kFloat}},
                                                     {"a.b", "Relu", {}, {"y"}, {kFloat}}}));
  runs.run("Relu.a_b.1.1." + kTime + ".output.0.npy", npy_file(ramp(6), {6}));
  runs.golden("x.0." + kTime + ".npy", npy_file(ramp(6), {6}));
  runs.golden("a_b.0." + kTime + ".npy", npy_file(ramp(6), {6}));
  const Result result = runs.compare(options);
  EXPECT_EQ(result.summary.pass, 0U) << lines(result);
  EXPECT_TRUE(says(lines(result), "may stand for a/b or a.b")) << lines(result);
}

TEST(WhereItStartsByModel, OpsThatWereNotDumpedAreNamed) {
  ModelRun run({{"data", "Data", {}, {}, {kFloat}, false},
                {"first", "Relu", {"data:0"}, {"first"}, {kFloat}},
                {"hidden", "Mul", {"first:0"}, {"hidden"}, {kFloat}},
                {"last", "Relu", {"hidden:0"}, {"last"}, {kFloat}},
                {"out", "NetOutput", {"last:0"}, {}, {kFloat}, false}});
  run.dump("first");
  run.dump_file_of("last", "Relu", dump_file("last", {9, 9, 9, 9, 9, 9}, {6}));
  run.golden("first");
  run.golden("last");
  const Result result = run.compare();
  ASSERT_TRUE(result.first_divergence) << lines(result);
  EXPECT_EQ(result.first_divergence->op, "last");
  EXPECT_TRUE(says(result.first_divergence->why, "not compared: hidden"))
      << result.first_divergence->why;
  EXPECT_TRUE(pair_of(result, "last").is_model_output);
}

TEST(WhereItStartsByModel, WithoutADumpOfTheOutputTheRunFails) {
  ModelRun run({{"data", "Data", {}, {}, {kFloat}, false},
                {"first", "Relu", {"data:0"}, {"first"}, {kFloat}},
                {"last", "Relu", {"first:0"}, {"last"}, {kFloat}},
                {"out", "NetOutput", {"last:0"}, {}, {kFloat}, false}});
  run.dump("first");
  run.golden("first");
  run.golden("last");
  const Result result = run.compare();
  EXPECT_EQ(result.summary.fail, 0U) << lines(result);
  EXPECT_EQ(result.verdict, compare::Verdict::kFail) << lines(result);
  EXPECT_TRUE(says(lines(result), "an output of the model is missing")) << lines(result);
}

}  // namespace
}  // namespace omscope
