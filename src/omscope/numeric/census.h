// What the values of one tensor are like.
#pragma once

#include <cstdint>
#include <optional>

#include "omscope/core/bytes.h"
#include "omscope/core/dtype.h"

namespace omscope::numeric {

/// Counts over all elements; min, max, mean and std (ddof 0) over the finite ones. Zeros count both
/// signs; complex numbers count by magnitude.
struct Census {
  uint64_t count = 0;
  uint64_t nan = 0;
  uint64_t pos_inf = 0;
  uint64_t neg_inf = 0;
  uint64_t zeros = 0;
  uint64_t denormals = 0;
  uint64_t saturated = 0;  ///< at the largest or lowest finite value of the dtype
  double min = 0;
  double max = 0;
  double mean = 0;
  double std = 0;

  uint64_t finite() const { return count - nan - pos_inf - neg_inf; }
};

/// Of densely packed elements. Nothing for a dtype without a known rule.
std::optional<Census> census(DType dtype, ByteView bytes);

}  // namespace omscope::numeric
