#include "omscope/diff/constant_values.h"

#include <algorithm>

#include "omscope/tensor/decode.h"
#include "omscope/tensor/layout_shape.h"

namespace omscope::diff {

bool is_plain_layout(const Layout& layout) {
  if (!layout.known() || layout.base == "FORMAT_RESERVED") return true;
  const tensor::LayoutRule* rule = tensor::find_layout(layout.base);
  return rule != nullptr && tensor::is_plain(*rule);
}

ConstantValues::ConstantValues(const ir::Tensor& tensor)
    : tensor_(tensor),
      elements_(ir::stored_elements(tensor)),
      dims_(tensor.type.shape.begin(), tensor.type.shape.end()) {
  const uint8_t bits = dtype_info(elements_.dtype).bits;
  if (bits == 0 || !tensor::can_decode(elements_.dtype)) return;
  if (tensor.storage == ir::Storage::kNone || tensor.bytes.size() != tensor.size) return;
  count_ = tensor::packed_count(elements_.dtype, elements_.bytes);
  const auto stated = ir::element_count(tensor.type.shape);
  if (bits < 8 && stated && *stated < count_) count_ = *stated;
  known_ = true;
}

bool ConstantValues::to_logical_order(std::string_view axes) {
  const ir::TensorType& type = tensor_.type;
  tensor::StoredShape stored;
  stored.layout = type.format;
  stored.shape = type.shape;
  stored.origin_layout = type.origin_format;
  stored.origin_shape = type.origin_shape;
  stored.has_origin_shape = type.has_origin_shape;
  stored.dtype = elements_.dtype;
  stored.bytes = elements_.bytes.size();
  if (!stored.layout.known() || stored.layout.base == "FORMAT_RESERVED") {
    stored.layout = layout_from_text("ND");
  }
  auto plan = tensor::plan_conversion(stored, layout_from_text("ND"));
  if (plan && plan->logical.letters.size() == axes.size()) {
    auto named = tensor::plan_conversion(stored, layout_from_text(axes));
    if (named) plan = std::move(named);
  }
  if (!plan || plan->source_bytes() > elements_.bytes.size()) return false;
  conversion_ = std::move(*plan);
  dims_ = conversion_->shape;
  count_ = conversion_->count();
  if (conversion_->is_plain_copy()) conversion_.reset();
  return true;
}

ByteView ConstantValues::source(uint64_t& first, uint64_t count) {
  if (!conversion_) return elements_.bytes;
  converted_.resize(conversion_->bytes_of(count));
  if (!conversion_->write(elements_.bytes, first, count, converted_)) {
    std::fill(converted_.begin(), converted_.end(), std::byte{});
  }
  first = 0;
  return converted_;
}

std::span<const float> ConstantValues::floats(uint64_t first, uint64_t most) {
  floats_.resize(std::min({most, kChunk, count_ - first}));
  const ByteView from = source(first, floats_.size());
  tensor::decode(elements_.dtype, from, first, floats_);
  return floats_;
}

std::span<const double> ConstantValues::doubles(uint64_t first, uint64_t most) {
  doubles_.resize(std::min({most, kChunk, count_ - first}));
  const ByteView from = source(first, doubles_.size());
  tensor::decode(elements_.dtype, from, first, doubles_);
  return doubles_;
}

}  // namespace omscope::diff
