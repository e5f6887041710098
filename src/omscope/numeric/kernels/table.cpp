// The kernels of one instruction set.

#include "omscope/numeric/kernels/logarithms.h"
#include "omscope/numeric/kernels/outline.h"
#include "omscope/numeric/kernels/pairs.h"
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
    .half_outline = half_outline,
    .bfloat16_outline = bfloat16_outline,
    .ieee_counts = {ieee_counts16, ieee_counts32, ieee_counts64},
    .integer_range = {integer_range16, integer_range32, integer_range64},
    .equal_count = {equal_count16, equal_count32, equal_count64},
    .float_pair_moments = float_pair_moments,
    .double_pair_moments = double_pair_moments,
    .float_pair_errors = float_pair_errors,
    .double_pair_errors = double_pair_errors,
    .logarithms = logarithms,
    .kl_sums = kl_sums,
};

}  // namespace omscope::numeric::kernels::OMSCOPE_KERNELS
