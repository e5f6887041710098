// Inputs for which comparison tools are known to print something wrong or nothing at all, and what
// is right.

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "numeric/pair_inputs.h"

namespace omscope::numeric {
namespace {

constexpr DType kFloat = DType::kFloat32;
constexpr DType kHalf = DType::kFloat16;

// A tool that takes errors relative to a golden of 0 as 0 reports four metrics of 0 here.
TEST(PairDefects, GoldenAllZero) {
  const PairMetrics got =
      compare({kFloat, Values(100, 1000)}, {kFloat, Values(100, 0)}, {.rtol = 1, .atol = 1});
  EXPECT_FALSE(got.cosine.has_value());
  EXPECT_FALSE(got.one_minus_cosine.has_value());
  EXPECT_FALSE(got.max_rel_error.has_value());
  EXPECT_FALSE(got.mean_rel_error.has_value());
  EXPECT_FALSE(got.accumulated_rel_error.has_value());
  EXPECT_FALSE(got.relative_euclidean_distance.has_value());
  EXPECT_FALSE(got.scale.has_value());
  EXPECT_FALSE(got.scale_only.has_value());
  EXPECT_EQ(got.max_abs_error, 1000);
  EXPECT_EQ(got.mean_abs_error, 1000);
  EXPECT_EQ(got.rmse, 1000);
  EXPECT_EQ(got.zero_golden, 100U);
  EXPECT_EQ(got.max_abs_at_zero_golden, 1000);
  EXPECT_EQ(got.over_tolerance, 100U);
  EXPECT_EQ(got.ratio_1_permille, 0);
}

TEST(PairDefects, OneGoldenZero) {
  const PairMetrics got = compare({kFloat, {1, 1e6, 3}}, {kFloat, {1, 0, 3}});
  EXPECT_EQ(got.max_rel_error, 0);
  EXPECT_EQ(got.zero_golden, 1U);
  EXPECT_EQ(got.max_abs_at_zero_golden, 1e6);
  EXPECT_EQ(got.max_abs_error, 1e6);
  EXPECT_EQ(got.max_abs_index, 1U);
  EXPECT_EQ(got.mean_rel_error, 0);
  EXPECT_NEAR(*got.ratio_1_permille, 2.0 / 3, 1e-15);
}

TEST(PairDefects, ScalarsHaveNoCosine) {
  const PairMetrics got = compare({kFloat, {1}}, {kFloat, {-1000}});
  EXPECT_FALSE(got.cosine.has_value());
  EXPECT_FALSE(got.scale.has_value());
  EXPECT_EQ(got.max_abs_error, 1001);
  EXPECT_EQ(got.max_rel_error, 1.001);
}

TEST(PairDefects, EmptyHasNoMetrics) {
  const PairMetrics got =
      compare({kFloat, Values()}, {kHalf, Values()}, {.kl = true, .quantiles = true, .worst = 3});
  EXPECT_EQ(got.count, 0U);
  EXPECT_EQ(got.compared, 0U);
  EXPECT_FALSE(got.max_abs_error.has_value());
  EXPECT_FALSE(got.rmse.has_value());
  EXPECT_FALSE(got.cosine.has_value());
  EXPECT_FALSE(got.run.min.has_value());
  EXPECT_FALSE(got.golden.std.has_value());
  EXPECT_FALSE(got.kl_divergence.has_value());
  EXPECT_FALSE(got.ratio_1_permille.has_value());
  EXPECT_TRUE(got.quantiles.empty());
  EXPECT_TRUE(got.worst.empty());
  EXPECT_TRUE(got.equal());
}

TEST(PairDefects, TinyAndOpposite) {
  const Values golden = {1e-17, 2e-17, -1e-18};
  const PairMetrics got = compare({kFloat, {-1e-17, -2e-17, 1e-18}}, {kFloat, golden});
  EXPECT_EQ(got.cosine, -1);
  EXPECT_EQ(got.one_minus_cosine, 2);
  EXPECT_EQ(got.scale_only, -1);
}

// Sums of squares in float are infinite from 1.8e19 on.
TEST(PairDefects, LargeFloats) {
  const Stored large(kFloat, Values(1000, 1e25));
  const PairMetrics same = compare(large, large);
  EXPECT_EQ(same.cosine, 1);
  EXPECT_EQ(same.one_minus_cosine, 0);
  EXPECT_EQ(same.relative_euclidean_distance, 0);
  const Stored larger(kFloat, Values(1000, 2e25));
  const PairMetrics got = compare(large, larger);
  const double wanted = larger.values[0] - large.values[0];
  EXPECT_NEAR(*got.rmse, wanted, 1e-12 * wanted);
  EXPECT_NEAR(*got.relative_euclidean_distance, 0.5, 1e-7);
}

TEST(PairDefects, SmallFloats) {
  const PairMetrics got =
      compare({kFloat, {1e-30, 2e-30, -3e-30}}, {kFloat, {2e-30, 4e-30, -6e-30}});
  EXPECT_NEAR(*got.cosine, 1, 1e-15);
  EXPECT_NEAR(*got.scale_only, 0.5, 1e-7);
  EXPECT_NEAR(*got.relative_euclidean_distance, 0.5, 1e-7);
  const PairMetrics gradients = compare({kFloat, {1e-8, 1e-8}}, {kFloat, {2e-8, 2e-8}});
  EXPECT_NEAR(*gradients.max_abs_error, 1e-8, 1e-15);
  EXPECT_NEAR(*gradients.max_rel_error, 0.5, 1e-7);
}

TEST(PairDefects, IntegersKeepTheirDigits) {
  const auto int32 = compare(Stored::integers(DType::kInt32, {16777217, 5}),
                             Stored::integers(DType::kInt32, {16777216, 5}));
  EXPECT_EQ(int32.differing, 1U);
  EXPECT_EQ(int32.max_abs_error, 1);
  const PairMetrics doubles = compare({DType::kFloat64, {1 + 1e-9, 2}}, {DType::kFloat64, {1, 2}});
  EXPECT_EQ(doubles.differing, 1U);
  EXPECT_NEAR(*doubles.max_abs_error, 1e-9, 1e-15);
  std::vector<int64_t> golden(5000);
  for (size_t i = 0; i < golden.size(); ++i) golden[i] = (int64_t{1} << 33) + static_cast<int>(i);
  std::vector<int64_t> run = golden;
  for (int64_t& id : run) ++id;
  const PairMetrics ids =
      compare(Stored::integers(DType::kInt64, run), Stored::integers(DType::kInt64, golden));
  EXPECT_EQ(ids.max_abs_error, 1);
  EXPECT_EQ(ids.rmse, 1);
  EXPECT_EQ(ids.mean_abs_error, 1);
  EXPECT_EQ(ids.differing, golden.size());
}

TEST(PairDefects, ImaginaryPartsCount) {
  for (const DType type : {DType::kComplex64, DType::kComplex128}) {
    const PairMetrics got =
        compare(Stored::complex(type, {{1, 2}, {3, -4}}), Stored::complex(type, {{1, 0}, {3, 0}}));
    EXPECT_EQ(got.differing, 2U);
    EXPECT_EQ(got.max_abs_error, 4);
    EXPECT_EQ(got.max_abs_index, 1U);
    EXPECT_EQ(got.mean_abs_error, 3);
    EXPECT_NEAR(*got.rmse, std::sqrt(10.0), 1e-15);
    EXPECT_NEAR(*got.max_rel_error, 2, 1e-15);
    EXPECT_NEAR(*got.cosine, 10 / std::sqrt(300.0), 1e-15);
    EXPECT_FALSE(got.scale.has_value());
    EXPECT_FALSE(got.ulp_max.has_value());
  }
}

TEST(PairDefects, Bools) {
  const PairMetrics got = compare({DType::kBool, {1, 0, 1, 1}}, {DType::kBool, {1, 1, 1, 0}});
  EXPECT_EQ(got.differing, 2U);
  EXPECT_EQ(got.max_abs_error, 1);
  EXPECT_NEAR(*got.relative_euclidean_distance, std::sqrt(2.0 / 3), 1e-15);
  const PairMetrics zeros = compare({DType::kBool, {1, 0}}, {DType::kBool, {0, 0}});
  EXPECT_FALSE(zeros.relative_euclidean_distance.has_value());
  EXPECT_EQ(zeros.differing, 1U);
}

// Cosine and divergence are blind for these; the fit is not.
TEST(PairDefects, ScaleAndShift) {
  const Values golden = {1, -2, 3, 0.5, -4};
  Values twice = golden;
  for (double& x : twice) x *= 2;
  const PairMetrics scaled = compare({kFloat, twice}, {kFloat, golden}, {.kl = true});
  EXPECT_NEAR(*scaled.cosine, 1, 1e-15);
  EXPECT_EQ(scaled.kl_divergence, 0);
  EXPECT_EQ(scaled.msaccucmp_kl, 0);
  EXPECT_EQ(scaled.differing, 5U);
  EXPECT_NEAR(*scaled.scale_only, 2, 1e-15);
  EXPECT_NEAR(*scaled.relative_euclidean_distance, 1, 1e-15);
  Values moved = golden;
  for (double& x : moved) x = 3 * x + 7;
  const PairMetrics shifted = compare({kFloat, moved}, {kFloat, golden}, {.kl = true});
  EXPECT_NEAR(*shifted.scale, 3, 1e-14);
  EXPECT_NEAR(*shifted.offset, 7, 1e-14);
  EXPECT_NEAR(*shifted.residual_rmse, 0, 1e-7);
  EXPECT_NEAR(*shifted.msaccucmp_kl, 0, 1e-15);
  EXPECT_EQ(shifted.differing, 5U);
}

TEST(PairDefects, NanOnBothSides) {
  const PairMetrics got = compare({kFloat, {1, NAN, 3}}, {kFloat, {1, NAN, 2}}, {.kl = true});
  EXPECT_EQ(got.run.nan, 1U);
  EXPECT_EQ(got.golden.nan, 1U);
  EXPECT_EQ(got.nonfinite_mismatch, 0U);
  EXPECT_EQ(got.differing, 1U);
  EXPECT_EQ(got.compared, 2U);
  EXPECT_EQ(got.max_rel_error, 0.5);
  EXPECT_EQ(got.mean_rel_error, 0.25);
  EXPECT_TRUE(got.kl_divergence.has_value());
  EXPECT_FALSE(got.msaccucmp_kl.has_value());
}

TEST(PairDefects, NanOnOneSide) {
  const PairMetrics got =
      compare({kFloat, {1, NAN, 3}}, {kFloat, {1, 2, 3}}, {.rtol = 1e9, .atol = 1e9, .worst = 2});
  EXPECT_EQ(got.nonfinite_mismatch, 1U);
  EXPECT_EQ(got.differing, 1U);
  EXPECT_EQ(got.over_tolerance, 1U);
  EXPECT_FALSE(got.equal());
  EXPECT_EQ(got.rmse, 0);
  EXPECT_EQ(got.golden.max, 3);
  EXPECT_EQ(got.golden.mean, 2);
  EXPECT_NEAR(*got.golden.std, std::sqrt(2.0 / 3), 1e-15);
  EXPECT_EQ(got.run.mean, 2);
  ASSERT_EQ(got.worst.size(), 1U);
  EXPECT_EQ(got.worst[0].index, 1U);
  EXPECT_TRUE(std::isinf(got.worst[0].abs_error));
}

TEST(PairDefects, OtherLengthsAreNoPair) {
  const Stored three(kFloat, {1, 2, 3});
  const Stored two(kFloat, {1, 2});
  EXPECT_FALSE(compare_pair(three.side(), two.side(), {}).has_value());
  PairSide text = three.side();
  text.dtype = DType::kString;
  EXPECT_FALSE(compare_pair(text, three.side(), {}).has_value());
}

// +Inf is not -Inf, and neither is NaN.
TEST(PairDefects, InfinitiesHaveASign) {
  const double inf = INFINITY;
  const PairMetrics got =
      compare({kHalf, {inf, -inf, inf, NAN, inf, 1}}, {kFloat, {inf, inf, NAN, inf, 1, -inf}});
  EXPECT_EQ(got.nonfinite_mismatch, 5U);
  EXPECT_EQ(got.differing, 5U);
  EXPECT_EQ(got.over_tolerance, 5U);
  EXPECT_EQ(got.compared, 0U);
  EXPECT_EQ(got.run.pos_inf, 3U);
  EXPECT_EQ(got.run.neg_inf, 1U);
  EXPECT_EQ(got.golden.nan, 1U);
  EXPECT_EQ(got.golden.pos_inf, 3U);
  EXPECT_FALSE(got.rmse.has_value());
  EXPECT_EQ(got.run.max, 1);
  EXPECT_EQ(got.golden.min, 1);
}

// Differences of narrow types are no numbers of these types.
TEST(PairDefects, ArithmeticIsWide) {
  const PairMetrics halves = compare({kHalf, {65504, 1}}, {kHalf, {-65504, 1}});
  EXPECT_EQ(halves.max_abs_error, 131008);
  const PairMetrics bytes = compare({DType::kUInt8, {0, 7}}, {DType::kUInt8, {255, 7}});
  EXPECT_EQ(bytes.max_abs_error, 255);
  EXPECT_EQ(bytes.mean_abs_error, 127.5);
  const PairMetrics words = compare(Stored::integers(DType::kInt32, {INT32_MIN}),
                                    Stored::integers(DType::kInt32, {INT32_MAX}));
  EXPECT_EQ(words.max_abs_error, 4294967295.0);
  const PairMetrics longs = compare(Stored::integers(DType::kInt64, {INT64_MIN, 0}),
                                    Stored::integers(DType::kInt64, {INT64_MAX, 0}));
  EXPECT_EQ(longs.exact_max_abs, "18446744073709551615");
  EXPECT_EQ(longs.max_abs_index, 0U);
}

TEST(PairDefects, WorstListIsNeverShort) {
  const PairMetrics got =
      compare({kFloat, {1, 2, 9, NAN, 5}}, {kFloat, {1, 3, 3, 4, 5.5}}, {.worst = 10});
  ASSERT_EQ(got.worst.size(), 4U);
  EXPECT_EQ(got.worst[0].index, 3U);
  EXPECT_EQ(got.worst[1].index, 2U);
  EXPECT_EQ(got.worst[2].index, 1U);
  EXPECT_EQ(got.worst[3].index, 4U);
  EXPECT_EQ(got.worst[3].abs_error, 0.5);
}

TEST(PairDefects, EightBitFloatsByTheirTables) {
  const Values values = {1.5, -3, 0.25, 96};
  for (const DType type : {DType::kHiFloat8, DType::kFloat8E4M3FN, DType::kFloat8E5M2}) {
    const PairMetrics got = compare({type, values}, {kFloat, values});
    EXPECT_TRUE(got.equal()) << to_string(type);
    EXPECT_EQ(got.ulp_max, 0);
  }
}

// Either tolerance suffices for one rule, their sum counts for the other.
TEST(PairDefects, TwoRulesOfTolerance) {
  const Stored golden(DType::kFloat64, {1e-9, 1e9, 1});
  const Stored run(DType::kFloat64, {1e-9 + 1e-6, 1e9 + 1e3, 1 + 2.5e-5});
  const PairOptions either{.rtol = 1e-5, .atol = 1e-5, .rule = ToleranceRule::kEither};
  EXPECT_EQ(compare(run, golden, either).over_tolerance, 1U);
  const PairOptions sum{.rtol = 1e-5, .atol = 1e-5};
  EXPECT_EQ(compare(run, golden, sum).over_tolerance, 1U);
  const Stored between(DType::kFloat64, {1e-9, 1e9, 1 + 1.5e-5});
  EXPECT_EQ(compare(between, golden, either).over_tolerance, 1U);
  EXPECT_EQ(compare(between, golden, sum).over_tolerance, 0U);
}

}  // namespace
}  // namespace omscope::numeric
