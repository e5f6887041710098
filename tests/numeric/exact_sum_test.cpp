#include "omscope/numeric/exact_sum.h"

#include <bit>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include <gtest/gtest.h>
#include <tbb/global_control.h>

namespace omscope {
namespace {

using numeric::ExactSum;

template <class T>
ByteView bytes_of(const std::vector<T>& values) {
  return {reinterpret_cast<const std::byte*>(values.data()), values.size() * sizeof(T)};
}

double mean_of(const std::vector<double>& values) {
  ExactSum sum;
  for (const double value : values) sum.add(value);
  return sum.divided_by(values.size());
}

TEST(ExactSum, LosesNothing) {
  const double most = std::numeric_limits<double>::max();
  const double least = std::numeric_limits<double>::denorm_min();
  EXPECT_EQ(mean_of({most, 1, -most, 1}), 0.5);
  EXPECT_EQ(mean_of({most, most, least, -most, -most}), least / 5);
  EXPECT_EQ(mean_of({most, most, most}), most);
  EXPECT_EQ(mean_of({-most, -most}), -most);
  EXPECT_EQ(mean_of({least, -least}), 0);
  EXPECT_EQ(mean_of({-least, -least}), -least);
  EXPECT_EQ(mean_of({0x1p100, 1, -0x1p100, 0x1p-60}), 0.25);
  // 2^53 + 1 is no double; what follows decides how it is rounded.
  EXPECT_EQ(mean_of({0x1p53, 1}), 0x1p52);
  ExactSum above;
  for (const double value : {0x1p53, 1.0, 0x1p-1074}) above.add(value);
  EXPECT_EQ(above.divided_by(1), 0x1p53 + 2);
}

TEST(ExactSum, IntegersAsBigOnesSay) {
  std::mt19937_64 random(11);
  ExactSum sum;
  __extension__ __int128 wanted = 0;
  std::vector<int64_t> values(5000);
  for (int64_t& value : values) {
    value = static_cast<int64_t>(random());
    wanted += value;
  }
  numeric::add_elements(DType::kInt64, bytes_of(values), values.size(), sum);
  EXPECT_EQ(sum.divided_by(1), static_cast<double>(wanted));
  const std::vector<uint64_t> large = {UINT64_MAX, UINT64_MAX, 1, 1};
  ExactSum of_large;
  numeric::add_elements(DType::kUInt64, bytes_of(large), large.size(), of_large);
  EXPECT_EQ(of_large.divided_by(1), 0x1p65);
}

TEST(ExactSum, PartsAddUpInAnyOrder) {
  std::mt19937 random(5);
  std::vector<ExactSum> parts(9);
  std::vector<double> all;
  for (int i = 0; i < 9000; ++i) {
    const double value = std::ldexp(static_cast<double>(random()) - 0x1p31, i % 1900 - 1000);
    all.push_back(value);
    parts[random() % parts.size()].add(value);
  }
  ExactSum forward;
  ExactSum backward;
  for (size_t i = 0; i < parts.size(); ++i) {
    forward.add(parts[i]);
    backward.add(parts[parts.size() - 1 - i]);
  }
  EXPECT_EQ(forward.divided_by(all.size()), mean_of(all));
  EXPECT_EQ(backward.divided_by(all.size()), mean_of(all));
}

// What is left when the largest numbers of a type have cancelled each other.
TEST(Census, MeanBesideNumbersThatCancel) {
  std::vector<double> doubles(700000, 0.25);
  std::vector<float> floats(700000, 0.25F);
  doubles[3] = floats[3] = std::numeric_limits<float>::max();
  doubles[600000] = floats[600000] = -std::numeric_limits<float>::max();
  const double mean = 0.25 * 699998 / 700000;
  EXPECT_EQ(numeric::census(DType::kFloat32, bytes_of(floats))->mean, mean);
  EXPECT_EQ(numeric::census(DType::kFloat64, bytes_of(doubles))->mean, mean);
  doubles[3] = std::numeric_limits<double>::max();
  doubles[600000] = -doubles[3];
  doubles[9] = NAN;
  const auto census = *numeric::census(DType::kFloat64, bytes_of(doubles));
  EXPECT_EQ(census.mean, 0.25 * 699997 / 699999);
  EXPECT_NEAR(census.std / doubles[3], std::sqrt(2.0 / 699999), 1e-15);
  std::vector<int64_t> integers(700000, 3);
  integers[3] = INT64_MAX;
  integers[600000] = -INT64_MAX;
  EXPECT_EQ(numeric::census(DType::kInt64, bytes_of(integers))->mean, 3.0 * 699998 / 700000);
  // float8_e5m2: 57344 and -57344 beside 2^-16.
  std::vector<uint8_t> codes(4000000, 0x01);
  for (size_t i = 0; i < 1000000; ++i) codes[i] = i % 2 == 0 ? 0x7B : 0xFB;
  EXPECT_EQ(numeric::census(DType::kFloat8E5M2, bytes_of(codes))->mean, 0.75 * 0x1p-16);
}

TEST(Census, CancelledMeanIsTheSameForAnyNumberOfThreads) {
  std::mt19937 random(3);
  std::vector<float> values(2000000);
  for (size_t i = 0; i < values.size(); i += 2) {
    values[i] = std::ldexp(static_cast<float>(random()), static_cast<int>(random() % 90));
    values[i + 1] = -values[i];
  }
  values[77] += 1e-3F * values[77];
  const auto mean_with = [&](size_t threads) {
    const tbb::global_control limit(tbb::global_control::max_allowed_parallelism, threads);
    return std::bit_cast<uint64_t>(numeric::census(DType::kFloat32, bytes_of(values))->mean);
  };
  double wanted = 0;
  wanted = static_cast<double>(values[76]) + static_cast<double>(values[77]);
  EXPECT_EQ(std::bit_cast<double>(mean_with(1)), wanted / 2000000);
  for (const size_t threads : {2U, 5U}) EXPECT_EQ(mean_with(threads), mean_with(1));
}

}  // namespace
}  // namespace omscope
