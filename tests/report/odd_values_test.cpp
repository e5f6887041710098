// What `inspect --stats` says of NaN, infinities and the like: how many, where, and in whose order.

#include <algorithm>
#include <limits>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

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
constexpr float kInf = std::numeric_limits<float>::infinity();

/// [1,32,2,2] in NC1HWC0: element (c1·4 + h·2 + w)·16 + c0 is channel 16·c1 + c0.
DumpTensor image(const std::vector<float>& values) {
  DumpTensor tensor = float_tensor(values);
  tensor.format = 3;
  tensor.shape = {1, 2, 2, 2, 16};
  tensor.origin_shape = {1, 32, 2, 2};
  return tensor;
}

std::vector<float> ramp(size_t count) {
  std::vector<float> values(count);
  for (size_t i = 0; i < count; ++i) values[i] = static_cast<float>(i);
  return values;
}

class OddValues : public ::testing::Test {
 protected:
  std::string text(const DumpTensor& tensor) const {
    return test::run_cli({"inspect", "--stats", "--width", "300", write(tensor)}).out;
  }
  json odd(const DumpTensor& tensor) const {
    const auto run = test::run_cli({"inspect", "--stats", "--format", "json", write(tensor)});
    return json::parse(run.out)["tensors"].at(0)["odd"];
  }

  test::ScratchFolder scratch_;

 private:
  std::string write(const DumpTensor& tensor) const {
    return scratch_.write(kName, DumpBuilder("relu1").output(tensor).build());
  }
};

#define EXPECT_SAYS(text, what) EXPECT_NE((text).find(what), std::string::npos) << (text)
#define EXPECT_SILENT(text, what) EXPECT_EQ((text).find(what), std::string::npos) << (text)

TEST_F(OddValues, OneIsAtAnElementAndACoordinate) {
  auto values = ramp(128);
  values[(4 + 1) * 16 + 3] = kNan;  // c1 1, h 0, w 1, c0 3
  EXPECT_SAYS(text(image(values)),
              "output:0 has one NaN, at element 83 as stored: element 77 of NCHW, [0,19,0,1]");
  const json all = odd(image(values));
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0]["what"], "nan");
  EXPECT_EQ(all[0]["count"], 1);
  EXPECT_EQ(all[0]["first"], 83);
  EXPECT_EQ(all[0]["axes"], "NCHW");
  EXPECT_EQ(all[0]["index"], 77);
  EXPECT_EQ(all[0]["coordinate"], json({0, 19, 0, 1}));
}

TEST_F(OddValues, WholeChannelsAreNamed) {
  auto values = ramp(128);
  std::fill(values.begin() + 64, values.end(), kNan);
  EXPECT_SAYS(text(image(values)),
              "output:0 has NaN from element 64 on as stored: all of channels 16 to 31 of 32\n");
  const json all = odd(image(values));
  EXPECT_EQ(all[0]["contiguous"], true);
  EXPECT_EQ(all[0]["fills"], true);
  EXPECT_EQ(all[0]["ranges"], json({{0, 0}, {16, 31}, {0, 1}, {0, 1}}));
}

TEST_F(OddValues, ScatteredOnesAreNotFromThereOn) {
  auto values = ramp(2000);
  for (const size_t at : {5U, 700U, 1999U}) values[at] = kNan;
  DumpTensor tensor = float_tensor(values);
  EXPECT_SAYS(text(tensor), "has 3 NaN, scattered, the first at element 5\n");
  tensor.shape = {4, 500};
  EXPECT_SAYS(text(tensor), "the first at element 5, [0,5]");
  EXPECT_EQ(odd(tensor)[0]["contiguous"], false);
  EXPECT_EQ(odd(tensor)[0]["count"], 3);
}

TEST_F(OddValues, ARunHasAnEnd) {
  auto values = ramp(100);
  values[10] = values[11] = values[12] = -kInf;
  EXPECT_SAYS(text(float_tensor(values)), "has -Inf from element 10 to 12\n");
}

