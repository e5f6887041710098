// What reading one file may cost.
#pragma once

#include <cstddef>
#include <cstdint>

namespace omscope::tensorfile {

/// Memory beyond the file's own bytes: for unpacked members, swapped or gathered elements, and the
/// descriptions of tensors. Keeps every reader below ten times the size of its input and 64 MB.
class Budget {
 public:
  explicit Budget(uint64_t file_size) : left_(kLeast + kPerByte * file_size) {}

  /// Whether `bytes` more are affordable; counts them if so.
  bool take(uint64_t bytes) {
    if (bytes > left_) return false;
    left_ -= bytes;
    return true;
  }
  uint64_t left() const { return left_; }

 private:
  static constexpr uint64_t kLeast = uint64_t{32} << 20;
  static constexpr uint64_t kPerByte = 5;

  uint64_t left_;
};

}  // namespace omscope::tensorfile
