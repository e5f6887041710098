#include "diff/rewritten.h"

#include <algorithm>
#include <map>
#include <set>

#include <gtest/gtest.h>

#include "omscope/diff/names.h"

#include "diff/model_edit.h"
#include "diff/show_result.h"
#include "diff/shuffle.h"

namespace omscope::test {
namespace {

constexpr uint32_t kTasks = 2;
constexpr uint32_t kKernels = 3;

void give_another_process(ModelEdit& edit) {
  auto& attrs = *edit.def.mutable_attr();
  if (attrs.count("session_id") != 0) attrs["session_id"].set_i(1611296236482576);
  if (edit.is_hiai || !edit.has_partition(kTasks)) return;
  edit.edit_tasks([](domi::ModelTaskDef& tasks) {
    for (auto& task : *tasks.mutable_task()) {
      if (!task.has_kernel()) continue;
      auto& kernel = *task.mutable_kernel();
      if (!kernel.stub_func().empty()) kernel.set_stub_func(kernel.stub_func() + "_4711_1611296");
      task.set_ops_kernel_store_ptr(0x7F1122334455U);
    }
  });
}

std::string shuffled_file(ModelEdit& edit) {
  Random random(7);
  for (auto& graph : *edit.def.mutable_graph()) shuffle_ops(graph, random);
  if (edit.form == Form::kOm && edit.has_partition(kKernels)) {
    edit.partition(kKernels) = with_records_shuffled(edit.partition(kKernels), random);
  }
  edit.written = with_maps_shuffled(edit.def, random);
  return edit.file();
}

using Matches = std::set<std::pair<std::vector<std::string>, std::vector<std::string>>>;

Matches matches_of(const diff::Result& result, bool turned) {
  Matches all;
  for (const diff::Match& match : result.matches) {
    turned ? all.emplace(match.b, match.a) : all.emplace(match.a, match.b);
  }
  return all;
}

std::multiset<std::string> left_of(const std::vector<diff::Unmatched>& list) {
  std::multiset<std::string> names;
  for (const diff::Unmatched& each : list) names.insert(each.op);
  return names;
}

}  // namespace

std::string written_again(const std::string& file) {
  ModelEdit edit(file);
  int next = 900;
  edit.rename([&](const ::ge::proto::OpDef& op) {
    const bool generated = op.name().rfind("dynamic_const_", 0) == 0;
    return generated ? "dynamic_const_77_" + std::to_string(next--) : op.name();
  });
  give_another_process(edit);
  return shuffled_file(edit);
}

std::string renamed(const std::string& file) {
  ModelEdit edit(file);
  int next = 0;
  edit.rename([&](const auto&) { return "n" + std::to_string(next++); });
  std::map<std::string, std::string> sources;
  for (auto& op : *edit.graph().mutable_op()) {
    for (const char* key : {"_datadump_original_op_names", "original_op_names"}) {
      if (op.attr().count(key) == 0) continue;
      for (auto& name : *(*op.mutable_attr())[key].mutable_list()->mutable_s()) {
        if (name.empty() || diff::is_generated(name)) continue;
        name = sources.try_emplace(name, "source" + std::to_string(sources.size())).first->second;
      }
    }
  }
  return shuffled_file(edit);
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

void expect_mirror(const std::string& a, const std::string& b) {
  const diff::Result there = diff_bytes(a, b);
  const diff::Result back = diff_bytes(b, a);
  EXPECT_EQ(there.verdict, back.verdict);
  EXPECT_EQ(matches_of(there, false), matches_of(back, true));
  EXPECT_EQ(left_of(there.unmatched_a), left_of(back.unmatched_b));
  EXPECT_EQ(left_of(there.unmatched_b), left_of(back.unmatched_a));
  EXPECT_EQ(there.differences.size(), back.differences.size()) << shown(there) << shown(back);
  EXPECT_EQ(there.weights.equal.count, back.weights.equal.count);
}

}  // namespace omscope::test
