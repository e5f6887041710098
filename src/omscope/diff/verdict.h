// What the differences mean together.
#pragma once

#include "omscope/diff/differences.h"

namespace omscope::diff {

/// Sets verdict, what is proven, the sentence and the gate, and sorts the differences.
void judge(Comparison& comparison);

}  // namespace omscope::diff
