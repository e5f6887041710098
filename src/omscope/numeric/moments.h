// Mean and spread of parts that are put together.
#pragma once

#include <cmath>

namespace omscope::numeric {

/// Mean and sum of squared deviations. Parts are merged (Chan et al.), never taken as Σx² − mean²,
/// which cancels.
struct RunningMoments {
  double count = 0;
  double mean = 0;
  double squares = 0;

  void merge(const RunningMoments& other) {
    if (other.count == 0) return;
    if (count == 0) {
      *this = other;
      return;
    }
    const double total = count + other.count;
    const double delta = other.mean - mean;
    squares += other.squares + delta * delta * count * other.count / total;
    mean += delta * other.count / total;
    count = total;
  }

  double std() const { return count > 0 ? std::sqrt(squares / count) : 0; }
};

}  // namespace omscope::numeric
