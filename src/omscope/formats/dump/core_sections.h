// The section table of a core file.
#pragma once

#include <string_view>
#include <vector>

#include "omscope/ir/tensor_file.h"

namespace omscope::dump {

struct CoreSection {
  std::string_view name;
  uint32_t type = 0;  ///< sh_type - 0x80000000; larger: none of Ascend's
  uint64_t address = 0;
  uint64_t offset = 0;
  uint64_t size = 0;
  uint64_t entry_size = 0;
  ByteView bytes;  ///< fewer than `size` where the file ends
};

/// In file order, the empty section 0 first. Faults are told in `out`.
std::vector<CoreSection> read_core_sections(ir::TensorFile& out);

}  // namespace omscope::dump
