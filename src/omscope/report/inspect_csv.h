// `omscope inspect --format csv`.
#pragma once

#include <ostream>

#include "omscope/report/inspect_json.h"

namespace omscope::report {

/// A table per section that `options` asks for, separated by an empty line; without one, a row per
/// input that sums it up. An input that could not be opened has one row of empty cells in each.
void write_inspect_csv(std::ostream& out, const std::vector<Inspected>& inputs,
                       const InspectOptions& options);

}  // namespace omscope::report
