// Pairs of big models that differ in places.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "omscope/ir/model.h"

namespace omscope::bench {

struct ModelPair {
  std::string path_a;
  std::string path_b;
  std::unique_ptr<ir::Model> a;
  std::unique_ptr<ir::Model> b;
};

/// Two builds of one synthetic network with that many ops: all constants are numbered anew, and
/// every twentieth op is changed, removed, renamed, or gets a new neighbour. Made once.
const ModelPair& edited_pair(int64_t ops);

}  // namespace omscope::bench
