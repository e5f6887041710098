#include "omscope/tensor/encode.h"

#include <cmath>
#include <cstring>
#include <limits>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "omscope/tensor/code_table.h"
#include "omscope/tensor/decode.h"

namespace omscope::tensor {
namespace {

constexpr double kInf = std::numeric_limits<double>::infinity();

using Bytes = std::vector<std::byte>;

std::vector<double> decoded(DType dtype, const Bytes& bytes, size_t count) {
  std::vector<double> out(count);
  decode(dtype, bytes, 0, std::span(out));
  return out;
}

Bytes encoded(DType dtype, const std::vector<double>& values, EncodeLoss* loss = nullptr) {
  Bytes bytes(*dtype_bytes(dtype, values.size()));
  const EncodeLoss found = encode(dtype, std::span<const double>(values), bytes);
  if (loss != nullptr) *loss = found;
  return bytes;
}

double there_and_back(DType dtype, double value) {
  return decoded(dtype, encoded(dtype, {value}), 1)[0];
}

/// Every code of the type, packed.
Bytes all_codes(DType dtype) {
  const unsigned bits = dtype_info(dtype).bits;
  Bytes bytes((size_t{bits} << bits) / 8 + (bits == 1 ? 1 : 0));
  if (const CodeTable* table = code_table(dtype)) {
    std::vector<uint8_t> codes(table->codes());
    for (size_t i = 0; i < codes.size(); ++i) codes[i] = static_cast<uint8_t>(i);
    pack_codes(*table, codes, bytes);
    return bytes;
  }
  for (uint32_t code = 0; code < 65536; ++code) std::memcpy(&bytes[code * 2], &code, 2);
  return bytes;
}

const std::vector<DType>& small_types() {
  static const std::vector<DType> kTypes = [] {
    std::vector<DType> types;
    for (size_t i = 0; i <= static_cast<size_t>(DType::kHiFloat4Scale); ++i) {
      const auto dtype = static_cast<DType>(i);
      const unsigned bits = dtype_info(dtype).bits;
      if (can_decode(dtype) && bits <= 16) types.push_back(dtype);
    }
    return types;
  }();
  return kTypes;
}

// All codes, back to the code itself. NaN has more than one code in some types, bool's true has
// 255.
TEST(Encode, EveryCodeOfEverySmallTypeComesBack) {
  ASSERT_GE(small_types().size(), 26U);
  for (const DType dtype : small_types()) {
    const Bytes codes = all_codes(dtype);
    const size_t count = size_t{1} << dtype_info(dtype).bits;
    const auto values = decoded(dtype, codes, count);
    EncodeLoss loss;
    const Bytes back = encoded(dtype, values, &loss);
    EXPECT_EQ(loss.overflowed + loss.nan_lost, 0U) << to_string(dtype);
    const auto again = decoded(dtype, back, count);
    for (size_t i = 0; i < count; ++i) {
      if (std::isnan(values[i])) {
        EXPECT_TRUE(std::isnan(again[i])) << to_string(dtype) << ' ' << i;
      } else {
        EXPECT_EQ(again[i], values[i]) << to_string(dtype) << ' ' << i;
        EXPECT_EQ(std::signbit(again[i]), std::signbit(values[i])) << to_string(dtype) << ' ' << i;
      }
    }
    for (size_t i = 0; i < back.size() && dtype != DType::kBool; ++i) {
      const size_t element = i * 8 / dtype_info(dtype).bits;
      if (!std::isnan(values[element]))
        EXPECT_EQ(back[i], codes[i]) << to_string(dtype) << ' ' << i;
    }
  }
}

/// Halfway numbers must go to the even code, and those a little beside it to the nearer one.
void expect_nearest(DType dtype, double below, double above, bool below_is_even) {
  const double middle = below + (above - below) / 2;
  const double more = std::nextafter(middle, kInf);
  const double less = std::nextafter(middle, -kInf);
  EXPECT_EQ(there_and_back(dtype, middle), below_is_even ? below : above) << to_string(dtype);
  EXPECT_EQ(there_and_back(dtype, more), above) << to_string(dtype) << ' ' << below;
  EXPECT_EQ(there_and_back(dtype, less), below) << to_string(dtype) << ' ' << below;
  EXPECT_EQ(there_and_back(dtype, -less), -below) << to_string(dtype);
}

TEST(Encode, RoundsToNearestEven) {
  for (const DType dtype :
       {DType::kFloat16, DType::kBFloat16, DType::kFloat8E5M2, DType::kFloat8E4M3FN,
        DType::kFloat6E3M2, DType::kFloat6E2M3, DType::kFloat4E2M1, DType::kFloat4E1M2}) {
    const Bytes codes = all_codes(dtype);
    const size_t positive = size_t{1} << (dtype_info(dtype).bits - 1);
    const auto values = decoded(dtype, codes, positive);
    for (size_t i = 0; i + 1 < positive && std::isfinite(values[i + 1]); ++i) {
      expect_nearest(dtype, values[i], values[i + 1], i % 2 == 0);
    }
  }
}

TEST(Encode, TooLargeIsInfinityWhereThereIsOne) {
  EXPECT_EQ(there_and_back(DType::kFloat16, 65519), 65504);
  EXPECT_EQ(there_and_back(DType::kFloat16, 65520), kInf);
  EXPECT_EQ(there_and_back(DType::kFloat16, -1e300), -kInf);
  EXPECT_EQ(there_and_back(DType::kBFloat16, 3.4e38), kInf);
  EXPECT_EQ(there_and_back(DType::kFloat32, -1e39), -kInf);
  EXPECT_EQ(there_and_back(DType::kFloat8E5M2, 61439), 57344);
  EXPECT_EQ(there_and_back(DType::kFloat8E5M2, 61440), kInf);
  EXPECT_EQ(there_and_back(DType::kHiFloat8, 40000), 32768);
  EXPECT_EQ(there_and_back(DType::kHiFloat8, -41000), -kInf);
  EXPECT_EQ(there_and_back(DType::kFloat8E4M3FN, 1e9), 448);
  EXPECT_EQ(there_and_back(DType::kFloat8E4M3FN, -kInf), -448);
  EXPECT_EQ(there_and_back(DType::kFloat8E4M3FNUZ, kInf), 240);
  EXPECT_EQ(there_and_back(DType::kFloat4E2M1, -7), -6);
  EncodeLoss loss;
  encoded(DType::kFloat4E2M1, {NAN, 5, 7, -kInf}, &loss);
  EXPECT_EQ(loss.nan_lost, 1U);
  EXPECT_EQ(loss.overflowed, 2U);
}

TEST(Encode, NoMinusZeroWhereItsCodeIsNan) {
  for (const DType dtype : {DType::kHiFloat8, DType::kFloat8E4M3FNUZ, DType::kFloat8E5M2FNUZ}) {
    EXPECT_EQ(there_and_back(dtype, -0.0), 0) << to_string(dtype);
    EXPECT_EQ(there_and_back(dtype, -1e-30), 0) << to_string(dtype);
  }
  EXPECT_EQ(encoded(DType::kFloat8E8M0, {0})[0], std::byte{0});
}

// Rounded twice, by float, this would become 1.
TEST(Encode, DoublesAreRoundedOnce) {
  const double just_above_half_way = 1 + 0x1p-11 + 0x1p-40;
  EXPECT_EQ(there_and_back(DType::kFloat16, just_above_half_way), 1 + 0x1p-10);
}

TEST(Encode, IntegersSaturate) {
  EXPECT_EQ(there_and_back(DType::kInt8, 2.5), 2);
  EXPECT_EQ(there_and_back(DType::kInt8, -3.5), -4);
  EXPECT_EQ(there_and_back(DType::kInt8, 1000), 127);
  EXPECT_EQ(there_and_back(DType::kUInt4, -1), 0);
  EXPECT_EQ(there_and_back(DType::kInt32, 1e10), 2147483647);
  int64_t value = 0;
  decode_integers(DType::kInt64, encoded(DType::kInt64, {0x1p63}), 0, std::span(&value, 1));
  EXPECT_EQ(value, INT64_MAX);
  decode_integers(DType::kUInt64, encoded(DType::kUInt64, {1e30}), 0, std::span(&value, 1));
  EXPECT_EQ(value, -1);
}

template <class From, class To>
std::vector<To> converted(DType from, const std::vector<From>& values, DType to) {
  std::vector<To> out(values.size());
  convert_elements(from, std::as_bytes(std::span(values)), to,
                   std::as_writable_bytes(std::span(out)));
  return out;
}

TEST(ConvertElements, IntegersExactly) {
  const std::vector<int64_t> values = {INT64_MIN, -5, (int64_t{1} << 53) + 1, INT64_MAX};
  EXPECT_EQ((converted<int64_t, uint64_t>(DType::kInt64, values, DType::kUInt64)),
            (std::vector<uint64_t>{0, 0, (uint64_t{1} << 53) + 1, INT64_MAX}));
  EXPECT_EQ((converted<int64_t, int32_t>(DType::kInt64, values, DType::kInt32)),
            (std::vector<int32_t>{INT32_MIN, -5, INT32_MAX, INT32_MAX}));
  const std::vector<uint64_t> large = {UINT64_MAX, 7};
  EXPECT_EQ((converted<uint64_t, int64_t>(DType::kUInt64, large, DType::kInt64)),
            (std::vector<int64_t>{INT64_MAX, 7}));
  // Halfway between two floats but for its last bit, which a double would lose.
  const std::vector<int64_t> near_half_way = {(int64_t{1} << 60) + (int64_t{1} << 36) + 1};
  EXPECT_EQ((converted<int64_t, float>(DType::kInt64, near_half_way, DType::kFloat32))[0],
            0x1p60F + 0x1p37F);
}

TEST(ConvertElements, PackedTypesAndRest) {
  std::vector<float> values(2051);
  for (size_t i = 0; i < values.size(); ++i) values[i] = static_cast<float>(i % 16) - 8;
  Bytes nibbles(*dtype_bytes(DType::kInt4, values.size()));
  convert_elements(DType::kFloat32, std::as_bytes(std::span(values)), DType::kInt4, nibbles);
  std::vector<float> back(nibbles.size() * 2);
  convert_elements(DType::kInt4, nibbles, DType::kFloat32, std::as_writable_bytes(std::span(back)));
  back.resize(values.size());
  EXPECT_EQ(back, values);
}

TEST(ConvertElements, ComplexOnlyToComplex) {
  EXPECT_TRUE(can_convert(DType::kComplex32, DType::kComplex128));
  EXPECT_TRUE(can_convert(DType::kFloat32, DType::kComplex64));
  EXPECT_FALSE(can_convert(DType::kComplex64, DType::kFloat32));
  EXPECT_FALSE(can_convert(DType::kHiFloat4, DType::kFloat32));
  const std::vector<float> pair = {1.5F, -2.5F};
  std::vector<double> out(2);
  convert_elements(DType::kComplex64, std::as_bytes(std::span(pair)), DType::kComplex128,
                   std::as_writable_bytes(std::span(out)));
  EXPECT_EQ(out, (std::vector<double>{1.5, -2.5}));
}

}  // namespace
}  // namespace omscope::tensor
