// Why a tensor has no partner.
#pragma once

#include <map>
#include <utility>

#include "omscope/compare/pairing_candidates.h"

namespace omscope::compare {

/// Which outputs of the run's model have a partner.
class Taken {
 public:
  Taken(const Side& run, const std::vector<PairPlan>& pairs);

  /// Null: none has.
  const PairPlan* find(uint32_t op, uint32_t output) const;

 private:
  std::map<std::pair<uint32_t, uint32_t>, const PairPlan*> plans_;
};

Alone explain_run(uint32_t tensor, const Candidates& candidates, const PairingGuide& guide);
Alone explain_golden(const Side& golden, uint32_t tensor, const PairingGuide& guide,
                     const Taken& taken);
/// The run has it, but of another step, rank or the like than `label` tells.
void say_not_of(const std::string& label, Alone& out);

}  // namespace omscope::compare
