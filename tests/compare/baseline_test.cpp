#include "omscope/compare/baseline.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <random>
#include <sstream>

#include <gtest/gtest.h>

#include "omscope/compare/quantiles.h"
#include "omscope/formats/read_input.h"
#include "omscope/report/inspect_text.h"

#include "support/files.h"

namespace omscope {
namespace {

using compare::BaselineFinding;
using numeric::PairSide;
using tensorfile::BaselineFile;
using tensorfile::BaselineTensor;

std::vector<float> normal(size_t count, uint32_t seed = 1) {
  std::mt19937 random(seed);
  std::normal_distribution<float> next;
  std::vector<float> out(count);
  std::generate(out.begin(), out.end(), [&] { return next(random); });
  return out;
}

template <class T>
PairSide side(const std::vector<T>& values, DType dtype = DType::kFloat32) {
  return {dtype, std::as_bytes(std::span(values)), nullptr};
}

BaselineTensor kept(const std::vector<float>& values) {
  const std::vector<int64_t> shape = {static_cast<int64_t>(values.size())};
  auto tensor = compare::keep(side(values), shape, {});
  EXPECT_TRUE(tensor);
  tensor->op = "conv1";
  tensor->op_type = "Conv2D";
  tensor->tensor = "output:0";
  tensor->layout = "NCHW";
  tensor->file = "golden/conv1.0.npy";
  return *tensor;
}

BaselineFinding against(const std::vector<float>& run, const std::vector<float>& golden,
                        double rtol = 1e-3, compare::Allowance allowed = {}) {
  numeric::PairOptions options;
  options.rtol = rtol;
  options.atol = 1e-4;
  const auto found = compare::compare_with_baseline(side(run), kept(golden), options, allowed);
  EXPECT_TRUE(found);
  return found.value_or(BaselineFinding{});
}

std::string bytes_of(const BaselineFile& baseline) {
  std::ostringstream out;
  tensorfile::write_baseline(out, baseline);
  return out.str();
}

BaselineFile two_tensors() {
  BaselineFile baseline;
  baseline.seed = 1;
  baseline.most_values = 1024;
  baseline.tensors = {kept(normal(5000)), kept(normal(10, 2))};
  return baseline;
}

// --- quantiles ---

/// The definition, from all values in order.
std::vector<double> sorted_quantiles(std::vector<float> values, uint16_t count) {
  std::sort(values.begin(), values.end());
  std::vector<double> out;
  for (uint64_t i = 0; i < count; ++i) {
    out.push_back(static_cast<double>(values[i * (values.size() - 1) / (count - 1U)]));
  }
  return out;
}

TEST(Quantiles, AreThoseOfTheSortedValues) {
  for (const size_t count : {size_t{1}, size_t{2}, size_t{1000}, size_t{300000}}) {
    const std::vector<float> values = normal(count);
    const auto wanted = sorted_quantiles(values, 33);
    const auto found = compare::quantiles_of(side(values), 33);
    ASSERT_EQ(found.size(), wanted.size());
    for (size_t i = 0; i < wanted.size(); ++i) {
      EXPECT_LE(std::abs(found[i]), std::abs(wanted[i]));
      EXPECT_NEAR(found[i], wanted[i], std::abs(wanted[i]) * compare::kQuantileResolution);
    }
  }
}

TEST(Quantiles, OfFewBitsAreExactInBothWays) {
  std::vector<uint16_t> half(200000);
  std::iota(half.begin(), half.end(), uint16_t{0});  // every code, NaN and infinities among them
  const auto found = compare::quantiles_of(side(half, DType::kFloat16), 3);
  ASSERT_EQ(found.size(), 3U);
  EXPECT_EQ(found[0], -65504);
  EXPECT_EQ(found[2], 65504);
}

TEST(Quantiles, OfNothingFiniteAreNone) {
  const std::vector<float> nan(10, std::numeric_limits<float>::quiet_NaN());
  EXPECT_TRUE(compare::quantiles_of(side(nan), 33).empty());
  EXPECT_TRUE(compare::quantiles_of(side(std::vector<float>{}), 33).empty());
}

// --- the file ---

TEST(BaselineFile, ComesBackAsItWasWritten) {
  const BaselineFile written = two_tensors();
  const std::string bytes = bytes_of(written);
  Problems problems("b");
  const auto file = FileBytes::from_memory("b", bytes);
  const BaselineFile read = tensorfile::parse_baseline(*file, problems);
  EXPECT_TRUE(problems.list().empty());
  EXPECT_EQ(read.seed, 1U);
  ASSERT_EQ(read.tensors.size(), 2U);
  EXPECT_EQ(read.tensors[0].op, "conv1");
  EXPECT_EQ(read.tensors[0].indices, written.tensors[0].indices);
  EXPECT_EQ(read.tensors[0].values, written.tensors[0].values);
  EXPECT_EQ(read.tensors[0].quantiles, written.tensors[0].quantiles);
  EXPECT_EQ(bytes_of(read), bytes);
}

TEST(BaselineFile, IsTheSameForTheSameTensors) {
  EXPECT_EQ(bytes_of(two_tensors()), bytes_of(two_tensors()));
}

TEST(BaselineFile, IsSmall) {
  BaselineFile baseline;
  baseline.tensors = {kept(normal(1 << 20))};  // 4 MiB
  EXPECT_LT(bytes_of(baseline).size(), 8U << 10U);
}

TEST(BaselineFile, InspectKnowsIt) {
  const Input input = read_input(FileBytes::from_memory("b", bytes_of(two_tensors())));
  EXPECT_EQ(input.kind(), Kind::kBaseline);
  ASSERT_TRUE(input.tensors);
  EXPECT_FALSE(input.problems().has_error());
  EXPECT_EQ(input.tensors->account.accounted, input.tensors->file->size());
  ASSERT_EQ(input.tensors->tensors.size(), 2U);
  const ir::StoredTensor& first = input.tensors->tensors[0];
  EXPECT_EQ(first.op, "conv1");
  EXPECT_EQ(first.format.base, "NCHW");
  EXPECT_EQ(first.payload, ir::Payload::kElsewhere);
  EXPECT_EQ(first.recorded->count, 5000U);
  EXPECT_NEAR(*first.recorded->mean, 0, 0.1);
}

TEST(BaselineFile, ADamagedOneSaysWhereAndKeepsWhatIsWhole) {
  const std::string bytes = bytes_of(two_tensors());
  Problems problems("b");
  const auto cut = FileBytes::from_memory("b", std::string_view(bytes).substr(0, bytes.size() - 7));
  EXPECT_EQ(tensorfile::parse_baseline(*cut, problems).tensors.size(), 1U);
  ASSERT_TRUE(problems.has_error());
  EXPECT_EQ(problems.list()[0].code, Code::kTruncated);
  std::string newer = bytes;
  newer[8] = 9;
  Problems version("b");
  (void)tensorfile::parse_baseline(*FileBytes::from_memory("b", newer), version);
  ASSERT_TRUE(version.has_error());
  EXPECT_EQ(version.list()[0].offset, 8U);
}

// --- what it tells of a run ---

TEST(Baseline, TheSameTensorIsIdentical) {
  const auto values = normal(100000);
  const BaselineFinding found = against(values, values);
  EXPECT_TRUE(found.identical);
  EXPECT_TRUE(found.changed.empty());
  EXPECT_EQ(found.metrics.over_tolerance, 0U);
  EXPECT_NE(found.power.find("SHA-256"), std::string::npos);
}

TEST(Baseline, ARunWithinToleranceChangesNothing) {
  const auto golden = normal(100000);
  for (const double sign : {-1.0, 1.0}) {
    auto run = golden;
    for (size_t i = 0; i < run.size(); ++i) {
      const double error = 0.99 * (1e-4 + 1e-3 * std::abs(static_cast<double>(golden[i])));
      run[i] = static_cast<float>(static_cast<double>(golden[i]) + sign * error);
    }
    const BaselineFinding found = against(run, golden);
    EXPECT_FALSE(found.identical);
    EXPECT_TRUE(found.changed.empty()) << compare::changed_text(found.changed);
    EXPECT_EQ(found.metrics.over_tolerance, 0U);
    EXPECT_EQ(found.metrics.count, 1024U);
    EXPECT_NE(found.power.find("1 024 of 100 000"), std::string::npos) << found.power;
  }
}

TEST(Baseline, AFaultInOnePercentIsFound) {
  const auto golden = normal(100000);
  auto run = golden;
  for (size_t i = 50000; i < 51000; ++i) run[i] += 0.5F;
  const BaselineFinding found = against(run, golden);
  EXPECT_GT(found.metrics.over_tolerance, 0U);
  ASSERT_TRUE(found.metrics.max_abs_index);
  EXPECT_GE(*found.metrics.max_abs_index, 50000U);
  EXPECT_LT(*found.metrics.max_abs_index, 51000U);
}

TEST(Baseline, AChangedStatisticIsFoundWhereNoKeptValueIsHit) {
  const auto golden = normal(100000);
  const BaselineTensor tensor = kept(golden);
  auto run = golden;
  uint64_t free = 0;
  while (std::binary_search(tensor.indices.begin(), tensor.indices.end(), free)) ++free;
  run[free] = 100;
  const BaselineFinding found = against(run, golden);
  EXPECT_EQ(found.metrics.over_tolerance, 0U);
  ASSERT_FALSE(found.changed.empty());
  EXPECT_NE(compare::changed_text(found.changed).find("max is 100"), std::string::npos);
  EXPECT_TRUE(against(run, golden, 1e-3, {0.001}).changed.empty()) << "few may be beyond";
  EXPECT_FALSE(against(run, golden, 1e-3, {0.001, 1}).changed.empty()) << "but not by 100";
}

TEST(Baseline, ANanAnywhereIsAMismatch) {
  const auto golden = normal(100000);
  const BaselineTensor tensor = kept(golden);
  auto run = golden;
  uint64_t free = 0;
  while (std::binary_search(tensor.indices.begin(), tensor.indices.end(), free)) ++free;
  run[free] = std::numeric_limits<float>::quiet_NaN();
  const BaselineFinding found = against(run, golden);
  EXPECT_EQ(found.metrics.nonfinite_mismatch, 1U);
  EXPECT_EQ(found.metrics.count, 1024U) << "counts are those of the values that were kept";
  EXPECT_EQ(found.metrics.over_tolerance, 0U);
}

TEST(Baseline, AnotherSizeIsNoPair) {
  EXPECT_FALSE(compare::compare_with_baseline(side(normal(10)), kept(normal(11)), {}, {}));
}

TEST(Baseline, KeepsElementsBelowAByte) {
  std::vector<uint8_t> packed(3000);
  std::mt19937 random(3);
  for (uint8_t& each : packed) each = static_cast<uint8_t>(random());
  const std::vector<int64_t> shape = {6000};
  const PairSide golden = side(packed, DType::kInt4);
  const auto tensor = compare::keep(golden, shape, {});
  ASSERT_TRUE(tensor);
  EXPECT_EQ(tensor->values.size(), 512U);
  packed[1000] = static_cast<uint8_t>(packed[1000] ^ 0x77U);
  numeric::PairOptions options;
  const auto found = compare::compare_with_baseline(golden, *tensor, options, {});
  ASSERT_TRUE(found);
  EXPECT_FALSE(found->identical);
  EXPECT_LE(found->metrics.differing, 2U);
}

}  // namespace
}  // namespace omscope
