#include "omscope/core/byte_map.h"

#include <gtest/gtest.h>

namespace omscope {
namespace {

ByteMap::Account account(const ByteMap& map, std::string_view file) {
  return map.account(as_bytes(file));
}

TEST(ByteMap, NamedRangesAndZeroPaddingMakeTheFile) {
  const std::string file = std::string("head") + std::string(4, '\0') + "body";
  ByteMap map;
  map.add(0, 4, "header");
  map.add(8, 4, "body");
  const auto result = account(map, file);
  EXPECT_EQ(result.accounted, 12U);
  EXPECT_EQ(result.unknown, 0U);
  EXPECT_TRUE(result.holes.empty());
}

TEST(ByteMap, PartOfAFileIsAccountedByItself) {
  ByteMap map;
  map.add(0, 4, "of the file around it");
  map.add(4, 4, "header");
  const auto result = map.account(as_bytes(std::string_view("bodytail")), 4);
  EXPECT_EQ(result.accounted, 4U);
  EXPECT_EQ(result.unknown, 4U);
  ASSERT_EQ(result.holes.size(), 1U);
  EXPECT_EQ(result.holes[0].offset, 8U);
}

TEST(ByteMap, AGapLargerThanAnyPaddingIsUnknown) {
  const std::string file(size_t{17} << 20, '\0');
  EXPECT_EQ(account(ByteMap(), file).unknown, file.size());
}

TEST(ByteMap, BytesWithoutNameAreUnknown) {
  ByteMap map;
  map.add(0, 4, "header");
  const auto result = account(map, "headrest");
  EXPECT_EQ(result.accounted, 4U);
  EXPECT_EQ(result.unknown, 4U);
  ASSERT_EQ(result.holes.size(), 1U);
  EXPECT_EQ(result.holes[0].offset, 4U);
}

TEST(ByteMap, OverlapsAreFoundAndCountedOnce) {
  ByteMap map;
  map.add(0, 6, "a");
  map.add(4, 4, "b");
  const auto result = account(map, "12345678");
  EXPECT_EQ(result.accounted, 8U);
  ASSERT_EQ(result.overlaps.size(), 1U);
  EXPECT_EQ(result.overlaps[0].offset, 4U);
  EXPECT_EQ(result.overlaps[0].size, 2U);
}

TEST(ByteMap, RangesBeyondTheEndAreCut) {
  ByteMap map;
  map.add(2, UINT64_MAX, "too long");
  map.add(UINT64_MAX, 5, "too far");
  const auto result = account(map, "abcd");
  EXPECT_EQ(result.accounted + result.unknown, 4U);
  EXPECT_EQ(result.unknown, 2U);
}

}  // namespace
}  // namespace omscope
