// A report that can be given to others.
#pragma once

#include "omscope/diagnose/report.h"

namespace omscope::diagnose {

/// Folders of paths, names of users (of home folders, and wherever else they stand) and addresses
/// of hosts are masked in every text of the report. File names stay.
void redact(Report& report);

}  // namespace omscope::diagnose
