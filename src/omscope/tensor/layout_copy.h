// Moves elements from one placement to another. Made by plan_conversion, which see.
#pragma once

#include <limits>
#include <span>
#include <vector>

#include "omscope/core/bytes.h"
#include "omscope/tensor/layout_placement.h"
#include "omscope/tensor/layout_tiles.h"

namespace omscope::tensor {

/// Digits of a layout: dims, and at most three more for blocks.
constexpr size_t kMostDigits = kMostDims + 4;

/// What a coordinate adds to the place of an element in the source.
struct AxisMap {
  static constexpr int64_t kWhole = std::numeric_limits<int64_t>::max();

  int64_t shift = 0;     ///< added to the coordinate
  int64_t div = kWhole;  ///< width of a block; kWhole: not in blocks
  int64_t hi = 0;        ///< stride of blocks
  int64_t lo = 0;        ///< stride inside of a block

  int64_t at(int64_t coordinate) const {
    const int64_t x = coordinate + shift;
    return div == kWhole ? x * lo : x / div * hi + x % div * lo;
  }
  /// Coordinates from this one on that lie evenly.
  int64_t even(int64_t coordinate) const {
    return div == kWhole ? kWhole : div - (coordinate + shift) % div;
  }
};

class LayoutCopy {
 public:
  LayoutCopy() = default;
  LayoutCopy(const Axes& axes, const Placement& source, const Placement& target, unsigned bits,
             bool msb_first);

  /// Elements of the output.
  uint64_t count() const { return static_cast<uint64_t>(count_); }
  /// Output and source are the same bytes.
  bool is_plain_copy() const;
  /// A number of elements that ranges should be a multiple of, so that what is read together stays
  /// in one range.
  uint64_t grain() const;

  /// Writes elements [first, first + count) to `out`, which holds them densely packed.
  void write(const std::byte* source, uint64_t first, uint64_t count, std::byte* out) const;

 private:
  template <class Source>
  friend class RangeWriter;

  void choose_partner();
  template <class Source>
  void write_from(const Source& source, uint64_t first, uint64_t count, std::byte* out) const;
  void write_packed(const std::byte* source, uint64_t first, uint64_t count, std::byte* out) const;
  int64_t source_stride(const Digit& digit) const;

  std::vector<Digit> loops_;  ///< of the output, outermost first, dense strides
  std::vector<int64_t> extents_;
  std::vector<AxisMap> maps_;
  std::vector<uint8_t> outside_;  ///< loops around the tiles of the partner, in this order
  std::vector<uint8_t> inside_;   ///< loops inside of them
  int partner_ = -1;  ///< the loop that makes tiles together with the innermost one; -1: none
  int64_t count_ = 0;
  int64_t block_ = 0;     ///< elements that the loops make: all, or one block of groups
  int64_t diagonal_ = 0;  ///< C0 of a target whose blocks are diagonals; 0: none
  int64_t target_c0_ = 0;
  bool padded_ = false;
  int n_axis_ = 0;
  int c_axis_ = 0;
  Groups source_groups_;
  Groups target_groups_;
  unsigned bits_ = 8;
  PackedBits packing_;
};

}  // namespace omscope::tensor
