// Standard dumps and the habits of their writers; damage and bombs are in tests/damage.

#include <gtest/gtest.h>

#include "omscope/formats/dump/dump_header.h"
#include "omscope/formats/dump/numbers.h"
#include "omscope/formats/dump/read_dump.h"
#include "omscope/formats/dump/recognise.h"

#include "make_samples/dump_builder.h"
#include "support/dump_samples.h"
#include "support/files.h"

namespace omscope {
namespace {

using ir::Payload;
using samples::DumpBuilder;
using samples::DumpTensor;
using samples::float_tensor;

std::unique_ptr<ir::TensorFile> read(std::string_view content) {
  return dump::read_any(FileBytes::from_memory("test.dump", content));
}

bool has_problem(const ir::TensorFile& file, Severity severity, Code code) {
  for (const Problem& problem : file.problems.list()) {
    if (problem.severity == severity && problem.code == code) return true;
  }
  return false;
}

TEST(StandardDump, PayloadsFollowInHeaderOrderOfTheirKind) {
  const auto file = read(DumpBuilder("relu1")
                             .output(float_tensor({5}))
                             .input(float_tensor({1, 2}))
                             .input(float_tensor({3}))
                             .buffer("bb")
                             .space("s")
                             .attr("alpha", "1.0")
                             .build());
  EXPECT_TRUE(file->problems.list().empty());
  EXPECT_EQ(file->kind, Kind::kDump);
  EXPECT_EQ(file->version, "2.0");
  EXPECT_EQ(file->place.op, "relu1");
  EXPECT_EQ(file->place.time, "2023-11-14T22:13:20.000000");
  EXPECT_EQ(file->attrs[0].second, "1.0");
  ASSERT_EQ(file->tensors.size(), 5U);
  const char* const names[] = {"input:0", "input:1", "output:0", "buffer:0", "space:0"};
  uint64_t at = file->tensors[0].offset;
  for (size_t i = 0; i < 5; ++i) {
    EXPECT_EQ(file->tensors[i].name, names[i]);
    EXPECT_EQ(file->tensors[i].offset, at);
    at += file->tensors[i].size;
  }
  EXPECT_EQ(at, file->file->size());
  EXPECT_EQ(as_text(file->tensors[3].bytes), "bb");
  EXPECT_EQ(file->account.unknown, 0U);
}

TEST(StandardDump, FormatWordAndGroups) {
  DumpTensor packed{.dtype = 2, .format = 0x500031D, .shape = {1}, .payload = "ab"};
  DumpTensor split{.dtype = 2, .format = 4, .shape = {1}, .payload = "ab", .groups = 3};
  const auto file = read(DumpBuilder("x").output(packed).output(split).build());
  EXPECT_EQ(file->tensors[0].format, (Layout{"FRACTAL_NZ", 3, 16}));
  EXPECT_EQ(file->tensors[1].format, (Layout{"FRACTAL_Z", 3, 0}));
}

TEST(StandardDump, DtypesByTheirOwnNumbers) {
  EXPECT_EQ(dump::dtype_from_dump(8), DType::kInt64);
  EXPECT_EQ(dump::dtype_from_dump(27), DType::kBFloat16);
  EXPECT_EQ(dump::dtype_from_dump(28), DType::kInt4);
  EXPECT_EQ(dump::dtype_from_dump(33), DType::kHiFloat8);
  EXPECT_EQ(dump::dtype_from_dump(42), DType::kHiFloat4Scale);
  EXPECT_EQ(dump::dtype_from_ge(1), DType::kFloat16);
  EXPECT_EQ(dump::dtype_from_ge(29), DType::kInt4);
  EXPECT_EQ(dump::dtype_from_ge(43), DType::kHiFloat4Scale);
}

TEST(StandardDump, UnknownDtypeKeepsItsBytes) {
  DumpTensor unknown{.dtype = 99, .shape = {4}, .payload = "abcd"};
  const auto file = read(DumpBuilder("x").output(unknown).build());
  EXPECT_EQ(file->tensors[0].dtype, DType::kUndefined);
  EXPECT_EQ(file->tensors[0].dtype_number, 99);
  EXPECT_EQ(file->tensors[0].note, "data type 99");
  EXPECT_EQ(as_text(file->tensors[0].bytes), "abcd");
  EXPECT_TRUE(has_problem(*file, Severity::kWarning, Code::kBadValue));
}

TEST(StandardDump, NullAddressMeansNotWritten) {
  DumpTensor left_out{.shape = {6}, .address = 0, .size = 24};
  const auto file = read(
      DumpBuilder("x").input(float_tensor({1})).input(left_out).output(float_tensor({2})).build());
  EXPECT_EQ(file->tensors[1].payload, Payload::kNotWritten);
  EXPECT_TRUE(file->tensors[1].bytes.empty());
  EXPECT_EQ(file->tensors[2].payload, Payload::kComplete);
  EXPECT_EQ(as_text(file->tensors[2].bytes), float_tensor({2}).payload);
  EXPECT_FALSE(file->problems.has_error());
  EXPECT_TRUE(has_problem(*file, Severity::kWarning, Code::kBadLength));
}

TEST(StandardDump, MissingBytesThatFitNoHabitAreAnError) {
  DumpTensor half = float_tensor({1, 2});
  half.shape = {4};
  half.size = 16;
  const auto file = read(DumpBuilder("x").input(float_tensor({3})).output(half).build());
  EXPECT_EQ(file->tensors[0].payload, Payload::kComplete);
  EXPECT_EQ(file->tensors[1].payload, Payload::kCut);
  EXPECT_EQ(file->tensors[1].bytes.size(), 8U);
  EXPECT_TRUE(has_problem(*file, Severity::kError, Code::kTruncated));
}

TEST(StandardDump, SizeOfABigTensorIsNarrowedByTheWriterOfExceptionDumps) {
  DumpTensor big = float_tensor({1, 2});
  big.address = 0;
  big.shape = {(uint64_t{1} << 30U) + 2};
  big.size = (uint64_t{1} << 32U) + 8;
  big.input_type = 2;
  DumpTensor behind = float_tensor({7});
  behind.address = 0;
  const auto file = read(DumpBuilder("x").input(big).output(behind).build());
  EXPECT_EQ(file->kind, Kind::kDumpException);
  EXPECT_EQ(file->tensors[0].payload, Payload::kCut);
  EXPECT_EQ(file->tensors[0].bytes.size(), 8U);
  EXPECT_EQ(as_text(file->tensors[1].bytes), behind.payload);
  EXPECT_FALSE(file->problems.has_error());
}

TEST(StandardDump, TwoDumpsInOneFileGiveBothSetsOfTensors) {
  const std::string first = DumpBuilder("a").output(float_tensor({1})).build();
  const auto file = read(first + DumpBuilder("b").output(float_tensor({2, 3})).build());
  ASSERT_EQ(file->tensors.size(), 2U);
  EXPECT_EQ(file->place.op, "a");
  EXPECT_EQ(file->tensors[1].note, "of dump 2 in this file");
  EXPECT_EQ(as_text(file->tensors[1].bytes), float_tensor({2, 3}).payload);
  EXPECT_TRUE(has_problem(*file, Severity::kWarning, Code::kUnexplainedBytes));
  EXPECT_EQ(file->account.unknown, 0U);
}

TEST(StandardDump, BytesBehindTheLastPayloadAreAWarning) {
  const auto file = read(DumpBuilder("a").output(float_tensor({1})).build() + "trailing");
  EXPECT_FALSE(file->problems.has_error());
  EXPECT_TRUE(has_problem(*file, Severity::kWarning, Code::kUnexplainedBytes));
  EXPECT_EQ(file->account.unknown, 8U);
}

struct ShapeCase {
  std::vector<uint64_t> dims;
  uint64_t elements;  ///< in the payload, float32
  std::vector<int64_t> shape;
  bool has_shape;
  Payload payload;
  std::optional<Severity> problem;
};

class Shapes : public testing::TestWithParam<ShapeCase> {};

TEST_P(Shapes, FitTheirSize) {
  const ShapeCase& each = GetParam();
  DumpTensor tensor = float_tensor(std::vector<float>(each.elements));
  tensor.shape = each.dims;
  const auto file = read(DumpBuilder("x").input(tensor).build());
  ASSERT_EQ(file->tensors.size(), 1U);
  EXPECT_EQ(file->tensors[0].shape, each.shape);
  EXPECT_EQ(file->tensors[0].has_shape, each.has_shape);
  EXPECT_EQ(file->tensors[0].payload, each.payload);
  ASSERT_EQ(file->problems.list().empty(), !each.problem);
  if (each.problem) EXPECT_EQ(file->problems.list()[0].severity, *each.problem);
}

constexpr uint64_t kBig = uint64_t{1} << 32U;
INSTANTIATE_TEST_SUITE_P(
    Dims, Shapes,
    testing::Values(
        ShapeCase{{2, 3}, 6, {2, 3}, true, Payload::kComplete, {}},
        ShapeCase{{}, 1, {}, true, Payload::kComplete, {}},
        ShapeCase{{}, 10, {10}, true, Payload::kComplete, Severity::kWarning},
        ShapeCase{{0, 3}, 0, {0, 3}, true, Payload::kComplete, {}},
        ShapeCase{{5}, 8, {5}, true, Payload::kComplete, Severity::kWarning},
        ShapeCase{{8}, 6, {8}, true, Payload::kCut, Severity::kWarning},
        ShapeCase{{2, 3, 2, 3}, 6, {2, 3}, true, Payload::kComplete, Severity::kWarning},
        ShapeCase{{2, 2, 2}, 2, {2}, true, Payload::kComplete, Severity::kWarning},
        ShapeCase{{kBig, kBig}, 4, {}, false, Payload::kComplete, Severity::kError},
        ShapeCase{{UINT64_MAX, 4}, 4, {}, false, Payload::kComplete, Severity::kError},
        ShapeCase{
            std::vector<uint64_t>(65, 1), 1, {}, false, Payload::kComplete, Severity::kError}));

TEST(ExceptionDump, ArgumentsAreNamed) {
  DumpTensor tiling{.dtype = 0, .payload = "tiling", .address = 0, .input_type = 7};
  const auto file =
      read(DumpBuilder("gather").input(tiling).dfx_message("first line\nsecond line").build());
  EXPECT_EQ(file->kind, Kind::kDumpException);
  EXPECT_EQ(file->tensors[0].note, "tiling data");
  EXPECT_FALSE(file->tensors[0].has_shape);
  EXPECT_EQ(file->message, "first line\nsecond line");
  EXPECT_TRUE(file->problems.list().empty());
}

TEST(OldDump, PayloadsAreInsideOfTheMessage) {
  const std::string content = DumpBuilder("old")
                                  .input(float_tensor({1, 2}))
                                  .output(float_tensor({3}))
                                  .buffer("b")
                                  .build_v1();
  const auto file = read(content);
  EXPECT_EQ(file->kind, Kind::kDumpV1);
  EXPECT_EQ(file->version, "1.0");
  EXPECT_TRUE(file->problems.list().empty());
  ASSERT_EQ(file->tensors.size(), 3U);
  for (const auto& tensor : file->tensors) {
    EXPECT_EQ(as_text(tensor.bytes), content.substr(tensor.offset, tensor.size));
  }
  EXPECT_EQ(as_text(file->tensors[0].bytes), float_tensor({1, 2}).payload);
  EXPECT_EQ(file->account.unknown, 0U);
}

TEST(DumpKinds, NothingElseIsADump) {
  for (const char* content : {"", "x", "\x10\0\0\0\0\0\0\0", "some text\n", "{\"graph\": []}"}) {
    EXPECT_EQ(dump::recognise(as_bytes(content)), Kind::kUnknown) << content;
    EXPECT_TRUE(read(content)->problems.has_error());
  }
  EXPECT_EQ(dump::recognise(
                as_bytes(test::file_content(test::source_dir() / "samples/tiny_resnet.onnx"))),
            Kind::kUnknown);
  EXPECT_EQ(dump::recognise(
                as_bytes(test::file_content(test::source_dir() / "samples/tiny_resnet_a.om"))),
            Kind::kUnknown);
}

TEST(DumpHeader, IsReadWithoutThePayload) {
  const test::ScratchFolder folder;
  for (const auto& [name, content] : test::dump_samples()) {
    const auto header = dump::read_dump_header(folder.write(name, content));
    const auto file = read(content);
    const bool has_header = file->kind == Kind::kDump || file->kind == Kind::kDumpException ||
                            file->kind == Kind::kDumpOpDebug || file->kind == Kind::kDumpNano;
    ASSERT_EQ(header.ok(), has_header) << name;
    if (!has_header) {
      EXPECT_EQ(header.error().code, Code::kUnknownKind);
      continue;
    }
    EXPECT_EQ(header->kind, file->kind);
    EXPECT_EQ(header->place.time, file->place.time);
    for (size_t i = 0; i < header->tensors.size(); ++i) {
      EXPECT_EQ(header->tensors[i].name, file->tensors[i].name);
      EXPECT_EQ(header->tensors[i].offset, file->tensors[i].offset);
      EXPECT_EQ(header->stored[i], file->tensors[i].bytes.size());
    }
  }
}

TEST(DumpHeader, LongerThanOnePiece) {
  DumpBuilder builder("many");
  for (int i = 0; i < 1000; ++i) builder.input(float_tensor({1}));
  const test::ScratchFolder folder;
  const auto header = dump::read_dump_header(folder.write("many", builder.build()));
  ASSERT_TRUE(header.ok());
  EXPECT_EQ(header->tensors.size(), 1000U);
  EXPECT_TRUE(header->problems.list().empty());
}

TEST(DumpHeader, NoFile) {
  EXPECT_EQ(dump::read_dump_header("/nowhere/at/all").error().code, Code::kCannotOpen);
  EXPECT_EQ(dump::read_dump_header("/").error().code, Code::kCannotOpen);
}

}  // namespace
}  // namespace omscope
