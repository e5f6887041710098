#include "omscope/compare/baseline.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "omscope/compare/element_blocks.h"
#include "omscope/compare/quantiles.h"
#include "omscope/core/sha256.h"
#include "omscope/core/text.h"
#include "omscope/tensor/code_table.h"

namespace omscope::compare {
namespace {

using numeric::Moments;
using numeric::PairMetrics;
using numeric::PairSide;
using tensorfile::BaselineTensor;

/// SplitMix64: the same numbers everywhere.
uint64_t mixed(uint64_t state) {
  state += 0x9E3779B97F4A7C15;
  state = (state ^ (state >> 30U)) * 0xBF58476D1CE4E5B9;
  state = (state ^ (state >> 27U)) * 0x94D049BB133111EB;
  return state ^ (state >> 31U);
}

/// One place at random in each of `most` parts of about equal size.
std::vector<uint64_t> places(uint64_t count, uint64_t most, uint64_t seed) {
  std::vector<uint64_t> out;
  const uint64_t parts = std::min(count, most);
  out.reserve(parts);
  const auto start = [&](uint64_t part) {
    return count / parts * part + count % parts * part / parts;
  };
  for (uint64_t part = 0; part < parts; ++part) {
    const uint64_t from = start(part);
    out.push_back(from + mixed(seed ^ mixed(part)) % (start(part + 1) - from));
  }
  return out;
}

/// Collects the elements at ascending places while blocks go by.
class Gatherer {
 public:
  Gatherer(DType dtype, const std::vector<uint64_t>& wanted)
      : dtype_(dtype), wanted_(wanted), table_(tensor::code_table(dtype)) {}

  void take(uint64_t first, uint64_t count, ByteView bytes) {
    for (; next_ < wanted_.size() && wanted_[next_] < first + count; ++next_) {
      const uint64_t at = wanted_[next_] - first;
      if (table_ != nullptr && table_->bits < 8) {
        uint8_t code = 0;
        tensor::unpack_codes(*table_, bytes, at, {&code, 1});
        codes_.push_back(code);
      } else {
        const size_t size = dtype_info(dtype_).bits / 8U;
        const ByteView element = bytes.subspan(at * size, size);
        values_.insert(values_.end(), element.begin(), element.end());
      }
    }
  }

  std::vector<std::byte> values() {
    if (!codes_.empty()) {
      values_.resize(dtype_bytes(dtype_, codes_.size()).value_or(0));
      tensor::pack_codes(*table_, codes_, values_);
    }
    return std::move(values_);
  }

 private:
  DType dtype_;
  const std::vector<uint64_t>& wanted_;
  const tensor::CodeTable* table_;
  size_t next_ = 0;
  std::vector<uint8_t> codes_;
  std::vector<std::byte> values_;
};

/// The elements at `indices`, and the hash of all where it is wanted.
std::optional<std::vector<std::byte>> gather(const PairSide& side,
                                             const std::vector<uint64_t>& indices, Sha256* hash) {
  Gatherer gatherer(side.dtype, indices);
  const bool read = for_each_block(side, [&](uint64_t first, uint64_t count, ByteView bytes) {
    if (hash != nullptr) hash->add(bytes);
    gatherer.take(first, count, bytes);
  });
  if (!read) return std::nullopt;
  return gatherer.values();
}

/// Statistics as the comparison of pairs defines them: a tensor against itself.
std::optional<Moments> moments_of(const PairSide& side) {
  const auto metrics = numeric::compare_pair(side, side, {});
  if (!metrics) return std::nullopt;
  return metrics->golden;
}

Moments moments_of(const BaselineTensor& kept) {
  Moments out;
  if (!std::isnan(kept.mean)) {
    out.min = kept.min;
    out.max = kept.max;
    out.mean = kept.mean;
    out.std = kept.std;
  }
  out.nan = kept.nan;
  out.pos_inf = kept.pos_inf;
  out.neg_inf = kept.neg_inf;
  out.zeros = kept.zeros;
  return out;
}

/// What a run that passes cannot move further. With every |r - g| at most t(g) = atol + rtol |g|,
/// which keeps the order of values (rtol < 1): order statistics move by at most t of themselves,
/// mean and std by at most atol + rtol rms(g). A share s of values that may be off by up to L moves
/// order statistics by at most L more, the mean by s L, std by sqrt(s) L.
class Judge {
 public:
  Judge(const numeric::PairOptions& options, const Allowance& allowed,
        std::vector<ChangedStatistic>& changed)
      : options_(options), share_(allowed.share), changed_(changed) {
    if (share_ > 0) further_ = allowed.largest;
  }

