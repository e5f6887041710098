// A whole ge.proto.ModelDef: the MODEL_DEF partition of offline models, and what text dumps and
// JSON hold in other clothes.
#pragma once

#include "omscope/formats/ge/attr_dictionary.h"
#include "omscope/formats/ge/context.h"

namespace omscope::ge {

/// Reads model attributes (kept in `model_attrs`, and in the dictionary of `context`), graphs, and
/// links sub-graphs to the ops that run them. Faults become problems of the model.
///
/// `dictionary` belongs to this ModelDef and must live as long as later tables refer to it as
/// `root`; nullptr for the first table.
struct ModelDef {
  std::string_view name;
  int64_t version = 0;
  std::string_view custom_version;
  ir::List<ir::Attr> attrs;
  uint32_t first_graph = 0;  ///< its graphs in Model::graphs: [first_graph, …)
};

ModelDef read_model_def(Context& context, ByteView message, AttrDictionary& dictionary,
                        const AttrDictionary* root);

/// A GraphDef that stands alone, as the model's only graph; attribute names are plain.
ModelDef read_single_graph(Context& context, ByteView graph);

/// Adds the constants of all graphs from `first_graph` on to the model's weights: Const and
/// Constant ops, and FileConstant ops whose bytes are in other files.
void collect_weights(Context& context, uint32_t first_graph);

}  // namespace omscope::ge
