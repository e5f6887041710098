// What lies beside the logs, held against what they say: the op in the graph, the dump that was
// announced, the kernel's description, the installed package, the machine.
#pragma once

#include "omscope/diagnose/diagnose_inputs.h"

namespace omscope::diagnose {

/// Adds to incidents what the other files tell of them, and findings about the files themselves.
void add_cross_evidence(const InputOptions& options, const SortedInputs& inputs, Report& report);

}  // namespace omscope::diagnose
