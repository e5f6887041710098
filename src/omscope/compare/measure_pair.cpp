#include "omscope/compare/measure_pair.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "omscope/compare/baseline.h"
#include "omscope/compare/verdict.h"
#include "omscope/numeric/census.h"
#include "omscope/tensor/decode.h"

namespace omscope::compare {
namespace {

/// Neighbours of one channel and how many channels there are.
void set_channels(const Aligned& sides, numeric::PairOptions& options) {
  constexpr size_t kLeastRank = 3;
  const size_t rank = sides.shape.size();
  if (rank < kLeastRank) return;
  const size_t letter = sides.axes.find('C');
  const size_t axis = letter == std::string::npos ? 1 : letter;
  options.channels = static_cast<uint64_t>(sides.shape[axis]);
  options.channel_inner = 1;
  for (size_t dim = axis + 1; dim < rank; ++dim) {
    options.channel_inner *= static_cast<uint64_t>(sides.shape[dim]);
  }
}

/// Golden's root mean square, exactly where a sample sees nothing but zeros.
double scale_of(const Aligned& sides, const Sample& sample) {
  const double sampled = sample.scale();
  if (sampled > 0 || sample.golden.size() == sides.count) return sampled;
  const auto census = numeric::census(sides.golden.dtype, sides.golden.bytes);
  if (!census || census->finite() == 0) return 0;
  return std::hypot(census->mean, census->std);
}

void judge_by(const Thresholds& thresholds, numeric::PairOptions& options) {
  options.rtol = thresholds.rtol;
  options.atol = thresholds.atol;
  options.rule = thresholds.rule;
}

/// Where the tolerances in force tell nothing of single elements, or cut through the rounding, the
/// defaults may tell which elements are wrong.
void look_by_defaults(const Aligned& sides, const Subject& subject, const Sample& sample,
                      numeric::PairOptions options, Pair& pair) {
  Thresholds defaults = default_thresholds(subject.dtype, subject.quantised);
  if (defaults.source == pair.thresholds.source) return;
  if (defaults.atol_scaled) scale_atol(defaults, scale_of(sides, sample));
  judge_by(defaults, options);
  pair.pattern =
      numeric::find_pattern(sides.run, sides.golden, sides.shape, *pair.metrics, options);
  if (pair.pattern.pattern == numeric::Pattern::kNone) return;
  pair.pattern.evidence +=
      fmt::format(", by the tolerance that is the default for {}", to_string(subject.dtype));
}

bool has_bound(const Thresholds& thresholds, std::string_view key) {
  return std::any_of(thresholds.bounds.begin(), thresholds.bounds.end(),
                     [&](const auto& bound) { return bound.first == key; });
}

/// Golden's values at the places that a baseline kept, and the run's there.
Sample kept_sample(const numeric::PairSide& run, const tensorfile::BaselineTensor& kept) {
  Sample sample;
  if (kept.indices.size() > tensor::packed_count(kept.dtype, kept.values)) return sample;
  sample.golden.resize(kept.indices.size());
  sample.run.resize(kept.indices.size());
  tensor::decode(kept.dtype, kept.values, 0, sample.golden);
  for (size_t i = 0; i < kept.indices.size(); ++i) {
    if (!read_values(run, kept.indices[i], std::span(&sample.run[i], 1))) return {};
  }
  return sample;
}

}  // namespace

void add_note(Pair& pair, const std::string& note) {
  if (note.empty()) return;
  pair.reason += (pair.reason.empty() ? "" : "; ") + note;
}

void refuse(Pair& pair, std::string why) {
  pair.status = Status::kUncomparable;
  pair.reason = std::move(why);
}

void scale_atol(Thresholds& thresholds, double scale) {
  thresholds.atol_scaled = false;
  if (!(scale > 0)) return;
  thresholds.atol_share = thresholds.atol;
  thresholds.atol *= scale;
}

void note_judging(DType lower, Pair& pair) {
  const DType judged_by = pair.thresholds.dtype;
  if (judged_by == lower || pair.status == Status::kUncomparable) return;
  add_note(pair, fmt::format("judged as {}: one side holds no finer values, or was computed in it",
                             to_string(judged_by)));
}

void measure(Aligned& sides, const Subject& subject, const PairContext& context,
             const Sample& sample, Pair& pair) {
  pair.thresholds = context.policy.thresholds(subject);
  if (pair.thresholds.atol_scaled) scale_atol(pair.thresholds, scale_of(sides, sample));
  numeric::PairOptions options = context.wanted;
  judge_by(pair.thresholds, options);
  set_channels(sides, options);
  pair.metrics = numeric::compare_pair(sides.run, sides.golden, options);
  if (!pair.metrics) {
    refuse(pair, "the two dtypes cannot be compared");
    return;
  }
  Judgement judgement = judge(*pair.metrics, pair.thresholds);
  pair.status = judgement.status;
  pair.reason = std::move(judgement.reason);
  if (!context.snr && !has_bound(pair.thresholds, "snr")) pair.metrics->snr.reset();
  if (!context.psnr && !has_bound(pair.thresholds, "psnr")) pair.metrics->psnr.reset();
  pair.pattern =
      numeric::find_pattern(sides.run, sides.golden, sides.shape, *pair.metrics, options);
  if (pair.status == Status::kFail && pair.pattern.pattern == numeric::Pattern::kNone) {
    look_by_defaults(sides, subject, sample, options, pair);
  }
  // NaN on both sides may fail; that the values are equal is no reason for it.
  if (pair.pattern.pattern == numeric::Pattern::kEqual && pair.status != Status::kPass) {
    pair.pattern = {};
  }
}

void measure_kept(const Aligned& sides, const tensorfile::BaselineTensor& kept, Subject subject,
                  const PairContext& context, Pair& pair) {
  const DType lower = subject.dtype;
  if (lower == numeric::lower_precision(sides.run.dtype, kept.dtype)) {
    subject.dtype = judging_dtype(sides.run.dtype, kept.dtype, kept_sample(sides.run, kept));
  }
  pair.thresholds = context.policy.thresholds(subject);
  const double rms = rms_of(kept);
  if (pair.thresholds.atol_scaled) scale_atol(pair.thresholds, rms);
  numeric::PairOptions options = context.wanted;
  judge_by(pair.thresholds, options);
  Allowance allowed;
  allowed.share = pair.thresholds.fail_share;
  if (pair.thresholds.peak_error > 0) {
    allowed.largest = pair.thresholds.peak_error * peak_of(kept);
  }
  auto found = compare_with_baseline(sides.run, kept, options, allowed);
  if (!found) return refuse(pair, "the two dtypes cannot be compared");
  pair.from_baseline = true;
  pair.metrics = std::move(found->metrics);
  Judgement judgement = judge(*pair.metrics, pair.thresholds);
  pair.status = judgement.status;
  pair.reason = std::move(judgement.reason);
  if (!found->changed.empty() && pair.status != Status::kFail) {
    pair.status = Status::kFail;
    pair.reason = changed_text(found->changed);
  }
  if (found->identical) pair.pattern.pattern = numeric::Pattern::kEqual;
  note_judging(lower, pair);
  add_note(pair, found->power);
}

}  // namespace omscope::compare
