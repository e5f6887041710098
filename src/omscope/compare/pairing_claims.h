// Golden tensors that several ops of the run claim.
#pragma once

#include <string>
#include <vector>

#include "omscope/compare/pairing.h"

namespace omscope::compare {

/// Refuses pairs that claim one golden tensor: for several steps, or by names that only files write
/// alike. `wanted`, beside `pairs`: the op that was looked for.
void refuse_shared(const Side& run, const Side& golden, const PairingGuide& guide,
                   const std::vector<std::string>& wanted, std::vector<PairPlan>& pairs);

}  // namespace omscope::compare
