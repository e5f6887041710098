// Tensors from one layout into another: padding goes, axes change places, blocks are made.
//
// A plan is made from what a file says of a tensor; then any range of the output can be written, in
// any order and from any thread, so that a tensor of any size streams through a small buffer:
//
//   auto conversion = plan_conversion(stored, layout_from_text("NCHW"));
//   if (!conversion) …                             // says what is missing
//   for (first = 0; first < conversion->count(); first += block)
//     conversion->write(source, first, block, buffer);
//
// Padding is removed in the logical layout, on the axes it was added to, before anything is
// permuted; going to a device layout it is zero.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "omscope/ir/tensor_file.h"
#include "omscope/tensor/layout_copy.h"

namespace omscope::tensor {

/// What is known of a tensor. Views; the caller keeps the memory until plan_conversion is done.
struct StoredShape {
  Layout layout;
  std::span<const int64_t> shape;
  Layout origin_layout;  ///< of `origin_shape`; unknown: found by what fits `shape`
  std::span<const int64_t> origin_shape;
  bool has_origin_shape = false;
  DType dtype = DType::kUndefined;
  /// Bytes at hand. Absent: as many as the shape needs.
  std::optional<uint64_t> bytes;
};

StoredShape stored_shape(const ir::StoredTensor& tensor);

class Conversion {
 public:
  Layout layout;                   ///< of the output, with the groups and C0 that it has
  std::vector<int64_t> shape;      ///< of the output
  Axes logical;                    ///< the tensor without padding, in the order of its origin
  std::vector<std::string> notes;  ///< what had to be assumed

  /// Elements of the output, padding included.
  uint64_t count() const { return copy_.count(); }
  /// Bytes of `count` elements, elements below eight bits packed.
  uint64_t bytes_of(uint64_t count) const { return (count * bits_ + 7) / 8; }
  uint64_t output_bytes() const { return bytes_of(count()); }
  /// What `source` must hold.
  uint64_t source_bytes() const { return source_bytes_; }
  /// The output is the source, byte for byte.
  bool is_plain_copy() const { return copy_.is_plain_copy(); }
  /// A good number of elements to write at once, at least `least`; a multiple of eight.
  uint64_t block(uint64_t least) const;

  /// Writes elements [first, first + count) of the output to the start of `out`. False when the
  /// range is not inside of the output, or `source` or `out` are too small.
  bool write(ByteView source, uint64_t first, uint64_t count, std::span<std::byte> out) const;

  /// All of the output, in parallel.
  bool write_all(ByteView source, std::span<std::byte> out) const;

 private:
  friend Result<Conversion> plan_conversion(const StoredShape& from, const Layout& wanted);
  friend Result<Conversion> plan_permutation(DType dtype, std::span<const int64_t> shape,
                                             std::span<const size_t> order);

  LayoutCopy copy_;
  uint64_t bits_ = 0;
  uint64_t source_bytes_ = 0;
};

/// `wanted` may leave groups and C0 open: the groups are then those of `from`, C0 follows from the
/// element type. "ND" is the order of the origin. The Problem names what is missing; it has no
/// file, which the caller knows.
Result<Conversion> plan_conversion(const StoredShape& from, const Layout& wanted);

/// From elements in C order of `shape`, without padding: dim i of the output is dim order[i] of the
/// source. Types below eight bits are refused.
Result<Conversion> plan_permutation(DType dtype, std::span<const int64_t> shape,
                                    std::span<const size_t> order);

}  // namespace omscope::tensor
