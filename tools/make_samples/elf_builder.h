// Small ELF files that look like compiled kernels.
#pragma once

#include <string>

namespace omscope::samples {

struct KernelSpec {
  std::string symbol;    ///< the one global function
  std::string compiler;  ///< text of .comment
  std::string code;      ///< bytes of .text
};

/// A relocatable ELF64 file with e_machine 0x1029, as kernels of AI Core have.
std::string build_kernel_elf(const KernelSpec& spec);

}  // namespace omscope::samples
