// One function per subcommand: it describes its options, and what to run when it is chosen.
#pragma once

#include <CLI/CLI.hpp>

#include "omscope/io.h"

namespace omscope::cli {

using Run = std::function<ExitCode()>;

/// Adds --format, -o, --color, --width, --all and --threads. `formats` is what --format takes.
void add_common_options(CLI::App& command, CommonOptions& options,
                        const std::vector<std::string>& formats);

Run add_inspect(CLI::App& command, Io& io);
Run add_convert(CLI::App& command, Io& io);
Run add_diagnose(CLI::App& command, Io& io);
Run add_explain(CLI::App& command, Io& io);
Run add_repro(CLI::App& command, Io& io);

}  // namespace omscope::cli
