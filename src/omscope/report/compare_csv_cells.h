// Cells that both tables of a comparison have.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "omscope/report/compare_words.h"

namespace omscope::report {

using CsvRow = std::vector<std::string>;

/// A metric under the name that users of msaccucmp know, and under ours.
struct Algorithm {
  std::string_view name;
  std::string_view key;  ///< empty: made of several
};
std::span<const Algorithm> algorithms();

MetricValue metric_of(const numeric::PairMetrics& metrics, std::string_view key);

/// The op of golden, as the names of its files have it.
std::string golden_op(const compare::Pair& pair);

/// "conv1:output:0".
std::string tensor_index(const std::string& op, const std::string& tensor);

/// "(mean;std),(mean;std)" of both sides, in the digits of `number`.
std::string deviations(const numeric::PairMetrics& metrics, std::string_view none,
                       std::string (*number)(double));

}  // namespace omscope::report
