#include "diff/rewritten.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "diff/model_edit.h"
#include "diff/show_result.h"

namespace omscope::test {

std::string written_again(const std::string& file) {
  ModelEdit edit(file);
  int next = 900;
  edit.rename([&](const ::ge::proto::OpDef& op) {
    const bool generated = op.name().rfind("dynamic_const_", 0) == 0;
    return generated ? "dynamic_const_77_" + std::to_string(next--) : op.name();
  });
  (*edit.def.mutable_attr())["session_id"].set_i(1611296236482576);
  // Constants may stand anywhere before their users.
  auto& ops = *edit.graph().mutable_op();
  std::stable_partition(ops.pointer_begin(), ops.pointer_end(),
                        [](const auto* op) { return op->type() == "Const"; });
  return edit.file();
}

std::string renamed(const std::string& file) {
  ModelEdit edit(file);
  int next = 0;
  edit.rename([&](const auto&) { return "n" + std::to_string(next++); });
  return edit.file();
}

void expect_equivalent(const std::string& a, const std::string& b) {
  const diff::Result result = diff_bytes(a, b);
  EXPECT_EQ(name_of(result.verdict), "equivalent") << shown(result);
  EXPECT_TRUE(result.gate_passed);
  EXPECT_TRUE(result.differences.empty()) << shown(result);
  EXPECT_TRUE(result.unmatched_a.empty() && result.unmatched_b.empty()) << shown(result);
  for (const diff::Match& match : result.matches) {
    EXPECT_EQ(match.a.size(), 1U);
    EXPECT_EQ(match.b.size(), 1U);
  }
}

}  // namespace omscope::test
