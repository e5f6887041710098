// BatchNormalization that a compiler computed into the constants of other ops.
#pragma once

#include <unordered_set>
#include <vector>

#include "omscope/diff/matching.h"

namespace omscope::diff {

/// A constant of the model that has the BatchNormalization, and the one that it became.
struct FoldedPair {
  uint32_t plain = kNone;
  uint32_t compiled = kNone;
  bool equal = false;  ///< within the rounding of the compiled constant's type
};

struct FoldedConstants {
  std::vector<FoldedPair> pairs;
  std::unordered_set<uint32_t> plain;  ///< all that went into the pairs
  std::unordered_set<uint32_t> compiled;
};

/// With s = scale / sqrt(variance + epsilon), a convolution's weights W and bias b become W s and
/// (b - mean) s + B; what stands alone becomes s and B - mean s, or s and B / s - mean (ONNX's
/// definition of the operator; the forms that Graph Engine writes were found in its models). Where
/// what was found is of none of these forms, nothing is said.
FoldedConstants find_folded_batch_norms(const Matching& matching, bool plain_is_a);

}  // namespace omscope::diff
