#include "omscope/ir/tensor_type.h"

#include <algorithm>

namespace omscope::ir {

std::optional<uint64_t> element_count(List<int64_t> shape) {
  uint64_t count = 1;
  for (const int64_t dim : shape) {
    if (dim < 0 || __builtin_mul_overflow(count, static_cast<uint64_t>(dim), &count)) {
      return std::nullopt;
    }
  }
  return count;
}

std::optional<uint64_t> exact_bytes(const TensorType& type) {
  if (!type.has_shape) return std::nullopt;
  const auto count = element_count(type.shape);
  return count ? dtype_bytes(type.dtype, *count) : std::nullopt;
}

bool is_dynamic(List<int64_t> shape) {
  return std::any_of(shape.begin(), shape.end(), [](int64_t dim) { return dim < 0; });
}

Elements stored_elements(const Tensor& tensor) {
  const auto count = element_count(tensor.type.shape);
  const auto exact = exact_bytes(tensor.type);
  if (!count || !exact) return {tensor.type.dtype, tensor.bytes};
  const uint64_t size = tensor.bytes.size();
  if (size < *exact) return size == *count ? Elements{DType::kInt8, tensor.bytes} : Elements{};
  const auto wide = std::count_if(tensor.type.shape.begin(), tensor.type.shape.end(),
                                  [](int64_t dim) { return dim != 1; });
  return {tensor.type.dtype, wide <= 1 ? tensor.bytes.first(*exact) : tensor.bytes};
}

}  // namespace omscope::ir
