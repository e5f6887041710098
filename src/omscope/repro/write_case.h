// Writing the folder of a case.
#pragma once

#include <string>
#include <vector>

#include "omscope/repro/repro_case.h"

namespace omscope::repro {

struct WriteOptions {
  std::string folder;
  std::string kernel_meta;  ///< folder to look for the kernel's files in; empty: none
  bool force = false;
};

struct WrittenCase {
  size_t files = 0;
  bool has_golden = false;
  bool has_kernel = false;
  std::vector<Problem> problems;  ///< errors: what could not be written or found
};

/// Writes all that can be written. A kernel of another name is never taken for the one that ran.
Result<WrittenCase> write_case(const Case& one, const WriteOptions& options);

}  // namespace omscope::repro
