#include "omscope/tensor/layout_placement.h"

#include <algorithm>
#include <numeric>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace omscope::tensor {
namespace {

constexpr int64_t kMostElements = int64_t{1} << 58;
constexpr int64_t kRows = 16;  ///< rows of a fractal block (N0, H0)

int64_t blocks(int64_t extent, int64_t width) {
  return extent / width + (extent % width != 0 ? 1 : 0);
}

/// Collects digits and shape; a product that gets too large is noted, not computed.
class Builder {
 public:
  Builder(const Axes& axes, int64_t c0) : axes_(axes) { placement_.c0 = c0; }

  int64_t extent(char letter) const { return axes_.extent(letter); }
  int find(char letter) const { return axes_.find(letter); }

  /// An axis that the tensor lacks (-1) is one of a single element behind the others.
  void digit(int axis, int64_t step, int64_t size) {
    const int place = axis < 0 ? static_cast<int>(axes_.dims.size()) : axis;
    placement_.digits.push_back({place, step, size, 0});
  }
  void digit(char letter, int64_t step, int64_t size) { digit(axes_.find(letter), step, size); }
  void whole(int axis) { digit(axis, 1, axes_.dims[static_cast<size_t>(axis)]); }
  void whole(std::string_view letters) {
    for (const char letter : letters) digit(letter, 1, extent(letter));
  }
  void padded(char letter, int64_t width) {
    digit(letter, 1, times({blocks(extent(letter), width), width}));
  }
  void block_of(char letter) { digit(letter, c0(), blocks(extent(letter), c0())); }
  void in_block(char letter) { digit(letter, 1, c0()); }

  int64_t c0() const { return placement_.c0; }
  int64_t c1() const { return blocks(extent('C'), c0()); }

  int64_t times(std::initializer_list<int64_t> factors) {
    int64_t result = 1;
    for (const int64_t factor : factors) {
      if (__builtin_mul_overflow(result, factor, &result) || result > kMostElements) {
        too_large_ = true;
        return 1;
      }
    }
    return result;
  }

  void shape(std::vector<int64_t> dims) { placement_.shape = std::move(dims); }
  Placement& placement() { return placement_; }

  Result<Placement> finish();

