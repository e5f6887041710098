#include "omscope/numeric/census.h"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "omscope/tensor/decode.h"

namespace omscope {
namespace {

template <class T>
ByteView bytes_of(const std::vector<T>& values) {
  return {reinterpret_cast<const std::byte*>(values.data()), values.size() * sizeof(T)};
}

TEST(Decode, HalfPrecisionCodes) {
  EXPECT_EQ(tensor::small_float(0x3C00, 5, 10, true), 1.0);
  EXPECT_EQ(tensor::small_float(0xC000, 5, 10, true), -2.0);
  EXPECT_EQ(tensor::small_float(0x7BFF, 5, 10, true), 65504.0);
  EXPECT_EQ(tensor::small_float(0x0001, 5, 10, true), std::ldexp(1.0, -24));
  EXPECT_TRUE(std::isinf(tensor::small_float(0x7C00, 5, 10, true)));
  EXPECT_TRUE(std::isnan(tensor::small_float(0x7C01, 5, 10, true)));
}

// e4m3fn has one NaN and no infinity: 0x7E is its largest value.
TEST(Decode, Float8Codes) {
  EXPECT_EQ(tensor::small_float(0x7E, 4, 3, false), 448.0);
  EXPECT_TRUE(std::isnan(tensor::small_float(0x7F, 4, 3, false)));
  EXPECT_EQ(tensor::small_float(0x7B, 5, 2, true), 57344.0);
  EXPECT_EQ(tensor::small_float(0xFC, 5, 2, true), -INFINITY);
}

TEST(Decode, NibblesLowFirst) {
  const std::vector<uint8_t> packed = {0xF1, 0x08};
  std::vector<double> out(3);
  tensor::decode(DType::kInt4, bytes_of(packed), 0, out);
  EXPECT_EQ(out, (std::vector<double>{1, -1, -8}));
  tensor::decode(DType::kUInt4, bytes_of(packed), 0, out);
  EXPECT_EQ(out, (std::vector<double>{1, 15, 8}));
}

TEST(Census, CountsWhatIsNotFinite) {
  const float inf = std::numeric_limits<float>::infinity();
  const std::vector<float> values = {
      1, -1, 0, -0.0F, inf, -inf, std::nanf(""), 1e-40F, std::numeric_limits<float>::max()};
  const auto census = numeric::census(DType::kFloat32, bytes_of(values));
  ASSERT_TRUE(census.has_value());
  EXPECT_EQ(census->count, 9U);
  EXPECT_EQ(census->nan, 1U);
  EXPECT_EQ(census->pos_inf, 1U);
  EXPECT_EQ(census->neg_inf, 1U);
  EXPECT_EQ(census->zeros, 2U);
  EXPECT_EQ(census->denormals, 1U);
  EXPECT_EQ(census->saturated, 1U);
  EXPECT_EQ(census->min, -1);
}

// Σx² − mean² would give nothing but noise here.
TEST(Census, SpreadAroundALargeMean) {
  std::vector<double> values;
  for (int i = 0; i < 10000; ++i) values.push_back(1e9 + (i % 2 == 0 ? 1 : -1));
  const auto census = numeric::census(DType::kFloat64, bytes_of(values));
  EXPECT_DOUBLE_EQ(census->mean, 1e9);
  EXPECT_DOUBLE_EQ(census->std, 1);
}

TEST(Census, NothingForTypesWithoutARule) {
  EXPECT_FALSE(numeric::census(DType::kVariant, {}).has_value());
  EXPECT_EQ(numeric::census(DType::kInt8, {})->count, 0U);
}

}  // namespace
}  // namespace omscope
