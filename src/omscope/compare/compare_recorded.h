// Two tensors of which only statistics were recorded.
#pragma once

#include <optional>
#include <string>

#include "omscope/compare/result.h"
#include "omscope/ir/tensor_file.h"

namespace omscope::compare {

/// The file holds statistics of it and not its values.
bool is_recorded_only(const ir::StoredTensor& tensor);

/// Golden's root mean square, where its statistics tell; 0: they do not.
double recorded_rms(const ir::StoredTensor& golden);

/// Whether the statistics are those that a run within `thresholds` may have. A difference that
/// moves none of them is not seen.
void compare_recorded(const ir::StoredTensor& run, const ir::StoredTensor& golden,
                      const Thresholds& thresholds, Pair& pair);

}  // namespace omscope::compare
