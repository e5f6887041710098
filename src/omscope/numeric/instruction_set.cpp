#include "omscope/numeric/instruction_set.h"

#include <array>
#include <cstdlib>
#include <string>

namespace omscope::numeric {
namespace {

bool always() {
  return true;
}

#if defined(__x86_64__)
// The builtin asks the processor, and the operating system for whether it saves the registers.
bool has_avx2() {
  return __builtin_cpu_supports("avx2") != 0 && __builtin_cpu_supports("fma") != 0;
}
bool has_avx512() {
  return has_avx2() && __builtin_cpu_supports("avx512f") != 0 &&
         __builtin_cpu_supports("avx512bw") != 0 && __builtin_cpu_supports("avx512dq") != 0 &&
         __builtin_cpu_supports("avx512vl") != 0;
}

constexpr std::array kSets = {
    InstructionSet{"baseline", "x86-64", &kernels::baseline::kKernels, always},
    InstructionSet{"avx2", "AVX2, FMA, F16C", &kernels::avx2::kKernels, has_avx2},
    InstructionSet{"avx512", "AVX-512 F, BW, DQ, VL", &kernels::avx512::kKernels, has_avx512},
};
#elif defined(__aarch64__)
constexpr std::array kSets = {
    InstructionSet{"baseline", "aarch64, NEON", &kernels::baseline::kKernels, always},
};
#else
constexpr std::array kSets = {
    InstructionSet{"baseline", "generic", &kernels::baseline::kKernels, always},
};
#endif

}  // namespace

std::span<const InstructionSet> instruction_sets() {
  return kSets;
}

const InstructionSet& choose_instruction_set(std::string_view wanted) {
  const InstructionSet* widest = kSets.data();
  for (const InstructionSet& set : kSets) {
    if (!set.runs_here()) continue;
    if (set.name == wanted) return set;
    widest = &set;
  }
  return *widest;
}

const InstructionSet& instruction_set() {
  static const InstructionSet& chosen = [&]() -> const InstructionSet& {
    const char* wanted = std::getenv("OMSCOPE_ISA");  // NOLINT(concurrency-mt-unsafe)
    return choose_instruction_set(wanted == nullptr ? std::string_view() : wanted);
  }();
  return chosen;
}

std::string_view instruction_set_in_use() {
  static const std::string text =
      std::string(instruction_set().name) + " (" + std::string(instruction_set().features) + ")";
  return text;
}

}  // namespace omscope::numeric
