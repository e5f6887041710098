#include "omscope/compare/elements.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <vector>

#include "omscope/tensor/convert_layout.h"
#include "omscope/tensor/decode.h"

namespace omscope::compare {
namespace {

constexpr uint64_t kRun = 256;  ///< neighbours that are read together
constexpr uint64_t kRuns = 16;

bool fits_float16(double value) {
  constexpr double kLargest = 65504;
  constexpr double kSmallest = 0x1p-24;
  if (!std::isfinite(value) || value == 0) return true;
  const double size = std::abs(value);
  if (size > kLargest) return false;
  if (size < 0x1p-14) return size / kSmallest == std::floor(size / kSmallest);
  constexpr unsigned kUnused = 52 - 10;
  return (std::bit_cast<uint64_t>(value) & ((uint64_t{1} << kUnused) - 1)) == 0;
}

bool fits_bfloat16(double value) {
  if (!std::isfinite(value) || value == 0) return true;
  constexpr unsigned kUnused = 52 - 7;
  return (std::bit_cast<uint64_t>(value) & ((uint64_t{1} << kUnused) - 1)) == 0;
}

bool is_wide_float(DType dtype) {
  return dtype == DType::kFloat32 || dtype == DType::kFloat64;
}

template <class Fits>
bool all(const std::vector<double>& values, Fits fits) {
  return std::all_of(values.begin(), values.end(), fits);
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
  double sum = 0;
  uint64_t count = 0;
  for (const double value : golden) {
    if (!std::isfinite(value)) continue;
    sum += value * value;
    ++count;
  }
  return count == 0 ? 0 : std::sqrt(sum / static_cast<double>(count));
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
  for (const auto& [rounded, other] :
       {std::pair(&sample.run, &sample.golden), std::pair(&sample.golden, &sample.run)}) {
    if (all(*rounded, fits_float16) && !all(*other, fits_float16)) return DType::kFloat16;
    if (all(*rounded, fits_bfloat16) && !all(*other, fits_bfloat16)) return DType::kBFloat16;
  }
  return lower;
}

}  // namespace omscope::compare
