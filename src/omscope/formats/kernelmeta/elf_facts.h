// What an ELF file says about a compiled kernel.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "omscope/core/bytes.h"

namespace omscope::kernelmeta {

struct ElfFacts {
  uint16_t machine = 0;              ///< e_machine; 0x1029 in every AI Core kernel seen
  std::vector<std::string> symbols;  ///< global functions, sorted
  std::string compiler;              ///< text of .comment: linker, date, compiler version
  uint64_t code_bytes = 0;           ///< of executable sections
  std::vector<ByteView> code;        ///< the executable sections, parts of `binary`
};

/// Nothing when `binary` is no sound ELF file.
std::optional<ElfFacts> read_elf(ByteView binary);

/// The day out of a compiler's stamp, as "2024-12-11"; empty when there is none.
std::string compiler_date(std::string_view stamp);

}  // namespace omscope::kernelmeta
