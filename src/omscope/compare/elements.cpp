#include "omscope/compare/elements.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <limits>
#include <vector>

#include "omscope/tensor/convert_layout.h"
#include "omscope/tensor/decode.h"

namespace omscope::compare {
namespace {

constexpr uint64_t kRun = 256;  ///< neighbours that are read together
constexpr uint64_t kRuns = 16;

/// A 16-bit type, as far as it takes to tell its values from others.
struct Narrow {
  DType dtype;
  unsigned mantissa;
  double largest;
  double smallest_normal;
};
constexpr Narrow kFloat16 = {DType::kFloat16, 10, 65504, 0x1p-14};
constexpr Narrow kBFloat16 = {DType::kBFloat16, 7, 3.3895313892515355e38, 0x1p-126};

bool fits(double value, const Narrow& type) {
  if (!std::isfinite(value) || value == 0) return true;
  const double size = std::abs(value);
  if (size > type.largest) return false;
  if (size < type.smallest_normal) {
    const double step = std::ldexp(type.smallest_normal, -static_cast<int>(type.mantissa));
    return size / step == std::floor(size / step);
  }
  const unsigned unused = 52 - type.mantissa;
  return (std::bit_cast<uint64_t>(value) & ((uint64_t{1} << unused) - 1)) == 0;
}

/// Whether the values are multiples of a step that is not small beside them: masks, pixels, counts.
/// They fit a narrow type without ever having been rounded to it.
bool is_on_grid(const std::vector<double>& values, const Narrow& type) {
  double largest = 0;
  int finest = std::numeric_limits<int>::max();  // exponent of the lowest digit in use
  for (const double value : values) {
    if (!std::isfinite(value) || value == 0) continue;
    largest = std::max(largest, std::abs(value));
    int exponent = 0;
    const double fraction = std::frexp(std::abs(value), &exponent);
    const auto digits = static_cast<uint64_t>(std::ldexp(fraction, 53));
    finest = std::min(finest, exponent - 53 + std::countr_zero(digits));
  }
  return largest == 0 ||
         std::ldexp(largest, -finest) < std::ldexp(1, static_cast<int>(type.mantissa) + 1);
}

/// Whether `rounded` may be what is left of `exact` in the type: its values all fit, and the errors
/// are as large as rounding makes them. Each is the nearest one, or there are some values, not of a
/// grid, and half of the others or more do not fit.
bool was_rounded(const std::vector<double>& rounded, const std::vector<double>& exact,
                 const Narrow& type) {
  constexpr size_t kEnough = 4;
  constexpr double kCoarse = 1.0 / 64;  // of the largest error of rounding; few are all below
  size_t told = 0;
  size_t finer = 0;
  bool nearest = true;
  bool coarse = false;
  for (size_t i = 0; i < rounded.size(); ++i) {
    if (!fits(rounded[i], type)) return false;
    if (!std::isfinite(exact[i]) || exact[i] == 0) continue;
    ++told;
    finer += fits(exact[i], type) ? 0 : 1;
    const double half_step = std::ldexp(std::max(std::abs(exact[i]), type.smallest_normal),
                                        -static_cast<int>(type.mantissa) - 1);
    const double error = std::abs(rounded[i] - exact[i]);
    nearest = nearest && error <= half_step;
    coarse = coarse || error >= kCoarse * half_step;
  }
  const bool each_is = nearest && type.dtype == DType::kFloat16;  // bfloat16 is too coarse to tell
  if (finer == 0 || !coarse) return false;
  return each_is || (told >= kEnough && 2 * finer >= told && !is_on_grid(rounded, type));
}

bool is_wide_float(DType dtype) {
  return dtype == DType::kFloat32 || dtype == DType::kFloat64;
}

}  // namespace

bool read_values(const numeric::PairSide& side, uint64_t first, std::span<double> out) {
  if (!tensor::can_decode(side.dtype)) return false;
  if (out.empty()) return true;
  if (side.conversion == nullptr) {
    if (first + out.size() > tensor::packed_count(side.dtype, side.bytes)) return false;
    tensor::decode(side.dtype, side.bytes, first, out);
    return true;
  }
  // Elements of packed types start at whole bytes.
  const uint64_t begin = first / 8 * 8;
  const uint64_t count = first - begin + out.size();
  std::vector<std::byte> room(side.conversion->bytes_of(count));
  if (!side.conversion->write(side.bytes, begin, count, room)) return false;
  tensor::decode(side.dtype, room, first - begin, out);
  return true;
}

double Sample::scale() const {
  // Relative to a power of two beside the largest: no square overflows or vanishes, no bit changes.
  double largest = 0;
  for (const double value : golden) {
    if (std::isfinite(value)) largest = std::max(largest, std::abs(value));
  }
  if (largest == 0) return 0;
  int exponent = 0;
  std::frexp(largest, &exponent);
  double sum = 0;
  uint64_t count = 0;
  for (const double value : golden) {
    if (!std::isfinite(value)) continue;
    const double part = std::ldexp(value, -exponent);
    sum += part * part;
    ++count;
  }
  return std::ldexp(std::sqrt(sum / static_cast<double>(count)), exponent);
}

Sample take_sample(const numeric::PairSide& run, const numeric::PairSide& golden, uint64_t count) {
  Sample sample;
  const uint64_t all_of_it = kRun * kRuns;
  const uint64_t runs = count <= all_of_it ? 1 : kRuns;
  const uint64_t length = count <= all_of_it ? count : kRun;
  sample.run.resize(runs * length);
  sample.golden.resize(runs * length);
  for (uint64_t i = 0; i < runs; ++i) {
    const uint64_t first = runs == 1 ? 0 : (count - length) / (runs - 1) * i;
    const std::span<double> a(sample.run.data() + i * length, length);
    const std::span<double> b(sample.golden.data() + i * length, length);
    if (!read_values(run, first, a) || !read_values(golden, first, b)) return {};
  }
  return sample;
}

DType judging_dtype(DType run, DType golden, const Sample& sample) {
  const DType lower = numeric::lower_precision(run, golden);
  if (!is_wide_float(lower)) return lower;
  for (const Narrow& type : {kBFloat16, kFloat16}) {  // what fits the first fits the second
    if (was_rounded(sample.run, sample.golden, type)) return type.dtype;
    if (was_rounded(sample.golden, sample.run, type)) return type.dtype;
  }
  return lower;
}

}  // namespace omscope::compare
