// One contiguous range of a conversion's output, element type known. Used by layout_copy.cpp alone.
#pragma once

#include "omscope/tensor/layout_copy.h"

namespace omscope::tensor {

template <class Source>
class RangeWriter {
 public:
  RangeWriter(const LayoutCopy& plan, const Source& source) : plan_(plan), source_(source) {
    maps_ = plan.maps_;
  }

  /// Elements [first, last) of what the loops make.
  void write(int64_t first, int64_t last, std::byte* out) {
    first_ = first;
    out_ = out;
    if (first < last) cover(0, first, last);
  }

  /// The same where the output is a grouped FRACTAL_Z.
  void write_grouped(int64_t first, int64_t last, std::byte* out);

  /// The same where each block of the output is a diagonal.
  void write_diagonal(int64_t first, int64_t last, std::byte* out);

 private:
  using Index = std::array<int64_t, kMostDigits>;
  static constexpr auto kSize = static_cast<int64_t>(sizeof(typename Source::Element));
  static constexpr int64_t kTileRows = 64;
  static constexpr int64_t kTileBytes = 8192;
  static constexpr int64_t kLineBytes = 128;

  void cover(size_t loop, int64_t first, int64_t last);
  void copy_box();
  void copy_plain_box();
  void copy_part(int64_t row, int64_t last_row);
  void copy_rows(const Tile& rows, int64_t from, int64_t coordinate, int64_t out_at);
  void set_group(int64_t group);
  int64_t source_at(const Index& x) const;
  void write_row(int64_t position, int64_t count, std::byte* out);

  void zero(int64_t out_at, int64_t count) {
    std::memset(out_ + out_at * kSize, 0, static_cast<size_t>(count * kSize));
  }

  template <class Use>
  void each(const std::vector<uint8_t>& loops, Use use);

