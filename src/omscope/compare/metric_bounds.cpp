#include "omscope/compare/metric_bounds.h"

#include <algorithm>
#include <array>

namespace omscope::compare {
namespace {

using numeric::PairMetrics;
using Value = std::optional<double>;

double share(uint64_t part, uint64_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

template <uint64_t PairMetrics::*Count>
Value count(const PairMetrics& metrics) {
  return static_cast<double>(metrics.*Count);
}

// A new bound is one line here.
constexpr std::array kMetrics = {
    BoundedMetric{"cosine", true, [](const PairMetrics& m) -> Value { return m.cosine; }},
    BoundedMetric{"one_minus_cosine", false,
                  [](const PairMetrics& m) -> Value { return m.one_minus_cosine; }},
    BoundedMetric{"max_abs_error", false,
                  [](const PairMetrics& m) -> Value { return m.max_abs_error; }},
    BoundedMetric{"max_rel_error", false,
                  [](const PairMetrics& m) -> Value { return m.max_rel_error; }},
    BoundedMetric{"mean_abs_error", false,
                  [](const PairMetrics& m) -> Value { return m.mean_abs_error; }},
    BoundedMetric{"mean_rel_error", false,
                  [](const PairMetrics& m) -> Value { return m.mean_rel_error; }},
    BoundedMetric{"accumulated_rel_error", false,
                  [](const PairMetrics& m) -> Value { return m.accumulated_rel_error; }},
    BoundedMetric{"rmse", false, [](const PairMetrics& m) -> Value { return m.rmse; }},
    BoundedMetric{"relative_euclidean_distance", false,
                  [](const PairMetrics& m) -> Value { return m.relative_euclidean_distance; }},
    BoundedMetric{"ratio_1_permille", true,
                  [](const PairMetrics& m) -> Value { return m.ratio_1_permille; }},
    BoundedMetric{"ratio_5_permille", true,
                  [](const PairMetrics& m) -> Value { return m.ratio_5_permille; }},
    BoundedMetric{"ulp_max", false, [](const PairMetrics& m) -> Value { return m.ulp_max; }},
    BoundedMetric{"ulp_mean", false, [](const PairMetrics& m) -> Value { return m.ulp_mean; }},
    BoundedMetric{"kl_divergence", false,
                  [](const PairMetrics& m) -> Value { return m.kl_divergence; }},
    BoundedMetric{"msaccucmp_kl", false,
                  [](const PairMetrics& m) -> Value { return m.msaccucmp_kl; }},
    BoundedMetric{"worst_channel_rmse", false,
                  [](const PairMetrics& m) -> Value { return m.worst_channel_rmse; }},
    BoundedMetric{"max_abs_at_zero_golden", false,
                  [](const PairMetrics& m) -> Value { return m.max_abs_at_zero_golden; }},
    BoundedMetric{"snr", true, [](const PairMetrics& m) -> Value { return m.snr; }},
    BoundedMetric{"psnr", true, [](const PairMetrics& m) -> Value { return m.psnr; }},
    BoundedMetric{"differing", false, count<&PairMetrics::differing>},
    BoundedMetric{"over_tolerance", false, count<&PairMetrics::over_tolerance>},
    BoundedMetric{"nonfinite_mismatch", false, count<&PairMetrics::nonfinite_mismatch>},
    BoundedMetric{"differing_share", false,
                  [](const PairMetrics& m) -> Value { return share(m.differing, m.count); }},
};

}  // namespace

std::span<const BoundedMetric> bounded_metrics() {
  return kMetrics;
}

const BoundedMetric* find_bounded(std::string_view key) {
  const auto* found = std::find_if(kMetrics.begin(), kMetrics.end(),
                                   [&](const BoundedMetric& each) { return each.key == key; });
  return found == kMetrics.end() ? nullptr : found;
}

}  // namespace omscope::compare
