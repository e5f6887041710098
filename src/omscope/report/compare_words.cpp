#include "omscope/report/compare_words.h"

#include <algorithm>
#include <array>
#include <unordered_map>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "omscope/core/text.h"
#include "omscope/numeric/pair_text.h"

namespace omscope::report {
namespace {

using compare::Status;
using numeric::PairMetrics;

template <class T>
MetricValue value_of(const std::optional<T>& value) {
  if (value) return *value;
  return std::monostate{};
}
MetricValue value_of(uint64_t value) {
  return value;
}

template <auto Member>
constexpr MetricKey plain(std::string_view key) {
  return {key, [](const PairMetrics& metrics) { return value_of(metrics.*Member); }};
}
template <auto Member>
constexpr MetricKey of_run(std::string_view key) {
  return {key, [](const PairMetrics& metrics) { return value_of(metrics.run.*Member); }};
}
template <auto Member>
constexpr MetricKey of_golden(std::string_view key) {
  return {key, [](const PairMetrics& metrics) { return value_of(metrics.golden.*Member); }};
}

using M = PairMetrics;
using numeric::Moments;

constexpr std::array kMetrics = {
    plain<&M::count>("count"),
    plain<&M::compared>("compared"),
    plain<&M::differing>("differing"),
    plain<&M::over_tolerance>("over_tolerance"),
    plain<&M::max_abs_error>("max_abs_error"),
    plain<&M::max_abs_index>("max_abs_index"),
    plain<&M::max_rel_error>("max_rel_error"),
    plain<&M::max_rel_index>("max_rel_index"),
    plain<&M::mean_abs_error>("mean_abs_error"),
    plain<&M::rmse>("rmse"),
    plain<&M::relative_euclidean_distance>("relative_euclidean_distance"),
    plain<&M::mean_rel_error>("mean_rel_error"),
    plain<&M::accumulated_rel_error>("accumulated_rel_error"),
    plain<&M::cosine>("cosine"),
    plain<&M::one_minus_cosine>("one_minus_cosine"),
    plain<&M::scale>("scale"),
    plain<&M::offset>("offset"),
    of_run<&Moments::min>("run_min"),
    of_run<&Moments::max>("run_max"),
    of_run<&Moments::mean>("run_mean"),
    of_run<&Moments::std>("run_std"),
    of_golden<&Moments::min>("golden_min"),
    of_golden<&Moments::max>("golden_max"),
    of_golden<&Moments::mean>("golden_mean"),
    of_golden<&Moments::std>("golden_std"),
    plain<&M::ratio_1_permille>("ratio_1_permille"),
    plain<&M::ratio_5_permille>("ratio_5_permille"),
    plain<&M::ulp_max>("ulp_max"),
    plain<&M::ulp_mean>("ulp_mean"),
    of_run<&Moments::nan>("run_nan"),
    of_run<&Moments::pos_inf>("run_pos_inf"),
    of_run<&Moments::neg_inf>("run_neg_inf"),
    of_golden<&Moments::nan>("golden_nan"),
    of_golden<&Moments::pos_inf>("golden_pos_inf"),
    of_golden<&Moments::neg_inf>("golden_neg_inf"),
    plain<&M::nonfinite_mismatch>("nonfinite_mismatch"),
    plain<&M::zero_golden>("zero_golden"),
    plain<&M::kl_divergence>("kl_divergence"),
    plain<&M::psnr>("psnr"),
    plain<&M::snr>("snr"),
};

/// What a column has room for, where they tell the sides apart.
constexpr int kTableDigits = 4;

int rank_of(Status status) {
  switch (status) {
    case Status::kFail: return 0;
    case Status::kWarn: return 1;
    case Status::kUncomparable: return 2;
    case Status::kPass: return 3;
  }
  return 3;
}

}  // namespace

std::span<const MetricKey> metric_keys() {
  return kMetrics;
}

std::vector<const compare::Pair*> worst_first(const compare::Result& result) {
  struct Key {
    int rank;
    double error;
    const compare::Pair* pair;
  };
  std::vector<Key> keys;
  keys.reserve(result.pairs.size());
  for (const compare::Pair& pair : result.pairs) {
    keys.push_back({rank_of(pair.status), error_of(pair).value_or(-1), &pair});
  }
  std::stable_sort(keys.begin(), keys.end(), [](const Key& a, const Key& b) {
    return a.rank != b.rank ? a.rank < b.rank : a.error > b.error;
  });
  std::vector<const compare::Pair*> sorted;
  sorted.reserve(keys.size());
  for (const Key& key : keys) sorted.push_back(key.pair);
  return sorted;
}

const compare::Pair* starting_pair(const compare::Result& result) {
  if (result.first_divergence) {
    for (const compare::Pair& pair : result.pairs) {
      if (pair.op == result.first_divergence->op &&
          pair.tensor == result.first_divergence->tensor && pair.status == Status::kFail) {
        return &pair;
      }
    }
  }
  const auto worst = worst_first(result);
  const bool fails = !worst.empty() && worst.front()->status == Status::kFail;
  return fails ? worst.front() : nullptr;
}

std::string looks_like(const numeric::PatternFinding& finding) {
  if (finding.pattern == numeric::Pattern::kNone) return finding.evidence;
  const std::string_view name = numeric::to_string(finding.pattern);
  if (finding.evidence.empty()) return std::string(name);
  return fmt::format("{} ({})", finding.evidence, name);
}

bool has_pattern(const compare::Pair& pair) {
  if (pair.pattern.pattern == numeric::Pattern::kNone) return false;
  // Values that are equal are no reason against a pass; what is, was said.
  return pair.pattern.pattern != numeric::Pattern::kEqual || pair.status == Status::kPass ||
         pair.reason.empty();
}

std::string remark(const compare::Pair& pair) {
  if (!pair.metrics) return pair.reason;
  const PairMetrics& metrics = *pair.metrics;
  const std::string not_finite =
      metrics.nonfinite_mismatch == 0
          ? ""
          : fmt::format("{} NaN or infinite on one side", grouped(metrics.nonfinite_mismatch));
  if (has_pattern(pair)) {
    // A metric is out of bounds where no single element is over tolerance.
    const bool by_metric = pair.status == Status::kFail && metrics.over_tolerance == 0 &&
                           metrics.nonfinite_mismatch == 0;
    const bool told = not_finite.empty() || pair.pattern.pattern == numeric::Pattern::kNonFinite;
    return (by_metric ? pair.reason + "; "
            : told    ? ""
                      : not_finite + "; ") +
           looks_like(pair.pattern);
  }
  if (pair.status == Status::kPass) return pair.from_baseline ? pair.reason : "";
  if (!not_finite.empty()) return not_finite;
  if (metrics.over_tolerance == 0 || !metrics.max_abs_index) return pair.reason;
  return fmt::format("at {}: {}", grouped(*metrics.max_abs_index),
                     numeric::worst_values_text(metrics, kTableDigits));
}

std::optional<Share> beyond_tolerance(const compare::Pair& pair) {
  if (!pair.metrics) return std::nullopt;
  const PairMetrics& metrics = *pair.metrics;
  if (pair.from_baseline && metrics.nonfinite_mismatch > 0) {
    // Known of all elements, where the other counts are of those that were kept.
    uint64_t all = 1;
    for (const int64_t dim : pair.shape) all *= static_cast<uint64_t>(dim);
    return Share{metrics.nonfinite_mismatch, all};
  }
  const bool failed = pair.status == Status::kFail;
  if (failed && metrics.over_tolerance == 0) return std::nullopt;
  return Share{metrics.over_tolerance, metrics.count};
}

std::string tally(const compare::Summary& summary) {
  std::vector<std::string> parts;
  const auto add = [&](uint64_t count, std::string_view what) {
    if (count > 0) parts.push_back(fmt::format("{} {}", grouped(count), what));
  };
  add(summary.pass, "pass");
  add(summary.warn, "warn");
  add(summary.fail, "fail");
  add(summary.uncomparable, "uncomparable");
  add(summary.ignored, "ignored");
  return parts.empty() ? "none" : fmt::format("{}", fmt::join(parts, ", "));
}

std::string pair_label(const compare::Pair& pair) {
  return fmt::format("{}{}{} {}", pair.step, pair.step.empty() ? "" : " ", pair.op, pair.tensor);
}

std::string dims_text(const std::vector<int64_t>& dims) {
  return fmt::format("[{}]", fmt::join(dims, ","));
}

std::string short_number(double value) {
  return fmt::format("{:.4g}", value);
}

std::string short_number(const std::optional<double>& value) {
  return value ? short_number(*value) : "–";
}

std::string share_text(uint64_t part, uint64_t whole) {
  if (part == 0 || whole == 0) return grouped(part);
  return fmt::format("{} of {} ({})", grouped(part), grouped(whole), percent_text(part, whole));
}

std::string percent_text(uint64_t part, uint64_t whole) {
  if (part == 0 || whole == 0) return "0 %";
  if (part >= whole) return "100 %";
  const double percent = 100 * static_cast<double>(part) / static_cast<double>(whole);
  if (percent >= 10) return fmt::format("{:.0f} %", std::min(percent, 99.0));
  return fmt::format("{:.2g} %", percent);
}

std::vector<UnpairedGroup> by_reason(const std::vector<compare::Unpaired>& unpaired) {
  std::vector<UnpairedGroup> groups;
  std::unordered_map<std::string_view, size_t> known;
  for (const compare::Unpaired& each : unpaired) {
    const std::string& reason = each.group.empty() ? each.reason : each.group;
    const auto [at, added] = known.try_emplace(reason, groups.size());
    if (added) groups.push_back({reason, {}});
    groups[at->second].members.push_back(&each);
  }
  for (UnpairedGroup& group : groups) {
    if (group.members.size() == 1) group.reason = group.members.front()->reason;
  }
  std::stable_sort(groups.begin(), groups.end(), [](const auto& a, const auto& b) {
    return a.members.size() > b.members.size();
  });
  return groups;
}

}  // namespace omscope::report
