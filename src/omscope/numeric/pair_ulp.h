// Units in the last place of the types that elements are stored in.
#pragma once

#include <optional>

#include "omscope/core/dtype.h"

namespace omscope::numeric {

/// The numbers of a floating-point type near x are multiples of 2^(e - digits), where 2^e is the
/// power of two below |x|, and e at least `least_exponent`.
struct UlpGrid {
  int digits = 0;  ///< after the point
  int least_exponent = 0;
  bool tapered = false;  ///< HiFloat8: the larger the exponent, the fewer digits
};

/// Nothing for integers, bool, complex and unknown types.
std::optional<UlpGrid> ulp_grid(DType dtype);

/// |d| in units of the last place at `golden`.
double ulp_error(const UlpGrid& grid, double d, double golden);

}  // namespace omscope::numeric
