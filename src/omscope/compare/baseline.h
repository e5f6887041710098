// Golden without gigabytes: what is kept of a golden tensor, and what it can still tell of a run.
//
// Kept are statistics over all elements, quantiles, a hash, and some elements with their places,
// one at random from each of as many equal parts of the tensor. A run that agrees with all of that
// passes by a sample: a fault in few elements that moves no statistic is not seen. How few, the
// finding says.
#pragma once

#include <limits>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "omscope/formats/tensorfile/baseline_file.h"
#include "omscope/numeric/pair.h"

namespace omscope::compare {

struct Baseline : tensorfile::BaselineFile {};

struct BaselineOptions {
  uint64_t seed = 1;
  uint32_t values = 1024;   ///< of each tensor, at most
  uint16_t quantiles = 33;  ///< at 0, 1/32, …, 1
};

/// What is kept of one tensor; the caller adds the names. Reads it a few times, a block at a time.
/// Nothing when it has no complete elements, or a dtype without a rule.
std::optional<tensorfile::BaselineTensor> keep(const numeric::PairSide& side,
                                               std::span<const int64_t> shape,
                                               const BaselineOptions& options);

/// A statistic that no run within the tolerance has.
struct ChangedStatistic {
  std::string name;  ///< "mean", "quantile 0.25"
  double run = 0;
  double golden = 0;
};

struct BaselineFinding {
  /// Of the elements kept: their `count` is that of the sample, indices are those of the tensor.
  /// Statistics of the two sides are of all elements, and so is `nonfinite_mismatch`, which counts
  /// what only the whole tensors show, too.
  numeric::PairMetrics metrics;
  std::vector<ChangedStatistic> changed;
  bool identical = false;  ///< every bit of the tensor is the same
  std::string power;       ///< for people: what was looked at, and what fault would be seen
};

/// How much of a tensor may be beyond tolerance, and by how much.
struct Allowance {
  double share = 0;
  double largest = std::numeric_limits<double>::infinity();
};

/// Statistics are judged by what a run that just passes can have. Nothing when the sizes differ or
/// a dtype has no rule.
std::optional<BaselineFinding> compare_with_baseline(const numeric::PairSide& run,
                                                     const tensorfile::BaselineTensor& golden,
                                                     const numeric::PairOptions& options,
                                                     const Allowance& allowed);

/// The largest magnitude of the finite values; 0 when there are none.
double peak_of(const tensorfile::BaselineTensor& kept);
/// The root of their mean square.
double rms_of(const tensorfile::BaselineTensor& kept);

/// "mean is 1.5, was 0.5; …"
std::string changed_text(const std::vector<ChangedStatistic>& changed);

}  // namespace omscope::compare
