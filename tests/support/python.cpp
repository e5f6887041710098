#include "support/python.h"

#include <cstdlib>
#include <fstream>
#include <stdexcept>

#include "support/files.h"

namespace omscope::test {

void run_python(const std::filesystem::path& folder, const std::string& script) {
  const auto source = folder / "make_fixture.py";
  const auto log = folder / "make_fixture.log";
  std::ofstream(source) << script;
  // Not the first python3 of PATH, which may be one without Debian's packages.
  const std::string command = "cd '" + folder.string() +
                              "' && /usr/bin/python3 make_fixture.py > '" + log.string() + "' 2>&1";
  if (std::system(command.c_str()) != 0) {
    throw std::runtime_error("python failed: " + file_content(log));
  }
}

}  // namespace omscope::test
