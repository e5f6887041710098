// What the numbers of a pair mean, and of all pairs.
#pragma once

#include <string>

#include "omscope/compare/result.h"

namespace omscope::compare {

struct Judgement {
  Status status = Status::kPass;
  std::string reason;  ///< empty when there is nothing to say
};

/// `thresholds` with the tolerances that the metrics were counted with. A value that is NaN or
/// infinite on one side alone never passes, whatever they are.
Judgement judge(const numeric::PairMetrics& metrics, const Thresholds& thresholds);

/// Fills in summary, verdict and its sentence, and whether it is incomplete. `strict`: what could
/// not be compared, or has no partner although it could have one, fails, too. `missing_outputs`:
/// golden outputs of the model without a partner.
/// Golden outputs of the model that nothing of the run was compared with.
struct OutputsLeft {
  uint64_t missing = 0;
  uint64_t ambiguous = 0;  ///< there are several that they may belong to

  uint64_t all() const { return missing + ambiguous; }
};

void conclude(Result& result, bool strict, const OutputsLeft& outputs);

}  // namespace omscope::compare
