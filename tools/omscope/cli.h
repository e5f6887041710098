// The command line, apart from `main` so that tests and fuzzers can run it in memory.
#pragma once

#include "omscope/io.h"

namespace omscope::cli {

int run(int argc, const char* const* argv, Io& io);

}  // namespace omscope::cli
