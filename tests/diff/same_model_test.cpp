// What is the same stays the same, however it is written.
#include <algorithm>

#include "diff/model_edit.h"
#include "diff/show_result.h"
#include "make_samples/network_om.h"
#include "make_samples/network_onnx.h"
#include "support/corpus.h"
#include "support/files.h"

namespace omscope {
namespace {

using test::ModelEdit;

std::string sample() {
  return samples::network_as_om(samples::make_network(), samples::older_build());
}

/// The same model as another run of the same compiler would write it.
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
  const diff::Result result = test::diff_bytes(a, b);
  EXPECT_EQ(test::name_of(result.verdict), "equivalent") << test::shown(result);
  EXPECT_TRUE(result.gate_passed);
  EXPECT_TRUE(result.differences.empty()) << test::shown(result);
  EXPECT_TRUE(result.unmatched_a.empty() && result.unmatched_b.empty()) << test::shown(result);
  for (const diff::Match& match : result.matches) {
    EXPECT_EQ(match.a.size(), 1U);
    EXPECT_EQ(match.b.size(), 1U);
  }
}

TEST(DiffSame, AFileAndItself) {
  const diff::Result result = test::diff_bytes(sample(), sample());
  EXPECT_EQ(test::name_of(result.verdict), "identical");
  EXPECT_TRUE(result.gate_passed);
  EXPECT_TRUE(result.differences.empty()) << test::shown(result);
}

TEST(DiffSame, WrittenAgain) {
  expect_equivalent(sample(), written_again(sample()));
}

TEST(DiffSame, AllOpsRenamed) {
  expect_equivalent(sample(), renamed(sample()));
}

TEST(DiffSame, RealModelsWrittenAgainAndRenamed) {
  NEED_CORPUS();
  for (const char* name :
       {"Ascend__modelzoo__a3c_pong_model.om", "HuaweiAtlas__fall_detection__vanillacnn.om",
        "946166920__hiai_ddk__quant8_8_notrain_opt_model.om",
        "fairysli__Nanotrack_Atlas__Nanotrack_T.om"}) {
    SCOPED_TRACE(name);
    const std::string file = test::file_content(*test::corpus() / "om" / name);
    expect_equivalent(ModelEdit(file).file(), written_again(file));
    expect_equivalent(ModelEdit(file).file(), renamed(file));
  }
}

TEST(DiffSame, TwoBuildsOfOneNetwork) {
  const samples::Network network = samples::make_network();
  const diff::Result result =
      test::diff_bytes(samples::network_as_om(network, samples::older_build()),
                       samples::network_as_om(network, samples::newer_build()));
  EXPECT_EQ(test::name_of(result.verdict), "rebuilt") << test::shown(result);
  EXPECT_EQ(result.weights.different.count, 0U);
  EXPECT_EQ(test::count_of(result, diff::Class::kTarget), 1U);
}

TEST(DiffSame, OnnxAndItsModel) {
  const samples::Network network = samples::make_network();
  const diff::Result result = test::diff_bytes(
      samples::network_as_onnx(network), samples::network_as_om(network, samples::older_build()));
  EXPECT_EQ(test::name_of(result.verdict), "rebuilt") << test::shown(result);
  ASSERT_TRUE(result.coverage);
  EXPECT_TRUE(result.coverage->missing.empty());
  EXPECT_EQ(result.weights.different.count, 0U);
}

TEST(DiffSame, OtherWayRoundIsAMirror) {
  const samples::Network network = samples::make_network();
  const std::string a = samples::network_as_om(network, samples::older_build());
  const std::string b = samples::network_as_om(network, samples::newer_build());
  const diff::Result there = test::diff_bytes(a, b);
  const diff::Result back = test::diff_bytes(b, a);
  EXPECT_EQ(there.verdict, back.verdict);
  EXPECT_EQ(there.matches.size(), back.matches.size());
  EXPECT_EQ(there.unmatched_a.size(), back.unmatched_b.size());
  EXPECT_EQ(there.unmatched_b.size(), back.unmatched_a.size());
  EXPECT_EQ(there.weights.equal.count, back.weights.equal.count);
}

}  // namespace
}  // namespace omscope
