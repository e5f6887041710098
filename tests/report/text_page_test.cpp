#include "omscope/report/text_page.h"

#include <sstream>

#include <gtest/gtest.h>

#include "omscope/core/text.h"

namespace omscope::report {
namespace {

std::string printed(const TextPage& page) {
  std::ostringstream out;
  page.print(out);
  return out.str();
}

TEST(TextPage, RowsWrapWithAHangingIndent) {
  TextPage page({.width = 40});
  page.row("label", "some words that do not fit on one line");
  EXPECT_EQ(printed(page),
            "  label      some words that do not fit\n"
            "             on one line\n");
}

TEST(TextPage, TablesGiveWayWhereTheyAreTooWide) {
  TextPage page({.width = 30});
  page.table({{"1", "a very long name that cannot fit", "x"}, {"22", "short", "y"}}, {true});
  EXPECT_EQ(printed(page),
            "   1  a very lon…cannot fit  x\n"
            "  22  short                  y\n");
}

TEST(TextPage, CellsGoOnBelowWhereTheyMay) {
  TextPage last({.width = 28});
  last.table({{"block/Conv", "what there is to say of it"}, {"x", "little"}}, {}, {},
             Fit::kWrapLast);
  EXPECT_EQ(printed(last),
            "  block/Conv  what there is\n"
            "              to say of it\n"
            "  x           little\n");
  TextPage all({.width = 16});
  all.table({{"block/one/Conv2D_x", "short"}}, {}, {}, Fit::kWrap);
  EXPECT_EQ(printed(all),
            "  block/   short\n"
            "  one/\n"
            "  Conv2D_\n"
            "  x\n");
}

TEST(TextPage, EmptyColumnsTakeNoRoom) {
  TextPage page({.width = 40});
  page.table({{"a", "", "b"}, {"c", "", "d"}});
  EXPECT_EQ(printed(page), "  a  b\n  c  d\n");
}

TEST(TextPage, LinesBeyondTheLimitAreCounted) {
  TextPage page({.width = 40, .most_lines = 3});
  for (int i = 0; i < 10; ++i) page.line(std::to_string(i));
  EXPECT_TRUE(page.full());
  EXPECT_EQ(printed(page), "0\n1\n… 8 more lines; --all shows them\n");
}

TEST(TextPage, ExactlyAsManyLinesAsThereIsRoom) {
  TextPage page({.width = 40, .most_lines = 3});
  for (int i = 0; i < 3; ++i) page.line(std::to_string(i));
  EXPECT_EQ(printed(page), "0\n1\n2\n");
}

TEST(TextPage, NoLineIsWiderThanThePage) {
  TextPage page({.width = 50});
  page.line(std::string(500, 'x'));
  page.row("a label", std::string(500, 'y'));
  page.table({{std::string(100, 'a'), std::string(100, 'b'), std::string(100, 'c')}});
  std::istringstream lines(printed(page));
  for (std::string line; std::getline(lines, line);) EXPECT_LE(display_width(line), 50U) << line;
}

TEST(TextPage, ColourOnlyWhereItIsWanted) {
  TextPage plain({.width = 40});
  plain.line("x", Tone::kError);
  EXPECT_EQ(printed(plain), "x\n");
  TextPage colourful({.width = 40, .colour = true});
  colourful.line("x", Tone::kError);
  EXPECT_EQ(printed(colourful), "\033[31mx\033[0m\n");
}

}  // namespace
}  // namespace omscope::report