  const LayoutCopy& plan_;
  Source source_;
  std::vector<AxisMap> maps_;
  int64_t base_ = 0;
  int64_t first_ = 0;
  std::byte* out_ = nullptr;
  Index lo_{};
  Index hi_{};
  Index at_{};
};

/// Cuts a range into boxes: a contiguous range is a few of them at its start, one in the middle, a
/// few at its end.
template <class Source>
void RangeWriter<Source>::cover(size_t loop, int64_t first, int64_t last) {
  if (loop == plan_.loops_.size()) return copy_box();
  const int64_t span = plan_.loops_[loop].stride;
  const auto one = [&](int64_t index, int64_t from, int64_t to) {
    lo_[loop] = index;
    hi_[loop] = index + 1;
    cover(loop + 1, from, to);
  };
  int64_t begin = first / span;
  const int64_t end = last / span;
  if (begin == end) return one(begin, first % span, last % span);
  if (first % span != 0) one(begin++, first % span, span);
  if (begin < end) {
    lo_[loop] = begin;
    hi_[loop] = end;
    for (size_t deeper = loop + 1; deeper < plan_.loops_.size(); ++deeper) {
      lo_[deeper] = 0;
      hi_[deeper] = plan_.loops_[deeper].size;
    }
    copy_box();
  }
  if (last % span != 0) one(end, 0, last % span);
}

template <class Source>
void RangeWriter<Source>::set_group(int64_t group) {
  const Groups& groups = plan_.source_groups_;
  const int64_t inside = group % groups.fold;
  base_ = group / groups.fold * groups.block;
  maps_[static_cast<size_t>(plan_.n_axis_)].shift = (inside - group) * groups.kernels;
  maps_[static_cast<size_t>(plan_.c_axis_)].shift = inside * groups.channels;
}

/// Of a grouped source, one box per group: each has its own place in the blocks.
template <class Source>
void RangeWriter<Source>::copy_box() {
  const Groups& groups = plan_.source_groups_;
  if (!groups.grouped()) return copy_plain_box();
  size_t loop = 0;
  while (plan_.loops_[loop].axis != plan_.n_axis_) ++loop;
  const int64_t begin = lo_[loop];
  const int64_t end = hi_[loop];
  for (int64_t n = begin; n < end;) {
    const int64_t group = std::min(n / groups.kernels, groups.count - 1);
    lo_[loop] = n;
    // What lies behind the last group is padding.
    hi_[loop] = group + 1 == groups.count ? end : std::min(end, (group + 1) * groups.kernels);
    set_group(group);
    n = hi_[loop];
    copy_plain_box();
  }
  lo_[loop] = begin;
  hi_[loop] = end;
}

/// Calls `use` for each index of `loops` in the box, the last loop fastest.
template <class Source>
template <class Use>
void RangeWriter<Source>::each(const std::vector<uint8_t>& loops, Use use) {
  for (const uint8_t loop : loops) at_[loop] = lo_[loop];
  while (true) {
    use();
    size_t k = loops.size();
    while (k > 0 && ++at_[loops[k - 1]] == hi_[loops[k - 1]]) {
      --k;
      at_[loops[k]] = lo_[loops[k]];
    }
    if (k == 0) return;
  }
}

template <class Source>
void RangeWriter<Source>::copy_plain_box() {
  if (plan_.loops_.empty()) return copy_part(0, 1);
  each(plan_.outside_, [&] {
    if (plan_.partner_ < 0) return each(plan_.inside_, [&] { copy_part(0, 1); });
    const auto partner = static_cast<size_t>(plan_.partner_);
    for (int64_t row = lo_[partner]; row < hi_[partner]; row += kTileRows) {
      const int64_t last = std::min(hi_[partner], row + kTileRows);
      each(plan_.inside_, [&] { copy_part(row, last); });
    }
  });
}

/// Rows [row, last_row) of the partner loop, all of the innermost one, at the index of the others.
template <class Source>
void RangeWriter<Source>::copy_part(int64_t row, int64_t last_row) {
  const auto& loops = plan_.loops_;
  if (loops.empty()) return source_.copy_one(out_, base_);
  const size_t inner = loops.size() - 1;
  const int partner = plan_.partner_;
  Index x{};
  int64_t out_at = lo_[inner] - first_;
  for (size_t loop = 0; loop < inner; ++loop) {
    if (static_cast<int>(loop) == partner) continue;
    x[static_cast<size_t>(loops[loop].axis)] += at_[loop] * loops[loop].step;
    out_at += at_[loop] * loops[loop].stride;
  }
  const auto inner_axis = static_cast<size_t>(loops[inner].axis);
  const size_t row_axis =
      partner < 0 ? inner_axis : static_cast<size_t>(loops[static_cast<size_t>(partner)].axis);
  Tile rows;
  rows.out_step = partner < 0 ? 0 : loops[static_cast<size_t>(partner)].stride;
  out_at += row * rows.out_step;

  int64_t from = base_;
  bool dead = false;
  for (size_t axis = 0; axis < maps_.size(); ++axis) {
    if (axis == inner_axis || axis == row_axis) continue;
    dead = dead || x[axis] >= plan_.extents_[axis];
    from += maps_[axis].at(x[axis]);
  }
  const int64_t width = hi_[inner] - lo_[inner];
  const int64_t begin = x[inner_axis] + lo_[inner];
  int64_t used = std::clamp<int64_t>(plan_.extents_[inner_axis] - begin, 0, width);
  int64_t used_rows = last_row - row;
  const int64_t row_begin = partner < 0 ? 0 : x[row_axis] + row;
  if (partner >= 0) {
    used_rows = std::clamp<int64_t>(plan_.extents_[row_axis] - row_begin, 0, used_rows);
  }
  if (dead || used == 0) used_rows = 0;
  if (plan_.padded_) {
    for (int64_t r = 0; r < last_row - row; ++r) {
      const int64_t kept = r < used_rows ? used : 0;
      if (kept < width) zero(out_at + r * rows.out_step + kept, width - kept);
    }
  }
  for (int64_t r = 0; r < used_rows; r += rows.rows) {
    rows.rows = used_rows - r;
    int64_t row_from = from;
    if (partner >= 0) {
      const AxisMap& map = maps_[row_axis];
      rows.rows = std::min(rows.rows, map.even(row_begin + r));
      rows.row_step = map.lo;
      row_from += map.at(row_begin + r);
    }
    rows.length = used;
    copy_rows(rows, row_from, begin, out_at + r * rows.out_step);
  }
}

/// Rows that lie evenly; their length is cut where the innermost axis has blocks.
template <class Source>
void RangeWriter<Source>::copy_rows(const Tile& rows, int64_t from, int64_t coordinate,
                                    int64_t out_at) {
  const AxisMap& map = maps_[static_cast<size_t>(plan_.loops_.back().axis)];
  Tile tile = rows;
  tile.step = map.lo;
  for (int64_t done = 0; done < rows.length; done += tile.length) {
    tile.length = std::min(rows.length - done, map.even(coordinate + done));
    tile.from = from + map.at(coordinate + done);
    std::byte* out = out_ + (out_at + done) * kSize;
    if (map.lo != 1) {
      tile.length = std::min(tile.length, std::max<int64_t>(kTileBytes / kSize / tile.rows, 16));
      source_.copy(out, tile);
      continue;
    }
    // Several blocks at once, so that lines of the output are filled before they leave the cache.
    RunTile runs{tile, 1, map.hi};
    if (tile.length == map.div) {
      const int64_t most = std::max<int64_t>(kLineBytes / kSize / tile.length, 1);
      runs.runs = std::min((rows.length - done) / tile.length, most);
    }
    source_.copy_runs(out, runs);
    done += (runs.runs - 1) * tile.length;
  }
}

template <class Source>
int64_t RangeWriter<Source>::source_at(const Index& x) const {
  const Groups& groups = plan_.source_groups_;
  int64_t at = 0;
  Index place = x;
  if (groups.grouped()) {
    auto& n = place[static_cast<size_t>(plan_.n_axis_)];
    const int64_t group = n / groups.kernels;
    const int64_t inside = group % groups.fold;
    at = group / groups.fold * groups.block;
    n += (inside - group) * groups.kernels;
    place[static_cast<size_t>(plan_.c_axis_)] += inside * groups.channels;
  }
  for (size_t axis = 0; axis < plan_.maps_.size(); ++axis) at += plan_.maps_[axis].at(place[axis]);
  return at;
}

/// `count` elements of one row of C0 from `position` of the output on, which is zero already.
template <class Source>
void RangeWriter<Source>::write_row(int64_t position, int64_t count, std::byte* out) {
  const Groups& groups = plan_.target_groups_;
  const auto n_axis = static_cast<size_t>(plan_.n_axis_);
  const auto c_axis = static_cast<size_t>(plan_.c_axis_);
  Index x{};
  int64_t rest = position % plan_.block_;
  for (const Digit& loop : plan_.loops_) {
    x[static_cast<size_t>(loop.axis)] += rest / loop.stride * loop.step;
    rest %= loop.stride;
  }
  const int64_t inside = x[n_axis] / groups.kernels;
  const int64_t group = position / plan_.block_ * groups.fold + inside;
  if (inside >= groups.fold || group >= groups.count) return;
  x[n_axis] += (group - inside) * groups.kernels;
  const int64_t c = x[c_axis] - inside * groups.channels;  // of the first element; may be outside
  const int64_t begin = std::max<int64_t>(-c, 0);
  const int64_t end = std::min(count, groups.channels - c);
  for (int64_t i = begin; i < end; ++i) {
    x[c_axis] = c + i;
    source_.copy_one(out + i * kSize, source_at(x));
  }
}

template <class Source>
void RangeWriter<Source>::write_grouped(int64_t first, int64_t last, std::byte* out) {
  std::memset(out, 0, static_cast<size_t>((last - first) * kSize));
  const int64_t width = plan_.target_c0_;
  for (int64_t at = first; at < last;) {
    const int64_t count = std::min(width - at % width, last - at);
    write_row(at, count, out + (at - first) * kSize);
    at += count;
  }
}

template <class Source>
void RangeWriter<Source>::write_diagonal(int64_t first, int64_t last, std::byte* out) {
  constexpr int64_t kChunk = 4096;
  const int64_t c0 = plan_.diagonal_;
  std::memset(out, 0, static_cast<size_t>((last - first) * kSize));
  std::vector<std::byte> chunk(kChunk * sizeof(typename Source::Element));
  const int64_t begin = first / (c0 * c0) * c0;
  const int64_t end = ((last - 1) / (c0 * c0) + 1) * c0;
  for (int64_t at = begin; at < end; at += kChunk) {
    const int64_t to = std::min(end, at + kChunk);
    write(at, to, chunk.data());
    for (int64_t i = at; i < to; ++i) {
      const int64_t place = i / c0 * c0 * c0 + i % c0 * (c0 + 1);
      if (place < first || place >= last) continue;
      std::memcpy(out + (place - first) * kSize, chunk.data() + (i - at) * kSize,
                  static_cast<size_t>(kSize));
    }
  }
}

}  // namespace omscope::tensor
