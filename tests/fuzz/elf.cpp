// ELF files of kernels.

#include "omscope/formats/kernelmeta/elf_facts.h"

#include "fuzz/check.h"
#include "fuzz/targets.h"

namespace omscope::fuzz {

void elf(std::string_view input) {
  const auto file = as_file(input);
  const auto facts = kernelmeta::read_elf(file->bytes());
  if (facts) (void)kernelmeta::compiler_date(facts->compiler);
}

}  // namespace omscope::fuzz
