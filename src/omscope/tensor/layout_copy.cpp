#include "omscope/tensor/layout_copy.h"

#include <algorithm>

#include "omscope/tensor/layout_range_writer.h"

namespace omscope::tensor {
namespace {

std::vector<AxisMap> maps_of(const Placement& placement, size_t axes) {
  std::vector<AxisMap> maps(axes);
  for (const Digit& digit : placement.digits) {
    AxisMap& map = maps[static_cast<size_t>(digit.axis)];
    if (digit.step == 1) {
      map.lo = digit.stride;
    } else {
      map.div = digit.step;
      map.hi = digit.stride;
    }
  }
  for (AxisMap& map : maps) {
    const bool seamless = map.div != AxisMap::kWhole && map.hi == map.lo * map.div;
    if (seamless) map = {.lo = map.lo};
  }
  return maps;
}

/// The axis of a letter; the one behind all others when the tensor lacks it.
int axis_of(const Axes& axes, char letter) {
  const int axis = axes.find(letter);
  return axis < 0 ? static_cast<int>(axes.dims.size()) - 1 : axis;
}

}  // namespace

LayoutCopy::LayoutCopy(const Axes& axes, const Placement& source, const Placement& target,
                       unsigned bits, bool msb_first)
    : loops_(target.digits),
      extents_(axes.dims),
      maps_(maps_of(source, axes.dims.size())),
      count_(target.count),
      block_(1),
      diagonal_(target.diagonal ? target.c0 : 0),
      target_c0_(target.c0),
      n_axis_(axis_of(axes, 'N')),
      c_axis_(axis_of(axes, 'C')),
      source_groups_(source.groups),
      target_groups_(target.groups),
      bits_(bits),
      packing_{bits, msb_first} {
  for (auto loop = loops_.rbegin(); loop != loops_.rend(); ++loop) {
    loop->stride = block_;
    block_ *= loop->size;
  }
  int64_t elements = 1;
  for (const int64_t extent : extents_) elements *= extent;
  padded_ = elements != block_;
  choose_partner();
}

int64_t LayoutCopy::source_stride(const Digit& digit) const {
  const AxisMap& map = maps_[static_cast<size_t>(digit.axis)];
  if (map.div == AxisMap::kWhole || digit.step < map.div) return map.lo * digit.step;
  return map.hi * (digit.step / map.div);
}

/// The loop whose elements lie closest in the source: with the innermost loop, whose elements lie
/// closest in the output, it makes tiles in which whole cache lines are read and written.
void LayoutCopy::choose_partner() {
  if (loops_.empty()) return;
  const size_t inner = loops_.size() - 1;
  int64_t closest = AxisMap::kWhole;
  for (size_t i = 0; i < inner; ++i) {
    const Digit& loop = loops_[i];
    const bool fits = loop.step == 1 && loop.axis != loops_[inner].axis &&
                      extents_[static_cast<size_t>(loop.axis)] > 1;
    const int64_t stride = source_stride(loop);
    if (!fits || stride > closest) continue;
    closest = stride;
    partner_ = static_cast<int>(i);
  }
  for (size_t i = 0; i < inner; ++i) {
    if (static_cast<int>(i) == partner_) continue;
    const bool farther = partner_ < 0 || source_stride(loops_[i]) >= closest;
    (farther ? outside_ : inside_).push_back(static_cast<uint8_t>(i));
  }
}

bool LayoutCopy::is_plain_copy() const {
  if (padded_ || diagonal_ > 0 || source_groups_.grouped() || target_groups_.grouped())
    return false;
  return std::all_of(loops_.begin(), loops_.end(), [&](const Digit& loop) {
    const AxisMap& map = maps_[static_cast<size_t>(loop.axis)];
    return map.div == AxisMap::kWhole && map.lo * loop.step == loop.stride;
  });
}

uint64_t LayoutCopy::grain() const {
  constexpr int64_t kRows = 64;
  constexpr int64_t kMost = int64_t{1} << 20;
  constexpr uint64_t kWholeBytes = 8;  // of elements of one bit
  if (partner_ < 0 || count_ == 0) return kWholeBytes;
  const Digit& loop = loops_[static_cast<size_t>(partner_)];
  const AxisMap& map = maps_[static_cast<size_t>(loop.axis)];
  const int64_t rows = map.div == AxisMap::kWhole ? kRows : map.div;
  const int64_t all = loop.stride * loop.size;
  int64_t grain = std::min(loop.stride * std::min(rows, loop.size), all);
  if (all % grain != 0 && all <= kMost) grain = all;
  return (static_cast<uint64_t>(grain) + kWholeBytes - 1) / kWholeBytes * kWholeBytes;
}

template <class Source>
void LayoutCopy::write_from(const Source& source, uint64_t first, uint64_t count,
                            std::byte* out) const {
  RangeWriter<Source> writer(*this, source);
  const auto begin = static_cast<int64_t>(first);
  const auto end = static_cast<int64_t>(first + count);
  if (target_groups_.grouped()) return writer.write_grouped(begin, end, out);
  if (diagonal_ > 0) return writer.write_diagonal(begin, end, out);
  writer.write(begin, end, out);
}

void LayoutCopy::write_packed(const std::byte* source, uint64_t first, uint64_t count,
                              std::byte* out) const {
  std::memset(out, 0, static_cast<size_t>((count * bits_ + 7) / 8));
  std::array<std::byte, 8192> unpacked;
  for (uint64_t done = 0; done < count; done += unpacked.size()) {
    const uint64_t part = std::min<uint64_t>(count - done, unpacked.size());
    write_from(PackedSource{source, packing_}, first + done, part, unpacked.data());
    for (uint64_t i = 0; i < part; ++i) {
      packing_.put(out, done + i, static_cast<uint8_t>(unpacked[i]));
    }
  }
}

void LayoutCopy::write(const std::byte* source, uint64_t first, uint64_t count,
                       std::byte* out) const {
  if (count == 0) return;
  switch (bits_) {
    case 8: return write_from(WholeSource<uint8_t>{source}, first, count, out);
    case 16: return write_from(WholeSource<uint16_t>{source}, first, count, out);
    case 32: return write_from(WholeSource<uint32_t>{source}, first, count, out);
    case 40: return write_from(WholeSource<std::array<std::byte, 5>>{source}, first, count, out);
    case 64: return write_from(WholeSource<uint64_t>{source}, first, count, out);
    case 128: return write_from(WholeSource<std::array<uint64_t, 2>>{source}, first, count, out);
    default: return write_packed(source, first, count, out);
  }
}

}  // namespace omscope::tensor
