// The elements of one constant as numbers, chunk by chunk.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "omscope/ir/tensor_type.h"
#include "omscope/tensor/convert_layout.h"

namespace omscope::diff {

class ConstantValues {
 public:
  static constexpr uint64_t kChunk = 4096;

  /// As they are stored, padding included.
  explicit ConstantValues(const ir::Tensor& tensor);

  /// False: bytes are missing, or elements of their type cannot be told apart.
  bool known() const { return known_; }
  uint64_t count() const { return count_; }
  DType dtype() const { return elements_.dtype; }
  const std::vector<int64_t>& dims() const { return dims_; }

  /// Undoes the layout: from now on elements come in the order of the model's author, without
  /// padding, in `axes` ("NCHW") where they have four named dims. False: it cannot be undone.
  bool to_logical_order(std::string_view axes);

  /// At most kChunk elements from `first` on.
  std::span<const float> floats(uint64_t first, uint64_t most = kChunk);
  std::span<const double> doubles(uint64_t first, uint64_t most = kChunk);

 private:
  /// The bytes that elements from `first` on are decoded from, and where in them `first` is.
  ByteView source(uint64_t& first, uint64_t count);

  const ir::Tensor& tensor_;
  ir::Elements elements_;
  uint64_t count_ = 0;
  bool known_ = false;
  std::vector<int64_t> dims_;
  std::optional<tensor::Conversion> conversion_;
  std::vector<std::byte> converted_;
  std::vector<float> floats_;
  std::vector<double> doubles_;
};

/// Layouts whose elements stand in the order of their dims.
bool is_plain_layout(const Layout& layout);

}  // namespace omscope::diff
