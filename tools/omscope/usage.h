// What to say of a command line that asks for what cannot be.
#pragma once

#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "omscope/io.h"

namespace omscope::cli {

/// Takes one of `values` only, and lists them where another is given.
CLI::Validator one_of(std::vector<std::string> values);

/// A whole number from `least` to `most`.
CLI::Validator whole_number(int64_t least, int64_t most);

/// A name that has a character.
CLI::Validator not_empty();

/// One line on standard error; with `--format json` among the arguments also a document with the
/// problem on standard output.
ExitCode report_bad_usage(const CLI::App& app, const CLI::ParseError& fault,
                          const std::vector<std::string>& arguments, Io& io);

}  // namespace omscope::cli
