// Metrics that a policy may bound.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "omscope/numeric/pair.h"

namespace omscope::compare {

struct BoundedMetric {
  std::string_view key;
  bool at_least = false;  ///< the bound is a lower one
  std::optional<double> (*of)(const numeric::PairMetrics& metrics);
};

std::span<const BoundedMetric> bounded_metrics();
const BoundedMetric* find_bounded(std::string_view key);

}  // namespace omscope::compare
