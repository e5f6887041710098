// Which compilation of the kernels runs on this machine.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "omscope/numeric/kernels/kernels.h"

namespace omscope::numeric {

struct InstructionSet {
  std::string_view name;      ///< as OMSCOPE_ISA names it: "baseline", "avx2", "avx512"
  std::string_view features;  ///< for people
  const Kernels* kernels;
  bool (*runs_here)();
};

/// All that this program was built with, the narrowest first.
std::span<const InstructionSet> instruction_sets();

/// The widest that runs here, or what the environment variable OMSCOPE_ISA names, when that does
/// run here. Chosen at the first call.
const InstructionSet& instruction_set();

inline const Kernels& kernels_in_use() {
  return *instruction_set().kernels;
}

/// "avx2 (AVX2, FMA, F16C)".
std::string_view instruction_set_in_use();

/// What `instruction_set` would choose for that value of OMSCOPE_ISA.
const InstructionSet& choose_instruction_set(std::string_view wanted);

}  // namespace omscope::numeric
