// One pair of tensors, from its files to its status.
#pragma once

#include "omscope/compare/align.h"
#include "omscope/compare/collect_side.h"
#include "omscope/compare/pairing.h"
#include "omscope/compare/policy.h"

namespace omscope::compare {

struct PairContext {
  const Side& run;
  const Side& golden;
  const ModelMap* model = nullptr;
  const Policy& policy;
  numeric::PairOptions wanted;  ///< without tolerances
  bool psnr = false;
  bool snr = false;
};

/// Fills in everything of `pair` behind its names. From several threads at once.
void compare_pair(const PairPlan& plan, const PairContext& context, Pair& pair);

}  // namespace omscope::compare
