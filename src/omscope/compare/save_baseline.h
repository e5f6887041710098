// A golden run kept as a baseline.
#pragma once

#include <string>
#include <vector>

#include "omscope/compare/collect_side.h"

namespace omscope::compare {

/// Writes what is kept of all tensors whose op matches one of `filters` (all, if there are none).
/// What cannot be kept, or written, is added to `problems`.
void save_baseline(const Side& golden, const std::vector<std::string>& filters,
                   const std::string& path, Problems& problems);

/// Step and rank as a baseline keeps them, "step 3, rank 0".
std::string step_of_place(const ir::RunPlace& place);
ir::RunPlace place_of_step(const std::string& step);

}  // namespace omscope::compare
