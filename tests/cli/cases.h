// Golden cases: one text file each, in cases/. README.md beside it shows the form.
#pragma once

#include <filesystem>

namespace omscope::test {

/// Runs the commands of one file and compares; with --update, writes what was seen.
void check_case(const std::filesystem::path& file);

/// The same for ```console blocks of a document: output and errors stand together there, and a line
/// `…` stands for any lines. Blocks that do not start with omscope are not run.
void check_document(const std::filesystem::path& file);

}  // namespace omscope::test
