// Runs command lines as a user's shell does, and writes down what it saw in a form that is the same
// on every machine.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace omscope::test {

struct Seen {
  std::vector<std::string> out;
  std::vector<std::string> err;
  int exit_code = 0;
};

/// Runs one line of shell in `folder`. `omscope` is the one just built, `$T` is `scratch`; there is
/// no terminal, no colour, and the locale is C. In the output the scratch folder is `$T` again, and
/// versions are masked.
Seen run_line(const std::string& line, const std::filesystem::path& folder,
              const std::filesystem::path& scratch);

std::vector<std::string> lines_of(const std::string& text);
std::string text_of(const std::vector<std::string>& lines);

/// Set by `--update`: expectations are rewritten instead of checked.
bool& updating();

}  // namespace omscope::test
