// Quantiles, histograms, worst elements and channels, logarithms.

#include <algorithm>
#include <cmath>
#include <random>

#include <gtest/gtest.h>

#include "omscope/numeric/instruction_set.h"

#include "numeric/pair_inputs.h"
#include "numeric/pair_reference.h"

namespace omscope::numeric {
namespace {

struct Sides {
  Stored run;
  Stored golden;
};

Sides noisy(size_t count, DType run, DType golden) {
  std::mt19937 random(17);
  std::normal_distribution<double> normal;
  Values right(count);
  Values left(count);
  for (double& x : right) x = random() % 10 == 0 ? 0 : normal(random);
  for (size_t i = 0; i < count; ++i) left[i] = right[i] * (1 + 1e-2 * normal(random));
  for (size_t i = 0; i < count; i += 5) left[i] += 0.25;  // many equal errors
  return {{run, left}, {golden, right}};
}

double nearest_rank(Values values, double probability) {
  std::sort(values.begin(), values.end());
  const auto rank = std::ceil(probability * static_cast<double>(values.size()));
  return values[static_cast<size_t>(std::max(rank, 1.0)) - 1];
}

TEST(PairRequests, QuantilesAreExact) {
  for (const size_t count : {1U, 2U, 1000U, 70001U, 700001U}) {
    const Sides sides = noisy(count, DType::kFloat16, DType::kFloat32);
    Values abs;
    Values rel;
    for (size_t i = 0; i < count; ++i) {
      abs.push_back(std::abs(sides.run.values[i] - sides.golden.values[i]));
      if (sides.golden.values[i] != 0) rel.push_back(abs.back() / std::abs(sides.golden.values[i]));
    }
    const PairMetrics got = compare(sides.run, sides.golden, {.quantiles = true});
    ASSERT_EQ(got.quantiles.size(), 4U);
    const Values wanted = {0.5, 0.9, 0.99, 0.999};
    for (size_t i = 0; i < wanted.size(); ++i) {
      EXPECT_EQ(got.quantiles[i].probability, wanted[i]);
      EXPECT_EQ(got.quantiles[i].abs_error, nearest_rank(abs, wanted[i])) << count;
      EXPECT_EQ(got.quantiles[i].rel_error, nearest_rank(rel, wanted[i])) << count;
    }
  }
}

// All in one bin down to the last bit.
TEST(PairRequests, QuantilesOfOneValue) {
  const PairMetrics got = compare({DType::kFloat32, Values(200000, 3)},
                                  {DType::kFloat32, Values(200000, 2)}, {.quantiles = true});
  for (const ErrorQuantile& quantile : got.quantiles) {
    EXPECT_EQ(quantile.abs_error, 1);
    EXPECT_EQ(quantile.rel_error, 0.5);
  }
  const PairMetrics zeros = compare({DType::kFloat32, Values(10, 3)},
                                    {DType::kFloat32, Values(10, 0)}, {.quantiles = true});
  EXPECT_EQ(zeros.quantiles[0].abs_error, 3);
  EXPECT_FALSE(zeros.quantiles[0].rel_error.has_value());
}

TEST(PairRequests, UlpHistogram) {
  const double ulp = 0x1p-10;
  const Values golden(9, 1);
  const Values run = {1,           1 + ulp, 1 - ulp / 2, 1 + 2 * ulp, 1 + 3 * ulp,
                      1 + 4 * ulp, 1.5,     NAN,         60000};
  const PairMetrics got =
      compare({DType::kFloat16, run}, {DType::kFloat32, golden}, {.ulp_histogram = true});
  EXPECT_EQ(got.ulp_counts[0], 1U);
  EXPECT_EQ(got.ulp_counts[1], 2U);   // up to 1
  EXPECT_EQ(got.ulp_counts[2], 1U);   // up to 2
  EXPECT_EQ(got.ulp_counts[3], 2U);   // up to 4
  EXPECT_EQ(got.ulp_counts[10], 1U);  // 512
  EXPECT_EQ(got.ulp_counts[23], 1U);  // beyond 2^22: 59999 x 1024
}

TEST(PairRequests, WorstOfMany) {
  const Sides sides = noisy(600000, DType::kFloat32, DType::kFloat32);
  std::vector<WorstElement> all;
  for (size_t i = 0; i < sides.run.values.size(); ++i) {
    const double error = std::abs(sides.run.values[i] - sides.golden.values[i]);
    all.push_back({i, sides.run.values[i], sides.golden.values[i], error});
  }
  std::stable_sort(all.begin(), all.end(), [](const WorstElement& a, const WorstElement& b) {
    return a.abs_error > b.abs_error;
  });
  const PairMetrics got = compare(sides.run, sides.golden, {.worst = 50});
  ASSERT_EQ(got.worst.size(), 50U);
  for (size_t i = 0; i < got.worst.size(); ++i) {
    EXPECT_EQ(got.worst[i].index, all[i].index);
    EXPECT_EQ(got.worst[i].abs_error, all[i].abs_error);
    EXPECT_EQ(got.worst[i].run, all[i].run);
  }
}

TEST(PairRequests, WorstChannel) {
  Values golden(3 * 5 * 1000, 2);
  Values run = golden;
  for (size_t i = 0; i < 1000; ++i) run[(1 * 5 + 3) * 1000 + i] += 0.5;  // batch 1, channel 3
  run[7] += 10;                                                          // batch 0, channel 0
  const PairMetrics got = compare({DType::kFloat32, run}, {DType::kFloat32, golden},
                                  {.channel_inner = 1000, .channels = 5});
  EXPECT_EQ(got.worst_channel, 3U);
  EXPECT_NEAR(*got.worst_channel_rmse, std::sqrt(250.0 / 3000), 1e-15);
}

TEST(PairRequests, SignalToNoise) {
  const PairMetrics got = compare({DType::kFloat32, {1, 2, -3}}, {DType::kFloat32, {1, 2, -4}});
  EXPECT_NEAR(*got.snr, 10 * std::log10(21.0), 1e-12);
  EXPECT_NEAR(*got.psnr, 20 * std::log10(4.0) - 10 * std::log10(1.0 / 3), 1e-12);
}

// 1e-9 of noise: the divergence is far below what a sum of p ln(p/q) leaves of it.
TEST(PairRequests, DivergenceKeepsItsDigits) {
  std::mt19937 random(23);
  std::normal_distribution<double> normal;
  for (const double noise : {1e-3, 1e-5, 1e-7}) {
    Values golden(50000);
    Values run(golden.size());
    for (double& x : golden) x = normal(random);
    for (size_t i = 0; i < run.size(); ++i) run[i] = golden[i] + noise * normal(random);
    const PairMetrics got =
        compare({DType::kFloat64, run}, {DType::kFloat64, golden}, {.kl = true});
    const PairReference wanted = reference_of(run, golden, {.kl = true}, {52, -1022});
    const auto value = static_cast<double>(wanted.kl_divergence.value);
    EXPECT_GT(value, 0);
    EXPECT_NEAR(*got.kl_divergence, value, 1e-9 * value) << noise;
    EXPECT_EQ(*got.msaccucmp_kl, value < 0x1p-52 ? 0 : *got.kl_divergence);
  }
  const PairMetrics constants =
      compare({DType::kFloat32, Values(9, 7)}, {DType::kFloat32, Values(9, 3)}, {.kl = true});
  EXPECT_NEAR(*constants.kl_divergence, 0, 1e-15);
  EXPECT_EQ(constants.msaccucmp_kl, 0);
}

double units_off(double got, Quad wanted) {
  const double near = static_cast<double>(wanted);
  const double unit = std::nextafter(std::abs(near), INFINITY) - std::abs(near);
  const Quad off = Quad(got) - wanted;
  return static_cast<double>(off < 0 ? -off : off) / unit;
}

TEST(PairRequests, LogarithmsToTwoUnits) {
  std::mt19937 random(29);
  Values x = {1,           2,           0.5,       std::sqrt(0.5), std::sqrt(2.0),
              1 + 0x1p-52, 1 - 0x1p-53, 0x1p-1022, 0x1p1023};
  for (int i = 0; i < 1500; ++i) {
    const double near = 1 + std::ldexp(static_cast<double>(random()) - 0x1p31, -31 - i % 30);
    if (near > 0) x.push_back(near);
    x.push_back(std::ldexp(1 + std::ldexp(static_cast<double>(random()), -32), i % 2000 - 1000));
  }
  Values wanted_of_all;
  for (const InstructionSet& set : instruction_sets()) {
    if (!set.runs_here()) continue;
    Values got(x.size());
    set.kernels->logarithms(x.data(), static_cast<int64_t>(x.size()), got.data());
    for (size_t i = 0; i < x.size(); ++i) {
      if (x[i] == 1) {
        EXPECT_EQ(got[i], 0);
      } else {
        EXPECT_LE(units_off(got[i], logarithm(x[i])), 2) << x[i];
      }
    }
    if (wanted_of_all.empty()) wanted_of_all = got;
    EXPECT_EQ(got, wanted_of_all) << set.name;
  }
}

/// Sums, maxima and counts of random blocks.
TEST(PairRequests, KernelsGiveTheSameBits) {
  const Sides sides = noisy(kBlockSize, DType::kFloat32, DType::kFloat32);
  Values errors(kBlockSize);
  for (size_t i = 0; i < errors.size(); ++i) {
    errors[i] = sides.run.values[i] - sides.golden.values[i];
  }
  const PairTerms terms{0.1, 0.2, -0.1, 1e-3, 1e-3, false, 0x1p-126, 0x1p22};
  const KlTerms kl{-5, 0.1, -5, 0.1, 0x1p-23};
  const Kernels& base = *instruction_sets()[0].kernels;
  const void* run = sides.run.side().bytes.data();
  const void* golden = sides.golden.side().bytes.data();
  for (const InstructionSet& set : instruction_sets()) {
    if (!set.runs_here()) continue;
    for (int64_t n : {1, 7, 8, 9, 100, 1023, 2048}) {
      const Kernels& own = *set.kernels;
      const auto moments = own.float_pair_moments(run, golden, n, terms);
      const auto base_moments = base.float_pair_moments(run, golden, n, terms);
      EXPECT_EQ(std::memcmp(&moments, &base_moments, sizeof(moments)), 0);
      const double* left = sides.run.values.data();
      const double* right = sides.golden.values.data();
      const auto got = own.float_pair_errors(run, golden, n, terms);
      const auto wanted = base.float_pair_errors(run, golden, n, terms);
      EXPECT_EQ(std::memcmp(&got, &wanted, sizeof(got)), 0);
      const auto given = own.double_pair_errors(left, right, errors.data(), n, terms);
      EXPECT_EQ(std::memcmp(&given, &wanted, sizeof(given)), 0);
      const auto kl_own = own.kl_sums(left, right, n, kl);
      const auto kl_base = base.kl_sums(left, right, n, kl);
      EXPECT_EQ(std::memcmp(&kl_own, &kl_base, sizeof(kl_own)), 0);
    }
  }
}

}  // namespace
}  // namespace omscope::numeric
