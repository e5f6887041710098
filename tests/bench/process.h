// Commands run as a whole, with what the kernel says they cost.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace omscope::bench {

struct ProcessCost {
  int exit_code = -1;
  double seconds = 0;
  /// Most memory that was ever resident at once: private memory (RssAnon), mapped files and
  /// libraries together, so an upper bound of each. The kernel counts it (VmHWM); it is read while
  /// the process is stopped at its exit, so no peak is missed, as sampling would. Not ru_maxrss:
  /// that starts with what the parent has.
  uint64_t peak_resident = 0;
};

/// Runs `words`; what it prints is thrown away.
ProcessCost run_process(std::vector<std::string> words);

/// Bytes of [offset, offset + size) of the file that are in the kernel's page cache.
uint64_t cached_bytes(const std::string& path, uint64_t offset, uint64_t size);

/// Asks the kernel to forget what it has cached of the file.
void drop_cached(const std::string& path);

}  // namespace omscope::bench
