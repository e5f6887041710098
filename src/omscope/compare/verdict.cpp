#include "omscope/compare/verdict.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "omscope/compare/metric_bounds.h"
#include "omscope/core/text.h"
#include "omscope/core/told_apart.h"
#include "omscope/numeric/pair_text.h"

namespace omscope::compare {
namespace {

using numeric::PairMetrics;

constexpr std::array<std::string_view, 4> kStatusNames = {"pass", "warn", "fail", "uncomparable"};
constexpr std::array<std::string_view, 3> kVerdictNames = {"pass", "fail", "none"};

/// Keeps the worst status and what was said of it.
class Findings {
 public:
  void add(Status status, std::string reason) {
    if (status < worst_.status || (status == worst_.status && !worst_.reason.empty())) return;
    worst_ = {status, std::move(reason)};
  }
  Judgement take() { return std::move(worst_); }

 private:
  Judgement worst_;
};

std::string share_text(uint64_t part, uint64_t whole) {
  return fmt::format("{} of {}", grouped(part), counted(whole, "element"));
}

void judge_nonfinite(const PairMetrics& m, const Thresholds& thresholds, Findings& out) {
  if (m.nonfinite_mismatch > 0) {
    out.add(
        Status::kFail,
        fmt::format("{} NaN or infinite on one side and not the same on the other",
                    m.nonfinite_mismatch == 1 ? "1 element is"
                                              : grouped(m.nonfinite_mismatch) + " elements are"));
    return;
  }
  const uint64_t inf = m.golden.pos_inf + m.golden.neg_inf;
  if (m.golden.nan > 0 && thresholds.both_nan != Status::kPass) {
    out.add(
        thresholds.both_nan,
        fmt::format("{} NaN on both sides",
                    m.golden.nan == 1 ? "1 element is" : grouped(m.golden.nan) + " elements are"));
  }
  if (inf > 0 && thresholds.both_inf != Status::kPass) {
    out.add(thresholds.both_inf,
            fmt::format("{} infinite on both sides",
                        inf == 1 ? "1 element is" : grouped(inf) + " elements are"));
  }
}

double peak_of(const numeric::Moments& moments) {
  return std::max(std::abs(moments.min.value_or(0)), std::abs(moments.max.value_or(0)));
}

std::string worst_text(const PairMetrics& m) {
  if (!m.max_abs_error || !m.max_abs_index) return {};
  return fmt::format("; the worst at {}: {}", *m.max_abs_index, numeric::worst_values_text(m));
}

std::string tolerance_text(const Thresholds& thresholds) {
  return fmt::format("rtol {}, atol {:.4g}", number_text(thresholds.rtol), thresholds.atol);
}

void judge_tolerance(const PairMetrics& m, const Thresholds& thresholds, Findings& out) {
  const uint64_t over = m.over_tolerance - std::min(m.over_tolerance, m.nonfinite_mismatch);
  if (over == 0 || m.count == 0) return;
  const double share = static_cast<double>(over) / static_cast<double>(m.count);
  const double largest = m.max_abs_error.value_or(0);
  const bool peak =
      thresholds.peak_error > 0 && !(largest <= thresholds.peak_error * peak_of(m.golden));
  const bool fails = share > thresholds.fail_share || peak;
  if (!fails && share <= thresholds.warn_share) return;
  std::string text = fmt::format("{} over tolerance ({}){}",
                                 share_text(over, m.count) + (over == 1 ? " is" : " are"),
                                 tolerance_text(thresholds), worst_text(m));
  if (peak && share <= thresholds.fail_share) {
    text += fmt::format("; so many may be, but none by more than {} of golden's largest, {:.6g}",
                        number_text(thresholds.peak_error), peak_of(m.golden));
  }
  out.add(fails ? Status::kFail : Status::kWarn, std::move(text));
}

/// A bound on what is not defined for a pair says nothing, which is no pass: where one side is all
/// zeros it fails. Of the cosine of single numbers there is a sign left, which tells.
void judge_undefined(const PairMetrics& m, std::string_view key, Findings& out) {
  if (m.equal() || m.compared == 0) return;
  const bool zeros = (peak_of(m.golden) == 0) != (peak_of(m.run) == 0);
  const bool by_sign = m.count == 1 && (key == "cosine" || key == "one_minus_cosine");
  const bool opposed = by_sign && m.run.min.value_or(0) * m.golden.min.value_or(0) < 0;
  if (by_sign && !zeros && !opposed) return;
  out.add(zeros || opposed ? Status::kFail : Status::kWarn,
          fmt::format("{} has a bound, but is not defined for this pair{}", key,
                      zeros          ? ": one side is all zeros"
                      : m.count == 1 ? " of single numbers"
                                     : ""));
}

void judge_bounds(const PairMetrics& m, const Thresholds& thresholds, Findings& out) {
  for (const auto& [key, bound] : thresholds.bounds) {
    const BoundedMetric* metric = find_bounded(key);
    if (metric == nullptr) continue;
    const auto value = metric->of(m);
    if (!value) {
      judge_undefined(m, key, out);
      continue;
    }
    const bool kept = metric->at_least ? *value >= bound : *value <= bound;
    if (kept) continue;
    out.add(Status::kFail, fmt::format("{} {} is {} {}", key, told_apart({*value, bound})[0],
                                       metric->at_least ? "below" : "above", number_text(bound)));
  }
}

/// Where golden is all zeros, or run is, metrics that divide say nothing; the pair must not pass
/// for want of them, and not silently where the tolerances allow it.
void judge_zeros(const PairMetrics& m, const Thresholds& thresholds, Findings& out) {
  if (m.compared == 0 || m.equal()) return;
  const bool by_metrics = !thresholds.bounds.empty() && std::isinf(thresholds.atol);
  const Status status = by_metrics ? Status::kFail : Status::kWarn;
  if (peak_of(m.golden) == 0) {
    out.add(status, fmt::format("golden is all zeros and run is not (largest {})",
                                number_text(m.max_abs_error.value_or(0))));
  } else if (peak_of(m.run) == 0 && m.compared > 1) {
    out.add(status, "run is all zeros and golden is not");
  }
}

/// Why not one pair could be compared.
std::string nothing_compared(const Result& result) {
  const Summary& sum = result.summary;
  if (sum.uncomparable == 0) {
    if (sum.ignored == 0) return "no tensor of the run belongs to a golden one";
    return sum.ignored == 1 ? "the only pair is ignored by the policy"
                            : fmt::format("all {} pairs are ignored by the policy", sum.ignored);
  }
  std::string text = fmt::format("{} paired, none comparable", counted(sum.uncomparable, "tensor"));
  const Pair* first = nullptr;
  bool same = true;
  for (const Pair& pair : result.pairs) {
    if (pair.ignored) continue;
    if (first == nullptr) first = &pair;
    same = same && pair.reason == first->reason;
  }
  if (first == nullptr) return text;
  if (same) return fmt::format("{}: {}", text, first->reason);
  return fmt::format("{}; of the first: {}", text, first->reason);
}

/// Whether most golden tensors that could have a partner have none, or most pairs say nothing.
bool is_incomplete(const Summary& sum) {
  if (sum.uncomparable > sum.compared()) return true;
  return sum.missing > 0 && 2 * sum.missing > sum.paired() + sum.missing;
}

std::string sentence(const Result& result, const OutputsLeft& outputs, bool strict) {
  const Summary& sum = result.summary;
  const uint64_t compared = sum.compared();
  if (result.verdict == Verdict::kNone) return nothing_compared(result);
  if (sum.fail > 0) {
    return fmt::format("{} of {} pairs fail", grouped(sum.fail), grouped(compared));
  }
  if (outputs.all() > 0) {
    const char* what = outputs.ambiguous == 0 ? "missing in the run"
                       : outputs.missing == 0 ? "ambiguous: nothing was compared with it"
                                              : "missing in the run or ambiguous";
    return outputs.all() == 1 ? fmt::format("an output of the model is {}", what)
                              : fmt::format("{} outputs of the model are {}", outputs.all(), what);
  }
  if (!result.damaged.empty()) {
    return "damaged: " + result.damaged.front() +
           (result.damaged.size() > 1
                ? fmt::format(" and {} more", counted(result.damaged.size() - 1, "input"))
                : "");
  }
  if (result.verdict == Verdict::kFail && strict) {
    return "strict: not every tensor has a partner that it can be compared with";
  }
  if (result.incomplete && sum.uncomparable > compared) {
    return fmt::format("only {} of {} could be compared; all pass", grouped(compared),
                       counted(compared + sum.uncomparable, "pair"));
  }
  if (result.incomplete) {
    return fmt::format("only {} of {} compared; all pass", grouped(sum.paired()),
                       counted(sum.paired() + sum.missing, "golden tensor"));
  }
  return fmt::format("all {} pass{}", counted(compared, "pair"),
                     sum.warn > 0 ? fmt::format(", {} with a warning", grouped(sum.warn)) : "");
}

}  // namespace

std::string_view to_string(Status status) {
  return kStatusNames.at(static_cast<size_t>(status));
}

std::string_view to_string(Verdict verdict) {
  return kVerdictNames.at(static_cast<size_t>(verdict));
}

Judgement judge(const PairMetrics& metrics, const Thresholds& thresholds) {
  if (metrics.count == 0) return {Status::kPass, "empty: there are no elements"};
  Findings out;
  judge_nonfinite(metrics, thresholds, out);
  judge_tolerance(metrics, thresholds, out);
  judge_bounds(metrics, thresholds, out);
  judge_zeros(metrics, thresholds, out);
  return out.take();
}

void conclude(Result& result, bool strict, const OutputsLeft& outputs) {
  Summary& sum = result.summary;
  for (const Pair& pair : result.pairs) {
    if (pair.ignored) {
      ++sum.ignored;
      continue;
    }
    switch (pair.status) {
      case Status::kPass: ++sum.pass; break;
      case Status::kWarn: ++sum.warn; break;
      case Status::kFail: ++sum.fail; break;
      case Status::kUncomparable: ++sum.uncomparable; break;
    }
  }
  sum.unpaired_run = result.unpaired_run.size();
  sum.unpaired_golden = result.unpaired_golden.size();
  const auto is_missing = [](const Unpaired& each) {
    return !each.ignored && each.absence != Absence::kByDesign;
  };
  const auto missing = [&](const std::vector<Unpaired>& list) {
    return static_cast<uint64_t>(std::count_if(list.begin(), list.end(), is_missing));
  };
  sum.missing = missing(result.unpaired_golden);
  result.incomplete = is_incomplete(sum);
  const bool partial = sum.uncomparable + sum.missing + missing(result.unpaired_run) > 0;
  if (sum.fail > 0) {
    result.verdict = Verdict::kFail;
  } else if (sum.pass + sum.warn == 0) {
    result.verdict = Verdict::kNone;
  } else {
    const bool fails = outputs.all() > 0 || !result.damaged.empty() || (strict && partial);
    result.verdict = fails ? Verdict::kFail : Verdict::kPass;
  }
  result.why = sentence(result, outputs, strict);
}

}  // namespace omscope::compare
