// What would have told more, and the switch that produces it.
#pragma once

#include <vector>

#include "omscope/diagnose/diagnose_logs.h"
#include "omscope/diagnose/incident.h"

namespace omscope::diagnose {

/// Only what the incidents of the report could use.
std::vector<MissingEvidence> missing_evidence(const Report& report, const Collector& collector,
                                              const LogOptions& options);

}  // namespace omscope::diagnose
