// What compare_pair shall find, by its definitions: plain sums over all elements in 128-bit
// floating point, sums of squared deviations in a second pass.
#pragma once

#include <cstdint>
#include <span>

#include "omscope/numeric/pair.h"

namespace omscope::numeric {

#if defined(__SIZEOF_FLOAT128__)
__extension__ using Quad = __float128;
#else
using Quad = long double;  // of 128 bits on aarch64
#endif

Quad square_root(Quad value);
Quad logarithm(Quad value);

/// A result and the sum of the magnitudes of the terms that it was added up from, in its unit.
struct Reference {
  Quad value = 0;
  Quad terms = 0;
};

/// Of finite elements.
struct PairReference {
  Reference mean_abs_error, rmse, relative_euclidean_distance, accumulated_rel_error,
      mean_rel_error, one_minus_cosine, scale, offset, residual_rmse, scale_only, scale_only_rmse,
      ulp_mean, kl_divergence;
  Reference run_mean, run_std, golden_mean, golden_std;
  uint64_t differing = 0;
  uint64_t over_tolerance = 0;
  uint64_t zero_golden = 0;
  uint64_t within_1_permille = 0;
  uint64_t within_5_permille = 0;
  double max_abs_error = 0;
  uint64_t max_abs_index = 0;
  double max_rel_error = 0;
  uint64_t max_rel_index = 0;
  double ulp_max = 0;
};

struct ReferenceGrid {
  int digits;
  int least_exponent;
};

PairReference reference_of(std::span<const double> run, std::span<const double> golden,
                           const PairOptions& options, ReferenceGrid grid);

/// All of `metrics` against it, to 1e-12 of the sums of the terms' magnitudes; counts and maxima
/// exactly.
void expect_reference(const PairMetrics& metrics, const PairReference& reference);

}  // namespace omscope::numeric
