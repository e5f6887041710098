// What each type and each kind of value gives.

#include <cmath>
#include <limits>
#include <random>

#include <gtest/gtest.h>

#include "omscope/numeric/pair_ulp.h"
#include "omscope/tensor/convert_layout.h"

#include "numeric/pair_inputs.h"

namespace omscope::numeric {
namespace {

constexpr double kInf = std::numeric_limits<double>::infinity();

TEST(PairCases, SidesCountTheirOwn) {
  const PairMetrics got = compare({DType::kFloat32, {NAN, kInf, -kInf, 0, 2, -0.0}},
                                  {DType::kFloat32, {NAN, kInf, 5, 0, 2, 0}});
  EXPECT_EQ(got.run.nan, 1U);
  EXPECT_EQ(got.run.pos_inf, 1U);
  EXPECT_EQ(got.run.neg_inf, 1U);
  EXPECT_EQ(got.run.zeros, 2U);
  EXPECT_EQ(got.golden.zeros, 2U);
  EXPECT_EQ(got.nonfinite_mismatch, 1U);
  EXPECT_EQ(got.differing, 1U);
  EXPECT_EQ(got.compared, 3U);
  EXPECT_EQ(got.golden.max, 5);
  EXPECT_EQ(got.golden.mean, 7.0 / 4);
  EXPECT_EQ(got.run.max, 2);
}

// A block with gaps keeps the indices of what is left.
TEST(PairCases, IndicesAcrossGaps) {
  Values golden(10000, 1);
  Values run = golden;
  for (size_t i = 0; i < run.size(); i += 3) run[i] = golden[i] = NAN;
  run[8003] = 4;
  golden[8006] = 0.001;
  const PairMetrics got = compare({DType::kFloat32, run}, {DType::kFloat32, golden}, {.worst = 2});
  EXPECT_EQ(got.max_abs_index, 8003U);
  EXPECT_EQ(got.max_abs_run, 4);
  EXPECT_EQ(got.max_abs_golden, 1);
  EXPECT_EQ(got.max_rel_index, 8006U);
  EXPECT_EQ(got.worst[0].index, 8003U);
  EXPECT_EQ(got.worst[1].index, 8006U);
}

TEST(PairCases, TheFirstOfEqualErrors) {
  Values golden(900000, 1);
  Values run = golden;
  for (const size_t i : {800000U, 300001U, 300000U, 500000U}) run[i] = 3;
  const PairMetrics got = compare({DType::kFloat16, run}, {DType::kFloat32, golden}, {.worst = 3});
  EXPECT_EQ(got.max_abs_index, 300000U);
  EXPECT_EQ(got.max_rel_index, 300000U);
  ASSERT_EQ(got.worst.size(), 3U);
  EXPECT_EQ(got.worst[0].index, 300000U);
  EXPECT_EQ(got.worst[1].index, 300001U);
  EXPECT_EQ(got.worst[2].index, 500000U);
}

TEST(PairCases, LongsAreExact) {
  const int64_t large = (int64_t{1} << 53) + 1;
  const auto got = compare(Stored::integers(DType::kInt64, {large, -5, INT64_MAX}),
                           Stored::integers(DType::kInt64, {large - 1, -5, INT64_MAX}));
  EXPECT_EQ(got.differing, 1U);
  EXPECT_EQ(got.max_abs_error, 1);
  EXPECT_EQ(got.max_abs_index, 0U);
  EXPECT_TRUE(got.exact_max_abs.empty());
  EXPECT_FALSE(got.ulp_max.has_value());
  // -1 as uint64 is the largest of them.
  const auto mixed =
      compare(Stored::integers(DType::kUInt64, {-1, 3}), Stored::integers(DType::kInt64, {-1, 3}));
  EXPECT_EQ(mixed.differing, 1U);
  EXPECT_EQ(mixed.exact_max_abs, "");
  EXPECT_EQ(mixed.max_abs_error, 0x1p64);
  const auto odd =
      compare(Stored::integers(DType::kUInt64, {-1, 3}), Stored::integers(DType::kInt64, {-2, 3}));
  EXPECT_EQ(odd.exact_max_abs, "18446744073709551617");
  const auto doubles =
      compare(Stored::integers(DType::kInt64, {large}), {DType::kFloat64, {0x1p53}});
  EXPECT_EQ(doubles.differing, 1U);
  EXPECT_EQ(doubles.max_abs_error, 1);
}

TEST(PairCases, DoublesBeyondTheirSquares) {
  for (const double unit : {1e200, 1e300, 1e-200, 1e-300}) {
    const PairMetrics got = compare({DType::kFloat64, {unit, 3 * unit, -2 * unit}},
                                    {DType::kFloat64, {unit, 2 * unit, -2 * unit}}, {.kl = true});
    EXPECT_NEAR(*got.rmse / (unit / std::sqrt(3.0)), 1, 1e-14) << unit;
    EXPECT_NEAR(*got.mean_abs_error / (unit / 3), 1, 1e-14);
    EXPECT_NEAR(*got.relative_euclidean_distance, 1.0 / 3, 1e-14);
    EXPECT_NEAR(*got.one_minus_cosine, 1 - 11 / std::sqrt(126.0), 1e-14);
    EXPECT_NEAR(*got.scale_only, 11.0 / 9, 1e-14);
    EXPECT_NEAR(*got.run.mean / (2 * unit / 3), 1, 1e-14);
    EXPECT_NEAR(*got.golden.std / (unit * std::sqrt(26.0) / 3), 1, 1e-14);
    EXPECT_NEAR(*got.max_rel_error, 0.5, 1e-15);
    EXPECT_TRUE(got.kl_divergence.has_value());
  }
}

// Results beyond the largest double are the largest double.
TEST(PairCases, DoublesBeyondTheirDifferences) {
  constexpr double kMost = std::numeric_limits<double>::max();
  const PairMetrics got = compare({DType::kFloat64, {kMost, 1}}, {DType::kFloat64, {-kMost, 1}});
  EXPECT_EQ(got.max_abs_error, kMost);
  EXPECT_EQ(got.max_abs_index, 0U);
  EXPECT_EQ(got.differing, 1U);
  EXPECT_NEAR(*got.one_minus_cosine, 2, 1e-15);
  EXPECT_NEAR(*got.relative_euclidean_distance, 2, 1e-15);
  EXPECT_EQ(got.golden.min, -kMost);
  const PairMetrics tiny = compare({DType::kFloat64, {1e300}}, {DType::kFloat64, {5e-324}});
  EXPECT_EQ(tiny.max_rel_error, kMost);
  EXPECT_EQ(tiny.ulp_max, kMost);
}

// Where all that differs is far below what does not.
TEST(PairCases, SmallErrorsBesideLargeDoubles) {
  const PairMetrics got = compare({DType::kFloat64, {1e200, 1.5}}, {DType::kFloat64, {1e200, 1}});
  EXPECT_NEAR(*got.rmse, 0.5 / std::sqrt(2.0), 1e-14);
  EXPECT_NEAR(*got.mean_abs_error, 0.25, 1e-15);
  const PairMetrics tiny = compare({DType::kFloat64, {1, 3e-170}}, {DType::kFloat64, {1, 2e-170}});
  EXPECT_NEAR(*tiny.rmse / (1e-170 / std::sqrt(2.0)), 1, 1e-14);
}

TEST(PairCases, ComplexByMagnitudes) {
  const auto run = Stored::complex(DType::kComplex64, {{3, 4}, {kInf, 0}, {0, NAN}, {0, 0}});
  const auto golden = Stored::complex(DType::kComplex64, {{3, -4}, {-kInf, 0}, {0, NAN}, {0, 0}});
  const PairMetrics got = compare(run, golden);
  EXPECT_EQ(got.compared, 2U);
  EXPECT_EQ(got.max_abs_error, 8);
  EXPECT_EQ(got.nonfinite_mismatch, 1U);
  EXPECT_EQ(got.differing, 2U);
  EXPECT_EQ(got.run.max, 5);
  EXPECT_NEAR(*got.cosine, -7.0 / 25, 1e-15);
  // A real tensor beside a complex one has no imaginary part.
  const PairMetrics real =
      compare(Stored::complex(DType::kComplex64, {{1, 0}, {2, 1}}), {DType::kFloat32, {1, 2}});
  EXPECT_EQ(real.differing, 1U);
  EXPECT_EQ(real.max_abs_error, 1);
}

struct UlpCase {
  DType run;
  DType golden;
  double run_value;
  double golden_value;
  double ulp;
};

TEST(PairCases, UnitsOfTheLowerPrecision) {
  const std::vector<UlpCase> cases = {
      {DType::kFloat16, DType::kFloat32, 1 + 0x1p-10, 1, 1},
      {DType::kFloat32, DType::kFloat16, 1 + 0x1p-11, 1, 0.5},
      {DType::kFloat16, DType::kFloat16, 0x1p-24, 0, 1},
      {DType::kFloat16, DType::kFloat32, 3 * 0x1p-24, 0x1p-24, 2},
      {DType::kFloat16, DType::kFloat16, 1, 2, 512},
      {DType::kBFloat16, DType::kFloat16, 1 + 0x1p-7, 1, 1},
      {DType::kBFloat16, DType::kFloat32, 0x1p-133, 0, 1},
      {DType::kFloat32, DType::kFloat32, 0x1p-149, 0, 1},
      {DType::kFloat32, DType::kFloat64, 1 - 0x1p-24, 1, 0.5},
      {DType::kFloat64, DType::kFloat64, 1 + 0x1p-52, 1, 1},
      {DType::kFloat8E4M3FN, DType::kFloat32, 0x1p-9, 0, 1},
      {DType::kFloat8E5M2, DType::kFloat8E4M3FN, 1.25, 1, 1},
      {DType::kHiFloat8, DType::kFloat32, 1.125, 1, 1},
      {DType::kHiFloat8, DType::kFloat32, 20, 16, 1},
      {DType::kHiFloat8, DType::kFloat16, 384, 256, 1},
  };
  for (const UlpCase& each : cases) {
    const PairMetrics got =
        compare({each.run, {each.run_value, 1}}, {each.golden, {each.golden_value, 1}});
    EXPECT_EQ(got.ulp_max, each.ulp) << to_string(each.run) << ' ' << each.run_value;
    EXPECT_EQ(got.ulp_mean, each.ulp / 2);
  }
}

TEST(PairCases, LowerPrecision) {
  EXPECT_EQ(lower_precision(DType::kFloat32, DType::kFloat16), DType::kFloat16);
  EXPECT_EQ(lower_precision(DType::kBFloat16, DType::kFloat16), DType::kBFloat16);
  EXPECT_EQ(lower_precision(DType::kFloat64, DType::kFloat32), DType::kFloat32);
  EXPECT_EQ(lower_precision(DType::kInt8, DType::kFloat32), DType::kInt8);
  EXPECT_EQ(lower_precision(DType::kFloat16, DType::kInt32), DType::kFloat16);
  EXPECT_EQ(lower_precision(DType::kFloat8E5M2, DType::kFloat8E4M3FN), DType::kFloat8E5M2);
  EXPECT_EQ(lower_precision(DType::kHiFloat8, DType::kFloat8E4M3FN), DType::kHiFloat8);
}

// Packed types: a last byte that is half full does not make another length.
TEST(PairCases, PackedElements) {
  const PairMetrics got = compare({DType::kInt4, {1, -8, 7}}, {DType::kInt8, {1, -8, 5}});
  EXPECT_EQ(got.count, 3U);
  EXPECT_EQ(got.max_abs_error, 2);
  const PairMetrics floats =
      compare({DType::kFloat4E2M1, {0.5, -6, 3}}, {DType::kFloat32, {0.5, -6, 2}});
  EXPECT_EQ(floats.differing, 1U);
  const Stored two(DType::kInt4, {1, 2});
  const Stored one(DType::kInt8, {1, 2, 3});
  EXPECT_FALSE(compare_pair(two.side(), one.side(), {}).has_value());
}

tensor::Conversion plan(const std::vector<int64_t>& shape, const std::vector<int64_t>& origin) {
  tensor::StoredShape stored;
  stored.layout = layout_from_text("NC1HWC0");
  stored.shape = shape;
  stored.origin_layout = layout_from_text("NCHW");
  stored.origin_shape = origin;
  stored.has_origin_shape = true;
  stored.dtype = DType::kFloat16;
  return tensor::plan_conversion(stored, layout_from_text("NCHW")).value();
}

// Padding holds garbage, which no metric may see.
TEST(PairCases, LayoutsAreUndone) {
  const int64_t channels = 21;
  const int64_t area = 1200;
  const std::vector<int64_t> shape = {2, 2, 30, 40, 16};
  const std::vector<int64_t> origin = {2, channels, 30, 40};
  Values stored(static_cast<size_t>(2 * 2 * area * 16), 999);
  Values golden(static_cast<size_t>(2 * channels * area));
  for (int64_t n = 0; n < 2; ++n) {
    for (int64_t c = 0; c < channels; ++c) {
      for (int64_t at = 0; at < area; ++at) {
        const double value = static_cast<double>((n * 31 + c * 7 + at) % 501) - 250;
        stored[static_cast<size_t>((((n * 2 + c / 16) * area) + at) * 16 + c % 16)] = value;
        golden[static_cast<size_t>((n * channels + c) * area + at)] = value;
      }
    }
  }
  golden[40000] += 2;
  const tensor::Conversion conversion = plan(shape, origin);
  const Stored run(DType::kFloat16, stored);
  PairSide side = run.side();
  side.conversion = &conversion;
  const auto got =
      compare_pair(side, Stored(DType::kFloat32, golden).side(), {.kl = true, .quantiles = true});
  ASSERT_TRUE(got.has_value());
  EXPECT_EQ(got->count, golden.size());
  EXPECT_EQ(got->differing, 1U);
  EXPECT_EQ(got->max_abs_index, 40000U);
  EXPECT_EQ(got->quantiles.back().abs_error, 0);
  side.bytes = side.bytes.first(side.bytes.size() - 1);
  EXPECT_FALSE(compare_pair(side, Stored(DType::kFloat32, golden).side(), {}).has_value());
}

TEST(PairCases, EveryTypeEqualsItself) {
  std::mt19937 random(11);
  Values values(9001);
  for (double& x : values) x = std::normal_distribution<double>(0, 2)(random);
  for (size_t i = 0; i <= static_cast<size_t>(DType::kHiFloat4Scale); ++i) {
    const auto type = static_cast<DType>(i);
    if (!tensor::can_decode(type)) continue;
    const Stored stored(type, values);
    const PairMetrics got = compare(stored, stored, {.kl = true, .quantiles = true, .worst = 3});
    EXPECT_TRUE(got.equal()) << to_string(type);
    EXPECT_EQ(got.max_abs_error, 0);
    EXPECT_FALSE(got.max_abs_index.has_value());
    EXPECT_EQ(got.rmse, 0);
    EXPECT_EQ(got.ratio_1_permille, 1);
    EXPECT_TRUE(got.worst.empty());
    if (got.cosine) EXPECT_EQ(got.cosine, 1);
    if (got.scale) EXPECT_EQ(got.scale, 1);
    if (got.offset) EXPECT_EQ(got.offset, 0);
    if (got.kl_divergence) EXPECT_EQ(got.kl_divergence, 0);
    EXPECT_FALSE(got.snr.has_value());
  }
}

}  // namespace
}  // namespace omscope::numeric
