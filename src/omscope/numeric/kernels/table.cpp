// The kernels of one instruction set.

#include "omscope/numeric/kernels/patterns.h"
#include "omscope/numeric/kernels/sums.h"
#include "omscope/numeric/kernels/widen.h"

namespace omscope::numeric::kernels::OMSCOPE_KERNELS {

const Kernels kKernels = {
    .half_to_float = half_to_float,
    .normal_half_to_float = normal_half_to_float,
    .bfloat16_to_float = bfloat16_to_float,
    .float_sums = float_sums,
    .double_sums = double_sums,
    .ieee_counts = {ieee_counts16, ieee_counts32, ieee_counts64},
    .integer_range = {integer_range16, integer_range32, integer_range64},
    .equal_count = {equal_count16, equal_count32, equal_count64},
};

}  // namespace omscope::numeric::kernels::OMSCOPE_KERNELS
