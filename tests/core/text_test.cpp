#include "omscope/core/text.h"

#include <cmath>

#include <gtest/gtest.h>

namespace omscope {
namespace {

TEST(Text, Utf8StaysAndInvalidBytesCanBeToldAgain) {
  EXPECT_EQ(as_utf8("plain \\ text"), "plain \\ text");
  EXPECT_EQ(as_utf8("\xe5\x8d\x8e"), "\xe5\x8d\x8e");
  EXPECT_EQ(as_utf8("a\xff\\b"), "a\\xff\\\\b");
  EXPECT_EQ(as_utf8("\xc0\x80"), "\\xc0\\x80");           // overlong
  EXPECT_EQ(as_utf8("\xed\xa0\x80"), "\\xed\\xa0\\x80");  // surrogate
  EXPECT_EQ(as_utf8("\xe5\x8d"), "\\xe5\\x8d");           // cut
}

TEST(Text, TerminalSeesNoControlBytes) {
  EXPECT_EQ(for_terminal("a\x1b[31mb"), "a\\x1b[31mb");
  EXPECT_EQ(for_terminal("a\nb\tc\r"), "a\\nb\\tc\\r");
  EXPECT_EQ(for_terminal(std::string_view("\0", 1)), "\\x00");
  EXPECT_EQ(for_terminal("\xe2\x80\xae"
                         "evil"),
            "\\xe2\\x80\\xaeevil");                   // right-to-left override
  EXPECT_EQ(for_terminal("\xc2\x9b"), "\\xc2\\x9b");  // C1 control
}

TEST(Text, LongNamesKeepBothEnds) {
  EXPECT_EQ(shortened("abcdefghij", 7), "abc…hij");
  EXPECT_EQ(shortened("abc", 3), "abc");
  EXPECT_EQ(display_width(shortened("华为昇腾模型名称", 9)), 9U);
  EXPECT_EQ(shortened("abc", 0), "");
}

TEST(Text, BytesForPeople) {
  EXPECT_EQ(human_bytes(0), "0 B");
  EXPECT_EQ(human_bytes(1023), "1023 B");
  EXPECT_EQ(human_bytes(1024), "1.00 KiB");
  EXPECT_EQ(human_bytes(10234), "9.99 KiB");
  EXPECT_EQ(human_bytes(1048575), "1.00 MiB");
  EXPECT_EQ(human_bytes(UINT64_MAX), "16.0 EiB");
}

TEST(Text, NumbersForPeople) {
  EXPECT_EQ(grouped(1234567), "1 234 567");
  EXPECT_EQ(grouped(999), "999");
  EXPECT_EQ(counted(1, "op"), "1 op");
  EXPECT_EQ(counted(2, "entry", "entries"), "2 entries");
  EXPECT_EQ(number_text(0.1F), "0.1");
  EXPECT_EQ(number_text(std::nan("")), "NaN");
  EXPECT_EQ(number_text(-INFINITY), "-Infinity");
}

TEST(Text, GlobsMatchAcrossSlashes) {
  EXPECT_TRUE(glob_match("*Conv*", "/a/b/Conv_1"));
  EXPECT_TRUE(glob_match("conv_?", "conv_1"));
  EXPECT_FALSE(glob_match("conv_?", "conv_10"));
  EXPECT_TRUE(glob_match("[ab]*", "bcd"));
}

TEST(Text, SplitKeepsEmptyParts) {
  EXPECT_EQ(split("a,,b", ',').size(), 3U);
  EXPECT_EQ(split("", ',').size(), 1U);
}

}  // namespace
}  // namespace omscope
