#include "omscope/numeric/census.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "omscope/tensor/decode.h"

namespace omscope::numeric {
namespace {

/// Mean and sum of squared deviations of the elements so far. Blocks are merged (Chan et al.),
/// never taken as Σx² − mean², which cancels.
struct Moments {
  double count = 0;
  double mean = 0;
  double squares = 0;

  void merge(const Moments& other) {
    if (other.count == 0) return;
    const double total = count + other.count;
    const double delta = other.mean - mean;
    squares += other.squares + delta * delta * count * other.count / total;
    mean += delta * other.count / total;
    count = total;
  }
};

void count_special(double value, Census& census) {
  if (std::isnan(value)) {
    ++census.nan;
  } else if (value > 0) {
    ++census.pos_inf;
  } else {
    ++census.neg_inf;
  }
}

void count_finite(double value, const tensor::Limits& limits, Census& census) {
  census.min = std::min(census.min, value);
  census.max = std::max(census.max, value);
  if (value == 0) ++census.zeros;
  if (value != 0 && std::abs(value) < limits.smallest_normal) ++census.denormals;
  if (value == limits.largest || value == limits.lowest) ++census.saturated;
}

Moments count_block(std::span<const double> block, const tensor::Limits& limits, Census& census) {
  Moments moments;
  double sum = 0;
  for (const double value : block) {
    if (!std::isfinite(value)) {
      count_special(value, census);
      continue;
    }
    count_finite(value, limits, census);
    sum += value;
    ++moments.count;
  }
  if (moments.count == 0) return moments;
  moments.mean = sum / moments.count;
  for (const double value : block) {
    if (std::isfinite(value)) {
      moments.squares += (value - moments.mean) * (value - moments.mean);
    }
  }
  return moments;
}

}  // namespace

std::optional<Census> census(DType dtype, ByteView bytes) {
  constexpr size_t kBlock = 2048;
  const auto limits = tensor::limits_of(dtype);
  const uint64_t bits = dtype_info(dtype).bits;
  if (!limits || bits == 0) return std::nullopt;
  Census result;
  result.count = bytes.size() * 8 / bits;
  result.min = std::numeric_limits<double>::infinity();
  result.max = -result.min;
  Moments moments;
  std::array<double, kBlock> buffer{};
  for (uint64_t first = 0; first < result.count; first += kBlock) {
    const size_t size = std::min<uint64_t>(kBlock, result.count - first);
    const std::span<double> block(buffer.data(), size);
    tensor::decode(dtype, bytes, first, block);
    moments.merge(count_block(block, *limits, result));
  }
  result.mean = moments.mean;
  result.std = moments.count > 0 ? std::sqrt(moments.squares / moments.count) : 0;
  return result;
}

}  // namespace omscope::numeric