  void moments(const Moments& run, const Moments& golden) {
    if (std::isinf(further_) || !run.mean || !golden.mean) return;
    const double rms = tolerance(std::hypot(*golden.mean, *golden.std));
    around("mean", *run.mean, *golden.mean, rms + share_ * further_);
    around("std", *run.std, *golden.std, rms + std::sqrt(share_) * further_);
    order("min", *run.min, *golden.min, *golden.min, *golden.min);
    order("max", *run.max, *golden.max, *golden.max, *golden.max);
  }

  /// Without a limit for the share beyond tolerance, it still moves ranks by no more than itself:
  /// as far as the next quantile.
  void quantiles(const std::vector<double>& run, const std::vector<double>& golden) {
    if (run.size() != golden.size() || golden.size() < 2) return;
    const size_t last = golden.size() - 1;
    const bool limited = !std::isinf(further_);
    if (!limited && share_ > 1 / static_cast<double>(last)) return;
    const size_t slack = limited ? 0 : 1;
    for (size_t i = slack; i + slack <= last; ++i) {
      const double at = static_cast<double>(i) / static_cast<double>(last);
      order(fmt::format("quantile {:.4g}", at), run[i], golden[i], golden[i - slack],
            golden[i + slack]);
    }
  }

 private:
  double tolerance(double value) const {
    const double relative = options_.rtol * std::abs(value);
    return options_.rule == numeric::ToleranceRule::kSum ? options_.atol + relative
                                                         : std::max(options_.atol, relative);
  }

  void around(const std::string& name, double run, double golden, double by) {
    between(name, run, golden, golden - by, golden + by);
  }

  void order(const std::string& name, double run, double golden, double low, double high) {
    if (options_.rtol >= 1) return;
    const double further = std::isinf(further_) ? 0 : further_;
    // Both quantiles may be short of the exact ones, and limits of what they stand for.
    const auto slack = [&](double value) {
      return further + tolerance(value) * (1 + 4 * kQuantileResolution) +
             2 * kQuantileResolution * std::abs(value);
    };
    between(name, run, golden, low - slack(low), high + slack(high));
  }

  void between(const std::string& name, double run, double golden, double low, double high) {
    // Sums of other orders: a few last places.
    const double rounding = 1e-12 * std::max({std::abs(low), std::abs(high), std::abs(run)});
    if (run >= low - rounding && run <= high + rounding) return;
    changed_.push_back({name, run, golden});
  }

