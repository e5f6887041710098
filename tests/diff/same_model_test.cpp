// What is the same stays the same, however it is written.
#include "diff/rewritten.h"
#include "diff/show_result.h"
#include "make_samples/network_om.h"
#include "make_samples/network_onnx.h"

namespace omscope {
namespace {

std::string sample() {
  return samples::network_as_om(samples::make_network(), samples::older_build());
}

TEST(DiffSame, AFileAndItself) {
  const diff::Result result = test::diff_bytes(sample(), sample());
  EXPECT_EQ(test::name_of(result.verdict), "identical");
  EXPECT_TRUE(result.gate_passed);
  EXPECT_TRUE(result.differences.empty()) << test::shown(result);
}

TEST(DiffSame, WrittenAgain) {
  test::expect_equivalent(sample(), test::written_again(sample()));
}

TEST(DiffSame, AllOpsRenamed) {
  test::expect_equivalent(sample(), test::renamed(sample()));
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
