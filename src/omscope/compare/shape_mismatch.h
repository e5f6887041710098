// Two tensors with equally many elements and different shapes: what would make them match.
#pragma once

#include <string>
#include <vector>

#include "omscope/compare/align.h"

namespace omscope::compare {

struct ShapeFinding {
  std::string text;         ///< a clause for people
  bool transposed = false;  ///< the values match with axes exchanged
};

/// `sides` as they are, golden's shape in it. Looks at some of the values.
ShapeFinding explain_shapes(const Aligned& sides, const std::vector<int64_t>& run_shape);

}  // namespace omscope::compare
