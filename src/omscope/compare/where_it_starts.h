// Where a difference comes into a run: the first op whose inputs are right and whose output is not.
#pragma once

#include "omscope/compare/model_map.h"
#include "omscope/compare/result.h"

namespace omscope::compare {

/// Fills in the first divergence and the ranking. `model` orders the ops; without one, dumps go by
/// the order of their tasks and times. Pairs must be in that order, each with `order` set where it
/// is known.
void find_where_it_starts(Result& result, const ModelMap* model);

/// How far off a pair is: its relative Euclidean distance; infinite when values are NaN on one side
/// or golden is all zeros and run is not. Nothing when it was not compared.
std::optional<double> error_of(const Pair& pair);

}  // namespace omscope::compare
