// Metrics of pairs against their definitions in 128-bit floating point.

#include "omscope/numeric/pair.h"

#include <cmath>
#include <cstring>
#include <functional>
#include <random>
#include <vector>

#include <gtest/gtest.h>
#include <tbb/global_control.h>

#include "omscope/numeric/pair_ulp.h"

#include "numeric/pair_inputs.h"
#include "numeric/pair_reference.h"

namespace omscope::numeric {
namespace {

struct Set {
  const char* name;
  std::function<void(std::mt19937&, Values&, Values&)> fill;
};

double normal(std::mt19937& random) {
  return std::normal_distribution<double>()(random);
}

const std::vector<Set>& sets() {
  static const std::vector<Set> all = {
      {"random",
       [](std::mt19937& random, Values& run, Values& golden) {
         for (double& x : golden) x = random() % 8 == 0 ? 0 : normal(random);
         for (size_t i = 0; i < run.size(); ++i) {
           run[i] = random() % 4 == 0 ? golden[i] : golden[i] + 0.01 * normal(random);
         }
       }},
      {"unrelated",
       [](std::mt19937& random, Values& run, Values& golden) {
         for (double& x : golden) x = normal(random);
         for (double& x : run) x = 3 * normal(random) - 1;
       }},
      {"mean far above std",
       [](std::mt19937& random, Values& run, Values& golden) {
         for (double& x : golden) x = 1000 + 0.01 * normal(random);
         for (size_t i = 0; i < run.size(); ++i) run[i] = golden[i] + 1e-3 * normal(random);
       }},
      {"alternating signs",
       [](std::mt19937& random, Values& run, Values& golden) {
         for (size_t i = 0; i < run.size(); ++i) {
           const double sign = i % 2 == 0 ? 1 : -1;
           golden[i] = sign * (100 + 1e-3 * normal(random));
           run[i] = golden[i] + sign * 1e-4 * normal(random);
         }
       }},
      {"near equal",
       [](std::mt19937& random, Values& run, Values& golden) {
         for (double& x : golden) x = normal(random);
         for (size_t i = 0; i < run.size(); ++i) run[i] = golden[i] * (1 + 3e-7 * normal(random));
       }},
      {"constant scale and shift",
       [](std::mt19937& random, Values& run, Values& golden) {
         for (double& x : golden) x = normal(random);
         for (size_t i = 0; i < run.size(); ++i) run[i] = 2 * golden[i] + 5;
       }},
      {"outliers first",
       [](std::mt19937& random, Values& run, Values& golden) {
         for (double& x : golden) x = normal(random);
         run = golden;
         for (size_t i = 0; i < std::min<size_t>(run.size(), 64); ++i) run[i] += 900;
       }},
  };
  return all;
}

struct Types {
  DType run;
  DType golden;
};

void check(const Set& set, Types types, size_t count, const PairOptions& options, bool has_ulp) {
  SCOPED_TRACE(std::string(set.name) + ", " + std::string(to_string(types.run)) + " and " +
               std::string(to_string(types.golden)) + ", " + std::to_string(count));
  std::mt19937 random(static_cast<unsigned>(count));
  Values run(count);
  Values golden(count);
  set.fill(random, run, golden);
  const Stored stored_run(types.run, run);
  const Stored stored_golden(types.golden, golden);
  const PairMetrics got = compare(stored_run, stored_golden, options);
  const auto grid = ulp_grid(lower_precision(types.run, types.golden)).value_or(UlpGrid{});
  const PairReference wanted = reference_of(stored_run.values, stored_golden.values, options,
                                            {grid.digits, grid.least_exponent});
  EXPECT_EQ(got.compared, count);
  EXPECT_EQ(got.ulp_max.has_value(), has_ulp);
  expect_reference(got, wanted);
}

TEST(Pair, EverySetOfEveryPairOfFloats) {
  const std::vector<Types> types = {
      {DType::kFloat32, DType::kFloat32},   {DType::kFloat16, DType::kFloat32},
      {DType::kFloat16, DType::kFloat16},   {DType::kBFloat16, DType::kBFloat16},
      {DType::kFloat32, DType::kFloat64},   {DType::kFloat64, DType::kFloat64},
      {DType::kBFloat16, DType::kFloat16},  {DType::kFloat8E4M3FN, DType::kFloat32},
      {DType::kFloat8E5M2, DType::kFloat16}};
  for (const ToleranceRule rule : {ToleranceRule::kSum, ToleranceRule::kEither}) {
    const PairOptions options{.rtol = 1e-3, .atol = 1e-3, .rule = rule, .kl = true};
    for (const Set& set : sets()) {
      for (const Types& pair : types) check(set, pair, 10007, options, true);
    }
  }
}

TEST(Pair, IntegersAndMixtures) {
  const PairOptions options{.rtol = 1e-3, .atol = 1e-3};
  const std::vector<Types> types = {
      {DType::kInt8, DType::kInt8},    {DType::kInt32, DType::kInt32},
      {DType::kInt64, DType::kInt32},  {DType::kUInt8, DType::kInt16},
      {DType::kInt8, DType::kFloat32}, {DType::kInt64, DType::kFloat64},
      {DType::kInt4, DType::kInt8}};
  for (const Set& set : sets()) {
    for (const Types& pair : types) check(set, pair, 5003, options, false);
  }
}

TEST(Pair, AnyNumberOfElements) {
  for (size_t count = 1; count < 70; ++count) {
    check(sets()[0], {DType::kFloat32, DType::kFloat32}, count, {}, true);
    check(sets()[1], {DType::kFloat16, DType::kFloat64}, count, {}, true);
  }
  for (const size_t count : {2047U, 2048U, 2049U, 4100U, 262143U, 262145U, 600011U}) {
    check(sets()[4], {DType::kFloat16, DType::kFloat32}, count, {}, true);
  }
}

// 1 - cos keeps its digits where cos is 1 to all of them.
TEST(Pair, CosineKeepsItsDigits) {
  std::mt19937 random(3);
  for (const double noise : {1e-3, 1e-6, 1e-9}) {  // 128 bits end below
    Values golden(100000);
    Values run(golden.size());
    for (double& x : golden) x = normal(random);
    for (size_t i = 0; i < run.size(); ++i) run[i] = golden[i] * (1 + noise * normal(random));
    const PairMetrics got = compare({DType::kFloat64, run}, {DType::kFloat64, golden});
    const PairReference wanted = reference_of(run, golden, {}, {52, -1022});
    const auto value = static_cast<double>(wanted.one_minus_cosine.value);
    EXPECT_NEAR(*got.one_minus_cosine, value, 1e-12 * value) << noise;
    EXPECT_NEAR(value, noise * noise / 2, 0.1 * noise * noise);
  }
}

bool same_bits(double a, double b) {
  return std::memcmp(&a, &b, sizeof(a)) == 0;
}

void expect_same(const PairMetrics& a, const PairMetrics& b) {
  EXPECT_EQ(a.differing, b.differing);
  EXPECT_EQ(a.max_abs_index, b.max_abs_index);
  EXPECT_EQ(a.max_rel_index, b.max_rel_index);
  const std::vector<std::optional<double> PairMetrics::*> fields = {
      &PairMetrics::rmse,     &PairMetrics::mean_abs_error, &PairMetrics::one_minus_cosine,
      &PairMetrics::scale,    &PairMetrics::offset,         &PairMetrics::residual_rmse,
      &PairMetrics::ulp_mean, &PairMetrics::mean_rel_error, &PairMetrics::kl_divergence};
  for (const auto field : fields) EXPECT_TRUE(same_bits((a.*field).value(), (b.*field).value()));
  EXPECT_TRUE(same_bits(*a.run.std, *b.run.std));
  EXPECT_TRUE(same_bits(*a.golden.mean, *b.golden.mean));
  ASSERT_EQ(a.worst.size(), b.worst.size());
  for (size_t i = 0; i < a.worst.size(); ++i) EXPECT_EQ(a.worst[i].index, b.worst[i].index);
  ASSERT_EQ(a.quantiles.size(), b.quantiles.size());
  for (size_t i = 0; i < a.quantiles.size(); ++i) {
    EXPECT_EQ(a.quantiles[i].abs_error, b.quantiles[i].abs_error);
  }
  EXPECT_EQ(a.ulp_counts, b.ulp_counts);
  EXPECT_EQ(a.worst_channel, b.worst_channel);
}

TEST(Pair, TheSameForAnyNumberOfThreads) {
  std::mt19937 random(5);
  Values run(3000017);
  Values golden(run.size());
  sets()[0].fill(random, run, golden);
  run[70] = NAN;
  run[2000000] = INFINITY;
  const PairOptions options{.kl = true,
                            .quantiles = true,
                            .ulp_histogram = true,
                            .worst = 20,
                            .channel_inner = 7,
                            .channels = 64};
  const Stored stored_run(DType::kFloat16, run);
  const Stored stored_golden(DType::kFloat32, golden);
  const PairMetrics wanted = compare(stored_run, stored_golden, options);
  EXPECT_EQ(wanted.nonfinite_mismatch, 2U);
  for (const size_t threads : {1U, 2U, 5U}) {
    const tbb::global_control control(tbb::global_control::max_allowed_parallelism, threads);
    expect_same(compare(stored_run, stored_golden, options), wanted);
  }
}

}  // namespace
}  // namespace omscope::numeric
