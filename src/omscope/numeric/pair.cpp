#include "omscope/numeric/pair.h"

#include <cmath>

#include "omscope/numeric/pair_part.h"
#include "omscope/tensor/convert_layout.h"
#include "omscope/tensor/decode.h"

namespace omscope::numeric {
namespace {

/// Of elements below a byte, the last byte may be filled up.
struct Counts {
  uint64_t least = 0;
  uint64_t most = 0;
};

/// Nothing when the bytes are not all there.
std::optional<Counts> counts_of(const PairSide& side) {
  if (!tensor::can_decode(side.dtype)) return std::nullopt;
  if (side.conversion != nullptr) {
    const uint64_t count = side.conversion->count();
    if (side.bytes.size() < side.conversion->source_bytes()) return std::nullopt;
    return Counts{count, count};
  }
  const uint64_t most = tensor::packed_count(side.dtype, side.bytes);
  const uint64_t bits = dtype_info(side.dtype).bits;
  const uint64_t filling = bits < 8 && most > 0 ? 8 / bits - 1 : 0;
  return Counts{most - std::min(most, filling), most};
}

std::optional<uint64_t> shared_count(const PairSide& run, const PairSide& golden) {
  const auto left = counts_of(run);
  const auto right = counts_of(golden);
  if (!left || !right) return std::nullopt;
  const uint64_t count = std::min(left->most, right->most);
  if (count < left->least || count < right->least) return std::nullopt;
  return count;
}

bool is_far_from_one(double magnitude) {
  return magnitude > 1e140 || (magnitude > 0 && magnitude < 1e-140);
}

/// A power of two that brings `magnitude` near 1.
double scale_for(double magnitude) {
  if (magnitude == 0) return 1;
  const int exponent = std::isinf(magnitude) ? 1024 : std::ilogb(magnitude);
  return std::ldexp(1.0, -std::clamp(exponent, -1000, 1000));
}

double largest_of(const ValueRange& range) {
  return range.least > range.largest ? 0 : std::max(std::abs(range.least), std::abs(range.largest));
}

/// Squares beyond the range of doubles: all is added up once more with other units.
PairSumsScale scale_of(const PairPart& part) {
  const double values = std::max(largest_of(part.run_range), largest_of(part.golden_range));
  if (!is_far_from_one(values) && !is_far_from_one(part.abs.value)) return {};
  PairSumsScale scale{scale_for(values), scale_for(part.abs.value)};
  // Their quotient is a double, too.
  scale.error_scale = std::min(scale.error_scale, scale.scale * 0x1p1000);
  return scale;
}

}  // namespace

std::optional<PairMetrics> compare_pair(const PairSide& run, const PairSide& golden,
                                        const PairOptions& options) {
  const auto count = shared_count(run, golden);
  if (!count) return std::nullopt;
  PairReader reader(run, golden, *count);
  const PairPart part = add_up(reader, options);
  const bool has_ulp = PairAdder(reader, options).grid().has_value();
  const PairSumsScale scale = reader.kind() == PairKind::kFloats ? PairSumsScale{} : scale_of(part);
  PairMetrics metrics;
  if (scale.scale == 1 && scale.error_scale == 1) {
    metrics = metrics_of(reader, part, part, scale, has_ulp);
  } else {
    PairReader scaled = reader;
    scaled.set_scale(scale.scale, scale.error_scale);
    metrics = metrics_of(reader, part, add_up(scaled, {}), scale, has_ulp);
  }
  if (options.kl) add_divergence(reader, part, metrics);
  if (options.quantiles) add_quantiles(reader, metrics);
  return metrics;
}

}  // namespace omscope::numeric
