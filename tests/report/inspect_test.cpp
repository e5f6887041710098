// The report of `omscope inspect`: what scripts rely on, and what people see.

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "omscope/core/text.h"
#include "omscope/report/inspect_text.h"

#include "make_samples/ge_builder.h"
#include "make_samples/network_om.h"
#include "make_samples/network_onnx.h"
#include "make_samples/om_builder.h"
#include "support/files.h"
#include "support/run_tool.h"

namespace omscope {
namespace {

using nlohmann::json;
using test::run_cli;

class InspectSample : public testing::Test {
 protected:
  InspectSample() {
    const samples::Network network = samples::make_network();
    om_ = folder_.write("b.om", samples::network_as_om(network, samples::newer_build()));
    onnx_ = folder_.write("m.onnx", samples::network_as_onnx(network));
  }
  json inspect(const std::vector<std::string>& more) const {
    std::vector<std::string> arguments = {"inspect", "--format", "json"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const auto result = run_cli(arguments);
    EXPECT_EQ(result.exit_code, 0) << result.err;
    return json::parse(result.out);
  }
  test::ScratchFolder folder_;
  std::string om_;
  std::string onnx_;
};

void expect_keys(const json& object, const std::vector<std::string>& keys) {
  for (const std::string& key : keys) EXPECT_TRUE(object.contains(key)) << key;
}

TEST_F(InspectSample, EveryPromisedKeyIsThere) {
  const json out = inspect({"--show", "ops,weights,kernels,tasks", om_});
  expect_keys(
      out, {"tool", "version", "command", "schema", "file", "kind", "detected", "problems",
            "container", "model", "graphs", "weights", "kernels", "tasks", "submodels", "tensors"});
  expect_keys(out["file"], {"path", "size", "accounted", "unknown"});
  expect_keys(out["container"], {"version", "model_type", "model_num", "header", "partitions"});
  expect_keys(out["container"]["partitions"][0],
              {"table", "index", "type", "type_name", "offset", "size"});
  expect_keys(
      out["model"],
      {"name",          "soc_version", "atc_version", "opp_version", "framework",  "atc_cmdline",
       "compiler_date", "memory_size", "weight_size", "parameters",  "stream_num", "event_num",
       "om_ir_version", "dynamic",     "aipp",        "inputs",      "outputs",    "ir_version",
       "opsets",        "producer",    "metadata",    "functions"});
  expect_keys(out["model"]["inputs"][0],
              {"name", "dtype", "shape", "dim_names", "format", "groups", "c0", "size"});
  expect_keys(out["graphs"][0], {"name", "parent", "op_count", "op_types", "ops"});
  expect_keys(out["graphs"][0]["ops"][0], {"name", "type", "id", "inputs", "control_inputs",
                                           "outputs", "attrs", "origin_ops", "subgraphs"});
  expect_keys(out["graphs"][0]["ops"][1]["inputs"][0],
              {"slot", "source", "source_index", "dtype", "shape", "format", "groups", "c0",
               "origin_shape", "origin_format"});
  expect_keys(out["weights"][0], {"op", "graph", "dtype", "shape", "format", "where", "file",
                                  "offset", "size", "sha256"});
  expect_keys(out["kernels"][0], {"name", "size", "machine", "symbols", "compiler"});
  expect_keys(out["tasks"][0], {"index", "type", "op", "stream_id", "block_dim", "kernel"});
  EXPECT_FALSE(out["weights"][0].contains("stats"));
}

TEST_F(InspectSample, SectionsStayAwayUntilTheyAreAskedFor) {
  const json out = inspect({om_});
  for (const char* key : {"weights", "kernels", "tasks"}) EXPECT_FALSE(out.contains(key)) << key;
  EXPECT_FALSE(out["graphs"][0].contains("ops"));
}

TEST_F(InspectSample, ValuesOfTheSample) {
  const json out = inspect({"--show", "ops,weights", om_});
  EXPECT_EQ(out["kind"], "om");
  EXPECT_TRUE(out["detected"].is_null());
  EXPECT_EQ(out["file"]["accounted"], out["file"]["size"]);
  EXPECT_EQ(out["model"]["soc_version"], "Ascend310B1");
  EXPECT_EQ(out["model"]["inputs"][0]["size"], 12288);
  EXPECT_EQ(out["model"]["outputs"][0]["name"], "softmax/Softmax:0:softmax/Softmax_out");
  EXPECT_EQ(out["model"]["parameters"], 28554);
  const json& weight = out["weights"][0];
  EXPECT_EQ(weight["format"], "FRACTAL_Z");
  EXPECT_EQ(weight["c0"], 16);
  EXPECT_EQ(weight["where"], "partition");
  EXPECT_EQ(weight["sha256"].get<std::string>().size(), 64U);
}

TEST_F(InspectSample, StatsOnRequest) {
  const json out = inspect({"--show", "weights", "--stats", om_});
  const json& stats = out["weights"][0]["stats"];
  expect_keys(stats, {"count", "nan", "pos_inf", "neg_inf", "zeros", "denormals", "saturated",
                      "min", "max", "mean", "std"});
  EXPECT_GT(stats["std"].get<double>(), 0);
}

TEST_F(InspectSample, OpGlobShowsTheChosenOpsOnly) {
  const json out = inspect({"--op", "stem/*", om_});
  ASSERT_EQ(out["graphs"][0]["ops"].size(), 2U);
  EXPECT_EQ(out["graphs"][0]["op_count"], 32) << "the count is that of the whole graph";
  const auto text = run_cli({"inspect", "--op", "softmax/*", "--all", om_});
  EXPECT_NE(text.out.find("_datadump_original_op_names"), std::string::npos);
}

TEST_F(InspectSample, SeveralFilesInArgumentOrder) {
  const json out = inspect({onnx_, om_});
  ASSERT_EQ(out["files"].size(), 2U);
  EXPECT_EQ(out["files"][0]["kind"], "onnx");
  EXPECT_EQ(out["files"][1]["kind"], "om");
  EXPECT_FALSE(out.contains("kind"));
}

TEST_F(InspectSample, OutputIsDeterministic) {
  const auto first = run_cli({"inspect", "--format", "json", "--show", "all", om_});
  const auto second =
      run_cli({"inspect", "--format", "json", "--show", "all", "--threads", "1", om_});
  EXPECT_EQ(first.out, second.out);
}

TEST_F(InspectSample, TextFitsAScreen) {
  const auto result = run_cli({"inspect", "--show", "ops,weights,tasks", om_});
  std::istringstream lines(result.out);
  size_t count = 0;
  for (std::string line; std::getline(lines, line); ++count) EXPECT_LE(display_width(line), 100U);
  EXPECT_EQ(count, 40U);
  EXPECT_NE(result.out.find("--all shows them"), std::string::npos);
}

TEST_F(InspectSample, CommandIsMaskedUnlessAttrsAreShown) {
  const auto masked = run_cli({"inspect", om_});
  EXPECT_EQ(masked.out.find("/home/user"), std::string::npos);
  EXPECT_NE(masked.out.find("…/tiny_resnet.onnx"), std::string::npos);
  const auto shown = run_cli({"inspect", "--show", "attrs", "--all", "--width", "400", om_});
  EXPECT_NE(shown.out.find("/home/user/models/tiny_resnet.onnx"), std::string::npos);
}

TEST_F(InspectSample, CsvOfASectionAndOfFiles) {
  const auto summary = run_cli({"inspect", "--format", "csv", om_, onnx_});
  EXPECT_EQ(std::count(summary.out.begin(), summary.out.end(), '\n'), 3);
  const auto weights = run_cli({"inspect", "--format", "csv", "--show", "weights", om_});
  EXPECT_EQ(std::count(weights.out.begin(), weights.out.end(), '\n'), 15);
  EXPECT_TRUE(weights.out.starts_with("file,op,dtype,shape,format,where,offset,size,sha256\n"));
}

TEST_F(InspectSample, ReportToAFile) {
  const std::string target = (folder_.path() / "report.json").string();
  const auto result = run_cli({"inspect", "--format", "json", "-o", target, om_});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(result.out, "");
  EXPECT_EQ(json::parse(test::file_content(target))["kind"], "om");
  EXPECT_EQ(run_cli({"inspect", "-o", "/nonexistent/x", om_}).exit_code, 2);
}

TEST(Inspect, UnreadableInputsStillGiveOneDocument) {
  const auto result = run_cli({"inspect", "--format", "json", "/nonexistent.om"});
  EXPECT_EQ(result.exit_code, 2);
  const json out = json::parse(result.out);
  EXPECT_EQ(out["kind"], "unknown");
  EXPECT_EQ(out["problems"][0]["code"], "cannot-open");
  EXPECT_NE(result.err.find("omscope: /nonexistent.om: error: cannot open"), std::string::npos);
}

TEST(Inspect, LookAlikesAreNamed) {
  const test::ScratchFolder folder;
  const std::string path = folder.write("m.om", "version https://git-lfs.github.com/spec/v1\n");
  const auto result = run_cli({"inspect", "--format", "json", path});
  EXPECT_EQ(result.exit_code, 2);
  const json out = json::parse(result.out);
  EXPECT_EQ(out["kind"], "unknown");
  EXPECT_EQ(out["detected"], "lfs-pointer");
  EXPECT_NE(run_cli({"inspect", path}).out.find("git lfs pull"), std::string::npos);
}

TEST(Inspect, BadUsageIsExitCode2) {
  EXPECT_EQ(run_cli({}).exit_code, 2);
  EXPECT_EQ(run_cli({"inspect"}).exit_code, 2);
  EXPECT_EQ(run_cli({"inspect", "--format", "xml", "x"}).exit_code, 2);
  EXPECT_EQ(run_cli({"inspect", "--show", "nonsense", "x"}).exit_code, 2);
  EXPECT_EQ(run_cli({"nonsense"}).exit_code, 2);
  EXPECT_EQ(run_cli({"--help"}).exit_code, 0);
  EXPECT_EQ(run_cli({"--version"}).exit_code, 0);
}

// Names from a file reach a terminal and JSON without doing anything there.
TEST(Inspect, HostileNamesAreHarmless) {
  samples::ModelBuilder model("evil\x1b]0;title\x07");
  model.graph("g\"\\");
  model.op("x\n\x1b[2J", "Da\"ta").attr("k\x01", "v\xfe");
  const test::ScratchFolder folder;
  const std::string path = folder.write(
      "m.om", samples::OmBuilder().partition(0, samples::serialized(model.def())).build());
  const auto text = run_cli({"inspect", "--show", "ops", path});
  for (const char c : text.out) EXPECT_TRUE(c == '\n' || static_cast<unsigned char>(c) >= 0x20);
  const auto out = run_cli({"inspect", "--format", "json", "--show", "ops", path});
  EXPECT_EQ(json::parse(out.out)["graphs"][0]["ops"][0]["name"], "x\n\x1b[2J");
  EXPECT_EQ(json::parse(out.out)["graphs"][0]["name"], "g\"\\");
}

TEST(MaskedCommand, FoldersOfPathsGoAndTheRestStays) {
  EXPECT_EQ(report::masked_command("/a/b/atc --model=/home/x/m.onnx --input_shape=a:1,2 m/n"),
            "…/atc --model=…/m.onnx --input_shape=a:1,2 m/n");
  EXPECT_EQ(report::masked_command("atc"), "atc");
}

}  // namespace
}  // namespace omscope
