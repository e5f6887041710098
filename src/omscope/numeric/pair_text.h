// What the two sides of a pair hold, in words.
#pragma once

#include <string>

#include "omscope/numeric/pair.h"

namespace omscope::numeric {

/// Where the largest error is: "run 1.5, golden 2.5"; by how much they differ where their digits do
/// not tell. Empty when nothing differs. `fewest`: significant digits.
std::string worst_values_text(const PairMetrics& metrics, int fewest = 6);

}  // namespace omscope::numeric
