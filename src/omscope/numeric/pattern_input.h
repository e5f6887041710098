// What the searches for patterns share.
#pragma once

#include <cmath>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "omscope/numeric/pair_blocks.h"
#include "omscope/numeric/pair_ulp.h"
#include "omscope/numeric/pattern.h"

namespace omscope::numeric {

/// When an element of run counts as that of golden: within the tolerance that was asked for, or
/// within one unit of the last place of the lower precision.
struct Closeness {
  double rtol = 0;
  double atol = 0;
  bool either = false;
  std::optional<UlpGrid> grid;

  bool operator()(double run, double golden) const {
    if (run == golden || (std::isnan(run) && std::isnan(golden))) return true;
    if (!std::isfinite(run) || !std::isfinite(golden)) return false;
    const double error = std::abs(run - golden);
    const double share = rtol * std::abs(golden);
    if (error <= (either ? std::max(atol, share) : atol + share)) return true;
    return grid && ulp_error(*grid, error, golden) <= 1;
  }
};

struct PatternInput {
  const PairReader& reader;
  std::span<const int64_t> shape;
  const PairMetrics& metrics;
  Closeness is_close;
};

/// Single elements, in any order.
class ElementReader {
 public:
  ElementReader(const PairSide& side, uint64_t count) : side_(side), count_(count) {}
  double at(uint64_t index);

 private:
  const PairSide& side_;
  uint64_t count_;
};

// One file each; kNone when it is none of them.

/// Scale, shift, both, sign flip: from the fits, which are over all elements.
PatternFinding find_fit(const PatternInput& input);
/// Wrong elements in a block, at the limit of the dtype, denormal or not finite: by a pass over
/// all.
PatternFinding find_fault(const PatternInput& input);
/// Golden's values in another order: permuted axes, another layout, moved along an axis. By a
/// seeded sample, which the evidence states.
PatternFinding find_order(const PatternInput& input);

/// "2.5", nine digits.
std::string number_text(double value);

}  // namespace omscope::numeric
