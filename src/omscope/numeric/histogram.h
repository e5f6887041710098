// How the values of a tensor are spread between its least and its largest.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "omscope/numeric/census.h"

namespace omscope::numeric {

/// Bins of equal width; the last one includes `to`.
struct Histogram {
  double from = 0;
  double to = 0;
  std::vector<uint64_t> bins;
};

/// Of the finite elements, in a second pass after their census. One bin when all are equal; nothing
/// when none is finite. At most 1024 bins.
std::optional<Histogram> histogram(DType dtype, ByteView bytes, const Census& census,
                                   uint32_t bins);

}  // namespace omscope::numeric
