#include "omscope/diff/weights.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "omscope/diff/constant_values.h"
#include "omscope/tensor/decode.h"

namespace omscope::diff {
namespace {

constexpr uint64_t kChunk = ConstantValues::kChunk;

float cut_mantissa(float value, int bits) {
  auto code = std::bit_cast<uint32_t>(value);
  const bool finite = (code & 0x7F800000U) != 0x7F800000U;
  code += (1U << (bits - 1)) - 1 + ((code >> bits) & 1U);
  code &= ~((1U << bits) - 1);
  return finite ? std::bit_cast<float>(code) : value;
}

// Without branches, so that whole chunks are rounded at once.
float to_half(float value) {
  constexpr float kSmallestNormal = 6.103515625e-05F;
  constexpr float kOverflow = 65520.0F;
  const float magnitude = std::fabs(value);
  const float normal = cut_mantissa(magnitude, 13);
  // From 0.5 to 1 a float's last digit is 2^-24, which is a denormal half's step.
  const float denormal = (magnitude + 0.5F) - 0.5F;
  float rounded = magnitude >= kSmallestNormal ? normal : denormal;
  rounded = magnitude >= kOverflow ? INFINITY : rounded;
  return std::copysign(rounded, value);
}

Grid grid_of(DType dtype) {
  switch (dtype) {
    case DType::kFloat32: return Grid::kFloat32;
    case DType::kBFloat16: return Grid::kBFloat16;
    case DType::kFloat16: return Grid::kFloat16;
    default: return Grid::kExact;
  }
}

bool is_float(DType dtype) {
  return grid_of(dtype) != Grid::kExact || dtype == DType::kFloat64;
}

bool is_code(DType dtype) {
  return dtype == DType::kInt8 || dtype == DType::kUInt8 || dtype == DType::kInt4;
}

/// How many of two chunks differ after both were rounded.
template <Grid kGrid>
uint64_t differing(std::span<const float> x, std::span<const float> y) {
  uint32_t count = 0;
  for (size_t i = 0; i < x.size(); ++i) {
    const float p = on_grid(x[i], kGrid);
    const float q = on_grid(y[i], kGrid);
    count += static_cast<uint32_t>(!(p == q) & !((p != p) & (q != q)));
  }
  return count;
}

uint64_t differing(std::span<const float> x, std::span<const float> y, Grid grid) {
  switch (grid) {
    case Grid::kExact:
    case Grid::kFloat32: return differing<Grid::kFloat32>(x, y);
    case Grid::kBFloat16: return differing<Grid::kBFloat16>(x, y);
    case Grid::kFloat16: return differing<Grid::kFloat16>(x, y);
  }
  return 0;
}

/// Whether every element of the chunk is the same number on both sides.
bool same_chunk(ConstantValues& a, ConstantValues& b, Grid grid, uint64_t first) {
  if (grid != Grid::kExact) return differing(a.floats(first), b.floats(first), grid) == 0;
  const auto x = a.doubles(first);
  const auto y = b.doubles(first);
  return std::equal(x.begin(), x.end(), y.begin(),
                    [](double p, double q) { return p == q || (std::isnan(p) && std::isnan(q)); });
}

/// Element by element; both sides are in the same order.
ConstantVerdict compare_in_order(ConstantValues& a, ConstantValues& b, const Options& options) {
  const Grid grid = coarser_grid(a.dtype(), b.dtype());
  ConstantVerdict verdict;
  double max_abs = 0;
  double max_rel = 0;
  uint64_t beyond = 0;
  for (uint64_t first = 0; first < a.count(); first += kChunk) {
    if (same_chunk(a, b, grid, first)) continue;
    const auto x = a.doubles(first);
    const auto y = b.doubles(first);
    for (size_t i = 0; i < x.size(); ++i) {
      const bool same = x[i] == y[i] || (std::isnan(x[i]) && std::isnan(y[i]));
      const bool rounded = grid != Grid::kExact && on_grid(static_cast<float>(x[i]), grid) ==
                                                       on_grid(static_cast<float>(y[i]), grid);
      if (same || rounded) continue;
      const double distance = std::fabs(x[i] - y[i]);
      ++verdict.differing;
      max_abs = std::max(max_abs, distance);
      if (x[i] != 0) max_rel = std::max(max_rel, distance / std::fabs(x[i]));
      if (!(distance <= options.atol + options.rtol * std::fabs(x[i]))) ++beyond;
    }
  }
  verdict.max_abs = max_abs;
  verdict.max_rel = max_rel;
  const bool same_type = a.dtype() == b.dtype();
  verdict.equality = beyond != 0                           ? Equality::kDifferent
                     : verdict.differing == 0 && same_type ? Equality::kValues
                                                           : Equality::kRounded;
  return verdict;
}

/// Whether `steps` times one scale gives `real` up to half a step, for one of the outermost dim.
bool is_channel_quantised(ConstantValues& real, ConstantValues& steps, uint64_t from,
                          uint64_t count) {
  double product = 0;
  double square = 0;
  for (uint64_t first = 0; first < count; first += kChunk) {
    const auto x = real.doubles(from + first, count - first);
    const auto q = steps.doubles(from + first, count - first);
    for (size_t i = 0; i < x.size(); ++i) {
      product += x[i] * q[i];
      square += q[i] * q[i];
    }
  }
  const double scale = square == 0 ? 0 : product / square;
  for (uint64_t first = 0; first < count; first += kChunk) {
    const auto x = real.doubles(from + first, count - first);
    const auto q = steps.doubles(from + first, count - first);
    for (size_t i = 0; i < x.size(); ++i) {
      if (!(std::fabs(x[i] - scale * q[i]) <= 0.52 * std::fabs(scale) + 1e-12)) return false;
    }
  }
  return true;
}

bool is_quantised(ConstantValues& a, ConstantValues& b) {
  if (is_code(a.dtype()) == is_code(b.dtype()) || a.dims().empty()) return false;
  ConstantValues& real = is_code(a.dtype()) ? b : a;
  ConstantValues& steps = is_code(a.dtype()) ? a : b;
  if (!is_float(real.dtype())) return false;
  const auto channels = static_cast<uint64_t>(std::max<int64_t>(real.dims()[0], 1));
  const uint64_t each = real.count() / channels;
  // A scale of its own for every few values would fit anything.
  constexpr uint64_t kEnough = 4;
  const bool per_channel = each >= kEnough;
  const uint64_t parts = per_channel ? channels : 1;
  const uint64_t size = per_channel ? each : real.count();
  if (size < kEnough) return false;
  for (uint64_t part = 0; part < parts; ++part) {
    if (!is_channel_quantised(real, steps, part * size, size)) return false;
  }
  return true;
}

/// Dims that are 1 change nothing about the order.
std::vector<int64_t> wide_dims(const std::vector<int64_t>& dims) {
  std::vector<int64_t> wide;
  std::copy_if(dims.begin(), dims.end(), std::back_inserter(wide),
               [](int64_t dim) { return dim != 1; });
  return wide;
}

bool same_layout(const ir::Tensor& a, const ir::Tensor& b) {
  const bool plain = is_plain_layout(a.type.format) && is_plain_layout(b.type.format);
  return std::equal(a.type.shape.begin(), a.type.shape.end(), b.type.shape.begin(),
                    b.type.shape.end()) &&
         (plain || a.type.format == b.type.format);
}

/// Brings both into one order; false where that is not known to be possible.
bool bring_in_order(const ir::Tensor& a, const ir::Tensor& b, ConstantValues& x,
                    ConstantValues& y) {
  if (same_layout(a, b) && x.count() == y.count()) return true;
  constexpr std::string_view kAxes = "NCHW";
  if (!x.to_logical_order(kAxes) || !y.to_logical_order(kAxes)) return false;
  return x.count() == y.count() && wide_dims(x.dims()) == wide_dims(y.dims());
}

ConstantVerdict compare_values(const ir::Tensor& a, const ir::Tensor& b, const Options& options,
                               bool other_order) {
  ConstantVerdict verdict;
  ConstantValues x(a);
  ConstantValues y(b);
  if (!x.known() || !y.known()) {
    if (a.type.dtype == b.type.dtype) verdict.equality = Equality::kDifferent;
    return verdict;
  }
  const bool in_order = bring_in_order(a, b, x, y);
  if (in_order) {
    verdict = compare_in_order(x, y, options);
    if (verdict.equality != Equality::kDifferent) return verdict;
    if (is_quantised(x, y)) return {Equality::kQuantised, {}, {}, 0};
  }
  verdict.equality = Equality::kDifferent;
  if (in_order && !other_order) return verdict;
  const Grid grid = coarser_grid(x.dtype(), y.dtype());
  if (signature_of(a, grid) == signature_of(b, grid)) {
    return {x.dtype() == y.dtype() ? Equality::kValues : Equality::kRounded, {}, {}, 0};
  }
  return verdict;
}

}  // namespace

float on_grid(float value, Grid grid) {
  switch (grid) {
    case Grid::kExact:
    case Grid::kFloat32: return value;
    case Grid::kBFloat16: return cut_mantissa(value, 16);
    case Grid::kFloat16: return to_half(value);
  }
  return value;
}

Grid coarser_grid(DType a, DType b) {
  if (!is_float(a) || !is_float(b)) return Grid::kExact;
  if (a == DType::kFloat64 && b == DType::kFloat64) return Grid::kExact;
  return std::max(grid_of(a), grid_of(b));
}

std::optional<uint64_t> logical_count(const ir::Tensor& tensor) {
  return ir::element_count(tensor.type.has_origin_shape ? tensor.type.origin_shape
                                                        : tensor.type.shape);
}

bool may_be_same_constant(const Node& a, const Node& b) {
  if (a.constant == nullptr || b.constant == nullptr) return true;
  if (a.op != nullptr && b.op != nullptr) return true;
  return logical_count(*a.constant) == logical_count(*b.constant);
}

ConstantVerdict constants_equal(const ir::Tensor& a, const ir::Tensor& b, const Options& options,
                                bool other_order) {
  const bool at_hand = a.bytes.size() == a.size && b.bytes.size() == b.size &&
                       a.storage != ir::Storage::kNone && b.storage != ir::Storage::kNone;
  if (!at_hand) return {};
  ConstantVerdict verdict;
  if (a.type.dtype == b.type.dtype && as_text(a.bytes) == as_text(b.bytes)) {
    const bool same_texts =
        std::equal(a.strings.begin(), a.strings.end(), b.strings.begin(), b.strings.end());
    verdict.equality = same_texts ? Equality::kBytes : Equality::kDifferent;
    return verdict;
  }
  if (options.weights == WeightMode::kHash) {
    verdict.equality = Equality::kDifferent;
    return verdict;
  }
  return compare_values(a, b, options, other_order);
}

}  // namespace omscope::diff
