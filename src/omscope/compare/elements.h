// Values of one side of a pair, a few at a time.
#pragma once

#include <span>
#include <vector>

#include "omscope/numeric/pair.h"

namespace omscope::compare {

/// Elements [first, first + out.size()) in the order of the pair. False when they are not there or
/// the dtype has no rule.
bool read_values(const numeric::PairSide& side, uint64_t first, std::span<double> out);

/// Some of the values on both sides at the same places: all of a small tensor, runs of neighbours
/// spread over a large one. The same places every time.
struct Sample {
  std::vector<double> run;
  std::vector<double> golden;

  /// Root of the mean square of golden's finite values; 0 when all are zero.
  double scale() const;
};
Sample take_sample(const numeric::PairSide& run, const numeric::PairSide& golden, uint64_t count);

/// The dtype that judges the pair: the lower of the two, or that of the values where a wider type
/// holds nothing but values of float16 or bfloat16 where the other side has finer ones: the output
/// of a network that computes in 16 bits is often cast to float32 in the end.
DType judging_dtype(DType run, DType golden, const Sample& sample);

}  // namespace omscope::compare
