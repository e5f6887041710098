// Tensors into files: what is written, where, and what is refused.

#include <filesystem>
#include <fstream>
#include <span>

#include <gtest/gtest.h>

#include "omscope/convert/convert_tensors.h"
#include "omscope/formats/read_input.h"

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

std::string floats(const std::vector<float>& values) {
  return float_tensor(values).payload;
}

/// The elements of an npy file.
std::string data_of(const fs::path& npy) {
  const std::string content = test::file_content(npy);
  return content.substr(content.find('\n') + 1);
}

test::ToolResult convert(const std::string& input, const std::string& output,
                         std::vector<std::string> options = {}) {
  options.insert(options.begin(), {"convert", input, "-o", output});
  return test::run_cli(options);
}

DumpTensor half_image() {
  // [1,3,1,2] in NC1HWC0: channels 0, 1, 2 of both places, then padding that is not zero.
  DumpTensor tensor;
  tensor.dtype = 2;
  tensor.format = 3;
  tensor.shape = {1, 1, 1, 2, 16};
  tensor.origin_shape = {1, 3, 1, 2};
  for (int place = 0; place < 2; ++place) {
    for (int c = 0; c < 16; ++c) {
      tensor.payload += static_cast<char>(c < 3 ? place * 3 + c : 99);
      tensor.payload += '\x3C';
    }
  }
  return tensor;
}

TEST(ConvertTensors, OneResultIsTheFileThatWasNamed) {
  const test::ScratchFolder scratch;
  const auto dump =
      scratch.write(kName, DumpBuilder("relu1").output(float_tensor({1, -2})).build());
  const auto out = scratch.path() / "out.npy";
  const auto run = convert(dump, out.string());
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_EQ(data_of(out), floats({1, -2}));
}

TEST(ConvertTensors, SeveralResultsAreNamedByTheDump) {
  const test::ScratchFolder scratch;
  const auto dump = scratch.write(
      kName, DumpBuilder("relu1").input(float_tensor({1})).output(float_tensor({2})).build());
  const auto out = scratch.path() / "out";
  EXPECT_EQ(convert(dump, out.string()).exit_code, 0);
  EXPECT_EQ(data_of(out / (std::string(kName) + ".input.0.npy")), floats({1}));
  EXPECT_EQ(data_of(out / (std::string(kName) + ".output.0.npy")), floats({2}));
}

TEST(ConvertTensors, TensorsAreChosenByGlob) {
  const test::ScratchFolder scratch;
  const auto dump = scratch.write(
      kName, DumpBuilder("relu1").input(float_tensor({1})).output(float_tensor({2})).build());
  const auto out = scratch.path() / "one.bin";
  EXPECT_EQ(convert(dump, out.string(), {"--tensor", "out*"}).exit_code, 0);
  EXPECT_EQ(test::file_content(out), floats({2}));
  const auto none = convert(dump, out.string(), {"--tensor", "output:7", "--force"});
  EXPECT_EQ(none.exit_code, 2);
  EXPECT_NE(none.err.find("it has input:0, output:0"), std::string::npos) << none.err;
}

TEST(ConvertTensors, NamesOfMsaccucmp) {
  const test::ScratchFolder scratch;
  const auto dump = scratch.write(kName, DumpBuilder("relu1").output(half_image()).build());
  const auto out = (scratch.path() / "out/").string();
  EXPECT_EQ(convert(dump, out, {"--to", "bin", "--naming", "msaccucmp"}).exit_code, 0);
  EXPECT_TRUE(fs::exists(out + kName + ".output.0.32.float16.NC1HWC0.bin"));
  EXPECT_EQ(convert(dump, out, {"--layout", "NCHW", "--naming", "msaccucmp"}).exit_code, 0);
  EXPECT_TRUE(fs::exists(out + kName + ".output.0.1x3x1x2.npy"));
}

TEST(ConvertTensors, PaddingIsRemovedAndTypesChange) {
  const test::ScratchFolder scratch;
  const auto dump = scratch.write(kName, DumpBuilder("relu1").output(half_image()).build());
  const auto out = scratch.path() / "out.npy";
  EXPECT_EQ(convert(dump, out.string(), {"--origin-shape"}).exit_code, 0);
  // Codes 0x3C00 + n are 1 + n/1024; NCHW has both places of a channel together.
  EXPECT_EQ(data_of(out), std::string("\x00\x3C\x03\x3C\x01\x3C\x04\x3C\x02\x3C\x05\x3C", 12));
  EXPECT_NE(test::file_content(out).find("(1, 3, 1, 2)"), std::string::npos);
  EXPECT_EQ(
      convert(dump, out.string(), {"--layout", "NHWC", "--dtype", "float32", "--force"}).exit_code,
      0);
  std::vector<float> wanted;
  for (int i = 0; i < 6; ++i) wanted.push_back(1 + static_cast<float>(i) / 1024);
  EXPECT_EQ(data_of(out), floats(wanted));
}

