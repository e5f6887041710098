#include "omscope/diagnose/aicore_bits.h"

#include <array>

#include <gtest/gtest.h>

#include "omscope/diagnose/soc_table.h"

namespace omscope::diagnose {
namespace {

TEST(AicoreBits, WordsAreNumberedThrough) {
  const auto bits = decode_error_words(std::array<uint64_t, 1>{0x800000});
  ASSERT_EQ(bits.size(), 1U);
  EXPECT_EQ(bits[0].name, "MTE_BIU_RDWR_RESP");
  EXPECT_EQ(bits[0].id, 23U);
  EXPECT_EQ(bits[0].kind, BitClass::kGlobalMemory);
  EXPECT_EQ(decode_error_words(std::array<uint64_t, 3>{0, 1, 0}).at(0).id, 64U);
  EXPECT_EQ(decode_error_words(std::array<uint64_t, 3>{0, 0, 1}).at(0).id, 128U);
  EXPECT_EQ(decode_error_words(std::array<uint64_t, 3>{0, 0, uint64_t{1} << 32U}).at(0).id, 145U);
  EXPECT_EQ(decode_error_words(std::array<uint64_t, 3>{0, 0, uint64_t{1} << 62U}).at(0).id, 175U);
}

TEST(AicoreBits, EveryRowIsFoundByItsWordAndBit) {
  for (uint32_t id = 0; id < 176; ++id) {
    const AicoreBit bit = bit_of(BitNumbering::kCommon, id);
    ASSERT_FALSE(bit.name.empty()) << id;
    std::array<uint64_t, 3> words{};
    const auto word = static_cast<size_t>(bit.word.at(8) - '0');
    words.at(word) = uint64_t{1} << std::stoul(std::string(bit.bit));
    const auto decoded = decode_error_words(words);
    ASSERT_EQ(decoded.size(), 1U);
    EXPECT_EQ(decoded[0].id, id);
    EXPECT_EQ(decoded[0].name, bit.name);
  }
}

TEST(AicoreBits, HardwareIsNamedFirstAndUnknownBitsLast) {
  const std::array<uint64_t, 3> words = {0x800000 | 0x100, 0, uint64_t{1} << 20U};
  const auto bits = decode_error_words(words);
  ASSERT_EQ(bits.size(), 3U);
  EXPECT_EQ(bits[0].kind, BitClass::kHardware);
  EXPECT_EQ(bits[1].id, 23U);
  EXPECT_TRUE(bits[2].name.empty());
  EXPECT_TRUE(decode_error_words({}).empty());
}

TEST(AicoreBits, The950PrintsIds) {
  const auto bits = decode_950_ids(std::array<uint64_t, 3>{326, 95, 100000});
  ASSERT_EQ(bits.size(), 2U);
  EXPECT_EQ(bits[0].kind, BitClass::kGlobalMemory);
  EXPECT_EQ(bits[0].id, 95U);
  EXPECT_EQ(bits[1].name, "VEC_ERR_INSTR_TIMEOUT_T0");
}

TEST(AicoreBits, RegisterOfTheMemoryEngine) {
  const auto ids = decode_error_words(std::array<uint64_t, 1>{0x800000});
  const auto fields = decode_register("mte", 0x30000c2, ids);
  ASSERT_EQ(fields.size(), 3U);
  EXPECT_EQ(fields[0].value, 3U);
  EXPECT_NE(fields[0].meaning.find("decode error"), std::string::npos);
  EXPECT_EQ(fields[1].value, 0U);
  EXPECT_EQ(fields[2].value, 0xc2U);
  const auto padding = decode_error_words(std::array<uint64_t, 1>{uint64_t{1} << 41U});
  EXPECT_EQ(decode_register("mte", 0x30000c2, padding)[0].meaning, "");
  EXPECT_TRUE(decode_register("nothing", 1).empty());
}

TEST(AicoreBits, FlagsOfTheProgramCounterAreCutOff) {
  EXPECT_EQ(pc_offset(0x800124040115000, 0x1240401154e4), 0x4e4U);
  EXPECT_FALSE(pc_offset(0x124040115000, 0x124040114000));
}

TEST(SocTable, ChipsByAnySpelling) {
  const auto chip = find_soc("310P3");
  ASSERT_TRUE(chip);
  EXPECT_EQ(chip->name, "Ascend310P3");
  EXPECT_EQ(chip->ai_cores, 8U);
  EXPECT_EQ(chip->memory, 24000000000U);
  EXPECT_FALSE(chip->bf16);
  EXPECT_EQ(find_soc("ascend910b1")->most_blocks(), 48U);
  EXPECT_EQ(chip->most_blocks(), 8U);
  EXPECT_FALSE(find_soc("Ascend999"));
  EXPECT_EQ(socs_of_family("ascend310p").size(), 4U);
}

}  // namespace
}  // namespace omscope::diagnose
