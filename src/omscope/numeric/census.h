// What the values of one tensor are like.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>

#include "omscope/core/bytes.h"
#include "omscope/core/dtype.h"

namespace omscope::numeric {

/// Of integers: min and max without a detour over double. Those of uint64 keep their bits.
struct IntegerRange {
  int64_t min = 0;
  int64_t max = 0;
  bool is_unsigned = false;
};

/// Counts over all elements; min, max, mean and std (ddof 0) over the finite ones. Zeros count both
/// signs; complex numbers count by magnitude. The same bits on every instruction set, for any
/// number of threads.
struct Census {
  uint64_t count = 0;
  uint64_t nan = 0;
  uint64_t pos_inf = 0;
  uint64_t neg_inf = 0;
  uint64_t zeros = 0;
  uint64_t denormals = 0;
  uint64_t saturated = 0;  ///< at the largest or lowest finite value of the dtype
  double min = 0;          ///< +infinity when nothing is finite
  double max = 0;          ///< -infinity when nothing is finite
  double mean = 0;
  double std = 0;
  std::optional<IntegerRange> integers;  ///< of 16 to 64 bit integers that are there
  std::optional<uint64_t> first_nan;     ///< index of the element
  std::optional<uint64_t> first_inf;     ///< of either sign
  std::optional<uint64_t> first_saturated;
  /// How many different bit patterns there are (zeros of either sign are two), when they are at
  /// most kMostDistinct. Not known of elements beyond 64 bits.
  std::optional<uint32_t> distinct;

  uint64_t finite() const { return count - nan - pos_inf - neg_inf; }
  bool is_constant() const { return distinct == 1U; }

  /// The first element that no healthy computation leaves: NaN, infinite, or saturated.
  std::optional<uint64_t> first_bad() const {
    std::optional<uint64_t> first;
    for (const auto& each : {first_nan, first_inf, first_saturated}) {
      if (each && (!first || *each < *first)) first = each;
    }
    return first;
  }
};

constexpr uint32_t kMostDistinct = 16;

/// Of densely packed elements; those that the end of `bytes` cuts do not count. Nothing for a dtype
/// without a known rule. Reads `bytes` once, with all threads; memory does not grow with its size.
std::optional<Census> census(DType dtype, ByteView bytes);

}  // namespace omscope::numeric
