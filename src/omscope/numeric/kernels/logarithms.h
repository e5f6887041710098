// Natural logarithms, and the divergence of two distributions made of them.
#pragma once

#include "omscope/numeric/kernels/kernels.h"

namespace omscope::numeric::kernels::OMSCOPE_KERNELS {

void logarithms(const double* x, int64_t n, double* out);
KlSums kl_sums(const double* run, const double* golden, int64_t n, const KlTerms& terms);

}  // namespace omscope::numeric::kernels::OMSCOPE_KERNELS