/// A run that passes from one row into the next is within both.
TEST_F(OddValues, RangesOfARunThatWraps) {
  auto values = ramp(120);
  for (size_t i = 38; i < 43; ++i) values[i] = kNan;  // rows 3 and 4 of [2,6,10]
  DumpTensor tensor = float_tensor(values);
  tensor.shape = {2, 6, 10};
  EXPECT_SAYS(text(tensor), "has NaN from element 38 to 42: within axis 0: 0 of 2, axis 1: 3 to 4");
  EXPECT_EQ(odd(tensor)[0]["ranges"], json({{0, 0}, {3, 4}, {0, 9}}));
}

TEST_F(OddValues, OnlyPadding) {
  DumpTensor tensor = float_tensor(ramp(32));
  tensor.format = 3;
  tensor.shape = {1, 1, 1, 2, 16};
  tensor.origin_shape = {1, 3, 1, 2};
  auto values = ramp(32);
  values[15] = values[31] = kNan;
  tensor.payload = float_tensor(values).payload;
  EXPECT_SAYS(text(tensor), "as stored: only in the padding of NC1HWC0");
}

TEST_F(OddValues, NothingButNanIsSaidOnce) {
  const std::string said = text(float_tensor(std::vector<float>(64, kNan)));
  EXPECT_SAYS(said, "is NaN everywhere");
  EXPECT_SILENT(said, "is - everywhere");
  EXPECT_EQ(odd(float_tensor(std::vector<float>(64, kNan))).size(), 1U);
}

TEST_F(OddValues, ConstantsAreInJsonAndCsv) {
  const json all = odd(float_tensor({2, 2, 2}));
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0]["what"], "constant");
  EXPECT_EQ(all[0]["text"], "is 2 everywhere");
  EXPECT_TRUE(odd(float_tensor({1, 2})).empty());
  const auto dump =
      scratch_.write(kName, DumpBuilder("relu1").output(float_tensor({1, kNan, kInf})).build());
  const std::string csv = test::run_cli({"inspect", "--stats", "--format", "csv", dump}).out;
  EXPECT_SAYS(csv, ",first_nan,first_inf,odd\n");
  EXPECT_SAYS(csv, ",1,2,\"has one NaN, at element 1; has one +Inf, at element 2\"\n");
}

TEST_F(OddValues, FieldsOfAnOverflowRecordAreNoValues) {
  const auto record = scratch_.write("Opdebug.Node_OpDebug.7.4.1700000000000001",
                                     samples::overflow_dump(samples::old_overflow(0, 0, 0)));
  const std::string said = test::run_cli({"inspect", "--stats", record}).out;
  EXPECT_SILENT(said, "everywhere");
  EXPECT_SILENT(said, "zeros");
}

TEST_F(OddValues, IndicesBeyondWhatTheyGatherFrom) {
  const auto words = [](const std::vector<uint32_t>& numbers) {
    DumpTensor tensor;
    tensor.dtype = 7;  // int32
    tensor.shape = {numbers.size()};
    tensor.payload = samples::u32_words(numbers);
    return tensor;
  };
  DumpTensor table = float_tensor(ramp(32));
  table.shape = {4, 8};
  const auto inspect = [&](const char* type, const std::vector<DumpTensor>& inputs) {
    DumpBuilder dump("g");
    for (const DumpTensor& input : inputs) dump.input(input);
    return test::run_cli(
               {"inspect", "--stats", "--width", "300",
                scratch_.write(std::string(type) + ".g.3.2.1700000000000000", dump.build())})
        .out;
  };
  EXPECT_SAYS(inspect("GatherV2", {table, words({0, 99})}),
              "input:1 holds indices from 0 to 99, but input:0 [4,8] has 8 at most along any axis");
  EXPECT_SILENT(inspect("GatherV2", {table, words({0, 7})}), "holds indices");
  EXPECT_SAYS(inspect("GatherV2", {table, words({0, 7}), words({0})}), "has 4 along axis 0");
  EXPECT_SAYS(inspect("Embedding", {table, words({0, 4})}), "has 4 along axis 0");
  EXPECT_SAYS(inspect("aclnnIndexSelect_0_L0", {table, words({0, 8})}), "has 8 at most");
  EXPECT_SILENT(inspect("Add", {table, words({0, 99})}), "holds indices");
}

}  // namespace
}  // namespace omscope
