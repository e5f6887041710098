// Why a tensor has no partner.
#pragma once

#include "omscope/compare/pairing_candidates.h"

namespace omscope::compare {

Alone explain_run(uint32_t tensor, const Candidates& candidates, const PairingGuide& guide);
Alone explain_golden(const Side& golden, uint32_t tensor, const PairingGuide& guide);

}  // namespace omscope::compare
