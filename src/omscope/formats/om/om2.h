// om2 archives (`atc --mode=7`): a plain zip with the parts of a static-shape model. Known from
// public sources only; no real file was seen.
//
//   <base>/manifest.json                          om2_version, model_num, atc_command
//   <base>/data/model_<n>/model_meta.json         inputs, outputs, sizes, gears
//   <base>/data/model_<n>/debug/ge_visual_*.json  {"format", "model"}: the graph, a ModelDef in
//   JSON <base>/data/constants/constant_<n>            weights, and model_<n>_constants_config.json
//   <base>/data/kernels_*/…                       kernels, ELF
#pragma once

#include <memory>

#include "omscope/ir/model.h"

namespace omscope::om {

/// Whether a zip archive holds a manifest.json in its outermost folder.
bool is_om2(ByteView bytes);

/// Reads the archive. Entries with unsafe names, more bytes than the archive can justify, or
/// encryption are refused with a problem; the rest is read.
std::unique_ptr<ir::Model> read_om2(const std::shared_ptr<const FileBytes>& file);

}  // namespace omscope::om
