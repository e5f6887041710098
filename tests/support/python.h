// Files made by other people's programs at test time.
#pragma once

#include <filesystem>
#include <string>

namespace omscope::test {

/// Runs a script with Debian's Python (and its NumPy, which tools/test installs) in `folder`;
/// throws with what it printed when it fails.
void run_python(const std::filesystem::path& folder, const std::string& script);

}  // namespace omscope::test
