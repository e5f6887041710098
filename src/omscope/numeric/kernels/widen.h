// Sixteen-bit floats as floats, exactly; NaN stays NaN with its payload.
#pragma once

#include "omscope/numeric/kernels/kernels.h"

namespace omscope::numeric::kernels::OMSCOPE_KERNELS {

void half_to_float(const void* x, int64_t n, float* out);
/// Of zeros and normal numbers only.
void normal_half_to_float(const void* x, int64_t n, float* out);
void bfloat16_to_float(const void* x, int64_t n, float* out);

}  // namespace omscope::numeric::kernels::OMSCOPE_KERNELS
