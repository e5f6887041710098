// `omscope inspect --format csv`: one table.
#pragma once

#include <ostream>

#include "omscope/report/inspect_json.h"

namespace omscope::report {

/// The table of the first section that `options` asks for (ops, weights, tasks, kernels,
/// partitions, io); without one, a row per input that sums it up. Columns: docs/inspect.md.
void write_inspect_csv(std::ostream& out, const std::vector<Inspected>& inputs,
                       const InspectOptions& options);

}  // namespace omscope::report
