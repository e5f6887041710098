#include <gtest/gtest.h>

#include "omscope/formats/kernelmeta/elf_facts.h"

#include "make_samples/elf_builder.h"

namespace omscope::kernelmeta {
namespace {

std::string kernel() {
  return samples::build_kernel_elf({"te_x__kernel0", "2024-01-02T03:04:05+08:00 clang 15", "code"});
}

TEST(Elf, FactsOfAKernel) {
  const std::string elf = kernel();
  const auto facts = read_elf(as_bytes(elf));
  ASSERT_TRUE(facts.has_value());
  EXPECT_EQ(facts->machine, 0x1029);
  EXPECT_EQ(facts->symbols, std::vector<std::string>{"te_x__kernel0"});
  EXPECT_EQ(facts->compiler, "2024-01-02T03:04:05+08:00 clang 15");
  EXPECT_EQ(facts->code_bytes, 4U);
}

TEST(Elf, WhatIsNone) {
  EXPECT_FALSE(read_elf({}).has_value());
  EXPECT_FALSE(read_elf(as_bytes("\177ELF")).has_value());
  EXPECT_FALSE(read_elf(as_bytes(std::string_view("\0\0\0\0\0\0\0\0", 8))).has_value());
}

TEST(Elf, CutAnywhereDoesNoHarm) {
  const std::string elf = kernel();
  for (size_t size = 0; size < elf.size(); ++size) {
    const std::string cut = elf.substr(0, size);
    (void)read_elf(as_bytes(cut));
  }
}

TEST(Elf, EveryByteFlippedDoesNoHarm) {
  const std::string elf = kernel();
  for (size_t at = 0; at < elf.size(); ++at) {
    std::string flipped = elf;
    flipped[at] = static_cast<char>(~flipped[at]);
    const auto facts = read_elf(as_bytes(flipped));
    if (facts) {
      EXPECT_LE(facts->symbols.size(), 1000U);
    }
  }
}

TEST(CompilerDate, OutOfBothStyles) {
  EXPECT_EQ(compiler_date("2020-09-28 20:11:08 +0800 clang version 8.0.1"), "2020-09-28");
  EXPECT_EQ(compiler_date("Linker: LLD 15; 2024-12-11T16:41:08+08:00 clang"), "2024-12-11");
  EXPECT_EQ(compiler_date("clang version 15"), "");
  EXPECT_EQ(compiler_date("9999-99-99"), "");
}

}  // namespace
}  // namespace omscope::kernelmeta
