// Whether what a file says of a tensor's shapes fits together.
#pragma once

#include "omscope/ir/tensor_file.h"

namespace omscope::tensor {

/// Warns of origin shapes that cannot have become the stored ones.
void check_origin_shapes(ir::TensorFile& file);

}  // namespace omscope::tensor
