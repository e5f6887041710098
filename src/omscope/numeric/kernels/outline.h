// What one pass over a block of 16-bit floats tells.
#pragma once

#include "omscope/numeric/kernels/kernels.h"

namespace omscope::numeric::kernels::OMSCOPE_KERNELS {

ShortOutline half_outline(const void* x, int64_t n);
ShortOutline bfloat16_outline(const void* x, int64_t n);

}  // namespace omscope::numeric::kernels::OMSCOPE_KERNELS
