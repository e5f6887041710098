// Texts come out whole, whatever they are wrapped in.
#include <cstring>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include "omscope/formats/log/text_blocks.h"

#include "fuzz/zip_file.h"
#include "support/packed.h"

namespace omscope::log {
namespace {

struct Read {
  std::vector<std::string> names;
  std::vector<std::string> texts;
  bool fault = false;
};

Read read_all(std::string_view content) {
  Read out;
  TextBlocks blocks(FileBytes::from_memory("in", content));
  TextBlock block;
  while (blocks.next(block)) {
    if (out.names.empty() || out.names.back() != block.name) {
      out.names.push_back(block.name);
      out.texts.emplace_back();
    }
    out.texts.back() += block.text;
    blocks.done_with(block);
  }
  out.fault = blocks.problems().has_error();
  return out;
}

std::string long_text() {
  std::string text;
  for (int i = 0; text.size() < 3 * TextBlocks::kBlock; ++i) text += fmt::format("line {}\n", i);
  return text + "no end";
}

TEST(TextBlocks, PlainTextInWholeLines) {
  const std::string text = long_text();
  TextBlocks blocks(FileBytes::from_memory("in", text));
  TextBlock block;
  std::string all;
  while (blocks.next(block)) {
    const bool last = all.size() + block.text.size() == text.size();
    EXPECT_TRUE(last || block.text.ends_with('\n'));
    all += block.text;
  }
  EXPECT_EQ(all, text);
}

TEST(TextBlocks, Gzip) {
  const std::string text = long_text();
  const Read read = read_all(test::gzipped(text));
  ASSERT_EQ(read.texts.size(), 1U);
  EXPECT_EQ(read.texts[0], text);
  EXPECT_EQ(read.names[0], "in");
  EXPECT_FALSE(read.fault);
}

TEST(TextBlocks, GzipOfSeveralMembers) {
  const Read read = read_all(test::gzipped("one\n") + test::gzipped("two\n"));
  ASSERT_EQ(read.texts.size(), 1U);
  EXPECT_EQ(read.texts[0], "one\ntwo\n");
}

TEST(TextBlocks, TarOfGzipSkipsWhatIsNoText) {
  const std::string big = long_text();
  const std::string tar =
      test::tar_of({{"a/plog.log", big}, {"kernel.o", std::string("\0\1\2", 3)}, {"b.log", "b\n"}});
  for (const std::string& packed : {tar, test::gzipped(tar)}) {
    const Read read = read_all(packed);
    ASSERT_EQ(read.names.size(), 2U);
    EXPECT_EQ(read.names[0], "in!a/plog.log");
    EXPECT_EQ(read.texts[0], big);
    EXPECT_EQ(read.names[1], "in!b.log");
    EXPECT_EQ(read.texts[1], "b\n");
    EXPECT_FALSE(read.fault);
  }
}

TEST(TextBlocks, LongNamesInTar) {
  const std::string name = std::string(150, 'd') + "/plog.log";
  const Read read = read_all(test::tar_of({{name, "text\n"}}));
  ASSERT_EQ(read.names.size(), 1U);
  EXPECT_EQ(read.names[0], "in!" + name);
}

TEST(TextBlocks, ZipSkipsWhatIsNoText) {
  const std::string big = long_text();
  const std::string packed = fuzz::zip_file(
      {{"a/plog.log", big}, {"kernel.o", std::string("\0\1\2", 3)}, {"b.log", "b\n"}});
  const Read read = read_all(packed);
  ASSERT_EQ(read.names.size(), 2U);
  EXPECT_EQ(read.names[0], "in!a/plog.log");
  EXPECT_EQ(read.texts[0], big);
  EXPECT_EQ(read.texts[1], "b\n");
  EXPECT_FALSE(read.fault);
  const Read cut = read_all(packed.substr(0, packed.size() - 40));
  EXPECT_TRUE(cut.names.empty());
  EXPECT_TRUE(cut.fault);
}

/// Each byte of ASCII with a zero, behind the mark of the byte order.
std::string utf16(std::string_view text, bool big, bool mark) {
  std::string out = !mark ? "" : big ? "\xfe\xff" : "\xff\xfe";
  for (const char c : text) {
    if (big) out += '\0';
    out += c;
    if (!big) out += '\0';
  }
  return out;
}

TEST(TextBlocks, Utf16OfBothOrders) {
  const std::string text = long_text();
  for (const bool big : {false, true}) {
    for (const bool mark : {false, true}) {
      const Read read = read_all(utf16(text, big, mark));
      ASSERT_EQ(read.texts.size(), 1U);
      EXPECT_EQ(read.texts[0], text);
    }
  }
  const Read inside = read_all(fuzz::zip_file({{"a.log", utf16("x\n", false, true)}}));
  ASSERT_EQ(inside.texts.size(), 1U);
  EXPECT_EQ(inside.texts[0], "x\n");
}

TEST(TextBlocks, Utf16BeyondAscii) {
  // U+65E5, U+1F600 as a pair, half of a pair.
  const std::string little("\xff\xfe\xe5\x65\x3d\xd8\x00\xde\x3d\xd8\x41\x00", 12);
  EXPECT_EQ(read_all(little).texts.at(0),
            "\xe6\x97\xa5\xf0\x9f\x98\x80\xef\xbf\xbd"
            "A");
}

TEST(TextBlocks, CutArchivesGiveWhatCameBefore) {
  const std::string text = long_text();
  const std::string packed = test::gzipped(text);
  const Read cut = read_all(packed.substr(0, packed.size() / 2));
  EXPECT_TRUE(cut.fault);
  ASSERT_EQ(cut.texts.size(), 1U);
  EXPECT_TRUE(std::string_view(text).starts_with(cut.texts[0]));
  const std::string tar = test::tar_of({{"a", text}});
  const Read half = read_all(tar.substr(0, tar.size() / 2));
  EXPECT_TRUE(half.fault);
  EXPECT_TRUE(std::string_view(text).starts_with(half.texts.at(0)));
}

}  // namespace
}  // namespace omscope::log
