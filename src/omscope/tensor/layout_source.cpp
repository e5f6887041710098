#include "omscope/tensor/layout_source.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace omscope::tensor {
namespace {

std::vector<int64_t> copied(std::span<const int64_t> dims) {
  return {dims.begin(), dims.end()};
}

bool same(std::span<const int64_t> a, std::span<const int64_t> b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end());
}

const LayoutRule* plain_rule(const Layout& layout) {
  const LayoutRule* rule = find_layout(layout.base);
  return rule != nullptr && rule->scheme == Scheme::kPlain ? rule : nullptr;
}

/// Names for dims in the order of the origin, where that is stated and has one for each.
std::string origin_names(const Layout& origin, size_t rank) {
  const LayoutRule* rule = plain_rule(origin);
  return rule != nullptr && rule->axes.size() == rank ? std::string(rule->axes) : std::string();
}

/// The axes in the order of the origin, where that only permutes them.
Axes in_origin_order(const Axes& axes, const Layout& origin) {
  const std::string letters = origin_names(origin, axes.dims.size());
  if (letters.empty() || !std::is_permutation(letters.begin(), letters.end(), axes.letters.begin(),
                                              axes.letters.end())) {
    return axes;
  }
  Axes ordered{letters, {}};
  for (const char letter : letters) ordered.dims.push_back(axes.extent(letter));
  return ordered;
}

/// Plain layouts have no padding: their own shape is all there is to know.
Result<StoredSource> read_plain(const LayoutRule& rule, const StoredShape& from) {
  StoredSource source;
  if (rule.scheme == Scheme::kPlain) {
    if (from.shape.size() != rule.axes.size()) {
      return layout_problem(Code::kBadValue, "shape",
                            fmt::format("[{}] is no shape of {}, which has {} dims",
                                        fmt::join(from.shape, ","), rule.name, rule.axes.size()));
    }
    source.axes = in_origin_order({std::string(rule.axes), copied(from.shape)}, from.origin_layout);
  } else {
    source.axes = {origin_names(from.origin_layout, from.shape.size()), copied(from.shape)};
  }
  auto placement = place(rule, source.axes, 0, 1);
  if (!placement) return placement.error();
  source.placement = std::move(*placement);
  return source;
}

/// The bytes of a placement: those at hand suffice for it.
bool holds(const StoredShape& from, const Placement& placement) {
  const auto bytes = dtype_bytes(from.dtype, static_cast<uint64_t>(placement.count));
  return !from.bytes || (bytes && *bytes <= *from.bytes);
}

bool fills(const StoredShape& from, const Placement& placement) {
  const auto bytes = dtype_bytes(from.dtype, static_cast<uint64_t>(placement.count));
  return bytes && from.bytes == bytes;
}

/// Whether the device shape is the one of this placement. Writers that leave it out have only the
/// number of bytes to tell.
bool has_shape(const StoredShape& from, const Placement& placement) {
  return from.shape.empty() ? fills(from, placement) : same(from.shape, placement.shape);
}

/// A grouped weight as its shape says, or without groups where the bytes say so: Graph Engine
/// reports the grouped shape of a weight that it did not regroup (it does so from HWCN alone).
std::optional<Placement> place_groups(const LayoutRule& rule, const StoredShape& from,
                                      const Axes& axes, int64_t c0, bool& ungrouped) {
  const int64_t count = from.layout.groups;
  auto grouped = place(rule, axes, c0, count);
  auto whole = place(rule, axes, c0, 1);
  const bool stated = grouped && has_shape(from, *grouped);
  if (!whole || (!stated && !has_shape(from, *whole))) {
    return stated ? std::optional<Placement>(std::move(*grouped)) : std::nullopt;
  }
  ungrouped = !stated || (from.bytes && !fills(from, *grouped) &&
                          (fills(from, *whole) || !holds(from, *grouped)));
  return ungrouped ? std::move(*whole) : std::move(*grouped);
}