 private:
  const Axes& axes_;
  Placement placement_;
  bool too_large_ = false;
};

Result<Placement> Builder::finish() {
  auto& digits = placement_.digits;
  bool empty = false;
  int64_t stride = 1;
  for (auto digit = digits.rbegin(); digit != digits.rend(); ++digit) {
    digit->stride = stride;
    empty = empty || digit->size == 0;
    stride = times({stride, std::max<int64_t>(digit->size, 1)});
  }
  if (placement_.diagonal) stride = times({stride, c0()});
  const Groups& groups = placement_.groups;
  if (groups.grouped()) {
    placement_.groups.block = stride;
    stride = times({stride, blocks(groups.count, groups.fold)});
  }
  if (too_large_) {
    return layout_problem(Code::kTooLarge, "shape",
                          "the elements are too many to count; the shape is damaged");
  }
  placement_.count = empty ? 0 : stride;
  if (placement_.diagonal) {
    for (Digit& digit : digits) digit.stride *= c0();
    digits.back().stride = c0() + 1;
  }
  std::erase_if(digits, [](const Digit& digit) { return digit.size == 1; });
  return std::move(placement_);
}

/// Permutations. Axes without names keep their order.
Result<Placement> place_plain(const LayoutRule& rule, const Axes& axes, Builder& builder) {
  const int rank = static_cast<int>(axes.dims.size());
  if (rule.scheme == Scheme::kNd || axes.letters.empty()) {
    if (rule.scheme == Scheme::kPlain && axes.dims.size() != rule.axes.size()) {
      return layout_problem(
          Code::kBadValue, "origin format",
          fmt::format("{} needs {} dims, the logical shape [{}] has {} and its "
                      "axes have no names; state the origin format",
                      rule.name, rule.axes.size(), fmt::join(axes.dims, ","), rank));
    }
    for (int axis = 0; axis < rank; ++axis) builder.whole(axis);
    builder.shape(axes.dims);
    return builder.finish();
  }
  std::vector<int64_t> shape;
  builder.whole(rule.axes);
  for (const char letter : rule.axes) shape.push_back(axes.extent(letter));
  builder.shape(std::move(shape));
  return builder.finish();
}

/// Batch dims, then the last two in blocks. One dim is a single row.
Result<Placement> place_matrix(const LayoutRule& rule, const Axes& axes, Builder& builder) {
  const int rank = static_cast<int>(axes.dims.size());
  if (rank == 0) {
    return layout_problem(Code::kBadValue, "origin shape",
                          fmt::format("{} needs at least one dim", rule.name));
  }
  const int columns = rank - 1;
  const int rows = rank - 2;  // -1: none
  const int64_t c0 = builder.c0();
  const int64_t width = axes.dims[static_cast<size_t>(columns)];
  const int64_t height = rows < 0 ? 1 : axes.dims[static_cast<size_t>(rows)];
  std::vector<int64_t> shape;
  for (int axis = 0; axis < rows; ++axis) {
    builder.whole(axis);
    shape.push_back(axes.dims[static_cast<size_t>(axis)]);
  }
  const int64_t w1 = blocks(width, c0);
  if (rule.scheme == Scheme::kFractalNz) {
    // batch W1 H1 16 C0 + (w/C0) H1 16 C0 + h C0 + w%C0
    const int64_t h1 = blocks(height, kRows);
    builder.digit(columns, c0, w1);
    builder.digit(rows, 1, builder.times({h1, kRows}));
    builder.digit(columns, 1, c0);
    shape.insert(shape.end(), {w1, h1, kRows, c0});
  } else {
    // batch H1 W1 C0 C0 + (((h/C0) W1 + w/C0) C0 + h%C0) C0 + w%C0: blocks are square
    const int64_t h1 = blocks(height, c0);
    builder.digit(rows, c0, h1);
    builder.digit(columns, c0, w1);
    builder.digit(rows, 1, c0);
    builder.digit(columns, 1, c0);
    shape.insert(shape.end(), {h1, w1, c0, c0});
  }
  builder.shape(std::move(shape));
  return builder.finish();
}

/// (((((q/E) C1 + dci/C0) H + h) W + w) Co + dco) C0 + dci%C0 for kernel k and channel c of group
/// q, with dci = (q%E) C + c and dco = (q%E) K + k.
Result<Placement> place_grouped(Builder& builder, int64_t count) {
  const int64_t n = builder.extent('N');
  const int64_t c0 = builder.c0();
  if (n == 0 || n % count != 0) {
    return layout_problem(Code::kBadValue, "groups",
                          fmt::format("{} kernels do not make {} groups", n, count));
  }
  Groups groups;
  groups.count = count;
  groups.channels = builder.extent('C');
  groups.kernels = n / count;
  if (groups.channels == 0) groups.channels = 1;  // nothing is placed then
  const int64_t fold =
      std::lcm(c0 / std::gcd(groups.channels, c0), kRows / std::gcd(groups.kernels, kRows));
  groups.fold = std::min(fold, count);
  const int64_t c1 = blocks(builder.times({groups.fold, builder.extent('C')}), c0);
  const int64_t n1 = blocks(builder.times({groups.fold, groups.kernels}), kRows);
  groups.padded_kernels = builder.times({n1, kRows});
  const int64_t h = builder.extent('H');
  const int64_t w = builder.extent('W');
  builder.shape({builder.times({blocks(count, groups.fold), c1, h, w}), n1, kRows, c0});
  builder.digit('C', c0, c1);
  builder.whole("HW");
  builder.digit('N', 1, groups.padded_kernels);
  builder.in_block('C');
  builder.placement().groups = groups;
  return builder.finish();
}

/// k = (h W + w) 4 + c; (k/C0) 16 N1 C0 + n C0 + k%C0
Result<Placement> place_z_c04(Builder& builder) {
  constexpr int64_t kChannels = 4;
  const int64_t c0 = builder.c0();
  if (builder.extent('C') > kChannels || c0 % kChannels != 0) {
    return layout_problem(Code::kBadValue, "FRACTAL_Z_C04",
                          fmt::format("holds 4 channels in blocks of a multiple of 4, not {} in "
                                      "blocks of {}",
                                      builder.extent('C'), c0));
  }
  const int64_t pixels = builder.times({builder.extent('H'), builder.extent('W')});
  const int64_t per_block = c0 / kChannels;
  const int64_t n1 = blocks(builder.extent('N'), kRows);
  builder.shape({blocks(pixels, per_block), n1, kRows, c0});
  const int pixel = builder.find('W') >= 0 ? builder.find('W') : builder.find('H');
  builder.digit(pixel, per_block, blocks(pixels, per_block));
  builder.padded('N', kRows);
  builder.digit(pixel, 1, per_block);
  builder.digit('C', 1, kChannels);
  builder.placement().fused = true;
  return builder.finish();
}

Result<Placement> place_image(const LayoutRule& rule, const Axes& axes, Builder& builder,
                              int64_t groups) {
  const int64_t n = axes.extent('N');
  const int64_t d = axes.extent('D');
  const int64_t h = axes.extent('H');
  const int64_t w = axes.extent('W');
  const int64_t c0 = builder.c0();
  const int64_t c1 = builder.c1();
  const int64_t n1 = blocks(n, kRows);
  switch (rule.scheme) {
    case Scheme::kNc1hwc0:  // (((n C1 + c/C0) H + h) W + w) C0 + c%C0
      builder.whole("N");
      builder.block_of('C');
      builder.whole("HW");
      builder.shape({n, c1, h, w, c0});
      break;
    case Scheme::kNdc1hwc0:  // ((((n D + d) C1 + c/C0) H + h) W + w) C0 + c%C0
      builder.whole("ND");
      builder.block_of('C');
      builder.whole("HW");
      builder.shape({n, d, c1, h, w, c0});
      break;
    case Scheme::kC1hwnc0:    // ((((c/C0) H + h) W + w) N + n) C0 + c%C0
    case Scheme::kC1hwncoc0:  // ((((c/C0) H + h) W + w) N + n) C0 C0 + (c%C0) C0 + c%C0
      builder.block_of('C');
      builder.whole("HWN");
      builder.shape({c1, h, w, n, c0});
      if (rule.scheme == Scheme::kC1hwncoc0) builder.placement().diagonal = true;
      if (rule.scheme == Scheme::kC1hwncoc0) builder.placement().shape.push_back(c0);
      break;
    case Scheme::kFractalZ:  // (((c/C0) H + h) W + w) Np C0 + n C0 + c%C0
      if (groups > 1) return place_grouped(builder, groups);
      builder.block_of('C');
      builder.whole("HW");
      builder.padded('N', kRows);
      builder.shape({builder.times({c1, h, w}), n1, kRows, c0});
      break;
    case Scheme::kFractalZ3d:  // (((d C1 + c/C0) H + h) W + w) Np C0 + n C0 + c%C0
      builder.whole("D");
      builder.block_of('C');
      builder.whole("HW");
      builder.padded('N', kRows);
      builder.shape({builder.times({d, c1, h, w}), n1, kRows, c0});
      break;
    case Scheme::kFractalZ3dTranspose:  // (((d N1' + n/C0) H + h) W + w) Cp C0 + c C0 + n%C0
      builder.whole("D");
      builder.block_of('N');
      builder.whole("HW");
      builder.padded('C', kRows);
      builder.shape(
          {builder.times({d, blocks(n, c0), h, w}), blocks(axes.extent('C'), kRows), kRows, c0});
      builder.in_block('N');
      return builder.finish();
    default: return place_z_c04(builder);
  }
  builder.in_block('C');
  return builder.finish();
}

/// The axes that the layout has a place for; others must have one element.
std::string_view axes_of(const LayoutRule& rule) {
  if (rule.scheme == Scheme::kPlain) return rule.axes;
  const bool has_depth = rule.scheme == Scheme::kNdc1hwc0 || rule.scheme == Scheme::kFractalZ3d ||
                         rule.scheme == Scheme::kFractalZ3dTranspose;
  return has_depth ? "NCDHW" : "NCHW";
}

Result<Done> check_axes(const LayoutRule& rule, const Axes& axes) {
  if (axes.dims.size() > kMostDims) {
    return layout_problem(
        Code::kTooLarge, "shape",
        fmt::format("{} dims; at most {} can be converted", axes.dims.size(), kMostDims));
  }
  for (const int64_t dim : axes.dims) {
    if (dim < 0 || dim > kMostElements) {
      return layout_problem(Code::kBadValue, "shape",
                            fmt::format("[{}] has a dim that is not known or too large; state "
                                        "the real shape",
                                        fmt::join(axes.dims, ",")));
    }
  }
  if (rule.scheme == Scheme::kNd || is_matrix(rule)) return Done{};
  if (axes.letters.empty()) {
    if (is_plain(rule)) return Done{};
    return layout_problem(Code::kBadValue, "origin format",
                          fmt::format("{} needs to know which dim of [{}] is N, C, H, W; state "
                                      "the origin format (NCHW, NHWC, HWCN, …)",
                                      rule.name, fmt::join(axes.dims, ",")));
  }
  for (size_t i = 0; i < axes.letters.size(); ++i) {
    if (axes.dims[i] == 1 || axes_of(rule).find(axes.letters[i]) != std::string_view::npos)
      continue;
    return layout_problem(
        Code::kBadValue, "shape",
        fmt::format("{} has no axis {}, the logical shape [{}] has {} elements "
                    "on it",
                    rule.name, axes.letters[i], fmt::join(axes.dims, ","), axes.dims[i]));
  }
  return Done{};
}

/// The place of an axis that is one unpadded digit; -1: it is more than that.
int single(const Placement& placement, size_t axis, int64_t extent) {
  int place = -1;
  for (size_t i = 0; i < placement.digits.size(); ++i) {
    const Digit& digit = placement.digits[i];
    if (digit.axis != static_cast<int>(axis)) continue;
    if (place >= 0 || digit.step != 1 || digit.size != extent) return -1;
    place = static_cast<int>(i);
  }
  return place;
}

bool can_fuse(const Placement& placement, size_t outer, size_t inner, const Axes& axes) {
  const int a = single(placement, outer, axes.dims[outer]);
  const int b = single(placement, inner, axes.dims[inner]);
  if (a < 0 || b != a + 1) return false;
  // On a diagonal, the next digit does not start where the one before it ends.
  const Digit& last = placement.digits[static_cast<size_t>(b)];
  return placement.digits[static_cast<size_t>(a)].stride == last.stride * last.size;
}

void fuse(Placement& placement, size_t outer, size_t inner, const Axes& axes) {
  const int at = single(placement, inner, axes.dims[inner]);
  placement.digits[static_cast<size_t>(at)].size *= axes.dims[outer];
  placement.digits.erase(placement.digits.begin() + at - 1);
}

/// H and W of a layout that keeps them apart become W alone.
bool fuse_pixels(const Axes& axes, Placement& placement) {
  const int h = axes.find('H');
  const int w = axes.find('W');
  if (placement.fused || h < 0 || w < 0 || axes.extent('H') == 1) return true;
  const auto outer = static_cast<size_t>(h);
  if (axes.extent('W') == 1) {
    // W has no digit: H's stands for both.
    for (Digit& digit : placement.digits) {
      if (digit.axis == h) digit.axis = w;
    }
    return single(placement, static_cast<size_t>(w), axes.extent('H')) >= 0;
  }
  if (!can_fuse(placement, outer, static_cast<size_t>(w), axes)) return false;
  fuse(placement, outer, static_cast<size_t>(w), axes);
  return true;
}

}  // namespace

