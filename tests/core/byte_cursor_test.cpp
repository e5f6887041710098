#include "omscope/core/byte_cursor.h"

#include <gtest/gtest.h>

namespace omscope {
namespace {

ByteCursor over(std::string_view text, uint64_t base = 0) {
  return {"file.om", as_bytes(text), base};
}

TEST(ByteCursor, ReadsLittleEndianNumbersInOrder) {
  ByteCursor at = over(std::string_view("\x01\x02\x00\x00\x00\xff", 6));
  EXPECT_EQ(*at.read<uint8_t>("a"), 1);
  EXPECT_EQ(*at.read<uint32_t>("b"), 2U);
  EXPECT_EQ(*at.read<uint8_t>("c"), 255);
  EXPECT_TRUE(at.at_end());
}

TEST(ByteCursor, SaysWhatItWantedWhereAndWhatWasLeft) {
  ByteCursor at = over("abc", 0x100);
  ASSERT_TRUE(at.skip(1, "x").ok());
  const auto value = at.read<uint32_t>("partition count");
  ASSERT_FALSE(value.ok());
  EXPECT_EQ(to_line(value.error()),
            "file.om: 0x101: error: partition count: wants 4 bytes, 2 are left: the file is cut or "
            "damaged; copy or download the file again");
}

TEST(ByteCursor, ExactEndIsFineAndOnePastIsNot) {
  ByteCursor at = over("abcd");
  EXPECT_TRUE(at.take(4, "all").ok());
  EXPECT_TRUE(at.take(0, "nothing").ok());
  EXPECT_FALSE(at.take(1, "one more").ok());
}

TEST(ByteCursor, EmptyRangeReadsNothing) {
  ByteCursor at = over("");
  EXPECT_TRUE(at.at_end());
  EXPECT_FALSE(at.read<uint8_t>("a").ok());
  EXPECT_FALSE(at.peek<uint8_t>().has_value());
}

TEST(ByteCursor, HugeLengthsDoNotWrapAround) {
  ByteCursor at = over("abcd", 0x10);
  EXPECT_FALSE(at.take(UINT64_MAX, "huge").ok());
  EXPECT_FALSE(at.sub(2, UINT64_MAX - 1, "huge").ok());
  EXPECT_FALSE(at.sub(UINT64_MAX, 4, "far").ok());
  EXPECT_EQ(at.remaining(), 4U);
}

TEST(ByteCursor, ChildCannotSeePastItsParent) {
  ByteCursor at = over("abcdef", 0x20);
  auto child = at.take_cursor(2, "child");
  ASSERT_TRUE(child.ok());
  EXPECT_EQ(child->offset(), 0x20U);
  EXPECT_TRUE(child->skip(2, "its own").ok());
  EXPECT_FALSE(child->skip(1, "the parent's").ok());
  EXPECT_EQ(at.offset(), 0x22U);
}

TEST(ByteCursor, CountsAreRefusedBeforeAnythingIsAllocated) {
  ByteCursor at =
      over(std::string_view("\xff\xff\xff\xff"
                            "abcdefgh",
                            12));
  const auto count = at.read_count<uint32_t>("dims", 8);
  ASSERT_FALSE(count.ok());
  EXPECT_EQ(count.error().code, Code::kBadCount);
  EXPECT_EQ(count.error().offset, 0U);
}

TEST(ByteCursor, PeekDoesNotMove) {
  const ByteCursor at = over("abcd");
  EXPECT_EQ(at.peek<uint8_t>(3), 'd');
  EXPECT_FALSE(at.peek<uint16_t>(3).has_value());
  EXPECT_EQ(at.remaining(), 4U);
}

}  // namespace
}  // namespace omscope
