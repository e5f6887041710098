#include "omscope/core/byte_map.h"

#include <algorithm>
#include <cstring>

namespace omscope {
namespace {

/// Zero, and each byte equal to the one before it: memcmp makes that as fast as memory is.
bool all_zero(ByteView bytes) {
  return bytes.empty() || (bytes[0] == std::byte{0} &&
                           std::memcmp(bytes.data(), bytes.data() + 1, bytes.size() - 1) == 0);
}

}  // namespace

void ByteMap::add(uint64_t offset, uint64_t size, std::string name) {
  if (size > 0) ranges_.push_back({offset, size, std::move(name)});
}

ByteMap::Account ByteMap::account(ByteView file) const {
  std::vector<Range> sorted = ranges_;
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const Range& a, const Range& b) { return a.offset < b.offset; });
  Account result;
  uint64_t covered = 0;
  const auto hole_until = [&](uint64_t end) {
    if (end <= covered) return;
    const uint64_t size = end - covered;
    if (all_zero(file.subspan(covered, size))) {
      result.accounted += size;
    } else {
      result.unknown += size;
      result.holes.push_back({covered, size, ""});
    }
    covered = end;
  };
  for (const Range& range : sorted) {
    const uint64_t begin = std::min<uint64_t>(range.offset, file.size());
    const uint64_t end = begin + std::min<uint64_t>(range.size, file.size() - begin);
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
  hole_until(file.size());
  return result;
}

}  // namespace omscope
