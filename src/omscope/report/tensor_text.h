// Files with tensors of a run, and folders of them, for people.
#pragma once

#include "omscope/formats/read_input.h"
#include "omscope/report/inspect_options.h"
#include "omscope/report/text_page.h"

namespace omscope::report {

void write_tensors_text(TextPage& page, const ir::TensorFile& file, const InspectOptions& options);

/// Names alone say most of it; headers are read where there are not too many, or for `--op`,
/// `--stats` and `--all`.
void write_folder_text(TextPage& page, dump::FolderIndex& folder, const InspectOptions& options);

/// Says which of the sections that were asked for only models have.
void note_sections(TextPage& page, const InspectOptions& options);

/// In place of a table that no op was found for.
std::string no_such_op();

/// One character per bin, the higher the fuller: "▁▂▇█▃▁", or ".-=#" without Unicode.
std::string sparkline(const std::vector<uint64_t>& bins, bool unicode);

}  // namespace omscope::report
