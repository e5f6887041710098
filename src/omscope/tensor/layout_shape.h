// Which layouts are known, and which shape the device gives to a logical tensor.
//
// A logical tensor is what the model's author sees: dims without padding, in the order of a plain
// layout. A device layout cuts one or two of its axes into blocks and pads them. The formulas are
// Graph Engine's (its host transfer code); each is written at its row in layout_placement.cpp.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "omscope/core/dtype.h"
#include "omscope/core/layout.h"

namespace omscope::tensor {

enum class Scheme : uint8_t {
  kPlain,  ///< a permutation of named axes
  kNd,     ///< axes in the order of the logical tensor, without names
  kNc1hwc0,
  kNdc1hwc0,
  kC1hwnc0,
  kC1hwncoc0,
  kFractalZ,
  kFractalZC04,
  kFractalZ3d,
  kFractalZ3dTranspose,
  kFractalNz,
  kFractalZz,
};

struct LayoutRule {
  std::string_view name;
  Scheme scheme;
  std::string_view axes;  ///< of a plain layout, outermost first
  uint16_t c0 = 0;        ///< where the name fixes it
};

/// Nothing for a layout whose elements cannot be placed.
const LayoutRule* find_layout(std::string_view name);

/// "NCHW, NHWC, …" for messages.
std::string known_layouts();

inline bool is_plain(const LayoutRule& rule) {
  return rule.scheme == Scheme::kPlain || rule.scheme == Scheme::kNd;
}

/// A known layout that may have padding.
bool is_device_layout(const Layout& layout);

/// Whether it blocks the last two dims, whatever they are called.
inline bool is_matrix(const LayoutRule& rule) {
  return rule.scheme == Scheme::kFractalNz || rule.scheme == Scheme::kFractalZz;
}

/// The dims of a logical tensor and their names.
struct Axes {
  std::string letters;  ///< of N, C, D, H, W, one per dim; empty: they have no names
  std::vector<int64_t> dims;

  /// The position of a named axis; -1 where there is none.
  int find(char letter) const;
  /// 1 where the axis is absent.
  int64_t extent(char letter) const;
};

/// Elements of the innermost block: the last dim of `device_shape` when that has the layout's rank,
/// else what the layout's name or `layout.c0` says, else by type. Zero or less is possible only
/// when the shape says so.
int64_t choose_c0(const LayoutRule& rule, const Layout& layout, DType dtype,
                  std::span<const int64_t> device_shape);

/// The logical axes as far as the device shape alone tells, padding included. Nothing when it does
/// not (FRACTAL_Z folds C1, H and W into one dim) or its rank is not the layout's.
std::optional<Axes> axes_of_device(const LayoutRule& rule, std::span<const int64_t> device_shape);

/// Names that the dims of an origin shape can have, the likeliest first. `origin` is the layout
/// that the file states for it (may be unknown). A shape with fewer dims than its layout lacks some
/// of its axes: all choices of them are listed.
std::vector<std::string> possible_names(const LayoutRule& rule, const Layout& origin, size_t rank);

}  // namespace omscope::tensor
