// Whether two formats tell the same graph.
#pragma once

#include "omscope/ir/model.h"

namespace omscope::test {

/// Op names, types, ids, streams, slots and control edges; dtype, shape, layout and origin of each
/// slot; attribute keys of ops and descriptors. What the format of either side cannot hold
/// (graphtext/limits.h) is left out, and nothing else.
void expect_same_graphs(const ir::Model& a, const ir::Model& b);

}  // namespace omscope::test
