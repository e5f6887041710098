// Two tensors with equally many elements and different shapes: what would make them match.
#pragma once

#include <string>
#include <vector>

#include "omscope/compare/align.h"

namespace omscope::compare {

/// `sides` as they are, golden's shape in it. Looks at some of the values. A clause for people.
std::string explain_shapes(const Aligned& sides, const std::vector<int64_t>& run_shape);

}  // namespace omscope::compare
