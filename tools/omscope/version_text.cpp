#include "omscope/version_text.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "omscope/core/dependencies.h"
#include "omscope/core/version.h"
#include "omscope/numeric/instruction_set.h"

namespace omscope::cli {

std::string version_text() {
  const std::string_view commit = OMSCOPE_COMMIT;
  std::string text =
      fmt::format("omscope {}{}{}\n", kVersion, commit.empty() ? "" : " commit ", commit);
  text += fmt::format("built with CLI11 {}", CLI11_VERSION);
  for (const Dependency& each : dependencies()) {
    text += fmt::format(", {} {}", each.name, each.version);
  }
  return text + fmt::format("\ninstruction set in use: {}", numeric::instruction_set_in_use());
}

}  // namespace omscope::cli
