// --layout on tensors that do not have the axes of that layout.

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

constexpr const char* kConvolution = "Conv2D.conv1.3.2.1700000000000000";
constexpr const char* kSoftmax = "SoftmaxV2.softmax.4.2.1700000000000001";

/// [1,2,1,2] in NHWC: elements 0 to 3 at (h, w, c).
DumpTensor image() {
  DumpTensor tensor = float_tensor({0, 1, 2, 3});
  tensor.format = 1;
  tensor.shape = tensor.origin_shape = {1, 1, 2, 2};
  return tensor;
}

std::string data_of(const fs::path& npy) {
  const std::string content = test::file_content(npy);
  return content.substr(content.find('\n') + 1);
}

test::ToolResult to_nchw(const std::string& input, const std::string& output) {
  return test::run_cli({"convert", input, "-o", output, "--layout", "NCHW"});
}

// A vector among images is no fault: a whole folder converts, and says what was left as it is.
TEST(LayoutThatFits, OthersOfAFolderKeepTheirOrder) {
  const test::ScratchFolder scratch;
  fs::create_directory(scratch.path() / "run");
  scratch.write(std::string("run/") + kConvolution, DumpBuilder("conv1").output(image()).build());
  scratch.write(std::string("run/") + kSoftmax,
                DumpBuilder("softmax").output(float_tensor({5, 6, 7})).build());
  const auto out = scratch.path() / "out";
  const auto run = to_nchw((scratch.path() / "run").string(), out.string());
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_NE(run.err.find("SoftmaxV2.softmax.4.2.1700000000000001 output:0: has other axes than "
                         "NCHW; it is written in"),
            std::string::npos)
      << run.err;
  EXPECT_EQ(data_of(out / (std::string(kConvolution) + ".output.0.npy")),
            float_tensor({0, 2, 1, 3}).payload);
  EXPECT_EQ(data_of(out / (std::string(kSoftmax) + ".output.0.npy")),
            float_tensor({5, 6, 7}).payload);
}

TEST(LayoutThatFits, OthersOfAFileKeepTheirOrder) {
  const test::ScratchFolder scratch;
  const auto dump = scratch.write(
      kConvolution, DumpBuilder("conv1").input(float_tensor({4, 5})).output(image()).build());
  const auto out = scratch.path() / "out";
  const auto run = to_nchw(dump, out.string());
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_EQ(data_of(out / (std::string(kConvolution) + ".input.0.npy")),
            float_tensor({4, 5}).payload);
}

// Whoever asks for a layout of one tensor shall not get another one.
TEST(LayoutThatFits, AloneItIsAnError) {
  const test::ScratchFolder scratch;
  const auto dump =
      scratch.write(kSoftmax, DumpBuilder("softmax").output(float_tensor({5, 6, 7})).build());
  const auto out = scratch.path() / "out.npy";
  const auto run = to_nchw(dump, out.string());
  EXPECT_EQ(run.exit_code, 2);
  EXPECT_NE(run.err.find("NCHW needs 4 dims"), std::string::npos) << run.err;
  EXPECT_FALSE(fs::exists(out));
}

// What could not be converted is told, the rest is written.
TEST(LayoutThatFits, WhatIsDamagedFailsAndTheRestIsWritten) {
  const test::ScratchFolder scratch;
  DumpTensor padded = image();
  padded.format = 4;  // FRACTAL_Z that its origin shape does not become
  const auto dump =
      scratch.write(kConvolution, DumpBuilder("conv1").input(padded).output(image()).build());
  const auto out = scratch.path() / "out";
  const auto run = to_nchw(dump, out.string() + "/");
  EXPECT_EQ(run.exit_code, 2);
  EXPECT_NE(run.err.find("input:0: is not written"), std::string::npos) << run.err;
  EXPECT_FALSE(fs::exists(out / (std::string(kConvolution) + ".input.0.npy")));
  EXPECT_TRUE(fs::exists(out / (std::string(kConvolution) + ".output.0.npy")));
}

}  // namespace
}  // namespace omscope
