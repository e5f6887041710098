#include <array>
#include <vector>

#include <gtest/gtest.h>

#include "omscope/ir/tensor_type.h"

namespace omscope {
namespace {

constexpr std::array<std::byte, 64> kBytes{};

ir::Elements elements(DType dtype, const std::vector<int64_t>& shape, size_t bytes) {
  ir::Tensor tensor;
  tensor.type.dtype = dtype;
  tensor.type.shape = shape;
  tensor.type.has_shape = true;
  tensor.bytes = ByteView(kBytes).first(bytes);
  tensor.size = bytes;
  return ir::stored_elements(tensor);
}

TEST(StoredElements, AsTheDTypeSays) {
  const auto found = elements(DType::kFloat16, {2, 16}, 64);
  EXPECT_EQ(found.dtype, DType::kFloat16);
  EXPECT_EQ(found.bytes.size(), 64U);
}

TEST(StoredElements, OneByteEachIsInt8WhateverTheDTypeSays) {
  const auto found = elements(DType::kFloat32, {2, 3, 4}, 24);
  EXPECT_EQ(found.dtype, DType::kInt8);
  EXPECT_EQ(found.bytes.size(), 24U);
}

TEST(StoredElements, PaddingBehindAVectorIsNoElement) {
  EXPECT_EQ(elements(DType::kFloat16, {1, 10, 1, 1}, 64).bytes.size(), 20U);
}

TEST(StoredElements, FewerBytesThanElementsTellNothing) {
  EXPECT_EQ(elements(DType::kFloat32, {2, 3}, 5).dtype, DType::kUndefined);
}

}  // namespace
}  // namespace omscope
