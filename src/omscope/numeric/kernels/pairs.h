// Sums over two blocks in fixed lanes.
#pragma once

#include "omscope/numeric/kernels/kernels.h"

namespace omscope::numeric::kernels::OMSCOPE_KERNELS {

PairMoments float_pair_moments(const void* run, const void* golden, int64_t n,
                               const PairTerms& terms);
PairMoments double_pair_moments(const void* run, const void* golden, int64_t n,
                                const PairTerms& terms);
PairErrors float_pair_errors(const void* run, const void* golden, int64_t n,
                             const PairTerms& terms);
PairErrors double_pair_errors(const void* run, const void* golden, const double* d, int64_t n,
                              const PairTerms& terms);

}  // namespace omscope::numeric::kernels::OMSCOPE_KERNELS
