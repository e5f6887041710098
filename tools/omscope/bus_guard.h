// Survives inputs that become shorter while they are read.
//
// Inputs are mapped. A page that lies behind the new end of its file raises SIGBUS when it is read;
// it reads as zeros from then on, so that the run ends as it would with a damaged file.
#pragma once

namespace omscope::cli {

/// Takes over SIGBUS, for the whole process.
void guard_against_shrinking_files();

/// Whether any page had to be replaced: what was shown is then not whole.
bool file_has_shrunk();

}  // namespace omscope::cli
