#include "omscope/report/tensor_census.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <span>
#include <vector>

#include "omscope/numeric/exact_sum.h"
#include "omscope/tensor/decode.h"

namespace omscope::report {
namespace {

using numeric::Census;

void shift(std::optional<uint64_t>& index, uint64_t by) {
  if (index) *index += by;
}

void keep_first(std::optional<uint64_t>& index, const std::optional<uint64_t>& later) {
  if (!index) index = later;
}

void add_integers(Census& sum, const Census& next) {
  if (!sum.integers) {
    sum.integers = next.integers;
  } else if (next.integers && sum.integers->is_unsigned) {
    const auto bits = [](int64_t value) { return static_cast<uint64_t>(value); };
    if (bits(next.integers->min) < bits(sum.integers->min)) sum.integers->min = next.integers->min;
    if (bits(next.integers->max) > bits(sum.integers->max)) sum.integers->max = next.integers->max;
  } else if (next.integers) {
    sum.integers->min = std::min(sum.integers->min, next.integers->min);
    sum.integers->max = std::max(sum.integers->max, next.integers->max);
  }
}

/// Adds the elements behind those that `sum` counts already.
void add(Census& sum, Census next) {
  for (auto* index : {&next.first_nan, &next.first_inf, &next.first_saturated}) {
    shift(*index, sum.count);
  }
  keep_first(sum.first_nan, next.first_nan);
  keep_first(sum.first_inf, next.first_inf);
  keep_first(sum.first_saturated, next.first_saturated);
  const auto a = static_cast<double>(sum.finite());
  const auto b = static_cast<double>(next.finite());
  if (b > 0 && a > 0) {
    const double distance = next.mean - sum.mean;
    const double moments =
        sum.std * sum.std * a + next.std * next.std * b + distance * distance * a * b / (a + b);
    sum.mean += distance * b / (a + b);
    sum.std = std::sqrt(moments / (a + b));
    sum.min = std::min(sum.min, next.min);
    sum.max = std::max(sum.max, next.max);
  } else if (b > 0) {
    sum.mean = next.mean;
    sum.std = next.std;
    sum.min = next.min;
    sum.max = next.max;
  }
  add_integers(sum, next);
  sum.count += next.count;
  sum.nan += next.nan;
  sum.pos_inf += next.pos_inf;
  sum.neg_inf += next.neg_inf;
  sum.zeros += next.zeros;
  sum.denormals += next.denormals;
  sum.saturated += next.saturated;
  sum.distinct.reset();
}

/// A few elements, whose codes do not fill their last byte.
Census census_of_tail(DType dtype, ByteView bytes, uint64_t first, uint64_t count) {
  std::array<double, 8> room{};
  const std::span<double> values(room.data(), count);
  tensor::decode(dtype, bytes, first, values);
  Census out;
  out.min = std::numeric_limits<double>::infinity();
  out.max = -out.min;
  const auto limits = tensor::limits_of(dtype).value_or(tensor::Limits{});
  double sum = 0;
  for (const double value : values) {
    const uint64_t index = out.count++;
    if (std::isnan(value)) {
      ++out.nan;
      if (!out.first_nan) out.first_nan = index;
      continue;
    }
    const bool saturated = value == limits.lowest || value == limits.largest;
    if (saturated && !out.first_saturated) out.first_saturated = index;
    out.saturated += saturated ? 1 : 0;
    out.zeros += value == 0 ? 1 : 0;
    out.denormals += value != 0 && std::abs(value) < limits.smallest_normal ? 1 : 0;
    out.min = std::min(out.min, value);
    out.max = std::max(out.max, value);
    sum += value;
  }
  const auto finite = static_cast<double>(out.finite());
  if (finite == 0) return out;
  out.mean = sum / finite;
  double squares = 0;
  for (const double value : values) {
    if (!std::isnan(value)) squares += (value - out.mean) * (value - out.mean);
  }
  out.std = std::sqrt(squares / finite);
  return out;
}

}  // namespace

std::optional<Census> census_of(DType dtype, ByteView bytes, uint64_t count) {
  constexpr uint64_t kGroup = 8;  // elements of any width fill whole bytes together
  const uint64_t bits = dtype_info(dtype).bits;
  if (bits >= 8 || bits == 0 || count % kGroup == 0) return numeric::census(dtype, bytes);
  const uint64_t whole = count / kGroup * kGroup;
  auto sum = numeric::census(dtype, bytes.first(whole / kGroup * bits));
  if (sum) add(*sum, census_of_tail(dtype, bytes, whole, count - whole));
  return sum;
}

std::optional<ByteView> elements_of(const ir::StoredTensor& tensor) {
  if (tensor.payload != ir::Payload::kComplete || !tensor.has_shape) return std::nullopt;
  const auto count = ir::element_count(tensor.shape);
  const auto bytes = count ? dtype_bytes(tensor.dtype, *count) : std::nullopt;
  if (!bytes || *bytes > tensor.bytes.size()) return std::nullopt;
  return tensor.bytes.first(*bytes);
}

std::optional<Census> logical_census(const ir::StoredTensor& tensor) {
  const auto stored = elements_of(tensor);
  if (!stored || !tensor.has_origin_shape || tensor.fortran_order) return std::nullopt;
  const auto origin = ir::element_count(tensor.origin_shape);
  const auto all = ir::element_count(tensor.shape);
  if (!origin || *origin >= *all) return std::nullopt;
  const auto conversion =
      tensor::plan_conversion(tensor::stored_shape(tensor), layout_from_text("ND"));
  if (!conversion || conversion->count() >= *all) return std::nullopt;
  if (tensor.bytes.size() < conversion->source_bytes()) return std::nullopt;
  std::optional<Census> sum;
  const bool whole = for_each_block(*conversion, tensor.bytes, [&](ByteView part, uint64_t count) {
    auto next = census_of(tensor.dtype, part, count);
    if (next && sum) {
      add(*sum, *next);
    } else {
      sum = next;
    }
    return sum.has_value();
  });
  if (!whole || !sum || !numeric::mean_cancels(*sum)) return whole ? sum : std::nullopt;
  numeric::ExactSum exact;
  for_each_block(*conversion, tensor.bytes, [&](ByteView part, uint64_t count) {
    numeric::add_elements(tensor.dtype, part, count, exact);
    return true;
  });
  sum->mean = exact.divided_by(sum->finite());
  return sum;
}

}  // namespace omscope::report
