// Ascend core files, byte by byte: for samples, tests and fuzzers' seeds.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace omscope::samples {

struct CoreMemory {
  uint64_t address = 0x12C100000000;
  uint16_t type = 2;  ///< input
  std::vector<uint64_t> dims;
  std::string content;
  bool invalid = false;
};

struct CoreRegister {
  uint64_t address = 0;
  uint64_t value = 0;
  bool valid = true;
};

/// Device memory, the registers and the on-chip buffer UB of core 0, a device table, a kernel name.
struct CoreFile {
  std::vector<CoreMemory> memory;
  std::vector<CoreRegister> registers;
  bool wide_registers = false;  ///< of 48 bytes, as on Ascend 950
  std::string unified_buffer;
  std::string kernel = "AddCustom";

  std::string build() const;
};

}  // namespace omscope::samples
