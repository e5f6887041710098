// A megabyte that stands for a gigabyte.

#include "damage/bombs.h"

#include <gtest/gtest.h>

#include "damage/reading.h"
#include "support/files.h"
#include "support/run_tool.h"
#include "support/sanitized.h"

namespace omscope {
namespace {

TEST(Bombs, AreBounded) {
  for (const test::Bomb& each : test::bombs()) {
    SCOPED_TRACE(each.name);
    test::expect_bounded(test::read_everything(each.content), each.content.size());
  }
}

TEST(Bombs, DeepOnesAreNamed) {
  for (const test::Bomb& each : test::bombs()) {
    if (!each.deep) continue;
    const auto result = test::read(each.content);
    EXPECT_TRUE(test::has_problem(*result.model, Code::kTooDeep))
        << each.name << "\n"
        << test::problem_lines(*result.model);
  }
}

TEST(Bombs, WholeProcessIsBounded) {
  // A sanitizer reserves more address space than the limit; memory is no measure of the tool then.
  if (test::kSanitized) GTEST_SKIP() << "sanitizers take memory of their own";
  const test::ScratchFolder folder;
  for (const test::Bomb& each : test::bombs()) {
    SCOPED_TRACE(each.name);
    const std::string path = folder.write(each.name, each.content);
    const uint64_t most = 10 * each.content.size() + (uint64_t{64} << 20);
    const auto result =
        test::run_tool_limited({"inspect", "--format", "json", "--show", "all", path}, most, 10);
    EXPECT_TRUE(result.exit_code == 0 || result.exit_code == 2) << result.exit_code;
    EXPECT_EQ(result.err.find("memory"), std::string::npos) << result.err;
  }
}

}  // namespace
}  // namespace omscope
