#include <array>
#include <cmath>

#include "omscope/numeric/census_part.h"
#include "omscope/numeric/code_counts.h"
#include "omscope/numeric/exact_sum.h"
#include "omscope/tensor/code_table.h"
#include "omscope/tensor/decode.h"

namespace omscope::numeric {
namespace {

using tensor::CodeTable;
using tensor::Limits;

bool is_saturated(double value, const Limits& limits) {
  return value == limits.largest || value == limits.lowest;
}

void count_code(double value, uint64_t times, const Limits& limits, Census& census) {
  if (std::isnan(value)) {
    census.nan += times;
  } else if (std::isinf(value)) {
    (value > 0 ? census.pos_inf : census.neg_inf) += times;
  } else {
    census.min = std::min(census.min, value);
    census.max = std::max(census.max, value);
    if (value == 0) census.zeros += times;
    if (value != 0 && std::abs(value) < limits.smallest_normal) census.denormals += times;
    if (is_saturated(value, limits)) census.saturated += times;
  }
}

/// Two passes over at most 256 numbers.
void take_moments(const CodeTable& table, const CodeCounts& counts, Census& census) {
  const auto finite = static_cast<double>(census.finite());
  if (finite == 0) return;
  // The products are exact: a code's value has eight bits at most.
  ExactSum sum;
  for (unsigned code = 0; code < table.codes(); ++code) {
    if (std::isfinite(table.value[code])) {
      sum.add(table.value[code] * static_cast<double>(counts[code]));
    }
  }
  census.mean = sum.divided_by(census.finite());
  double squares = 0;
  for (unsigned code = 0; code < table.codes(); ++code) {
    if (!std::isfinite(table.value[code])) continue;
    const double off = table.value[code] - census.mean;
    squares += off * off * static_cast<double>(counts[code]);
  }
  census.std = std::sqrt(squares / finite);
}

/// Only called when there is one, so the search ends there.
template <class Wanted>
std::optional<uint64_t> find_first(const CodeTable& table, ByteView bytes, uint64_t count,
                                   Wanted wanted) {
  std::array<uint8_t, 1024> block;
  for (uint64_t first = 0; first < count; first += block.size()) {
    const size_t size = std::min<uint64_t>(block.size(), count - first);
    tensor::unpack_codes(table, bytes, first, std::span(block).first(size));
    for (size_t i = 0; i < size; ++i) {
      if (wanted(table.value[block[i]])) return first + i;
    }
  }
  return std::nullopt;
}

}  // namespace

Census census_of_codes(DType dtype, ByteView bytes, uint64_t count) {
  const CodeTable& table = *tensor::code_table(dtype);
  const Limits limits = *tensor::limits_of(dtype);
  const CodeCounts counts = count_codes(table, bytes, count);
  Census census;
  census.count = count;
  census.min = std::numeric_limits<double>::infinity();
  census.max = -census.min;
  uint32_t distinct = 0;
  for (unsigned code = 0; code < table.codes(); ++code) {
    if (counts[code] == 0) continue;
    ++distinct;
    count_code(table.value[code], counts[code], limits, census);
  }
  if (count > 0 && distinct <= kMostDistinct) census.distinct = distinct;
  take_moments(table, counts, census);
  const auto first = [&](auto wanted) { return find_first(table, bytes, count, wanted); };
  if (census.nan > 0) census.first_nan = first([](double x) { return std::isnan(x); });
  if (census.pos_inf + census.neg_inf > 0) {
    census.first_inf = first([](double x) { return std::isinf(x); });
  }
  if (census.saturated > 0) {
    census.first_saturated =
        first([&](double x) { return std::isfinite(x) && is_saturated(x, limits); });
  }
  return census;
}

}  // namespace omscope::numeric
