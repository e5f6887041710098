// Quantiles of a tensor of any size in memory that does not grow with it.
#pragma once

#include <cstdint>
#include <vector>

#include "omscope/numeric/pair.h"

namespace omscope::compare {

/// How far below an exact quantile (in magnitude) the one here may be: sixteen bits of the mantissa
/// are kept, so that those of float16 and bfloat16 are exact.
constexpr double kQuantileResolution = 1.0 / 65536;

/// The finite elements of ranks floor(i (m - 1) / (count - 1)) of m, i from 0 on; empty when there
/// are none. Complex numbers by magnitude. Two passes; the same for any order of blocks.
std::vector<double> quantiles_of(const numeric::PairSide& side, uint16_t count);

}  // namespace omscope::compare
