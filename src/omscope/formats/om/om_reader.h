// Offline models of the IMOD family: Ascend of all generations, HiAI, flow, bundle, nano.
#pragma once

#include <memory>

#include "omscope/ir/model.h"

namespace omscope::om {

/// Files hold whole files (flow, bundle): this deep at most.
constexpr int kMostNesting = 4;

/// Reads the model whose bytes are `range`, a part of `file` (all of it for a plain model). What
/// cannot be read becomes a problem of the model; what can be read is there.
std::unique_ptr<ir::Model> read_om(const std::shared_ptr<const FileBytes>& file, ByteView range,
                                   int nesting = 0);

}  // namespace omscope::om
