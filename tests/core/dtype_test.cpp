#include "omscope/core/dtype.h"

#include <gtest/gtest.h>

#include "omscope/core/layout.h"

namespace omscope {
namespace {

// The four numberings disagree; these rows have been mixed up before, here or elsewhere.
TEST(DType, NumberingsAreKeptApart) {
  EXPECT_EQ(dtype_from_ge_proto(7), DType::kInt32);
  EXPECT_EQ(dtype_from_ge_enum(7), DType::kUInt16);
  EXPECT_EQ(dtype_from_onnx(7), DType::kInt64);
  EXPECT_EQ(dtype_from_ge_proto(1), DType::kFloat32);
  EXPECT_EQ(dtype_from_ge_enum(1), DType::kFloat16);
  EXPECT_EQ(dtype_from_ge_enum(0), DType::kFloat32);
  EXPECT_EQ(dtype_from_ge_proto(0), DType::kUndefined);
  EXPECT_EQ(dtype_from_ge_enum(28), DType::kUndefined);
  EXPECT_EQ(dtype_from_ge_proto(28), DType::kInt4);
}

TEST(DType, OnnxNumbersNewerThanDebiansSchema) {
  EXPECT_EQ(to_string(dtype_from_onnx(16)), "bfloat16");
  EXPECT_EQ(to_string(dtype_from_onnx(17)), "float8_e4m3fn");
  EXPECT_EQ(to_string(dtype_from_onnx(20)), "float8_e5m2fnuz");
  EXPECT_EQ(to_string(dtype_from_onnx(22)), "int4");
  EXPECT_EQ(to_string(dtype_from_onnx(23)), "float4_e2m1");
}

TEST(DType, UnknownNumbersAreUndefined) {
  for (const int64_t number : {int64_t{-1}, int64_t{63}, int64_t{64}, INT64_MAX, INT64_MIN}) {
    EXPECT_EQ(dtype_from_ge_proto(number), DType::kUndefined);
    EXPECT_EQ(dtype_from_ge_enum(number), DType::kUndefined);
    EXPECT_EQ(dtype_from_onnx(number), DType::kUndefined);
  }
}

TEST(DType, NamesOfSomeWritersOnly) {
  EXPECT_EQ(dtype_from_ge_name("DT_FLOAT"), DType::kFloat32);
  EXPECT_EQ(dtype_from_ge_name("DT_FLOAT32"), DType::kFloat32);
  EXPECT_EQ(dtype_from_ge_name("DT_BFLOAT16"), DType::kBFloat16);
  EXPECT_EQ(dtype_from_ge_name("DT_BF16"), DType::kBFloat16);
  EXPECT_EQ(dtype_from_ge_name("nonsense"), DType::kUndefined);
}

TEST(DType, BytesOfNarrowTypesAreRoundedUp) {
  EXPECT_EQ(dtype_bytes(DType::kInt4, 3), 2U);
  EXPECT_EQ(dtype_bytes(DType::kUInt1, 9), 2U);
  EXPECT_EQ(dtype_bytes(DType::kFloat6E3M2, 4), 3U);
  EXPECT_EQ(dtype_bytes(DType::kDual, 2), 10U);
  EXPECT_FALSE(dtype_bytes(DType::kString, 2).has_value());
  EXPECT_FALSE(dtype_bytes(DType::kFloat64, UINT64_MAX).has_value());
}

TEST(Layout, TextMayCarryGroups) {
  EXPECT_EQ(layout_from_text("FRACTAL_Z:32").base, "FRACTAL_Z");
  EXPECT_EQ(layout_from_text("FRACTAL_Z:32").groups, 32);
  EXPECT_EQ(layout_from_text("NCHW").groups, 0);
  EXPECT_FALSE(layout_from_text("").known());
}

// 0x05001004 is what a real descriptor of 2024 holds beside the text "FRACTAL_Z:16".
TEST(Layout, NumberCarriesGroupsAndC0) {
  const Layout layout = layout_from_number(0x05001004);
  EXPECT_EQ(layout.base, "FRACTAL_Z");
  EXPECT_EQ(layout.groups, 16);
  EXPECT_EQ(layout.c0, 16);
  EXPECT_EQ(layout_from_number(3).base, "NC1HWC0");
  EXPECT_EQ(layout_from_number(3).c0, 0);
  EXPECT_FALSE(layout_from_number(200).known());
  EXPECT_FALSE(layout_from_number(-1).known());
}

}  // namespace
}  // namespace omscope
