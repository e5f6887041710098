#include <gtest/gtest.h>

#include "omscope/formats/wire/wire_reader.h"
#include "omscope/formats/wire/wire_writer.h"

namespace omscope::wire {
namespace {

TEST(WireReader, WalksFieldsOfAllTypes) {
  Writer writer;
  writer.varint(1, 300);
  writer.bytes(2, "text");
  writer.fixed32(3, 7);
  writer.fixed64(4, 8);
  const std::string message = writer.finish();
  Reader reader(as_bytes(message));
  ASSERT_TRUE(reader.next());
  EXPECT_EQ(reader.tag(), varint(1));
  EXPECT_EQ(reader.uint64(), 300U);
  ASSERT_TRUE(reader.next());
  EXPECT_EQ(reader.tag(), bytes(2));
  EXPECT_EQ(reader.text(), "text");
  ASSERT_TRUE(reader.next());
  EXPECT_EQ(reader.tag(), fixed32(3));
  ASSERT_TRUE(reader.next());
  EXPECT_EQ(reader.tag(), fixed64(4));
  EXPECT_FALSE(reader.next());
  EXPECT_FALSE(reader.damaged());
}

TEST(WireReader, NegativeNumbersAreSignExtended) {
  Writer writer;
  writer.varint(1, static_cast<uint64_t>(int64_t{-1}));
  const std::string message = writer.finish();
  EXPECT_EQ(message.size(), 11U);
  Reader reader(as_bytes(message));
  ASSERT_TRUE(reader.next());
  EXPECT_EQ(reader.int64(), -1);
  EXPECT_EQ(reader.int32(), -1);
}

bool is_damaged(std::string_view message) {
  Reader reader(as_bytes(message));
  while (reader.next()) {
  }
  return reader.damaged();
}

TEST(WireReader, DamageEndsTheWalk) {
  EXPECT_TRUE(
      is_damaged(std::string_view("\x0a\x05"
                                  "abc",
                                  5)));  // length too long
  EXPECT_TRUE(
      is_damaged("\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"));  // varint of 11 bytes
  EXPECT_TRUE(is_damaged("\x08\x80"));                                  // cut varint
  EXPECT_TRUE(is_damaged("\x0b"));                                      // group start
  EXPECT_TRUE(is_damaged("\x0c"));                                      // group end
  EXPECT_TRUE(is_damaged("\x0f"));                                      // wire type 7
  EXPECT_TRUE(
      is_damaged("\x02"
                 "a"));  // field number 0
  EXPECT_TRUE(
      is_damaged("\x0d"
                 "abc"));  // cut fixed32
  EXPECT_FALSE(is_damaged(""));
}

TEST(WireReader, CutLastFieldIsGivenWithWhatIsLeft) {
  const std::string_view message(
      "\x08\x01\x12\x10"
      "abc",
      7);
  Reader reader(as_bytes(message));
  ASSERT_TRUE(reader.next_or_cut());
  ASSERT_TRUE(reader.next_or_cut());
  EXPECT_EQ(reader.tag(), bytes(2));
  EXPECT_EQ(reader.text(), "abc");
  EXPECT_TRUE(reader.damaged());
  EXPECT_FALSE(reader.next_or_cut());
}

TEST(WireWriter, NestedMessagesOfAnyLength) {
  for (const size_t size : {0U, 1U, 127U, 128U, 20000U}) {
    Writer writer;
    writer.open(1);
    writer.open(2);
    writer.bytes(3, std::string(size, 'x'));
    const std::string message = writer.finish();
    Reader outer(as_bytes(message));
    ASSERT_TRUE(outer.next());
    Reader inner(outer.payload());
    ASSERT_TRUE(inner.next());
    Reader innermost(inner.payload());
    ASSERT_TRUE(innermost.next());
    EXPECT_EQ(innermost.text().size(), size);
    EXPECT_FALSE(outer.next());
    EXPECT_FALSE(outer.damaged());
  }
}

TEST(FieldCounts, PackedAndUnpackedValuesCountAlike) {
  Writer writer;
  writer.varint(1, 5);
  writer.bytes(1, std::string_view("\x01\x80\x01\x02", 4));
  writer.bytes(2, "12345678");
  const std::string message = writer.finish();
  const FieldCounts counts(as_bytes(message), {.varints = fields({1}), .fixed32 = fields({2})});
  EXPECT_EQ(counts[1], 4U);
  EXPECT_EQ(counts[2], 2U);
  EXPECT_EQ(FieldCounts(as_bytes(message))[1], 2U);
}

TEST(PackedVarints, CutOnesAreReported) {
  const auto sum = [](std::string_view packed) {
    uint64_t total = 0;
    const bool ok = for_each_varint(as_bytes(packed), [&](uint64_t value) { total += value; });
    return std::pair(ok, total);
  };
  EXPECT_EQ(sum("\x01\x02"), std::pair(true, uint64_t{3}));
  EXPECT_EQ(sum("\x01\x80").first, false);
  EXPECT_EQ(sum("\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01").first, false);
}

}  // namespace
}  // namespace omscope::wire
