// Dumps of one tensor, time after time.
#pragma once

#include <vector>

#include "omscope/compare/pairing_index.h"

namespace omscope::compare {

/// Which of several dumps of the same tensor it is, in the order of time.
struct Call {
  size_t number = 0;
  size_t count = 1;
  bool timed = true;  ///< all have a time of their own
};

/// Beside the side's tensors.
std::vector<Call> find_calls(const Side& side, const LikeWithLike& like);

}  // namespace omscope::compare
