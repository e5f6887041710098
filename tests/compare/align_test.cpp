// Layout and padding undone before values are compared; shapes that do not fit.

#include <algorithm>

#include <gtest/gtest.h>

#include "omscope/tensor/convert_layout.h"
#include "omscope/tensor/encode.h"

#include "compare/runs.h"
#include "make_samples/dump_builder.h"

namespace omscope {
namespace {

using compare::Result;
using compare::Status;
using test::lines;
using test::npy_file;
using test::ramp;
using test::Shape;
using test::TwoRuns;
using test::Values;

const std::string kDump = "20240101120000/0/net/1/0/Conv2D.conv1.3.1.1704110400000001";
constexpr int kFloat16 = 2;
constexpr int kNc1hwc0 = 3;

std::string half(const Values& values) {
  std::vector<std::byte> bytes(values.size() * 2);
  tensor::encode(DType::kFloat16, values, bytes);
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// [1, C, H, W] in blocks of 16 channels, as a dump of float16.
samples::DumpTensor blocked(const Values& values, const Shape& nchw, bool origin = true) {
  constexpr int64_t kC0 = 16;
  const int64_t c1 = (nchw[1] + kC0 - 1) / kC0;
  const int64_t area = nchw[2] * nchw[3];
  Values device(static_cast<size_t>(c1 * area * kC0), 0);
  for (int64_t c = 0; c < nchw[1]; ++c) {
    for (int64_t i = 0; i < area; ++i) {
      device[static_cast<size_t>((c / kC0 * area + i) * kC0 + c % kC0)] =
          values[static_cast<size_t>(c * area + i)];
    }
  }
  samples::DumpTensor tensor;
  tensor.dtype = kFloat16;
  tensor.format = kNc1hwc0;
  tensor.shape = {1, static_cast<uint64_t>(c1), static_cast<uint64_t>(nchw[2]),
                  static_cast<uint64_t>(nchw[3]), 16};
  if (origin) tensor.origin_shape.assign(nchw.begin(), nchw.end());
  tensor.payload = half(device);
  return tensor;
}

std::string dump(const samples::DumpTensor& tensor) {
  return samples::DumpBuilder("conv1").output(tensor).build();
}

/// NCHW to NHWC.
Values channels_last(const Values& values, const Shape& nchw) {
  Values out;
  const auto area = static_cast<size_t>(nchw[2] * nchw[3]);
  for (size_t i = 0; i < area; ++i) {
    for (size_t c = 0; c < static_cast<size_t>(nchw[1]); ++c) out.push_back(values[c * area + i]);
  }
  return out;
}

Result against(const samples::DumpTensor& run, const std::string& golden) {
  TwoRuns runs;
  runs.run(kDump, dump(run));
  runs.golden("conv1.0.1704110400000001.npy", golden);
  return runs.compare();
}

Status status_of(const Result& result) {
  EXPECT_EQ(result.pairs.size(), 1U) << lines(result);
  return result.pairs.empty() ? Status::kUncomparable : result.pairs[0].status;
}

bool says(const Result& result, const std::string& part) {
  return !result.pairs.empty() && result.pairs[0].reason.find(part) != std::string::npos;
}

const Shape kShape = {1, 20, 3, 5};
const Values kValues = ramp(300);

TEST(Align, DeviceLayoutAgainstGolden) {
  const Result result = against(blocked(kValues, kShape), npy_file(kValues, kShape));
  EXPECT_EQ(status_of(result), Status::kPass) << lines(result);
  EXPECT_EQ(result.pairs[0].metrics->count, 300U) << "padding is not compared";
  EXPECT_EQ(result.pairs[0].shape, kShape);
}

TEST(Align, GoldenInAnotherPlainLayout) {
  const Result result =
      against(blocked(kValues, kShape), npy_file(channels_last(kValues, kShape), {1, 3, 5, 20}));
  EXPECT_EQ(status_of(result), Status::kPass) << lines(result);
  EXPECT_TRUE(says(result, "compared in NHWC")) << lines(result);
}

TEST(Align, WithoutAnOriginShapeGoldenTellsThePadding) {
  const Result result = against(blocked(kValues, kShape, false), npy_file(kValues, kShape));
  EXPECT_EQ(status_of(result), Status::kPass) << lines(result);
  EXPECT_EQ(result.pairs[0].metrics->count, 300U);
}

TEST(Align, IndicesAreThoseOfGolden) {
  Values wrong = kValues;
  wrong[207] += 100;
  const Result result = against(blocked(wrong, kShape), npy_file(kValues, kShape));
  EXPECT_EQ(status_of(result), Status::kFail);
  EXPECT_EQ(result.pairs[0].metrics->max_abs_index, 207U) << lines(result);
}

TEST(Align, FortranOrderIsUndone) {
  TwoRuns runs;
  // [2, 3]: 0 1 2 / 3 4 5, stored column by column.
  runs.run("a.npy", npy_file({0, 3, 1, 4, 2, 5}, {2, 3}, DType::kFloat32, true));
  runs.golden("a.npy", npy_file({0, 1, 2, 3, 4, 5}, {2, 3}));
  EXPECT_EQ(status_of(runs.compare()), Status::kPass) << lines(runs.compare());
}

TEST(Align, FortranOrderOfThreeDims) {
  TwoRuns runs;
  Values stored(24);
  for (size_t a = 0; a < 2; ++a) {
    for (size_t b = 0; b < 3; ++b) {
      for (size_t c = 0; c < 4; ++c) {
        stored[(c * 3 + b) * 2 + a] = static_cast<double>((a * 3 + b) * 4 + c);
      }
    }
  }
  Values plain(24);
  for (size_t i = 0; i < plain.size(); ++i) plain[i] = static_cast<double>(i);
  runs.run("a.npy", npy_file(plain, {2, 3, 4}));
  runs.golden("a.npy", npy_file(stored, {2, 3, 4}, DType::kFloat32, true));
  EXPECT_EQ(status_of(runs.compare()), Status::kPass) << lines(runs.compare());
}

TEST(Align, TransposedDataIsNotComparedSilently) {
  TwoRuns runs;
  Values transposed;
  const Values golden = ramp(24);
  for (size_t c = 0; c < 4; ++c) {
    for (size_t r = 0; r < 6; ++r) transposed.push_back(golden[r * 4 + c]);
  }
  runs.run("a.npy", npy_file(transposed, {4, 6}));
  runs.golden("a.npy", npy_file(golden, {6, 4}));
  const Result result = runs.compare();
  EXPECT_EQ(status_of(result), Status::kFail);
  EXPECT_TRUE(says(result, "shape differs: run [4,6], golden [6,4]")) << lines(result);
  EXPECT_TRUE(says(result, "axes in the order (1,0)")) << lines(result);
  EXPECT_EQ(result.pairs[0].pattern.pattern, numeric::Pattern::kTransposed);
  EXPECT_EQ(result.verdict, compare::Verdict::kFail);
}

TEST(Align, AnotherShapeFailsBesideTensorsThatPass) {
  TwoRuns runs;
  runs.run("good.npy", npy_file(ramp(8), {8}));
  runs.golden("good.npy", npy_file(ramp(8), {8}));
  runs.run("nhwc.npy", npy_file(channels_last(ramp(24), {1, 4, 2, 3}), {1, 2, 3, 4}));
  runs.golden("nhwc.npy", npy_file(ramp(24), {1, 4, 2, 3}));
  const Result result = runs.compare();
  EXPECT_EQ(result.verdict, compare::Verdict::kFail) << lines(result);
  EXPECT_EQ(result.summary.pass, 1U) << lines(result);
  EXPECT_EQ(result.summary.fail, 1U) << lines(result);
}

TEST(Align, AReshapeAndOtherDataAreToldApart) {
  TwoRuns runs;
  runs.run("a.npy", npy_file(ramp(24), {4, 6}));
  runs.golden("a.npy", npy_file(ramp(24), {2, 12}));
  Values other = ramp(24);
  std::reverse(other.begin(), other.end());
  runs.run("b.npy", npy_file(other, {4, 6}));
  runs.golden("b.npy", npy_file(ramp(24), {2, 12}));
  const Result result = runs.compare();
  ASSERT_EQ(result.pairs.size(), 2U);
  EXPECT_EQ(result.summary.fail, 2U) << lines(result);
  EXPECT_NE(result.pairs[0].reason.find("a reshape"), std::string::npos) << lines(result);
  EXPECT_NE(result.pairs[1].reason.find("no exchange of axes"), std::string::npos) << lines(result);
}

TEST(Align, AnotherSizeFails) {
  TwoRuns runs;
  runs.run("a.npy", npy_file(ramp(23), {23}));
  runs.golden("a.npy", npy_file(ramp(24), {24}));
  const Result result = runs.compare();
  EXPECT_EQ(status_of(result), Status::kFail);
  EXPECT_TRUE(says(result, "23 elements against 24")) << lines(result);
  EXPECT_EQ(result.verdict, compare::Verdict::kFail);
}

TEST(Align, DimsOfOneDoNotMatter) {
  TwoRuns runs;
  runs.run("a.npy", npy_file(ramp(10), {1, 10, 1, 1}));
  runs.golden("a.npy", npy_file(ramp(10), {1, 10}));
  const Result result = runs.compare();
  EXPECT_EQ(status_of(result), Status::kPass) << lines(result);
  EXPECT_TRUE(says(result, "dims of 1")) << lines(result);
}

TEST(Align, DifferentDtypesCompareExactly) {
  TwoRuns runs;
  runs.run("a.npy", npy_file({1, 2, 3}, {3}, DType::kFloat64));
  runs.golden("a.npy", npy_file({1, 2, 3}, {3}, DType::kInt32));
  EXPECT_EQ(status_of(runs.compare()), Status::kPass);
}

TEST(Align, ACutFileIsNotCompared) {
  TwoRuns runs;
  const std::string whole = npy_file(ramp(24), {24});
  runs.run("a.npy", whole.substr(0, whole.size() - 8));
  runs.golden("a.npy", whole);
  const Result result = runs.compare();
  EXPECT_EQ(status_of(result), Status::kUncomparable) << lines(result);
  EXPECT_TRUE(says(result, "are in the file")) << lines(result);
  EXPECT_TRUE(result.problems.has_error());
  EXPECT_EQ(result.verdict, compare::Verdict::kNone);
}

}  // namespace
}  // namespace omscope
