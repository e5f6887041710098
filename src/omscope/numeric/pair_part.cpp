#include "omscope/numeric/pair_part.h"

#include <cmath>

namespace omscope::numeric {

void JointMoments::merge(const JointMoments& other) {
  if (other.count == 0) return;
  if (count == 0) {
    *this = other;
    return;
  }
  const double total = count + other.count;
  const double weight = count * other.count / total;
  const double share = other.count / total;
  const double run_step = other.run_mean - run_mean;
  const double golden_step = other.golden_mean - golden_mean;
  const double error_step = other.error_mean - error_mean;
  run_squares += other.run_squares + run_step * run_step * weight;
  golden_squares += other.golden_squares + golden_step * golden_step * weight;
  error_squares += other.error_squares + error_step * error_step * weight;
  run_golden += other.run_golden + run_step * golden_step * weight;
  error_golden += other.error_golden + error_step * golden_step * weight;
  run_mean += run_step * share;
  golden_mean += golden_step * share;
  error_mean += error_step * share;
  count = total;
}

void SidePart::add_alone(double value) {
  if (std::isnan(value)) {
    ++nan;
  } else if (std::isinf(value)) {
    ++(value > 0 ? pos_inf : neg_inf);
  } else {
    if (value == 0) ++zeros;
    range.add(value);
    moments.merge({1, value, 0});
  }
}

void SidePart::merge(const SidePart& other) {
  nan += other.nan;
  pos_inf += other.pos_inf;
  neg_inf += other.neg_inf;
  zeros += other.zeros;
  range.merge(other.range);
  moments.merge(other.moments);
}

void WorstList::add(const WorstElement& element, uint32_t most) {
  const auto before = [](const WorstElement& a, const WorstElement& b) {
    return a.abs_error != b.abs_error ? a.abs_error > b.abs_error : a.index < b.index;
  };
  if (most == 0 || (worst_.size() == most && !before(element, worst_.back()))) return;
  worst_.insert(std::upper_bound(worst_.begin(), worst_.end(), element, before), element);
  if (worst_.size() > most) worst_.pop_back();
}

void WorstList::merge(const WorstList& other, uint32_t most) {
  for (const WorstElement& element : other.worst_) add(element, most);
}

void PairPart::merge(const PairPart& later, const PairOptions& options) {
  joint.merge(later.joint);
  run_range.merge(later.run_range);
  golden_range.merge(later.golden_range);
  run.merge(later.run);
  golden.merge(later.golden);
  compared += later.compared;
  differing += later.differing;
  over_tolerance += later.over_tolerance;
  mismatch += later.mismatch;
  zero_golden += later.zero_golden;
  within_1_permille += later.within_1_permille;
  within_5_permille += later.within_5_permille;
  abs_sum += later.abs_sum;
  rel_sum += later.rel_sum;
  ulp_sum += later.ulp_sum;
  ulp_max = std::max(ulp_max, later.ulp_max);
  norm_product += later.norm_product;
  zero_golden_max = std::max(zero_golden_max, later.zero_golden_max);
  abs.merge(later.abs);
  rel.merge(later.rel);
  const UInt128 exact_sum = exact.sum + later.exact.sum;
  if (later.exact.largest > exact.largest) exact = later.exact;
  exact.sum = exact_sum;
  worst.merge(later.worst, options.worst);
  channels.resize(std::max(channels.size(), later.channels.size()));
  for (size_t i = 0; i < later.channels.size(); ++i) {
    channels[i].squares += later.channels[i].squares;
    channels[i].count += later.channels[i].count;
  }
  for (size_t i = 0; i < kUlpBins; ++i) ulp_counts[i] += later.ulp_counts[i];
}

}  // namespace omscope::numeric
