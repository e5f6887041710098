// Memory for the many small parts of one model.
#pragma once

#include <algorithm>
#include <limits>
#include <memory>
#include <memory_resource>
#include <span>
#include <string_view>
#include <type_traits>

namespace omscope {

/// Hands out memory that lives as long as the arena and is freed in one go. Only for types without
/// a destructor. What is handed out is value-initialised.
///
/// A limit keeps a hostile file from costing much more memory than it has bytes: a message of two
/// bytes can stand for a struct of two hundred.
class Arena {
 public:
  void set_limit(size_t bytes) { limit_ = bytes; }
  /// The limit was reached: what was to come was left out.
  bool exhausted() const { return exhausted_; }
  size_t used() const { return used_; }

  /// Counts memory that is held elsewhere for the same file.
  void charge(size_t bytes) {
    used_ += bytes;
    exhausted_ = exhausted_ || used_ > limit_;
  }

  template <class T>
  std::span<T> array(size_t count) {
    static_assert(std::is_trivially_destructible_v<T>);
    if (count == 0) return {};
    charge(count * sizeof(T));
    auto* first = static_cast<T*>(memory_.allocate(count * sizeof(T), alignof(T)));
    std::uninitialized_value_construct_n(first, count);
    return {first, count};
  }

  /// As many of `count` as the limit allows.
  template <class T>
  std::span<T> array_within_limit(size_t count) {
    const size_t left = limit_ - std::min(used_, limit_);
    if (count > left / sizeof(T)) {
      exhausted_ = true;
      count = left / sizeof(T);
    }
    return array<T>(count);
  }

  template <class T>
  T* make() {
    return array<T>(1).data();
  }

  template <class T>
  std::span<const T> copy(std::span<const T> from) {
    std::span<T> to = array<T>(from.size());
    std::copy(from.begin(), from.end(), to.begin());
    return to;
  }

  std::string_view text(std::string_view from) {
    const std::span<const char> copied = copy(std::span<const char>(from.data(), from.size()));
    return {copied.data(), copied.size()};
  }

 private:
  std::pmr::monotonic_buffer_resource memory_;
  size_t limit_ = std::numeric_limits<size_t>::max();
  size_t used_ = 0;
  bool exhausted_ = false;
};

}  // namespace omscope
