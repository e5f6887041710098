// The parts of a file name between its dots.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "omscope/core/dtype.h"
#include "omscope/core/text.h"

namespace omscope::dump {

/// Nothing when it is no number, or one beyond 64 bits.
std::optional<int64_t> number_in(std::string_view text);

/// A name of no more than 255 bytes has at most 128 parts; what is more is not split any further.
class Parts {
 public:
  explicit Parts(std::string_view name);

  size_t size() const { return count_; }
  std::string_view operator[](size_t i) const { return parts_[i]; }
  /// How many parts at the end are plain digits.
  size_t digits_at_end() const;
  /// Parts [from, to) with their dots.
  std::string joined(size_t from, size_t to) const;
  Parts first(size_t count) const;
  Parts from(size_t start) const;

 private:
  static constexpr size_t kMost = 128;
  Parts() = default;

  std::array<std::string_view, kMost> parts_;
  size_t count_ = 0;
};

/// "input", "output", "buffer", "space" by the words of different writers; "" for other words.
std::string_view slot_kind(std::string_view word);

/// ".npy", ".pt", ".bin", ".pb", ".quant", ".csv", ".npz"; "" where there is none of them.
std::string_view tensor_suffix(std::string_view name);

bool is_layout_name(std::string_view word);

/// Names as omscope and numpy have them ("float16"); also MindSpore's, "Float16".
DType dtype_by_name(std::string_view word);

}  // namespace omscope::dump
