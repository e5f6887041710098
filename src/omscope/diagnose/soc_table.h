// What is known of each chip: cores, memory, buffers, generation.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace omscope::diagnose {

struct Soc {
  std::string_view name;    ///< "Ascend310P3", as --soc_version takes it
  std::string_view family;  ///< "Ascend310P"; folders of kernels are called so, in lower case
  std::string_view arch;    ///< NpuArch: models run on chips of the same one
  std::string_view aic;     ///< "AIC-M-200"
  std::optional<uint64_t> ai_cores;
  std::optional<uint64_t> cube_cores;
  std::optional<uint64_t> vector_cores;
  std::optional<uint64_t> ai_cpus;
  std::optional<uint64_t> memory;  ///< bytes; absent where the platform file does not say
  std::optional<uint64_t> l2;
  std::optional<uint64_t> unified_buffer;
  std::optional<uint64_t> l1;
  bool bf16 = false;

  /// The most blocks of one kernel that run at the same time, counting vector cores where they
  /// stand apart from the cube cores (arch 2201 and later).
  std::optional<uint64_t> most_blocks() const;
};

/// By the name that ATC takes ("Ascend310P3"), that npu-smi shows ("310P3"), in any case.
std::optional<Soc> find_soc(std::string_view name);

/// Chips whose name or family is `name`; "Ascend910B" is a chip and a family at once.
std::vector<Soc> socs_of_family(std::string_view family);

std::vector<Soc> all_socs();

}  // namespace omscope::diagnose
