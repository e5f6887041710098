// A megabyte that stands for a gigabyte.

#include "damage/bombs.h"

#include <gtest/gtest.h>

#include "damage/reading.h"
#include "support/files.h"
#include "support/run_tool.h"
#include "support/sanitized.h"

namespace omscope {
namespace {

class Bombs : public testing::TestWithParam<test::BombGroup> {
 protected:
  template <class Check>
  static void each(const Check& check) {
    std::vector<test::Bomb> all;
    GetParam().make(all);
    for (const test::Bomb& bomb : all) {
      SCOPED_TRACE(bomb.name);
      check(bomb);
    }
  }
};

TEST_P(Bombs, AreBoundedAndDeepOnesNamed) {
  each([](const test::Bomb& bomb) {
    test::expect_bounded(test::read_everything(bomb.content), bomb.content.size());
    if (!bomb.deep) return;
    const auto result = test::read(bomb.content);
    EXPECT_TRUE(test::has_problem(*result.model, Code::kTooDeep))
        << test::problem_lines(*result.model);
  });
}

TEST_P(Bombs, WholeProcessIsBounded) {
  // A sanitizer reserves more address space than the limit; memory is no measure of the tool then.
  if (test::kSanitized) GTEST_SKIP() << "sanitizers take memory of their own";
  const test::ScratchFolder folder;
  each([&](const test::Bomb& bomb) {
    const std::string path = folder.write(bomb.name, bomb.content);
    const uint64_t most = 10 * bomb.content.size() + (uint64_t{64} << 20);
    const auto result =
        test::run_tool_limited({"inspect", "--format", "json", "--show", "all", path}, most, 10);
    EXPECT_TRUE(result.exit_code == 0 || result.exit_code == 2) << result.exit_code;
    EXPECT_EQ(result.err.find("memory"), std::string::npos) << result.err;
  });
}

INSTANTIATE_TEST_SUITE_P(Of, Bombs, testing::ValuesIn(test::bomb_groups()),
                         [](const auto& group) { return std::string(group.param.name); });

}  // namespace
}  // namespace omscope
