// The options of `omscope diff`.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "omscope/core/problem.h"
#include "omscope/diff/diff.h"

namespace omscope::cli {

struct DiffOptions {
  std::string a;
  std::string b;
  std::string weights = "values";
  std::string map_file;
  std::vector<std::string> ignore;
  std::vector<std::string> fail_on;
  diff::Options diff;
};

void describe(CLI::App& command, DiffOptions& options);

/// Fills `options.diff` from the words of the command line. The problem is that of the map's file.
std::optional<Problem> complete(DiffOptions& options);

}  // namespace omscope::cli
