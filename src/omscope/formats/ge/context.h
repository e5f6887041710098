// What the parts of the Graph Engine reader share while they walk one MODEL_DEF.
#pragma once

#include "omscope/formats/wire/context.h"

namespace omscope::ge {

class AttrDictionary;
using wire::Filler;
using wire::Nested;

struct Context : wire::Context {
  using wire::Context::Context;

  uint32_t table = 0;
  uint32_t root_graph = 0;                     ///< the first graph of this table
  const AttrDictionary* dictionary = nullptr;  ///< of this table; nullptr: plain names

  bool has_weights = false;   ///< the format has a place for constants outside of the description
  ByteView weights;           ///< that place
  uint64_t weights_base = 0;  ///< where in it the offsets of the graph in hand start

  /// Where the outputs of the root's NetOutput came from when the model was compiled (src_name and
  /// src_index): the runtime makes their names from it, even where `input` names a later op.
  struct Source {
    std::string_view op;
    int64_t index = 0;
  };
  std::vector<Source> output_sources;

  wire::Tally lost_weights{Severity::kError, Code::kBadWeight,
                           "constants lie outside of the weights"};
  wire::Tally narrow_weights{Severity::kInfo, Code::kNarrowStorage,
                             "constants are stored in fewer bits than their dtype has"};
  wire::Tally bad_codes{Severity::kError, Code::kBadAttributeCode,
                        "compressed attributes cannot be resolved"};
  wire::Tally bad_subgraphs{Severity::kWarning, Code::kBadSubgraph,
                            "references to sub-graphs lead nowhere"};

  /// Reports what was only counted so far.
  void report();
};

}  // namespace omscope::ge
