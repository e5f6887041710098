#include "omscope/numeric/census.h"

#include <bit>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include <gtest/gtest.h>
#include <tbb/global_control.h>

#include "omscope/numeric/histogram.h"
#include "omscope/tensor/decode.h"
#include "omscope/tensor/encode.h"

namespace omscope {
namespace {

using numeric::Census;

template <class T>
ByteView bytes_of(const std::vector<T>& values) {
  return {reinterpret_cast<const std::byte*>(values.data()), values.size() * sizeof(T)};
}

/// The same by plain loops in long double over decoded elements.
Census by_loops(DType dtype, ByteView bytes) {
  const tensor::Limits limits = *tensor::limits_of(dtype);
  std::vector<double> values(tensor::packed_count(dtype, bytes));
  tensor::decode(dtype, bytes, 0, std::span(values));
  Census census;
  census.count = values.size();
  census.min = INFINITY;
  census.max = -INFINITY;
  long double sum = 0;
  long double squares = 0;
  for (size_t i = 0; i < values.size(); ++i) {
    const double x = values[i];
    if (std::isnan(x)) {
      if (census.nan++ == 0) census.first_nan = i;
    } else if (std::isinf(x)) {
      if (!census.first_inf) census.first_inf = i;
      ++(x > 0 ? census.pos_inf : census.neg_inf);
    } else {
      census.min = std::min(census.min, x);
      census.max = std::max(census.max, x);
      sum += x;
      if (x == 0) ++census.zeros;
      if (x != 0 && std::abs(x) < limits.smallest_normal) ++census.denormals;
      if (x == limits.largest || x == limits.lowest) {
        if (census.saturated++ == 0) census.first_saturated = i;
      }
    }
  }
  if (census.finite() == 0) return census;
  const long double mean = sum / static_cast<long double>(census.finite());
  for (const double x : values) {
    if (std::isfinite(x)) squares += (x - mean) * (x - mean);
  }
  census.mean = static_cast<double>(mean);
  census.std = static_cast<double>(std::sqrt(squares / static_cast<long double>(census.finite())));
  return census;
}

void expect_same(const Census& got, const Census& wanted) {
  EXPECT_EQ(got.count, wanted.count);
  EXPECT_EQ(got.nan, wanted.nan);
  EXPECT_EQ(got.pos_inf, wanted.pos_inf);
  EXPECT_EQ(got.neg_inf, wanted.neg_inf);
  EXPECT_EQ(got.zeros, wanted.zeros);
  EXPECT_EQ(got.denormals, wanted.denormals);
  EXPECT_EQ(got.saturated, wanted.saturated);
  EXPECT_EQ(got.first_nan, wanted.first_nan);
  EXPECT_EQ(got.first_inf, wanted.first_inf);
  EXPECT_EQ(got.first_saturated, wanted.first_saturated);
  EXPECT_EQ(got.min, wanted.min);
  EXPECT_EQ(got.max, wanted.max);
  const double scale = std::max(std::abs(wanted.mean), wanted.std);
  EXPECT_NEAR(got.mean, wanted.mean, 1e-13 * scale);
  EXPECT_NEAR(got.std, wanted.std, 1e-12 * wanted.std);
}

std::vector<DType> decodable() {
  std::vector<DType> types;
  for (size_t i = 0; i <= static_cast<size_t>(DType::kHiFloat4Scale); ++i) {
    if (tensor::can_decode(static_cast<DType>(i))) types.push_back(static_cast<DType>(i));
  }
  return types;
}

// Random numbers, over several chunks, an odd count, at an odd address, with and without NaN.
TEST(Census, EveryTypeAsByLoops) {
  constexpr size_t kCount = 600011;
  std::mt19937 random(7);
  std::normal_distribution<double> normal(0.5, 3);
  std::vector<double> values(kCount);
  for (double& value : values) value = random() % 16 == 0 ? 0 : normal(random);
  for (const DType dtype : decodable()) {
    SCOPED_TRACE(to_string(dtype));
    for (const bool damaged : {false, true}) {
      if (damaged) {
        values[5000] = NAN;
        values[400000] = -INFINITY;
        values[500000] = 1e300;
        values[500001] = 1e-7;
      } else {
        values[5000] = values[400000] = values[500000] = values[500001] = 1;
      }
      std::vector<std::byte> bytes(*dtype_bytes(dtype, kCount) + 1);
      const auto odd = std::span(bytes).subspan(1);
      tensor::encode(dtype, std::span<const double>(values), odd);
      const auto got = numeric::census(dtype, odd);
      ASSERT_TRUE(got.has_value());
      if (dtype == DType::kFloat64 && damaged) continue;  // 1e300 swallows the rest
      if (dtype == DType::kComplex128 && damaged) continue;
      expect_same(*got, by_loops(dtype, odd));
    }
  }
}

TEST(Census, AllHalvesAndAllBFloats) {
  std::vector<uint16_t> codes(65536);
  for (size_t i = 0; i < codes.size(); ++i) codes[i] = static_cast<uint16_t>(i);
  for (const DType dtype : {DType::kFloat16, DType::kBFloat16}) {
    const auto got = numeric::census(dtype, bytes_of(codes));
    const Census wanted = by_loops(dtype, bytes_of(codes));
    EXPECT_EQ(got->nan, wanted.nan);
    EXPECT_EQ(got->denormals, wanted.denormals);
    EXPECT_EQ(got->zeros, 2U);
    EXPECT_EQ(got->saturated, 2U);
    EXPECT_EQ(got->max, wanted.max);
    EXPECT_NEAR(got->std, wanted.std, 1e-12 * wanted.std);
    EXPECT_NEAR(got->mean, 0, 1e-13 * wanted.std);
  }
}

TEST(Census, CountsWhatIsNotFinite) {
  const float inf = std::numeric_limits<float>::infinity();
  const std::vector<float> values = {
      1, -1, 0, -0.0F, inf, -inf, std::nanf(""), 1e-40F, std::numeric_limits<float>::max()};
  const auto census = numeric::census(DType::kFloat32, bytes_of(values));
  ASSERT_TRUE(census.has_value());
  expect_same(*census, by_loops(DType::kFloat32, bytes_of(values)));
  EXPECT_EQ(census->first_bad(), 4U);
  EXPECT_EQ(census->distinct, 9U);
}

// Σx² − mean² would give nothing but noise here.
TEST(Census, SpreadAroundALargeMean) {
  std::vector<double> values;
  for (int i = 0; i < 10000; ++i) values.push_back(1e9 + (i % 2 == 0 ? 1 : -1));
  const auto census = numeric::census(DType::kFloat64, bytes_of(values));
  EXPECT_DOUBLE_EQ(census->mean, 1e9);
  EXPECT_DOUBLE_EQ(census->std, 1);
  EXPECT_EQ(census->distinct, 2U);
}

TEST(Census, SquaresThatAreNoDoubles) {
  for (const double unit : {1e300, 1e-300, 0x1p-1074}) {
    std::vector<double> values;
    for (int i = 0; i < 10000; ++i) values.push_back(i % 2 == 0 ? 3 * unit : unit);
    const auto census = numeric::census(DType::kFloat64, bytes_of(values));
    EXPECT_DOUBLE_EQ(census->mean, 2 * unit);
    // What all instruction sets promise, or the grid of denormals.
    EXPECT_NEAR(census->std, unit, std::max(1e-13 * unit, 0x1p-1074));
  }
  const std::vector<double> ends = {-std::numeric_limits<double>::max(),
                                    std::numeric_limits<double>::max()};
  EXPECT_EQ(numeric::census(DType::kFloat64, bytes_of(ends))->std, ends[1]);
}

TEST(Census, IntegersBeyondDoubles) {
  std::vector<int64_t> values;
  for (int i = 0; i < 5000; ++i) values.push_back((int64_t{1} << 60) + i % 3);
  values.push_back(INT64_MAX);
  const auto census = numeric::census(DType::kInt64, bytes_of(values));
  EXPECT_EQ(census->integers->min, int64_t{1} << 60);
  EXPECT_EQ(census->integers->max, INT64_MAX);
  EXPECT_EQ(census->saturated, 1U);
  EXPECT_EQ(census->first_saturated, 5000U);
  values.pop_back();
  EXPECT_NEAR(numeric::census(DType::kInt64, bytes_of(values))->mean, 0x1p60, 256);
  const std::vector<uint64_t> large = {UINT64_MAX, UINT64_MAX - 1, 0};
  const auto wide = numeric::census(DType::kUInt64, bytes_of(large));
  EXPECT_EQ(static_cast<uint64_t>(wide->integers->max), UINT64_MAX);
  EXPECT_EQ(wide->integers->min, 0);
  EXPECT_TRUE(wide->integers->is_unsigned);
  EXPECT_EQ(wide->zeros, 1U);
  EXPECT_EQ(wide->max, 0x1p64);
}

TEST(Census, ConstantsHaveNoSpread) {
  const std::vector<double> tenths(300000, 0.1);
  const auto census = numeric::census(DType::kFloat64, bytes_of(tenths));
  EXPECT_TRUE(census->is_constant());
  EXPECT_EQ(census->std, 0);
  EXPECT_EQ(census->mean, 0.1);
  const std::vector<uint16_t> thirds(1000, 0x3555);
  for (const DType dtype : {DType::kFloat16, DType::kBFloat16}) {
    EXPECT_EQ(numeric::census(dtype, bytes_of(thirds))->std, 0) << to_string(dtype);
  }
  std::vector<float> many(300000);
  for (size_t i = 0; i < many.size(); ++i) many[i] = i < 290000 ? 1.0F : static_cast<float>(i);
  EXPECT_FALSE(numeric::census(DType::kFloat32, bytes_of(many))->distinct.has_value());
}

TEST(Census, SameBitsForAnyNumberOfThreads) {
  std::mt19937 random(3);
  std::vector<float> values(3000000);
  for (float& value : values) value = static_cast<float>(random()) * 1e-6F;
  const auto with = [&](size_t threads) {
    const tbb::global_control limit(tbb::global_control::max_allowed_parallelism, threads);
    return *numeric::census(DType::kFloat32, bytes_of(values));
  };
  const Census one = with(1);
  for (const size_t threads : {2U, 3U, 7U}) {
    const Census more = with(threads);
    EXPECT_EQ(std::bit_cast<uint64_t>(more.mean), std::bit_cast<uint64_t>(one.mean));
    EXPECT_EQ(std::bit_cast<uint64_t>(more.std), std::bit_cast<uint64_t>(one.std));
  }
}

TEST(Census, NothingForTypesWithoutARule) {
  EXPECT_FALSE(numeric::census(DType::kVariant, {}).has_value());
  for (const DType dtype : decodable()) {
    const auto empty = numeric::census(dtype, {});
    EXPECT_EQ(empty->count, 0U);
    EXPECT_FALSE(empty->distinct.has_value());
    EXPECT_EQ(empty->std, 0);
  }
}

TEST(Histogram, EveryFiniteElementHasABin) {
  std::vector<float> values = {NAN, INFINITY, -INFINITY};
  for (int i = 0; i < 1600; ++i) values.push_back(static_cast<float>(i) / 100);
  values.push_back(16);
  const auto census = numeric::census(DType::kFloat32, bytes_of(values));
  const auto found = numeric::histogram(DType::kFloat32, bytes_of(values), *census, 16);
  std::vector<uint64_t> wanted(16, 100);
  wanted[15] = 101;
  EXPECT_EQ(found->bins, wanted);
  const std::vector<int8_t> bytes = {-128, -128, 0, 127};
  const auto of_bytes = numeric::histogram(DType::kInt8, bytes_of(bytes),
                                           *numeric::census(DType::kInt8, bytes_of(bytes)), 4);
  EXPECT_EQ(of_bytes->bins, (std::vector<uint64_t>{2, 0, 1, 1}));
}

TEST(Histogram, EndsOfTheDoubles) {
  const double most = std::numeric_limits<double>::max();
  const std::vector<double> values = {-most, 0, most, most};
  const auto census = numeric::census(DType::kFloat64, bytes_of(values));
  EXPECT_EQ(numeric::histogram(DType::kFloat64, bytes_of(values), *census, 2)->bins,
            (std::vector<uint64_t>{1, 3}));
  const std::vector<double> equal(10, 4.0);
  const auto one = numeric::census(DType::kFloat64, bytes_of(equal));
  EXPECT_EQ(numeric::histogram(DType::kFloat64, bytes_of(equal), *one, 16)->bins,
            (std::vector<uint64_t>{10}));
}

}  // namespace
}  // namespace omscope
