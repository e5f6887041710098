#include "omscope/diff/weights.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <vector>

#include "omscope/tensor/decode.h"

namespace omscope::diff {
namespace {

constexpr size_t kChunk = 4096;

/// The elements of one constant, chunk by chunk.
class Values {
 public:
  explicit Values(const ir::Tensor& tensor) : elements_(ir::stored_elements(tensor)) {
    const uint8_t bits = dtype_info(elements_.dtype).bits;
    if (bits == 0 || !tensor::can_decode(elements_.dtype)) return;
    if (tensor.storage == ir::Storage::kNone || tensor.bytes.size() != tensor.size) return;
    count_ = static_cast<uint64_t>(elements_.bytes.size()) * 8 / bits;
    const auto stated = ir::element_count(tensor.type.shape);
    if (bits < 8 && stated && *stated < count_) count_ = *stated;
    known_ = true;
  }
  bool known() const { return known_; }
  uint64_t count() const { return count_; }
  DType dtype() const { return elements_.dtype; }

  /// Elements from `first` on, at most kChunk.
  std::span<const double> chunk(uint64_t first) {
    buffer_.resize(std::min<uint64_t>(kChunk, count_ - first));
    tensor::decode(elements_.dtype, elements_.bytes, first, buffer_);
    return buffer_;
  }

