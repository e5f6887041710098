// Runs the command line, in memory or as a process of its own.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace omscope::test {

struct ToolResult {
  int exit_code = 0;
  std::string out;
  std::string err;
};

/// In memory: `run_cli({"inspect", path})`.
ToolResult run_cli(const std::vector<std::string>& arguments);

/// As a process that may not have more than `most_private` bytes of private writable memory
/// (RLIMIT_DATA): a tool that needs more says that it is out of memory and exits with 2. A run over
/// `seconds` is killed and counts as exit code -1.
ToolResult run_tool_limited(const std::vector<std::string>& arguments, uint64_t most_private,
                            int seconds);

}  // namespace omscope::test
