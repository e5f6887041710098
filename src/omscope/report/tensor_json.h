// Files with tensors of a run, and folders of them, as JSON.
#pragma once

#include "omscope/core/json.h"
#include "omscope/formats/read_input.h"
#include "omscope/report/inspect_options.h"

namespace omscope::report {

void write_tensor_file(JsonStream& out, const ir::TensorFile& file, const InspectOptions& options);

/// Opens the files of the folder; what is wrong with them is added to its problems.
void write_folder(JsonStream& out, dump::FolderIndex& folder, const InspectOptions& options);

}  // namespace omscope::report
