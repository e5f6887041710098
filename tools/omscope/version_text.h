// What --version says.
#pragma once

#include <string>

namespace omscope::cli {

std::string version_text();

}  // namespace omscope::cli
