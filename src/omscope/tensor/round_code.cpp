#include "omscope/tensor/round_code.h"

#include <algorithm>

#include "omscope/tensor/decode.h"

namespace omscope::tensor {

NearestCode::NearestCode(DType dtype) {
  const CodeTable& table = *code_table(dtype);
  const bool is_float = !is_integer(dtype) && dtype != DType::kFloat8E8M0;
  sign_ = is_float ? static_cast<uint8_t>(table.codes() / 2) : uint8_t{0};
  for (unsigned code = 0; code < table.codes(); ++code) {
    const double value = table.value[code];
    if (std::isnan(value)) {
      // The last NaN without sign, which is quiet in IEEE types; "fnuz" and hifloat8 have one.
      if (!has_nan_ || code < table.codes() / 2) nan_ = static_cast<uint8_t>(code);
      has_nan_ = true;
      continue;
    }
    if (is_float && code >= table.codes() / 2) {
      has_minus_zero_ = has_minus_zero_ || value == 0;
      continue;
    }
    if (std::isinf(value)) has_infinity_ = true;
    entries_[size_++] = {value, static_cast<uint8_t>(code)};
  }
  std::sort(entries_.begin(), entries_.begin() + static_cast<std::ptrdiff_t>(size_),
            [](const Entry& a, const Entry& b) { return a.value < b.value; });
  // Half of the way to the number after the largest, ties as everywhere: 1.5 x 2^15 would follow
  // hifloat8's 2^15, and 2^16 follows e5m2's 57344.
  if (has_infinity_) entries_[size_ - 1].value = dtype == DType::kHiFloat8 ? 49152 : 65536;
}

uint8_t NearestCode::nearest(double magnitude, EncodeLoss& loss) const {
  const Entry* begin = entries_.data();
  const Entry* end = begin + size_;
  const Entry* above = std::lower_bound(
      begin, end, magnitude, [](const Entry& entry, double value) { return entry.value < value; });
  if (above == end) {
    ++loss.overflowed;
    return end[-1].code;
  }
  if (above->value == magnitude && !(has_infinity_ && above == end - 1)) return above->code;
  if (above == begin) {
    ++loss.overflowed;
    return begin->code;
  }
  const Entry* below = above - 1;
  const double middle = below->value + (above->value - below->value) / 2;
  const bool up = magnitude > middle || (magnitude == middle && above->code % 2 == 0);
  if (up && has_infinity_ && above == end - 1) ++loss.overflowed;
  return up ? above->code : below->code;
}

uint8_t NearestCode::operator()(double value, EncodeLoss& loss) const {
  if (std::isnan(value)) {
    if (!has_nan_) ++loss.nan_lost;
    return nan_;
  }
  if (sign_ == 0) return nearest(value, loss);
  const bool negative = std::signbit(value);
  const double magnitude = std::abs(value);
  const uint8_t code =
      std::isinf(value) && has_infinity_ ? entries_[size_ - 1].code : nearest(magnitude, loss);
  if (!negative || (code == 0 && !has_minus_zero_)) return code;
  return static_cast<uint8_t>(code | sign_);
}

}  // namespace omscope::tensor
