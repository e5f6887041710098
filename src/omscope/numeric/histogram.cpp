#include "omscope/numeric/histogram.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "omscope/numeric/blocks.h"
#include "omscope/numeric/code_counts.h"
#include "omscope/numeric/kernels/kernels.h"
#include "omscope/tensor/code_table.h"
#include "omscope/tensor/decode.h"

namespace omscope::numeric {
namespace {

constexpr uint32_t kMostBins = 1024;

/// Where a value belongs. Infinities and NaN go to the bin after the last.
class Bins {
 public:
  Bins(double from, double to, uint32_t bins)
      : from_(from), to_(to), bins_(bins), half_(std::isinf(to - from) ? 0.5 : 1) {
    width_ = to * half_ - from * half_;
  }

  uint32_t of(double value) const {
    const double part = (value * half_ - from_ * half_) / width_ * bins_;
    const double inside = value >= from_ && value <= to_ ? part : bins_;
    const auto bin = static_cast<uint32_t>(inside);
    return value <= to_ ? std::min(bin, value >= from_ ? bins_ - 1 : bins_) : bins_;
  }

 private:
  double from_;
  double to_;
  uint32_t bins_;
  double half_;  ///< the width of all doubles is no double
  double width_;
};

using Counts = std::vector<uint64_t>;

void add(Counts& counts, const Counts& more) {
  counts.resize(std::max(counts.size(), more.size()));
  for (size_t i = 0; i < more.size(); ++i) counts[i] += more[i];
}

void count_chunk(DType dtype, ByteView bytes, uint64_t first, uint64_t size, const Bins& bins,
                 Counts& counts) {
  std::array<double, kBlockSize> values;
  std::array<uint32_t, kBlockSize> bin;
  for (uint64_t done = 0; done < size; done += kBlockSize) {
    const size_t some = std::min<uint64_t>(kBlockSize, size - done);
    tensor::decode(dtype, bytes, first + done, std::span(values).first(some));
    for (size_t i = 0; i < some; ++i) bin[i] = bins.of(values[i]);
    for (size_t i = 0; i < some; ++i) ++counts[bin[i]];
  }
}

Counts counts_of_codes(const tensor::CodeTable& table, ByteView bytes, uint64_t count,
                       const Bins& bins, uint32_t size) {
  const CodeCounts codes = count_codes(table, bytes, count);
  Counts counts(size + 1);
  for (unsigned code = 0; code < table.codes(); ++code) {
    counts[bins.of(table.value[code])] += codes[code];
  }
  return counts;
}

}  // namespace

std::optional<Histogram> histogram(DType dtype, ByteView bytes, const Census& census,
                                   uint32_t bins) {
  if (!tensor::can_decode(dtype) || census.finite() == 0 || bins == 0) return std::nullopt;
  Histogram result{census.min, census.max, {}};
  if (census.min == census.max) {
    result.bins = {census.finite()};
    return result;
  }
  const uint32_t size = std::min(bins, kMostBins);
  const Bins place(census.min, census.max, size);
  const uint64_t count = tensor::packed_count(dtype, bytes);
  if (const tensor::CodeTable* table = tensor::code_table(dtype)) {
    result.bins = counts_of_codes(*table, bytes, count, place, size);
  } else {
    result.bins = reduce_chunks<Counts>(
        count,
        [&](uint64_t first, uint64_t chunk, Counts& counts) {
          counts.resize(size + 1);
          count_chunk(dtype, bytes, first, chunk, place, counts);
        },
        add);
  }
  result.bins.resize(size);
  return result;
}

}  // namespace omscope::numeric