TEST(ConvertTensors, FilesThatExistAreKept) {
  const test::ScratchFolder scratch;
  const auto dump = scratch.write(kName, DumpBuilder("relu1").output(float_tensor({1})).build());
  const auto out = scratch.write("out.npy", "precious");
  const auto run = convert(dump, out);
  EXPECT_EQ(run.exit_code, 2);
  EXPECT_NE(run.err.find("--force overwrites it"), std::string::npos) << run.err;
  EXPECT_EQ(test::file_content(out), "precious");
  EXPECT_EQ(convert(dump, dump, {"--force"}).exit_code, 2) << "the input is no output";
}

TEST(ConvertTensors, TheRestIsWrittenWhenOneIsCut) {
  const test::ScratchFolder scratch;
  DumpTensor cut = float_tensor({1, 2});
  cut.size = 64;
  const auto dump =
      scratch.write(kName, DumpBuilder("relu1").input(float_tensor({5})).output(cut).build());
  const auto out = scratch.path() / "out";
  const auto run = convert(dump, out.string() + "/");
  EXPECT_EQ(run.exit_code, 2);
  EXPECT_NE(run.err.find("output:0"), std::string::npos) << run.err;
  EXPECT_EQ(data_of(out / (std::string(kName) + ".input.0.npy")), floats({5}));
}

TEST(ConvertTensors, NothingIsWrittenOutsideOfTheFolder) {
  const test::ScratchFolder scratch;
  const auto folder = scratch.path() / "in";
  fs::create_directories(folder);
  // A mapping can say anything.
  std::ofstream(folder / "mapping.csv") << "7027427249306566976,Relu.../../../evil.1.2.17\n";
  std::ofstream(folder / "7027427249306566976", std::ios::binary)
      << DumpBuilder("../../evil").output(float_tensor({1})).build();
  const auto out = scratch.path() / "deep/out";
  const auto run = convert(folder.string(), out.string());
  EXPECT_EQ(run.exit_code, 0) << run.err;
  size_t outside = 0;
  size_t inside = 0;
  for (const auto& each : fs::recursive_directory_iterator(scratch.path())) {
    if (!each.is_regular_file()) continue;
    const std::string path = each.path().string();
    if (path.starts_with(out.string() + "/")) ++inside;
    if (!path.starts_with(out.string() + "/") && !path.starts_with(folder.string())) ++outside;
  }
  EXPECT_EQ(outside, 0U);
  EXPECT_EQ(inside, 2U) << "the tensor and mapping.csv";
}

TEST(ConvertTensors, FortranOrderBecomesCOrderInBin) {
  const test::ScratchFolder scratch;
  std::string header = "{'descr': '<f4', 'fortran_order': True, 'shape': (2, 3), }";
  header.append(118 - header.size() - 1, ' ');
  header += '\n';
  const auto npy = scratch.write(
      "a.npy", std::string("\x93NUMPY\x01\x00\x76\x00", 10) + header + floats({1, 4, 2, 5, 3, 6}));
  const auto out = scratch.path() / "a.bin";
  const auto run = convert(npy, out.string());
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_EQ(test::file_content(out), floats({1, 2, 3, 4, 5, 6}));
}

TEST(ConvertTensors, RawBytesAreDescribedByTheUser) {
  const test::ScratchFolder scratch;
  const auto raw = scratch.write("raw", std::string("\x00\x3C\x00\xC0", 4));
  const auto out = scratch.path() / "out.bin";
  EXPECT_EQ(convert(raw, out.string(), {"--raw", "float16:2", "--dtype", "float32"}).exit_code, 0);
  EXPECT_EQ(test::file_content(out), floats({1, -2}));
}

TEST(ConvertTensors, UnknownTypesAreWrittenAsTheirBytes) {
  const test::ScratchFolder scratch;
  DumpTensor tensor = float_tensor({1});
  tensor.dtype = 99;
  const auto dump = scratch.write(kName, DumpBuilder("relu1").output(tensor).build());
  const auto out = scratch.path() / "out.npy";
  const auto run = convert(dump, out.string());
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_NE(run.err.find("its bytes are written"), std::string::npos) << run.err;
  EXPECT_EQ(data_of(out), floats({1}));
}

TEST(ConvertTensors, AnyBlockOfAPermutedTensorIsRight) {
  const size_t count = 3U * 5U * 700U;
  ir::StoredTensor tensor;
  tensor.name = "output:0";
  tensor.dtype = DType::kUInt16;
  tensor.shape = {3, 5, 700};
  tensor.has_shape = tensor.fortran_order = true;
  std::vector<uint16_t> values(count);
  for (size_t i = 0; i < count; ++i) values[i] = static_cast<uint16_t>(i);
  tensor.bytes = std::as_bytes(std::span(values));
  tensor.size = tensor.bytes.size();
  convert::RenderOptions options;
  options.c_order = true;
  const auto rendered = convert::render(tensor, options);
  ASSERT_TRUE(rendered.ok());
  tensor::EncodeLoss loss;
  std::vector<uint16_t> out(160);
  for (uint64_t first = 0; first + 160 < count; first += 1000) {
    ASSERT_TRUE(rendered->write(first, 160, std::as_writable_bytes(std::span(out)), loss));
    for (uint64_t i = 0; i < 160; ++i) {
      const uint64_t at = first + i;
      const uint64_t source = at / 3500 + at / 700 % 5 * 3 + at % 700 * 15;
      ASSERT_EQ(out[i], values[source]) << at;
    }
  }
}

}  // namespace
}  // namespace omscope