/// The origin shape under each of its possible names, until one gives the device shape.
Result<StoredSource> match_names(const LayoutRule& rule, const StoredShape& from, int64_t c0) {
  StoredSource source;
  std::string others;
  for (const std::string& names :
       possible_names(rule, from.origin_layout, from.origin_shape.size())) {
    const Axes axes{names, copied(from.origin_shape)};
    bool ungrouped = false;
    std::optional<Placement> placement;
    if (from.layout.groups > 1 && rule.scheme == Scheme::kFractalZ) {
      placement = place_groups(rule, from, axes, c0, ungrouped);
    } else if (auto placed = place(rule, axes, c0, 1); placed && has_shape(from, *placed)) {
      placement = std::move(*placed);
    }
    if (!placement) continue;
    if (!source.axes.letters.empty() || source.placement.c0 != 0) {
      if (names.size() > 1) others += (others.empty() ? "" : ", ") + names;
      continue;
    }
    source.axes = axes;
    source.placement = std::move(*placement);
    if (ungrouped) {
      source.notes.push_back(
          fmt::format("states {} groups, but its bytes are those of a weight "
                      "without groups, and are read so",
                      from.layout.groups));
    }
  }
  if (source.placement.c0 == 0) {
    return layout_problem(
        Code::kBadValue, "origin shape",
        fmt::format("[{}]{}{} does not become [{}] in {}; state the origin shape and its format",
                    fmt::join(from.origin_shape, ","), from.origin_layout.known() ? " in " : "",
                    from.origin_layout.base, fmt::join(from.shape, ","), rule.name));
  }
  if (!others.empty() && plain_rule(from.origin_layout) == nullptr) {
    source.notes.push_back(
        fmt::format("no origin format is stated; the origin shape is read as "
                    "{}, {} would fit too",
                    source.axes.letters, others));
  }
  return source;
}

Result<StoredSource> match_matrix(const LayoutRule& rule, const StoredShape& from, int64_t c0) {
  StoredSource source;
  source.axes = {origin_names(from.origin_layout, from.origin_shape.size()),
                 copied(from.origin_shape)};
  auto placement = place(rule, source.axes, c0, 1);
  if (!placement) return placement.error();
  if (!has_shape(from, *placement)) {
    return layout_problem(
        Code::kBadValue, "origin shape",
        fmt::format("[{}] becomes [{}] in {}, but the shape is [{}]; state the "
                    "real origin shape",
                    fmt::join(from.origin_shape, ","), fmt::join(placement->shape, ","), rule.name,
                    fmt::join(from.shape, ",")));
  }
  source.placement = std::move(*placement);
  return source;
}

/// Without an origin shape the padding cannot be told from elements.
Result<StoredSource> read_padded(const LayoutRule& rule, const StoredShape& from, int64_t c0) {
  auto axes = axes_of_device(rule, from.shape);
  if (!axes) {
    return layout_problem(Code::kBadValue, "origin shape",
                          fmt::format("is not stated, and [{}] in {} does not tell the logical "
                                      "shape; state the origin shape",
                                      fmt::join(from.shape, ","), rule.name));
  }
  StoredSource source;
  source.axes = std::move(*axes);
  auto placement = place(rule, source.axes, c0, 1);
  if (!placement) return placement.error();
  if (!same(placement->shape, from.shape)) {
    return layout_problem(
        Code::kBadValue, "shape",
        fmt::format("[{}] is no shape of {}", fmt::join(from.shape, ","), rule.name));
  }
  source.placement = std::move(*placement);
  source.notes.push_back("no origin shape is stated: padding, if there is any, is kept");
  return source;
}

}  // namespace

Result<StoredSource> read_source(const LayoutRule& rule, const StoredShape& from) {
  if (is_plain(rule)) return read_plain(rule, from);
  const int64_t c0 = choose_c0(rule, from.layout, from.dtype, from.shape);
  if (!from.has_origin_shape || from.origin_shape.empty()) return read_padded(rule, from, c0);
  return is_matrix(rule) ? match_matrix(rule, from, c0) : match_names(rule, from, c0);
}

}  // namespace omscope::tensor