  const numeric::PairOptions& options_;
  double share_;
  double further_ = 0;  ///< how far single values may be off beyond tolerance
  std::vector<ChangedStatistic>& changed_;
};

uint64_t distance(uint64_t a, uint64_t b) {
  return a > b ? a - b : b - a;
}

/// Places in the sample become those in the tensor; counts of the whole tensors have their say.
void widen(PairMetrics& metrics, const BaselineTensor& golden, const Moments& run) {
  const auto place = [&](std::optional<uint64_t>& index) {
    if (index && *index < golden.indices.size()) index = golden.indices[*index];
  };
  place(metrics.max_abs_index);
  place(metrics.max_rel_index);
  for (numeric::WorstElement& each : metrics.worst) {
    if (each.index < golden.indices.size()) each.index = golden.indices[each.index];
  }
  metrics.worst_channel.reset();
  metrics.worst_channel_rmse.reset();
  const uint64_t moved =
      std::max({distance(run.nan, golden.nan), distance(run.pos_inf, golden.pos_inf),
                distance(run.neg_inf, golden.neg_inf)});
  metrics.nonfinite_mismatch = std::max(metrics.nonfinite_mismatch, moved);
  metrics.run = run;
  metrics.golden = moments_of(golden);
}

std::string power_text(const BaselineTensor& golden, bool identical) {
  if (identical) return "every bit is the same as when the baseline was saved (SHA-256)";
  const auto kept = static_cast<double>(golden.indices.size());
  if (golden.indices.size() == golden.count) return "all values are in the baseline";
  const double share = 1 - std::pow(0.05, 1 / kept);  // missed by all values with 5 %
  return fmt::format(
      "by {} of {} values and by statistics of all: a fault in {:.2g} % of the values or more is "
      "found in 19 of 20 cases",
      grouped(golden.indices.size()), grouped(golden.count), 100 * share);
}

}  // namespace

std::optional<BaselineTensor> keep(const PairSide& side, std::span<const int64_t> shape,
                                   const BaselineOptions& options) {
  const auto moments = moments_of(side);
  if (!moments) return std::nullopt;
  constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
  BaselineTensor out;
  out.dtype = side.dtype;
  out.shape.assign(shape.begin(), shape.end());
  out.count = element_count(side);
  out.nan = moments->nan;
  out.pos_inf = moments->pos_inf;
  out.neg_inf = moments->neg_inf;
  out.zeros = moments->zeros;
  out.min = moments->min.value_or(kNone);
  out.max = moments->max.value_or(kNone);
  out.mean = moments->mean.value_or(kNone);
  out.std = moments->std.value_or(kNone);
  out.quantiles = quantiles_of(side, options.quantiles);
  out.indices = places(out.count, options.values, options.seed);
  Sha256 hash;
  auto values = gather(side, out.indices, &hash);
  if (!values) return std::nullopt;
  out.values = std::move(*values);
  out.sha256 = hash.digest();
  return out;
}

std::optional<BaselineFinding> compare_with_baseline(const PairSide& run,
                                                     const BaselineTensor& golden,
                                                     const numeric::PairOptions& options,
                                                     const Allowance& allowed) {
  if (element_count(run) != golden.count) return std::nullopt;
  Sha256 hash;
  const auto values = gather(run, golden.indices, &hash);
  const auto moments = moments_of(run);
  if (!values || !moments) return std::nullopt;
  const PairSide mine{run.dtype, *values, nullptr};
  const PairSide theirs{golden.dtype, golden.values, nullptr};
  numeric::PairOptions sampled = options;
  sampled.channels = 0;
  auto metrics = numeric::compare_pair(mine, theirs, sampled);
  if (!metrics) return std::nullopt;
  BaselineFinding out;
  out.identical = run.dtype == golden.dtype && hash.digest() == golden.sha256;
  out.metrics = std::move(*metrics);
  widen(out.metrics, golden, *moments);
  if (!out.identical) {
    Judge judge(options, allowed, out.changed);
    judge.moments(*moments, out.metrics.golden);
    judge.quantiles(quantiles_of(run, static_cast<uint16_t>(golden.quantiles.size())),
                    golden.quantiles);
  }
  out.power = power_text(golden, out.identical);
  return out;
}

double peak_of(const BaselineTensor& kept) {
  return std::isnan(kept.mean) ? 0 : std::max(std::abs(kept.min), std::abs(kept.max));
}

double rms_of(const BaselineTensor& kept) {
  return std::isnan(kept.mean) ? 0 : std::hypot(kept.mean, kept.std);
}

std::string changed_text(const std::vector<ChangedStatistic>& changed) {
  constexpr size_t kMost = 3;
  std::string text;
  for (size_t i = 0; i < std::min(kMost, changed.size()); ++i) {
    text += fmt::format("{}{} is {:.6g}, was {:.6g}", i == 0 ? "" : "; ", changed[i].name,
                        changed[i].run, changed[i].golden);
  }
  if (changed.size() > kMost) text += fmt::format("; and {} more", changed.size() - kMost);
  return text;
}

}  // namespace omscope::compare
