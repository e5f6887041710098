// What `convert` says: signs that stay, names that are not what they look like, which file is
// meant.

#include <filesystem>

#include <gtest/gtest.h>

#include "make_samples/dump_builder.h"
#include "support/files.h"
#include "support/run_tool.h"

namespace omscope {
namespace {

namespace fs = std::filesystem;
using samples::DumpBuilder;
using samples::DumpTensor;
using samples::float_tensor;

constexpr const char* kName = "Relu.relu1.3.2.1700000000000000";

class ConvertSaid : public ::testing::Test {
 protected:
  test::ToolResult convert(const std::string& input, const std::string& output,
                           std::vector<std::string> options = {}) const {
    options.insert(options.begin(), {"convert", input, "-o", (scratch_.path() / output).string()});
    return test::run_cli(options);
  }
  std::string content(const std::string& name) const {
    return test::file_content(scratch_.path() / name);
  }
  std::string two_tensors() const {
    return scratch_.write(
        kName, DumpBuilder("relu1").input(float_tensor({1})).output(float_tensor({2})).build());
  }

  test::ScratchFolder scratch_;
};

#define EXPECT_SAYS(text, what) EXPECT_NE((text).find(what), std::string::npos) << (text)

TEST_F(ConvertSaid, QuantisedIntegersKeepTheirSign) {
  DumpTensor tensor;
  tensor.dtype = 18;  // qint8
  tensor.shape = {3};
  tensor.payload = "\x80\x7f\xff";
  const auto dump = scratch_.write(kName, DumpBuilder("relu1").output(tensor).build());
  EXPECT_EQ(convert(dump, "q.npy").exit_code, 0);
  EXPECT_SAYS(content("q.npy"), "'descr': '|i1'");
  EXPECT_TRUE(content("q.npy").ends_with(tensor.payload));
  EXPECT_EQ(convert(dump, "peer/", {"--to", "bin", "--naming", "msaccucmp"}).exit_code, 0);
  EXPECT_TRUE(
      fs::exists(scratch_.path() / "peer" / (std::string(kName) + ".output.0.3.int8.ND.bin")));
}

TEST_F(ConvertSaid, AFolderThatIsNamedLikeAFile) {
  const auto first = convert(two_tensors(), "x.npy");
  EXPECT_EQ(first.exit_code, 0);
  EXPECT_TRUE(fs::is_directory(scratch_.path() / "x.npy"));
  EXPECT_SAYS(first.err, "is a folder");
  EXPECT_SAYS(first.err, "--tensor");
  EXPECT_SAYS(first.err, "2 files written to the folder");
  const auto second = convert(two_tensors(), "x.npy", {"--tensor", "input:0"});
  EXPECT_EQ(second.exit_code, 2);
  EXPECT_SAYS(second.err, "is a folder");
}

TEST_F(ConvertSaid, ASuffixThatIsNoFormat) {
  const auto dump = scratch_.write(kName, DumpBuilder("relu1").output(float_tensor({1})).build());
  EXPECT_SAYS(convert(dump, "b.txt").err, "is written as npy");
  EXPECT_EQ(convert(dump, "c.txt", {"--to", "npy"}).err, "");
  EXPECT_EQ(convert(dump, "d.npy").err, "");
  EXPECT_EQ(convert(dump, "without").err, "");
}

TEST_F(ConvertSaid, WarningsOfAFolderNameFiles) {
  DumpTensor tensor = float_tensor({1});
  tensor.dtype = 99;
  const fs::path folder = scratch_.path() / "in";
  fs::create_directories(folder);
  for (const char* name : {"a", "b", "c", "d", "e"}) {
    scratch_.write(std::string("in/Relu.") + name + ".3.2.1700000000000000",
                   DumpBuilder(name).output(tensor).build());
  }
  const auto run = convert(folder.string(), "out/");
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_SAYS(run.err, "Relu.a.3.2.1700000000000000 output:0, Relu.b.3.2");
  EXPECT_SAYS(run.err, "and 2 more: its type is not known");
}

TEST_F(ConvertSaid, ALayoutThatTheFileDoesNotState) {
  const std::string header = "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2, 1, 2), }";
  std::string npy("\x93NUMPY\x01\x00\x76\x00", 10);
  npy += header + std::string(117 - header.size(), ' ') + "\n";
  const auto file = scratch_.write("a.npy", npy + float_tensor({1, 2, 3, 4}).payload);
  const auto refused = convert(file, "a.bin", {"--layout", "NHWC"});
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_SAYS(refused.err, "--from-layout NCHW");
  const auto run = convert(file, "a.bin", {"--layout", "NHWC", "--from-layout", "NCHW"});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_EQ(content("a.bin"), float_tensor({1, 3, 2, 4}).payload);
}

TEST_F(ConvertSaid, AnOriginShapeThatCannotBeIsDoubted) {
  DumpTensor tensor;
  tensor.dtype = 2;
  tensor.format = 3;  // NC1HWC0
  tensor.shape = {1, 1, 2, 2, 16};
  tensor.payload = std::string(128, '\0');
  for (const auto& [channels, doubted] : {std::pair(3, false), std::pair(17, true)}) {
    tensor.origin_shape = {1, static_cast<uint64_t>(channels), 2, 2};
    scratch_.write(std::string("in/") + kName, DumpBuilder("relu1").output(tensor).build());
    for (const std::string input : {"in", "in/Relu.relu1.3.2.1700000000000000"}) {
      const auto run = test::run_cli({"inspect", (scratch_.path() / input).string()});
      EXPECT_EQ(run.exit_code, 0);
      EXPECT_EQ(run.err.find("[1,17,2,2] cannot be that of [1,1,2,2,16]") != std::string::npos,
                doubted)
          << run.err;
    }
  }
}

TEST_F(ConvertSaid, TensorsThatHaveNoValues) {
  DumpTensor tensor;
  tensor.shape = {2};
  const auto dump = scratch_.write(kName, DumpBuilder("relu1").output(tensor).build());
  const auto run = convert(dump, "a.npy");
  EXPECT_EQ(run.exit_code, 2);
  EXPECT_SAYS(run.err, "the producer did not write its bytes");
  EXPECT_SAYS(run.err, "has tensors, but the values of none");
}

TEST_F(ConvertSaid, NamesOfTypes) {
  const auto dump = scratch_.write(kName, DumpBuilder("relu1").output(float_tensor({1})).build());
  EXPECT_EQ(convert(dump, "a.bin", {"--dtype", "fp16"}).exit_code, 0);
  EXPECT_EQ(content("a.bin"), std::string("\x00\x3C", 2));
  const auto refused = convert(dump, "b.bin", {"--dtype", "fp17"});
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_SAYS(refused.err, "bfloat16");
}

}  // namespace
}  // namespace omscope
