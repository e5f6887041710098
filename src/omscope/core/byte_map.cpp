#include "omscope/core/byte_map.h"

#include <algorithm>
#include <cstring>

namespace omscope {
namespace {

/// Padding of real files stays below a megabyte; a sparse file of 50 GiB is no padding, and reading
/// it all to call it so would take a minute.
constexpr uint64_t kMostPadding = uint64_t{16} << 20;

/// Zero, and each byte equal to the one before it: memcmp makes that as fast as memory is.
bool all_zero(ByteView bytes) {
  return bytes.empty() || (bytes[0] == std::byte{0} &&
                           std::memcmp(bytes.data(), bytes.data() + 1, bytes.size() - 1) == 0);
}

}  // namespace

void ByteMap::add(uint64_t offset, uint64_t size, std::string name) {
  if (size > 0) ranges_.push_back({offset, size, std::move(name)});
}

ByteMap::Account ByteMap::account(ByteView part, uint64_t base) const {
  const uint64_t end_of_part = base + part.size();
  std::vector<Range> sorted = ranges_;
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const Range& a, const Range& b) { return a.offset < b.offset; });
  Account result;
  uint64_t covered = base;
  const auto hole_until = [&](uint64_t end) {
    if (end <= covered) return;
    const uint64_t size = end - covered;
    if (size <= kMostPadding && all_zero(part.subspan(covered - base, size))) {
      result.accounted += size;
    } else {
      result.unknown += size;
      result.holes.push_back({covered, size, ""});
    }
    covered = end;
  };
  for (const Range& range : sorted) {
    const uint64_t begin = std::clamp(range.offset, base, end_of_part);
    const uint64_t end = begin + std::min<uint64_t>(range.size, end_of_part - begin);
    hole_until(begin);
    if (begin < covered) {
      const uint64_t shared = std::min(covered, end) - begin;
      if (shared > 0) result.overlaps.push_back({begin, shared, range.name});
    }
    if (end > covered) {
      result.accounted += end - covered;
      covered = end;
    }
  }
  hole_until(end_of_part);
  return result;
}

}  // namespace omscope
