// A report that can be given to others.
#pragma once

#include "omscope/diagnose/report.h"

namespace omscope::diagnose {

/// Folders of paths, names of the inputs, of users (of home folders, and wherever else they stand)
/// and of hosts, and their addresses are masked in every text of the report. Paths that every
/// system has stay.
void redact(Report& report);

}  // namespace omscope::diagnose
