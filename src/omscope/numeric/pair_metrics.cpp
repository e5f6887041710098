// From the sums to the metrics. Long double has the range that the squares of the largest and the
// least doubles need, on x86-64 as on aarch64.

#include <bit>
#include <cmath>

#include "omscope/numeric/pair_part.h"

namespace omscope::numeric {
namespace {

using Real = long double;

/// A result beyond the largest double counts as that.
double bounded(Real value) {
  constexpr Real kLargest = std::numeric_limits<double>::max();
  return static_cast<double>(std::min(std::max(value, -kLargest), kLargest));
}

Real square_root(Real value) {
  return value > 0 ? std::sqrt(value) : 0;
}

/// What the sums say, without the scale they were taken with.
struct Totals {
  Real count;
  Real run_mean, golden_mean, error_mean;
  Real run_spread, golden_spread, error_spread;  ///< sums of squared deviations
  Real run_golden, error_golden;                 ///< sums of products of deviations
  Real run_squares, golden_squares, error_squares;
  Real norm_product;
  Real abs_sum;

  Totals(const PairPart& sums, const PairSumsScale& by) : count(sums.joint.count) {
    const JointMoments& joint = sums.joint;
    const Real x = Real{1} / by.scale;
    const Real d = Real{1} / by.error_scale;
    run_mean = joint.run_mean * x;
    golden_mean = joint.golden_mean * x;
    error_mean = joint.error_mean * d;
    run_spread = joint.run_squares * x * x;
    golden_spread = joint.golden_squares * x * x;
    error_spread = joint.error_squares * d * d;
    run_golden = joint.run_golden * x * x;
    error_golden = joint.error_golden * x * d;
    run_squares = run_spread + count * run_mean * run_mean;
    golden_squares = golden_spread + count * golden_mean * golden_mean;
    error_squares = error_spread + count * error_mean * error_mean;
    norm_product = sums.norm_product * x * d;
    abs_sum = sums.abs_sum * d;
  }
};

/// 1 - cos = (D - K^2) / (2 |m| |g|) with K = Σ d (m + g) / (|m| + |g|), which is |m| - |g|:
/// nothing cancels where the sides are near each other.
void add_cosine(const Totals& totals, PairMetrics& metrics) {
  const Real run = square_root(totals.run_squares);
  const Real golden = square_root(totals.golden_squares);
  if (metrics.compared < 2 || run == 0 || golden == 0) return;
  const Real difference = totals.norm_product / (run + golden);
  const Real above = totals.error_squares - difference * difference;
  const Real result = std::min(std::max(above / (2 * run * golden), Real{0}), Real{2});
  metrics.one_minus_cosine = bounded(result);
  metrics.cosine = bounded(1 - result);
}

/// run ~ slope x golden (+ offset), with what is known better: run, or run - golden.
void add_fits(const Totals& totals, PairMetrics& metrics) {
  const Real n = totals.count;
  const bool near = totals.error_squares < totals.run_squares;
  if (totals.golden_squares > 0) {
    const Real error_dot = totals.error_golden + n * totals.error_mean * totals.golden_mean;
    const Real run_dot = totals.run_golden + n * totals.run_mean * totals.golden_mean;
    const Real dot = near ? error_dot : run_dot;
    const Real squares = near ? totals.error_squares : totals.run_squares;
    metrics.scale_only = bounded((near ? 1 : 0) + dot / totals.golden_squares);
    metrics.scale_only_rmse =
        bounded(square_root((squares - dot * dot / totals.golden_squares) / n));
  }
  if (metrics.compared < 2 || totals.golden_spread == 0) return;
  const bool spreads_near = totals.error_spread < totals.run_spread;
  const Real dot = spreads_near ? totals.error_golden : totals.run_golden;
  const Real spread = spreads_near ? totals.error_spread : totals.run_spread;
  const Real slope = dot / totals.golden_spread;
  metrics.scale = bounded((spreads_near ? 1 : 0) + slope);
  metrics.offset =
      bounded((spreads_near ? totals.error_mean : totals.run_mean) - slope * totals.golden_mean);
  metrics.residual_rmse = bounded(square_root((spread - slope * dot) / n));
}

void add_signal(const Totals& totals, Real peak, PairMetrics& metrics) {
  if (totals.error_squares == 0 || totals.golden_squares == 0) return;
  metrics.snr = bounded(10 * std::log10(totals.golden_squares / totals.error_squares));
  const Real mean_square = totals.error_squares / totals.count;
  metrics.psnr = bounded(20 * std::log10(peak) - 10 * std::log10(mean_square));
}

void add_errors(const PairPart& counts, const Totals& totals, PairMetrics& metrics) {
  const auto n = totals.count;
  metrics.max_abs_error = bounded(counts.abs.value);
  if (counts.abs.value > 0) {
    metrics.max_abs_index = counts.abs.index;
    metrics.max_abs_run = counts.abs.run;
    metrics.max_abs_golden = counts.abs.golden;
  }
  metrics.mean_abs_error = bounded(totals.abs_sum / n);
  metrics.rmse = bounded(square_root(totals.error_squares / n));
  if (totals.golden_squares > 0) {
    metrics.relative_euclidean_distance =
        bounded(square_root(totals.error_squares / totals.golden_squares));
  }
  const auto share = [&](uint64_t some) {
    return static_cast<double>(some) / static_cast<double>(counts.compared);
  };
  metrics.ratio_1_permille = share(counts.within_1_permille);
  metrics.ratio_5_permille = share(counts.within_5_permille);
  const uint64_t divisor = counts.compared - counts.zero_golden;
  if (divisor == 0) return;
  metrics.max_rel_error = bounded(counts.rel.value);
  if (counts.rel.value > 0) {
    metrics.max_rel_index = counts.rel.index;
    metrics.max_rel_run = counts.rel.run;
    metrics.max_rel_golden = counts.rel.golden;
  }
  metrics.accumulated_rel_error = bounded(counts.rel_sum);
  metrics.mean_rel_error = bounded(Real{counts.rel_sum} / static_cast<Real>(divisor));
}

Moments side_moments(const SidePart& side, const ValueRange& joint_range, Real mean, Real spread,
                     Real count) {
  Moments moments;
  moments.nan = side.nan;
  moments.pos_inf = side.pos_inf;
  moments.neg_inf = side.neg_inf;
  moments.zeros = side.zeros;
  ValueRange range = joint_range;
  range.merge(side.range);
  const Real alone = side.moments.count;
  const Real total = count + alone;
  if (total == 0) return moments;
  const Real step = count == 0 ? 0 : side.moments.mean - mean;
  const Real all_spread = spread + side.moments.squares + step * step * count * alone / total;
  moments.min = range.least;
  moments.max = range.largest;
  moments.mean = bounded(count == 0 ? Real{side.moments.mean} : mean + step * alone / total);
  moments.std = bounded(square_root(all_spread / total));
  return moments;
}

std::string digits_of(UInt128 value) {
  std::string text;
  for (; value != 0; value /= 10) {
    text.push_back(static_cast<char>('0' + static_cast<int>(value % 10)));
  }
  std::reverse(text.begin(), text.end());
  return text;
}

void add_exact(const ExactErrors& exact, PairMetrics& metrics) {
  if (metrics.compared == 0) return;
  metrics.mean_abs_error =
      bounded(static_cast<Real>(exact.sum) / static_cast<Real>(metrics.compared));
  metrics.max_abs_error = static_cast<double>(exact.largest);
  if (exact.largest > 0) {
    metrics.max_abs_index = exact.largest_index;
    metrics.max_abs_run = exact.run;
    metrics.max_abs_golden = exact.golden;
  }
  if (static_cast<UInt128>(*metrics.max_abs_error) != exact.largest) {
    metrics.exact_max_abs = digits_of(exact.largest);
  }
}

}  // namespace

PairMetrics metrics_of(const PairReader& reader, const PairPart& counts, const PairPart& sums,
                       const PairSumsScale& scale, bool has_ulp) {
  PairMetrics metrics;
  metrics.count = reader.count();
  metrics.magnitudes = reader.kind() == PairKind::kComplex;
  metrics.compared = counts.compared;
  metrics.differing = counts.differing;
  metrics.over_tolerance = counts.over_tolerance;
  metrics.nonfinite_mismatch = counts.mismatch;
  metrics.zero_golden = counts.zero_golden;
  metrics.max_abs_at_zero_golden = bounded(counts.zero_golden_max);
  const Totals totals(sums, scale);
  metrics.run =
      side_moments(counts.run, counts.run_range, totals.run_mean, totals.run_spread, totals.count);
  metrics.golden = side_moments(counts.golden, counts.golden_range, totals.golden_mean,
                                totals.golden_spread, totals.count);
  metrics.worst = counts.worst.elements();
  metrics.ulp_counts = counts.ulp_counts;
  if (counts.compared == 0) return metrics;
  add_errors(counts, totals, metrics);
  add_cosine(totals, metrics);
  if (reader.kind() != PairKind::kComplex) add_fits(totals, metrics);
  const double peak =
      std::max(std::abs(counts.golden_range.least), std::abs(counts.golden_range.largest));
  add_signal(totals, peak, metrics);
  if (has_ulp) {
    metrics.ulp_max = bounded(counts.ulp_max);
    metrics.ulp_mean = bounded(Real{counts.ulp_sum} / totals.count);
  }
  if (reader.kind() == PairKind::kIntegers) add_exact(counts.exact, metrics);
  for (size_t i = 0; i < counts.channels.size(); ++i) {
    const ChannelError& channel = counts.channels[i];
    if (channel.count == 0) continue;
    const double rmse = bounded(std::sqrt(channel.squares / channel.count));
    if (metrics.worst_channel && rmse <= *metrics.worst_channel_rmse) continue;
    metrics.worst_channel = i;
    metrics.worst_channel_rmse = rmse;
  }
  return metrics;
}

}  // namespace omscope::numeric
