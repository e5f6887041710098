// Results of comparisons, put together by hand.
#pragma once

#include <ostream>
#include <string>

#include "omscope/compare/result.h"

namespace omscope::test {

/// A pair whose metrics are those of a small rounding.
compare::Pair passing_pair(const std::string& op);

/// A pair that fails: relative Euclidean distance 0.5, a block is wrong.
compare::Pair failing_pair(const std::string& op);

/// Fills in summary and verdict.
void sum_up(compare::Result& result);

/// conv1 passes, conv2 fails and is where it starts, relu2 cannot be compared; a tensor without
/// partner on each side.
compare::Result failed_result();

/// One tensor passes, two golden ones have no partner.
compare::Result incomplete_result();

/// Names that mean something to some format: markup, quotes, separators, control bytes, bytes that
/// are no UTF-8, formulas.
extern const char* const kHostile;

/// The same with `kHostile` for every name and text.
compare::Result hostile_result();

/// What a report writes.
std::string written(void (*write)(std::ostream&, const compare::Result&),
                    const compare::Result& result);

}  // namespace omscope::test
