#include "omscope/formats/tensorfile/strided.h"

#include <algorithm>
#include <vector>

namespace omscope::tensorfile {
namespace {

bool is_empty(const Strided& view) {
  return std::find(view.shape.begin(), view.shape.end(), 0) != view.shape.end();
}

template <class Next>
bool is_dense(const Strided& view, Next next) {
  uint64_t expected = 1;
  for (size_t i = 0; i < view.shape.size(); ++i) {
    const size_t dim = next(i);
    if (view.shape[dim] == 1) continue;
    if (view.strides[dim] < 0 || static_cast<uint64_t>(view.strides[dim]) != expected) return false;
    if (__builtin_mul_overflow(expected, static_cast<uint64_t>(view.shape[dim]), &expected)) {
      return false;
    }
  }
  return true;
}

}  // namespace

Order order_of(const Strided& view) {
  const size_t rank = view.shape.size();
  if (is_empty(view) || is_dense(view, [rank](size_t i) { return rank - 1 - i; })) return Order::kC;
  return is_dense(view, [](size_t i) { return i; }) ? Order::kFortran : Order::kOther;
}

std::optional<uint64_t> reach_of(const Strided& view) {
  if (view.shape.size() != view.strides.size()) return std::nullopt;
  uint64_t last = view.offset;
  for (size_t dim = 0; dim < view.shape.size(); ++dim) {
    if (view.shape[dim] < 0 || view.strides[dim] < 0) return std::nullopt;
    if (view.shape[dim] == 0) return 0;
    uint64_t step = 0;
    if (__builtin_mul_overflow(static_cast<uint64_t>(view.shape[dim] - 1),
                               static_cast<uint64_t>(view.strides[dim]), &step) ||
        __builtin_add_overflow(last, step, &last)) {
      return std::nullopt;
    }
  }
  return last == UINT64_MAX ? std::nullopt : std::optional(last + 1);
}

void gather(const Strided& view, ByteView storage, uint64_t width, std::span<std::byte> out) {
  uint64_t count = 1;
  for (const int64_t dim : view.shape) count *= static_cast<uint64_t>(dim);
  std::vector<int64_t> index(view.shape.size(), 0);
  uint64_t from = view.offset;
  for (uint64_t to = 0; to < count; ++to) {
    std::copy_n(storage.begin() + static_cast<int64_t>(from * width), width,
                out.begin() + static_cast<int64_t>(to * width));
    for (size_t dim = index.size(); dim-- > 0;) {
      from += static_cast<uint64_t>(view.strides[dim]);
      if (++index[dim] < view.shape[dim]) break;
      from -= static_cast<uint64_t>(view.strides[dim]) * static_cast<uint64_t>(view.shape[dim]);
      index[dim] = 0;
    }
  }
}

}  // namespace omscope::tensorfile
