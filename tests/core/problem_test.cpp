#include "omscope/core/problem.h"

#include <gtest/gtest.h>

namespace omscope {
namespace {

TEST(Problem, LineHasEveryPartThatIsThere) {
  const Problem full{Severity::kError, Code::kBadCount, "m.om", 0x104, "table: count", "is 0; no"};
  EXPECT_EQ(to_line(full), "m.om: 0x104: error: table: count: is 0; no");
  const Problem bare{Severity::kWarning, Code::kBadCount, "m.om", std::nullopt, "", "odd"};
  EXPECT_EQ(to_line(bare), "m.om: warning: odd");
}

TEST(Problem, ErrorsSayWhatToDo) {
  const Problem silent{Severity::kError, Code::kTruncated, "m.om", std::nullopt, "", "is cut"};
  EXPECT_EQ(to_line(silent), "m.om: error: is cut; copy or download the file again");
  Problems problems("m.om");
  problems.add(silent);
  EXPECT_EQ(problems.list()[0].message, "is cut; copy or download the file again");
  EXPECT_EQ(to_line(problems.list()[0]), to_line(silent)) << "said once";
}

TEST(Problems, ListIsBoundedAndTheRestCounted) {
  Problems problems("m.om");
  for (int i = 0; i < 1000; ++i) {
    problems.warning(Code::kBadEdge, std::nullopt, "", std::to_string(i));
  }
  EXPECT_EQ(problems.list().size(), Problems::kMost + 1);
  EXPECT_EQ(problems.list().back().code, Code::kMoreProblems);
  EXPECT_EQ(problems.list().back().message, "800 further problems are not listed");
  EXPECT_FALSE(problems.has_error());
}

TEST(Problems, AnErrorBeyondTheListStillCounts) {
  Problems problems("m.om");
  for (int i = 0; i < 300; ++i) problems.info(Code::kBadEdge, std::nullopt, "", "");
  problems.error(Code::kBadEdge, std::nullopt, "", "");
  EXPECT_TRUE(problems.has_error());
}

TEST(Codes, NamesAreKebabCaseAndUnique) {
  std::string last;
  for (int i = 0; i <= static_cast<int>(Code::kMoreProblems); ++i) {
    const CodeInfo& info = code_info(static_cast<Code>(i));
    EXPECT_EQ(info.name.find_first_not_of("abcdefghijklmnopqrstuvwxyz-"), std::string_view::npos);
    EXPECT_FALSE(info.meaning.empty());
  }
}

}  // namespace
}  // namespace omscope
