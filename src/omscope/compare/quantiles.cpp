#include "omscope/compare/quantiles.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "omscope/compare/element_blocks.h"

namespace omscope::compare {
namespace {

// A double as a key that orders as the numbers do: 28 bits of it are kept, which first sixteen
// (sign, exponent, four bits of mantissa) and then twelve choose a bucket.
constexpr unsigned kCoarseBits = 16;
constexpr unsigned kFineBits = 12;
constexpr unsigned kDropped = 64 - kCoarseBits - kFineBits;
constexpr uint64_t kSign = uint64_t{1} << 63U;
constexpr uint32_t kFineMask = (1U << kFineBits) - 1;

uint32_t key_of(double value) {
  const auto bits = std::bit_cast<uint64_t>(value + 0.0);  // -0 is 0
  return static_cast<uint32_t>(((bits & kSign) != 0 ? ~bits : bits | kSign) >> kDropped);
}

/// The number of the smallest magnitude that has this key.
double value_of(uint32_t key) {
  const uint64_t ordered = static_cast<uint64_t>(key) << kDropped;
  const uint64_t bits = (ordered & kSign) != 0 ? ordered & ~kSign : ~ordered;
  return std::bit_cast<double>(bits >> kDropped << kDropped);
}

template <class Take>
bool for_each_key(const numeric::PairSide& side, const Take& take) {
  std::vector<double> values;
  return for_each_block(side, [&](uint64_t, uint64_t count, ByteView bytes) {
    values.resize(count);
    tensor::decode(side.dtype, bytes, 0, values);
    for (const double value : values) {
      if (std::isfinite(value)) take(key_of(value));
    }
  });
}

/// A small tensor: its keys in order.
std::vector<double> from_sorted(const numeric::PairSide& side, uint16_t count) {
  std::vector<uint32_t> keys;
  keys.reserve(element_count(side));
  if (!for_each_key(side, [&](uint32_t key) { keys.push_back(key); }) || keys.empty()) return {};
  std::sort(keys.begin(), keys.end());
  std::vector<double> out;
  for (uint64_t i = 0; i < count; ++i) {
    out.push_back(value_of(keys[i * (keys.size() - 1) / (count - 1U)]));
  }
  return out;
}

/// A quantile that is looked for: the bucket it is in, and its rank there.
struct Wanted {
  uint32_t bucket = 0;
  uint64_t rank = 0;
};

std::vector<Wanted> find_buckets(const std::vector<uint64_t>& coarse, uint64_t total,
                                 uint16_t count) {
  std::vector<Wanted> out;
  uint64_t before = 0;
  uint32_t bucket = 0;
  for (uint64_t i = 0; i < count; ++i) {
    // total may be beyond 2^58: no product of it with i.
    const uint64_t parts = count - 1U;
    const uint64_t rank = (total - 1) / parts * i + (total - 1) % parts * i / parts;
    while (before + coarse[bucket] <= rank) before += coarse[bucket++];
    out.push_back({bucket, rank - before});
  }
  return out;
}

std::vector<double> from_counts(const numeric::PairSide& side, uint16_t count) {
  std::vector<uint64_t> coarse(size_t{1} << kCoarseBits);
  uint64_t total = 0;
  const bool read = for_each_key(side, [&](uint32_t key) {
    ++coarse[key >> kFineBits];
    ++total;
  });
  if (!read || total == 0) return {};
  const std::vector<Wanted> wanted = find_buckets(coarse, total, count);
  // Tables of the buckets that hold a quantile; they ascend.
  std::vector<uint32_t> place(coarse.size());
  std::vector<std::vector<uint64_t>> fine(1);
  for (const Wanted& each : wanted) {
    if (place[each.bucket] != 0) continue;
    place[each.bucket] = static_cast<uint32_t>(fine.size());
    fine.emplace_back(size_t{1} << kFineBits);
  }
  for_each_key(side, [&](uint32_t key) {
    const uint32_t at = place[key >> kFineBits];
    if (at != 0) ++fine[at][key & kFineMask];
  });
  std::vector<double> out;
  for (const Wanted& each : wanted) {
    const std::vector<uint64_t>& counts = fine[place[each.bucket]];
    uint32_t low = 0;
    for (uint64_t before = 0; before + counts[low] <= each.rank;) before += counts[low++];
    out.push_back(value_of(each.bucket << kFineBits | low));
  }
  return out;
}

}  // namespace

std::vector<double> quantiles_of(const numeric::PairSide& side, uint16_t count) {
  constexpr uint64_t kSmall = uint64_t{1} << 16U;
  if (count < 2) return {};
  return element_count(side) <= kSmall ? from_sorted(side, count) : from_counts(side, count);
}

}  // namespace omscope::compare
