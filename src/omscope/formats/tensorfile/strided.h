// Elements that lie in a storage with strides.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "omscope/core/bytes.h"

namespace omscope::tensorfile {

/// A view of a storage, counted in elements.
struct Strided {
  std::span<const int64_t> shape;
  std::span<const int64_t> strides;
  uint64_t offset = 0;
};

enum class Order : uint8_t { kC, kFortran, kOther };

/// How the elements lie; dims of one element have no say.
Order order_of(const Strided& view);

/// Number of elements of the storage that the view needs; nothing when that is not a number, or a
/// stride is negative.
std::optional<uint64_t> reach_of(const Strided& view);

/// Writes the elements in C order; `out` has room for all. `storage` must hold `reach_of(view)`
/// elements of `width` bytes.
void gather(const Strided& view, ByteView storage, uint64_t width, std::span<std::byte> out);

}  // namespace omscope::tensorfile