 private:
  ir::Elements elements_;
  uint64_t count_ = 0;
  bool known_ = false;
  std::vector<double> buffer_;
};

float cut_mantissa(float value, int bits) {
  auto code = std::bit_cast<uint32_t>(value);
  if ((code & 0x7F800000U) == 0x7F800000U) return value;
  code += (1U << (bits - 1)) - 1 + ((code >> bits) & 1U);
  code &= ~((1U << bits) - 1);
  return std::bit_cast<float>(code);
}

float to_half(float value) {
  constexpr float kSmallestNormal = 6.103515625e-05F;
  constexpr float kOverflow = 65520.0F;
  const float magnitude = std::fabs(value);
  if (magnitude >= kOverflow) return std::copysign(INFINITY, value);
  if (magnitude >= kSmallestNormal) return cut_mantissa(value, 13);
  // Between 0.5 and 1 a float's last digit is 2^-24, a denormal half's step.
  volatile float shifted = magnitude + 0.5F;
  return std::copysign(shifted - 0.5F, value);
}

double on_grid(double value, Grid grid) {
  if (std::isnan(value)) return value;
  switch (grid) {
    case Grid::kExact: return value;
    case Grid::kFloat32: return static_cast<double>(static_cast<float>(value));
    case Grid::kBFloat16: return static_cast<double>(cut_mantissa(static_cast<float>(value), 16));
    case Grid::kFloat16: return static_cast<double>(to_half(static_cast<float>(value)));
  }
  return value;
}

uint64_t scrambled(uint64_t x) {
  x ^= x >> 33;
  x *= 0xFF51AFD7ED558CCDU;
  x ^= x >> 33;
  x *= 0xC4CEB9FE1A85EC53U;
  return x ^ (x >> 33);
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

bool same(double x, double y) {
  return x == y || (std::isnan(x) && std::isnan(y));
}

/// Element by element, both sides in the same order.
ConstantVerdict compare_in_order(Values& a, Values& b, const Options& options) {
  const Grid grid = coarser_grid(a.dtype(), b.dtype());
  ConstantVerdict verdict;
  double max_abs = 0;
  double max_rel = 0;
  uint64_t beyond = 0;
  for (uint64_t first = 0; first < a.count(); first += kChunk) {
    const auto x = a.chunk(first);
    const auto y = b.chunk(first);
    for (size_t i = 0; i < x.size(); ++i) {
      if (same(x[i], y[i]) || same(on_grid(x[i], grid), on_grid(y[i], grid))) continue;
      const double distance = std::fabs(x[i] - y[i]);
      ++verdict.differing;
      max_abs = std::max(max_abs, distance);
      if (x[i] != 0) max_rel = std::max(max_rel, distance / std::fabs(x[i]));
      if (!(distance <= options.atol + options.rtol * std::fabs(x[i]))) ++beyond;
    }
  }
  verdict.max_abs = max_abs;
  verdict.max_rel = max_rel;
  verdict.equality = beyond == 0 ? Equality::kRounded : Equality::kDifferent;
  return verdict;
}

/// Whether `steps` times one scale per outermost index gives `real` up to half a step.
bool is_quantised(Values& real, Values& steps, uint64_t channels) {
  const uint64_t each = real.count() / std::max<uint64_t>(channels, 1);
  std::vector<double> x;
  std::vector<double> q;
  const auto load = [](Values& from, std::vector<double>& to) {
    to.clear();
    for (uint64_t first = 0; first < from.count(); first += kChunk) {
      const auto chunk = from.chunk(first);
      to.insert(to.end(), chunk.begin(), chunk.end());
    }
  };
  load(real, x);
  load(steps, q);
  for (uint64_t c = 0; c < channels; ++c) {
    double product = 0;
    double square = 0;
    for (uint64_t i = c * each; i < (c + 1) * each; ++i) {
      product += x[i] * q[i];
      square += q[i] * q[i];
    }
    const double scale = square == 0 ? 0 : product / square;
    for (uint64_t i = c * each; i < (c + 1) * each; ++i) {
      if (!(std::fabs(x[i] - scale * q[i]) <= 0.52 * std::fabs(scale) + 1e-12)) return false;
    }
  }
  return true;
}

bool is_integer(DType dtype) {
  return dtype == DType::kInt8 || dtype == DType::kUInt8 || dtype == DType::kInt4;
}

std::string_view plain_format(const ir::Tensor& tensor) {
  const std::string_view base = tensor.type.format.base;
  const bool plain = base.empty() || base == "ND" || base == "NCHW" || base == "NHWC" ||
                     base == "HWCN" || base == "FORMAT_RESERVED";
  return plain ? std::string_view("plain") : base;
}

bool same_order(const ir::Tensor& a, const ir::Tensor& b) {
  return std::equal(a.type.shape.begin(), a.type.shape.end(), b.type.shape.begin(),
                    b.type.shape.end()) &&
         plain_format(a) == plain_format(b);
}

}  // namespace

Grid coarser_grid(DType a, DType b) {
  if (!is_float(a) || !is_float(b)) return Grid::kExact;
  return std::max(grid_of(a), grid_of(b));
}

Signature signature_of(const ir::Tensor& tensor, Grid grid) {
  Signature signature;
  Values values(tensor);
  if (!values.known()) return signature;
  signature.known = true;
  for (uint64_t first = 0; first < values.count(); first += kChunk) {
    for (const double element : values.chunk(first)) {
      const double value = on_grid(element, grid);
      if (value == 0) continue;
      const uint64_t code = std::isnan(value) ? 0x7FF8U : std::bit_cast<uint64_t>(value);
      ++signature.count;
      signature.sum += scrambled(code);
      signature.other_sum += scrambled(code ^ 0x9E3779B97F4A7C15U);
    }
  }
  return signature;
}

bool tells_something(const ir::Tensor& tensor) {
  constexpr uint64_t kEnough = 8;
  constexpr uint64_t kMostChunks = 16;
  Values values(tensor);
  uint64_t found = 0;
  for (uint64_t first = 0; first < std::min(values.count(), kMostChunks * kChunk);
       first += kChunk) {
    for (const double value : values.chunk(first)) {
      if (value != 0 && ++found == kEnough) return true;
    }
  }
  return false;
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

ConstantVerdict constants_equal(const ir::Tensor& a, const ir::Tensor& b, const Options& options) {
  const auto size_a = a.bytes.size();
  const bool at_hand = size_a == a.size && b.bytes.size() == b.size;
  ConstantVerdict verdict;
  if (a.storage == ir::Storage::kNone || b.storage == ir::Storage::kNone || !at_hand)
    return verdict;
  if (a.type.dtype == b.type.dtype && as_text(a.bytes) == as_text(b.bytes)) {
    verdict.equality =
        std::equal(a.strings.begin(), a.strings.end(), b.strings.begin(), b.strings.end())
            ? Equality::kBytes
            : Equality::kDifferent;
    return verdict;
  }
  if (options.weights == WeightMode::kHash) {
    verdict.equality = Equality::kDifferent;
    return verdict;
  }
  Values x(a);
  Values y(b);
  if (!x.known() || !y.known()) {
    if (a.type.dtype == b.type.dtype) verdict.equality = Equality::kDifferent;
    return verdict;
  }
  const bool in_order = x.count() == y.count() && same_order(a, b);
  if (in_order) verdict = compare_in_order(x, y, options);
  if (verdict.equality == Equality::kRounded) return verdict;
  const Grid grid = coarser_grid(x.dtype(), y.dtype());
  if (!in_order && signature_of(a, grid) == signature_of(b, grid)) {
    const bool same_type = x.dtype() == y.dtype();
    return {same_type ? Equality::kValues : Equality::kRounded, {}, {}, 0};
  }
  if (is_integer(x.dtype()) != is_integer(y.dtype()) && x.count() == y.count() && in_order &&
      !a.type.shape.empty()) {
    Values& real = is_integer(x.dtype()) ? y : x;
    Values& steps = is_integer(x.dtype()) ? x : y;
    const auto channels = static_cast<uint64_t>(a.type.shape[0]);
    if (channels != 0 && is_quantised(real, steps, channels)) {
      return {Equality::kQuantised, {}, {}, 0};
    }
  }
  if (!in_order && x.count() == y.count() && x.count() <= 1) verdict.differing = 1;
  verdict.equality = Equality::kDifferent;
  return verdict;
}

}  // namespace omscope::diff
