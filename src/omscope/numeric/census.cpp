#include "omscope/numeric/census.h"

#include <cmath>
#include <limits>

#include "omscope/numeric/blocks.h"
#include "omscope/numeric/census_part.h"
#include "omscope/tensor/code_table.h"
#include "omscope/tensor/decode.h"

namespace omscope::numeric {
namespace {

template <class Blocks>
CensusPart count_blocks(const Blocks& blocks, DType dtype, ByteView bytes, uint64_t count) {
  const uint64_t element = dtype_info(dtype).bits / 8;
  return reduce_chunks<CensusPart>(
      count,
      [&](uint64_t first, uint64_t size, CensusPart& part) {
        read_ahead(bytes.subspan(first * element, size * element));
        for (uint64_t done = 0; done < size; done += kBlockSize) {
          const uint64_t some = std::min<uint64_t>(kBlockSize, size - done);
          blocks.add(first + done, static_cast<int64_t>(some), part);
        }
      },
      [](CensusPart& part, const CensusPart& later) { part.merge(later); });
}

std::optional<uint64_t> seen(uint64_t index) {
  return index == kNever ? std::nullopt : std::optional(index);
}

Census counts_of(const CensusPart& part, uint64_t count) {
  Census census;
  census.count = count;
  census.nan = part.nan;
  census.pos_inf = part.pos_inf;
  census.neg_inf = part.neg_inf;
  census.zeros = part.zeros;
  census.denormals = part.denormals;
  census.saturated = part.saturated;
  census.first_nan = seen(part.first_nan);
  census.first_inf = seen(part.first_inf);
  census.first_saturated = seen(part.first_saturated);
  if (part.distinct.size > 0 && !part.distinct.overflowed) census.distinct = part.distinct.size;
  census.min = std::numeric_limits<double>::infinity();
  census.max = -census.min;
  census.mean = part.moments.mean;
  census.std = part.moments.std();
  return census;
}

Census census_of_integers(DType dtype, ByteView bytes, uint64_t count) {
  const IntegerBlocks blocks(dtype, bytes);
  const CensusPart part = count_blocks(blocks, dtype, bytes, count);
  Census census = counts_of(part, count);
  if (count == 0) return census;
  const IntegerRange range = blocks.range_of_keys(part.keys);
  const auto value = [&](int64_t bits) {
    return range.is_unsigned ? static_cast<double>(static_cast<uint64_t>(bits))
                             : static_cast<double>(bits);
  };
  census.integers = range;
  census.min = value(range.min);
  census.max = value(range.max);
  return census;
}

/// Squares of such deviations overflow, or lose digits as denormals.
bool needs_scale(const Census& census) {
  const double largest = std::max(std::abs(census.min), std::abs(census.max));
  return largest > 1e140 ||
         (largest > 0 && census.max - census.min < 1e-140 && census.max > census.min);
}

Census census_of_floats(DType dtype, ByteView bytes, uint64_t count) {
  const FloatBlocks blocks(dtype, bytes, 1);
  const CensusPart part = count_blocks(blocks, dtype, bytes, count);
  Census census = counts_of(part, count);
  if (census.finite() == 0) return census;
  census.min = blocks.value_of_key(part.keys.least);
  census.max = blocks.value_of_key(part.keys.largest);
  const bool has_doubles = dtype == DType::kFloat64 || dtype == DType::kComplex128;
  if (!has_doubles || !needs_scale(census)) return census;
  // Powers of two, so that nothing is rounded: numbers near the largest double become near 2^500.
  const double scale = census.max - census.min < 1 ? 0x1p520 : 0x1p-520;
  const RunningMoments moments =
      count_blocks(FloatBlocks(dtype, bytes, scale), dtype, bytes, count).moments;
  census.mean = moments.mean / scale;
  census.std = moments.std() / scale;
  return census;
}

bool has_wide_integers(DType dtype) {
  return tensor::is_integer(dtype) && tensor::code_table(dtype) == nullptr;
}

}  // namespace

std::optional<Census> census(DType dtype, ByteView bytes) {
  if (!tensor::can_decode(dtype)) return std::nullopt;
  const uint64_t count = tensor::packed_count(dtype, bytes);
  if (tensor::code_table(dtype) != nullptr) return census_of_codes(dtype, bytes, count);
  return has_wide_integers(dtype) ? census_of_integers(dtype, bytes, count)
                                  : census_of_floats(dtype, bytes, count);
}

}  // namespace omscope::numeric
