// What a difference between two tensors looks like: the shapes that faults leave.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "omscope/numeric/pair.h"

namespace omscope::numeric {

enum class Pattern : uint8_t {
  kNone,  ///< nothing that is known
  kEqual,
  kRounding,    ///< all within one unit of the last place of the lower precision
  kScale,       ///< run = a * golden
  kShift,       ///< run = golden + b
  kScaleShift,  ///< run = a * golden + b
  kSignFlip,
  kZeros,       ///< run is all zeros
  kConstant,    ///< run is all one value
  kTransposed,  ///< run holds golden's values with two or more axes exchanged
  kLayout,      ///< run holds golden's values in another layout
  kSlice,       ///< run is golden moved by some elements along an axis
  kBlock,       ///< wrong only in a block: a contiguous range, a tile, some channels or batches
  kSaturated,   ///< wrong where run is at the limit of its dtype
  kDenormals,   ///< wrong only where golden is denormal in run's dtype, and run is zero
  kNonFinite,   ///< wrong only where a side is NaN or infinite
};

std::string_view to_string(Pattern pattern);

struct PatternFinding {
  Pattern pattern = Pattern::kNone;
  std::string evidence;  ///< one clause with the numbers that show it: "run = 2 x golden, …"
};

/// `shape` is the shape both sides share in C order. Reads more than the first pass only where the
/// metrics leave a pattern possible; from large tensors a seeded sample decides first.
PatternFinding find_pattern(const PairSide& run, const PairSide& golden,
                            std::span<const int64_t> shape, const PairMetrics& metrics,
                            const PairOptions& options);

}  // namespace omscope::numeric
