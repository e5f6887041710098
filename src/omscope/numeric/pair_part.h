// The comparison of a range of elements while it is made; parts are merged in the order of
// elements.
#pragma once

#include <algorithm>
#include <array>
#include <limits>
#include <vector>

#include "omscope/numeric/moments.h"
#include "omscope/numeric/pair.h"
#include "omscope/numeric/pair_blocks.h"
#include "omscope/numeric/pair_ulp.h"

namespace omscope::numeric {

/// Means, and sums of squared deviations and of their products, of run, golden and d = run -
/// golden. Merged (Chan et al.), so that nothing cancels.
struct JointMoments {
  double count = 0;
  double run_mean = 0;
  double golden_mean = 0;
  double error_mean = 0;
  double run_squares = 0;
  double golden_squares = 0;
  double error_squares = 0;
  double run_golden = 0;
  double error_golden = 0;

  void merge(const JointMoments& other);
};

struct ValueRange {
  double least = std::numeric_limits<double>::infinity();
  double largest = -std::numeric_limits<double>::infinity();

  void add(double value) {
    least = std::min(least, value);
    largest = std::max(largest, value);
  }
  void merge(const ValueRange& other) {
    least = std::min(least, other.least);
    largest = std::max(largest, other.largest);
  }
};

/// The first of the largest values above 0.
struct Extreme {
  double value = 0;
  uint64_t index = 0;
  double run = 0;
  double golden = 0;

  void merge(const Extreme& later) {
    if (later.value > value) *this = later;
  }
};

/// One side alone: what is not finite, and finite elements whose partner is not.
struct SidePart {
  uint64_t nan = 0;
  uint64_t pos_inf = 0;
  uint64_t neg_inf = 0;
  uint64_t zeros = 0;  ///< all of them
  ValueRange range;    ///< of the elements without a partner
  RunningMoments moments;

  void add_alone(double value);
  void merge(const SidePart& other);
};

struct ChannelError {
  double squares = 0;
  double count = 0;
};

/// At most `most` elements: the largest error first, then the lowest index.
class WorstList {
 public:
  /// Errors up to this one cannot get into the list.
  double bar(uint32_t most) const { return worst_.size() < most ? 0 : worst_.back().abs_error; }
  void add(const WorstElement& element, uint32_t most);
  void merge(const WorstList& other, uint32_t most);
  const std::vector<WorstElement>& elements() const { return worst_; }

 private:
  std::vector<WorstElement> worst_;
};

constexpr size_t kUlpBins = 24;

struct PairPart {
  JointMoments joint;
  ValueRange run_range;     ///< of the elements that are finite on both sides
  ValueRange golden_range;  ///< likewise
  SidePart run;
  SidePart golden;

  uint64_t compared = 0;
  uint64_t differing = 0;
  uint64_t over_tolerance = 0;
  uint64_t mismatch = 0;
  uint64_t zero_golden = 0;
  uint64_t within_1_permille = 0;
  uint64_t within_5_permille = 0;
  double abs_sum = 0;
  double rel_sum = 0;
  double ulp_sum = 0;
  double ulp_max = 0;
  double norm_product = 0;
  double zero_golden_max = 0;
  Extreme abs;
  Extreme rel;
  ExactErrors exact;

  WorstList worst;
  std::vector<ChannelError> channels;
  std::array<uint64_t, kUlpBins> ulp_counts{};

  void merge(const PairPart& later, const PairOptions& options);
};

/// Adds blocks of a pair to parts.
class PairAdder {
 public:
  PairAdder(const PairReader& reader, const PairOptions& options);

  /// Elements [first, first + size) of any number.
  void add(uint64_t first, uint64_t size, PairPart& part) const;

  const std::optional<UlpGrid>& grid() const { return grid_; }

 private:
  template <class T>
  void add_block(const PairBlock<T>& block, PairPart& part) const;
  template <class T>
  void add_finite(const PairBlock<T>& block, const PairMoments& moments, const PairTerms& terms,
                  PairPart& part) const;
  /// Counts what is not finite and adds the rest.
  template <class T>
  void add_mixed(const PairBlock<T>& block, PairPart& part) const;
  template <class T>
  void add_requested(const PairBlock<T>& block, double abs_max, PairPart& part) const;
  template <class T>
  PairTerms terms_of(const PairBlock<T>& block) const;

  const PairReader& reader_;
  const PairOptions& options_;
  std::optional<UlpGrid> grid_;
};

/// Most channels that are told apart: each task has a sum for each of them.
constexpr uint64_t kMostChannels = uint64_t{1} << 16U;

PairPart add_up(const PairReader& reader, const PairOptions& options);

/// The results from the sums. `sums` are those of `counts`, or, where doubles had to be scaled,
/// those of the second pass with its scales.
struct PairSumsScale {
  double scale = 1;
  double error_scale = 1;
};
PairMetrics metrics_of(const PairReader& reader, const PairPart& counts, const PairPart& sums,
                       const PairSumsScale& scale, bool has_ulp);

/// The second pass of options.kl.
void add_divergence(const PairReader& reader, const PairPart& part, PairMetrics& metrics);
/// The passes of options.quantiles.
void add_quantiles(const PairReader& reader, PairMetrics& metrics);

}  // namespace omscope::numeric
