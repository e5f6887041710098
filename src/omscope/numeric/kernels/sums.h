// Sums of floating-point numbers in fixed lanes.
#pragma once

#include "omscope/numeric/kernels/kernels.h"

namespace omscope::numeric::kernels::OMSCOPE_KERNELS {

Sums float_sums(const void* x, int64_t n, double shift, ReadNext next);
Sums double_sums(const void* x, int64_t n, double shift, ReadNext next);

}  // namespace omscope::numeric::kernels::OMSCOPE_KERNELS
