// Constants that live in files beside the model.
#pragma once

#include "omscope/ir/model.h"

namespace omscope::ir {

/// Maps the files that constants with Storage::kExternal name, if they lie in the model's folder,
/// and gives the constants their bytes. A file that is missing, outside, or too short is a problem
/// of the model, once per file.
void find_external(Model& model);

}  // namespace omscope::ir
