// A golden run becomes a baseline.
#pragma once

#include <string_view>

#include "omscope/compare/baseline.h"
#include "omscope/compare/collect_side.h"

namespace omscope::compare {

constexpr std::string_view kGoldenDamaged =
    "was not written: golden is damaged, and a baseline of the rest would pass what it does not "
    "hold; get golden again";

/// What is kept of each tensor of the network's run; why one cannot be kept is among `problems`.
/// The order is that of the side's tensors.
Baseline make_baseline(const Side& golden, const BaselineOptions& options, Problems& problems);

/// Writes it to `path`, which is replaced when it is there.
omscope::Result<Done> save_baseline(const std::string& path, const Baseline& baseline);

}  // namespace omscope::compare
