// Dumps that other tools are known to read wrongly, not at all, or to read and then drop.

#include <algorithm>
#include <filesystem>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "make_samples/dump_builder.h"
#include "support/files.h"
#include "support/run_tool.h"

namespace omscope {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using samples::DumpBuilder;
using samples::DumpTensor;
using samples::float_tensor;

constexpr const char* kName = "Relu.relu1.3.2.1700000000000000";

std::string data_of(const fs::path& npy) {
  const std::string content = test::file_content(npy);
  return content.substr(content.find('\n') + 1);
}

std::vector<std::string> files_in(const fs::path& folder) {
  std::vector<std::string> names;
  for (const auto& each : fs::recursive_directory_iterator(folder)) {
    if (each.is_regular_file()) names.push_back(each.path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::string floats(const std::vector<float>& values) {
  return float_tensor(values).payload;
}

DumpTensor typed(int dtype, std::vector<uint64_t> shape, std::string payload) {
  DumpTensor tensor;
  tensor.dtype = dtype;
  tensor.shape = std::move(shape);
  tensor.payload = std::move(payload);
  return tensor;
}

/// The values of the only tensor, as float32.
std::vector<json> values_of(int dtype, const std::string& codes, uint64_t count) {
  const test::ScratchFolder scratch;
  DumpTensor tensor = typed(dtype, {count}, codes);
  const auto dump = scratch.write(kName, DumpBuilder("relu1").output(tensor).build());
  const auto out = scratch.path() / "out.json";
  const auto run = test::run_cli({"convert", dump, "-o", out.string(), "--dtype", "float32"});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  const json seen = json::parse(test::file_content(out));
  return seen["tensors"][0]["values"].get<std::vector<json>>();
}

// 1.0 became 1.25, and every magnitude from 0.5 to 4 was wrong; the infinities lost their sign.
TEST(PeerDefects, HiFloat8) {
  const std::vector<json> wanted = {1.0, 2.0, 0.5, 32768.0, "Infinity", "-Infinity", "NaN", 0.0};
  EXPECT_EQ(values_of(33, std::string("\x08\x10\x18\x6E\x6F\xEF\x80\x00", 8), 8), wanted);
}

TEST(PeerDefects, SpecialsOfFloat8) {
  const std::vector<json> e4m3 = {"NaN", "NaN", 448.0, -448.0};
  EXPECT_EQ(values_of(35, "\x7F\xFF\x7E\xFE", 4), e4m3);
  const std::vector<json> e5m2 = {"Infinity", "-Infinity", "NaN", 57344.0};
  EXPECT_EQ(values_of(34, "\x7C\xFC\x7D\x7B", 4), e5m2);
}

TEST(PeerDefects, BitsThatDoNotFillTheirByte) {
  const std::vector<json> wanted = {1.0, 0.0, 1.0, 1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 1.0, 1.0};
  EXPECT_EQ(values_of(29, "\xB1\x60", 11), wanted);
}

// float64 took eight times the room, and --to bin ended in an exception.
TEST(PeerDefects, Float8AsBytes) {
  const test::ScratchFolder scratch;
  DumpTensor tensor = typed(35, {4}, "\x7F\x01\x02\x03");
  const auto dump = scratch.write(kName, DumpBuilder("relu1").output(tensor).build());
  const auto out = scratch.path() / "out.bin";
  EXPECT_EQ(test::run_cli({"convert", dump, "-o", out.string()}).exit_code, 0);
  EXPECT_EQ(test::file_content(out), tensor.payload);
}

// Attribute 0 describes slices of threads in some dumps, in others it is anything.
TEST(PeerDefects, AttributesOfAnyText) {
  for (const char* value :
       {"", "word", "7", "[1,2]", R"({"a":{}})", "{}", "{\"slice_instance_num\":"}) {
    SCOPED_TRACE(value);
    const test::ScratchFolder scratch;
    const auto dump = scratch.write(
        kName, DumpBuilder("relu1").attr("user_tag", value).output(float_tensor({3})).build());
    const auto out = scratch.path() / "out.npy";
    EXPECT_EQ(test::run_cli({"convert", dump, "-o", out.string()}).exit_code, 0);
    EXPECT_EQ(data_of(out), floats({3}));
  }
}

// A payload that its writer left out, or a type nobody knows, cost the whole file.
TEST(PeerDefects, OneTensorDoesNotCostTheOthers) {
  const test::ScratchFolder scratch;
  DumpTensor left_out = typed(1, {6}, "");
  left_out.address = 0;
  left_out.size = 24;
  DumpTensor unknown = typed(99, {4}, "abcd");
  const auto dump = scratch.write(kName, DumpBuilder("relu1")
                                             .input(float_tensor({1}))
                                             .input(left_out)
                                             .output(unknown)
                                             .output(float_tensor({2}))
                                             .build());
  const auto out = scratch.path() / "out";
  const auto run = test::run_cli({"convert", dump, "-o", out.string()});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  const std::string why = "input:1: is not written: the producer did not write its bytes";
  EXPECT_NE(run.err.find("warning: " + why), std::string::npos) << run.err;
  const std::string base = std::string(kName) + ".";
  EXPECT_EQ(data_of(out / (base + "input.0.npy")), floats({1}));
  EXPECT_EQ(data_of(out / (base + "output.0.npy")), "abcd");
  EXPECT_EQ(data_of(out / (base + "output.1.npy")), floats({2}));
  EXPECT_EQ(files_in(out).size(), 3U);
}

// Of two dumps in one file only the first was seen.
TEST(PeerDefects, TwoDumpsInOneFileAreBothWritten) {
  const test::ScratchFolder scratch;
  const auto dump = scratch.write(kName, DumpBuilder("a").output(float_tensor({1})).build() +
                                             DumpBuilder("a").output(float_tensor({2})).build());
  const auto out = scratch.path() / "out";
  const auto run = test::run_cli({"convert", dump, "-o", out.string()});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  std::vector<std::string> contents;
  for (const std::string& name : files_in(out)) {
    if (name.ends_with(".npy")) contents.push_back(data_of(out / name));
  }
  std::sort(contents.begin(), contents.end());
  std::vector<std::string> wanted = {floats({1}), floats({2})};
  std::sort(wanted.begin(), wanted.end());
  EXPECT_EQ(contents, wanted);
}

// Names of files say "a_b" for the ops "a/b" and "a_b"; the headers tell them apart.
TEST(PeerDefects, NamesThatAreTheSameWithoutTheirSlashes) {
  const test::ScratchFolder scratch;
  fs::create_directories(scratch.path() / "run");
  scratch.write("run/Relu.a_b.3.2.1700000000000000",
                DumpBuilder("a/b").output(float_tensor({1})).build());
  scratch.write("run/Relu.a_b.4.2.1700000000000001",
                DumpBuilder("a_b").output(float_tensor({2})).build());
  const auto run = (scratch.path() / "run").string();
  const auto listing = test::run_cli({"inspect", "--format", "json", run});
  const json seen = json::parse(listing.out);
  ASSERT_EQ(seen["tensors"].size(), 2U);
  EXPECT_EQ(seen["tensors"][0]["op"], "a/b");
  EXPECT_EQ(seen["tensors"][1]["op"], "a_b");
  const auto out = scratch.path() / "out";
  EXPECT_EQ(test::run_cli({"convert", run, "-o", out.string()}).exit_code, 0);
  EXPECT_EQ(files_in(out).size(), 2U);
}

// An empty shape gave one element whatever the size; dims of two steps gave none.
TEST(PeerDefects, ShapesThatTheirSizeExplains) {
  const test::ScratchFolder scratch;
  DumpTensor bare = float_tensor({1, 2, 3});
  bare.shape.clear();
  DumpTensor repeated = float_tensor({1, 2, 3, 4, 5, 6});
  repeated.shape = {2, 3, 2, 3};
  const auto dump = scratch.write(kName, DumpBuilder("relu1").input(repeated).output(bare).build());
  const auto out = scratch.path() / "out";
  EXPECT_EQ(test::run_cli({"convert", dump, "-o", out.string()}).exit_code, 0);
  const std::string base = std::string(kName) + ".";
  EXPECT_EQ(data_of(out / (base + "input.0.npy")), repeated.payload);
  EXPECT_EQ(data_of(out / (base + "output.0.npy")), bare.payload);
}

// Asked for by name, what is not there is an error.
TEST(PeerDefects, ATensorThatWasNotWrittenCannotBeHad) {
  const test::ScratchFolder scratch;
  DumpTensor left_out = typed(1, {6}, "");
  left_out.address = 0;
  left_out.size = 24;
  const auto dump =
      scratch.write(kName, DumpBuilder("relu1").input(left_out).output(float_tensor({2})).build());
  const auto out = scratch.path() / "out.npy";
  const auto run = test::run_cli({"convert", dump, "-o", out.string(), "--tensor", "input:0"});
  EXPECT_EQ(run.exit_code, 2);
  EXPECT_NE(run.err.find("error: input:0: is not written"), std::string::npos) << run.err;
  EXPECT_FALSE(fs::exists(out));
}

// Fewer bytes than the shape needs: nothing was written, and the exit status was 0.
TEST(PeerDefects, LessThanTheShapeNeedsIsWrittenAsOneDim) {
  const test::ScratchFolder scratch;
  DumpTensor tensor = float_tensor({1, 2, 3});
  tensor.shape = {4};
  const auto dump = scratch.write(kName, DumpBuilder("relu1").output(tensor).build());
  const auto out = scratch.path() / "out.npy";
  const auto run = test::run_cli({"convert", dump, "-o", out.string()});
  EXPECT_EQ(run.exit_code, 0);
  EXPECT_NE(run.err.find("warning: output:0: its shape needs 16 bytes, 12 are there"),
            std::string::npos)
      << run.err;
  EXPECT_EQ(data_of(out), tensor.payload);
  EXPECT_NE(test::file_content(out).find("(3,)"), std::string::npos);
  EXPECT_EQ(
      test::run_cli({"convert", dump, "-o", out.string(), "--layout", "ND", "--force"}).exit_code,
      2);
}

}  // namespace
}  // namespace omscope
