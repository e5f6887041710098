// What `inspect` says of tensors.

#include <algorithm>
#include <limits>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "omscope/report/tensor_rows.h"
#include "omscope/report/tensor_text.h"

#include "make_samples/dump_builder.h"
#include "support/files.h"
#include "support/run_tool.h"

namespace omscope {
namespace {

using nlohmann::json;
using samples::DumpBuilder;
using samples::DumpTensor;
using samples::float_tensor;

constexpr const char* kName = "Relu.relu1.3.2.1700000000000000";
constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

std::string inspect(const std::string& path, std::vector<std::string> options = {"--stats"}) {
  options.insert(options.begin(), {"inspect", path});
  return test::run_cli(options).out;
}

TEST(TensorReport, SaysFromWhereOnValuesAreNan) {
  const test::ScratchFolder scratch;
  std::vector<float> values(2048, 1.0F);
  std::fill(values.begin() + 1024, values.end(), kNan);
  const auto dump = scratch.write(kName, DumpBuilder("relu1").input(float_tensor(values)).build());
  EXPECT_NE(inspect(dump).find("input:0 has NaN from element 1 024 on"), std::string::npos)
      << inspect(dump);
}

TEST(TensorReport, HasEveryKeyOfTheContract) {
  const test::ScratchFolder scratch;
  const auto dump = scratch.write(
      kName, DumpBuilder("scope/relu1").attr("a", "b").output(float_tensor({1, 2})).build());
  const json all = json::parse(inspect(dump, {"--format", "json", "--stats"}));
  for (const char* key : {"file", "kind", "detected", "problems", "container", "model", "graphs",
                          "submodels", "tensors", "records", "message", "attrs"}) {
    EXPECT_TRUE(all.contains(key)) << key;
  }
  const json& tensor = all["tensors"].at(0);
  for (const char* key :
       {"file",      "op",           "op_type", "device", "model", "step",         "task_id",
        "stream_id", "time",         "tensor",  "dtype",  "shape", "format",       "groups",
        "c0",        "origin_shape", "size",    "offset", "stats", "logical_stats"}) {
    EXPECT_TRUE(tensor.contains(key)) << key;
  }
  EXPECT_EQ(tensor["op"], "scope/relu1");
  EXPECT_EQ(tensor["op_type"], "Relu");
  EXPECT_EQ(tensor["task_id"], 3);
  EXPECT_EQ(tensor["stream_id"], 2);
  EXPECT_EQ(tensor["stats"]["mean"], 1.5);
  EXPECT_TRUE(tensor["logical_stats"].is_null());
}

TEST(TensorReport, LooksAtValuesWithoutPadding) {
  const test::ScratchFolder scratch;
  DumpTensor image;
  image.format = 3;
  image.shape = {1, 1, 1, 2, 16};
  image.origin_shape = {1, 2, 1, 2};
  std::vector<float> values(32, 7.0F);
  values[0] = 1;
  values[1] = 2;
  values[16] = 3;
  values[17] = 4;
  image.payload = float_tensor(values).payload;
  const auto dump = scratch.write(kName, DumpBuilder("relu1").output(image).build());
  const json tensor = json::parse(inspect(dump, {"--format", "json", "--stats"}))["tensors"].at(0);
  EXPECT_EQ(tensor["stats"]["count"], 32);
  EXPECT_EQ(tensor["logical_stats"]["count"], 4);
  EXPECT_EQ(tensor["logical_stats"]["mean"], 2.5);
}

/// Three elements of four bits: the last half byte is none.
TEST(TensorReport, CountsElementsNotBytes) {
  const test::ScratchFolder scratch;
  DumpTensor packed;
  packed.dtype = 28;
  packed.shape = {3};
  packed.payload = "\x21\x77";
  const auto dump = scratch.write(kName, DumpBuilder("relu1").output(packed).build());
  const json stats =
      json::parse(inspect(dump, {"--format", "json", "--stats"}))["tensors"].at(0)["stats"];
  EXPECT_EQ(stats["count"], 3);
  EXPECT_EQ(stats["min"], 1);
  EXPECT_EQ(stats["max"], 7);
}

TEST(TensorReport, CsvHasOneRowPerTensor) {
  const test::ScratchFolder scratch;
  const auto dump = scratch.write(
      kName, DumpBuilder("relu1").input(float_tensor({1})).output(float_tensor({2})).build());
  const std::string csv = inspect(dump, {"--format", "csv"});
  EXPECT_EQ(std::count(csv.begin(), csv.end(), '\n'), 3);
  EXPECT_TRUE(csv.starts_with("file,op,op_type,device,model,step,task_id,stream_id,time,tensor,"));
}

TEST(TensorReport, OverflowNamesTheOpOfItsFolder) {
  const test::ScratchFolder scratch;
  scratch.write("Conv2D.conv1.7.4.1700000000000000",
                DumpBuilder("conv1").output(float_tensor({1})).build());
  const auto record = scratch.write("Opdebug.Node_OpDebug.7.4.1700000000000001",
                                    samples::overflow_dump(samples::new_overflow(
                                        0, 0, {1, 4, 7, 0, 65535, 65535, 0, 0, 0, 0, 4})));
  EXPECT_NE(inspect(record).find("conv1 (Conv2D)"), std::string::npos) << inspect(record);
}

TEST(TensorReport, FoldersAreSummedUp) {
  const test::ScratchFolder scratch;
  const std::string step = "20240229120000/0/net/1/5/";
  std::filesystem::create_directories(scratch.path() / step);
  scratch.write(step + "Relu.relu1.3.2.1700000000000000",
                DumpBuilder("relu1").output(float_tensor({1})).build());
  scratch.write(step + "Conv2D.conv1.4.2.1700000000000000",
                DumpBuilder("conv1").output(float_tensor({1})).build().substr(0, 30));
  const auto run = test::run_cli({"inspect", scratch.path().string()});
  EXPECT_EQ(run.exit_code, 2);
  EXPECT_NE(run.out.find("Conv2D 1, Relu 1"), std::string::npos) << run.out;
  EXPECT_NE(run.out.find("1 damaged"), std::string::npos) << run.out;
  const json all = json::parse(inspect(scratch.path().string(), {"--format", "json"}));
  EXPECT_EQ(all["kind"], "dump-folder");
  EXPECT_EQ(all["tensors"].at(0)["step"], 5);
  EXPECT_EQ(all["tensors"].at(0)["model"], "net");
}

TEST(Sparkline, ShowsWhatIsThereAtAll) {
  EXPECT_EQ(report::sparkline({0, 1, 50, 100}, true), " ▁▄█");
  EXPECT_EQ(report::sparkline({0, 1, 50, 100}, false), " .=#");
}

}  // namespace
}  // namespace omscope
