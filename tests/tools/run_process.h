// The tool as a process of its own, with any descriptors.
#pragma once

#include <string>
#include <vector>

namespace omscope::test {

/// Ends of the process; -1 leaves the test's own.
struct Ends {
  int in = -1;
  int out = -1;
  int err = -1;
};

/// Starts the tool and returns its process.
int start_tool(const std::vector<std::string>& arguments, const Ends& ends);

/// Waits for it; -1 where a signal ended it.
int exit_code_of(int process);

/// A file for a process to write to; the caller closes it.
int open_output(const std::string& path);

}  // namespace omscope::test
