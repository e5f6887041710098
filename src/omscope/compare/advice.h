// What a user may have meant: hints where tensors find no partner, and warnings of what was asked
// for and had no effect.
#pragma once

#include <string>

#include "omscope/compare/compare.h"
#include "omscope/compare/pairing.h"

namespace omscope::compare {

/// What to do when most golden tensors have no partner. An imperative clause.
std::string advise(const Result& result, const Side& run, const Side& golden,
                   const PairingGuide& guide);

/// Why there is not one pair, which may have a simpler reason than names.
std::string explain_nothing(const Result& result, const Options& options, const Side& run,
                            const Side& golden, const PairingGuide& guide);

/// Warns of a model that is not the run's, and of own pairs of names that pair nothing.
void warn_of_unused(const Options& options, const Side& run, const Side& golden,
                    const PairingGuide& guide, Result& result);

}  // namespace omscope::compare