Problem layout_problem(Code code, std::string where, std::string message) {
  return {Severity::kError, code, "", std::nullopt, std::move(where), std::move(message)};
}

Result<Placement> place(const LayoutRule& rule, const Axes& axes, int64_t c0, int64_t groups) {
  auto checked = check_axes(rule, axes);
  if (!checked) return checked.error();
  constexpr int64_t kMostC0 = 1 << 20;
  if (!is_plain(rule) && (c0 < 1 || c0 > kMostC0)) {
    return layout_problem(
        Code::kBadValue, "shape",
        fmt::format("{} with blocks of {} elements; the shape is damaged", rule.name, c0));
  }
  Builder builder(axes, c0);
  if (is_plain(rule)) return place_plain(rule, axes, builder);
  if (is_matrix(rule)) return place_matrix(rule, axes, builder);
  return place_image(rule, axes, builder, groups);
}

Result<Done> fuse_axes(Axes& axes, Placement& a, Placement& b) {
  axes.dims.push_back(1);  // of the axes that the tensor lacks
  if (a.fused || b.fused) {
    if (!fuse_pixels(axes, a) || !fuse_pixels(axes, b)) {
      return layout_problem(Code::kBadValue, "FRACTAL_Z_C04",
                            "cannot be made from, or into, a layout that keeps H and W apart; go "
                            "by way of NCHW");
    }
    if (const int h = axes.find('H'); h >= 0 && axes.find('W') >= 0) {
      axes.dims[static_cast<size_t>(axes.find('W'))] *= axes.extent('H');
      axes.dims[static_cast<size_t>(h)] = 1;
    }
  }
  // Groups cut N and C at places of their own.
  const bool grouped = a.groups.grouped() || b.groups.grouped();
  const auto apart = [&](size_t axis) {
    return grouped && axis < axes.letters.size() &&
           (axes.letters[axis] == 'N' || axes.letters[axis] == 'C');
  };
  for (size_t i = 0; i < a.digits.size();) {
    if (i + 1 == a.digits.size()) break;
    const auto outer = static_cast<size_t>(a.digits[i].axis);
    const auto inner = static_cast<size_t>(a.digits[i + 1].axis);
    if (outer == inner || apart(outer) || apart(inner) || !can_fuse(a, outer, inner, axes) ||
        !can_fuse(b, outer, inner, axes)) {
      ++i;
      continue;
    }
    fuse(a, outer, inner, axes);
    fuse(b, outer, inner, axes);
    axes.dims[inner] *= axes.dims[outer];
    axes.dims[outer] = 1;
    i = 0;
  }
  return Done{};
}

}  // namespace omscope::tensor
