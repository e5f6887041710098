// Inputs that are indices into another one, and whether they stay inside of it.
#pragma once

#include <vector>

#include "omscope/report/tensor_rows.h"

namespace omscope::report {

/// The tensors of one op. Adds to `odd` of the indices; needs their census, and of the gathered
/// tensor the shape alone. `axis` is what the op's axis input holds, where it is in the file.
void check_indices(std::vector<TensorRow>& rows, std::optional<int64_t> axis);

/// The value of the axis input of such an op; nothing where it has none.
std::optional<int64_t> gathered_axis(const ir::TensorFile& file, const ir::RunPlace& place);

}  // namespace omscope::report
