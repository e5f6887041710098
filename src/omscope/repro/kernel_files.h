// The files of a kernel in a kernel_meta folder, by exactly its name.
#pragma once

#include <string>
#include <vector>

namespace omscope::repro {

struct KernelFiles {
  std::string binary;       ///< path; empty: not there
  std::string description;  ///< path of the .json; empty: not there
  /// Kernels of the same operator that have another name: never taken in its place.
  std::vector<std::string> others;
};

/// Looks below `folder`. A kernel whose name ends in a tiling key is in the file without it.
KernelFiles find_kernel_files(const std::string& folder, const std::string& kernel);

}  // namespace omscope::repro
