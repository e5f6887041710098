// When a pass is none to rely on: most of golden left out, inputs that are damaged, everything
// ignored, words that fit nothing. And in which order a run without a model is told.

#include <limits>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "compare/runs.h"

namespace omscope {
namespace {

using compare::Options;
using compare::Order;
using compare::Result;
using compare::Status;
using compare::Verdict;
using test::lines;
using test::npy_file;
using test::ramp;
using test::TwoRuns;

std::string array() {
  return npy_file(ramp(8), {8});
}

bool warns(const Result& result, const std::string& part) {
  for (const Problem& problem : result.problems.list()) {
    const bool found = to_line(problem).find(part) != std::string::npos;
    if (problem.severity == Severity::kWarning && found) return true;
  }
  return false;
}

/// `both` tensors that pass, `alone` golden ones without a partner.
void fill(TwoRuns& runs, int both, int alone) {
  for (int i = 0; i < both; ++i) {
    runs.run(fmt::format("op{}.npy", i), array());
    runs.golden(fmt::format("op{}.npy", i), array());
  }
  for (int i = 0; i < alone; ++i) runs.golden(fmt::format("alone{}.npy", i), array());
}

TEST(Trust, MostOfGoldenLeftOutIsNoPlainPass) {
  TwoRuns runs;
  fill(runs, 3, 6);
  const Result result = runs.compare();
  EXPECT_EQ(result.verdict, Verdict::kPass) << lines(result);
  EXPECT_TRUE(result.incomplete);
  EXPECT_EQ(result.summary.missing, 6U);
  EXPECT_FALSE(result.advice.empty());
  Options strict;
  strict.strict = true;
  EXPECT_EQ(runs.compare(strict).verdict, Verdict::kFail);
}

TEST(Trust, AFewLeftOutAreListedOnly) {
  TwoRuns runs;
  fill(runs, 3, 3);
  const Result result = runs.compare();
  EXPECT_EQ(result.verdict, Verdict::kPass) << lines(result);
  EXPECT_FALSE(result.incomplete);
  EXPECT_EQ(result.unpaired_golden.size(), 3U);
}

TEST(Trust, WhatThePolicyIgnoresIsNotMissing) {
  TwoRuns runs;
  fill(runs, 1, 6);
  Options options;
  options.strict = true;
  options.policy =
      runs.write("policy.toml", "[[ignore]]\nname = \"alone*\"\nreason = \"not dumped\"\n");
  const Result result = runs.compare(options);
  EXPECT_EQ(result.verdict, Verdict::kPass) << lines(result);
  EXPECT_FALSE(result.incomplete);
}

TEST(Trust, ADamagedInputNeverPasses) {
  const std::string whole = array();
  for (const std::string& content : {whole.substr(0, whole.size() - 4), std::string()}) {
    TwoRuns runs;
    fill(runs, 3, 0);
    runs.run("op1.npy", content);
    const Result result = runs.compare();
    EXPECT_TRUE(result.problems.has_error()) << lines(result);
    EXPECT_EQ(result.verdict, Verdict::kFail) << lines(result);
    ASSERT_EQ(result.damaged.size(), 1U) << lines(result);
    EXPECT_TRUE(result.damaged[0].ends_with("op1.npy")) << result.damaged[0];
    EXPECT_NE(result.why.find("damaged"), std::string::npos) << result.why;
  }
}

TEST(Trust, ABaselineThatCannotBeWrittenIsNoMatterOfTheVerdict) {
  TwoRuns runs;
  fill(runs, 2, 0);
  Options options;
  options.save_baseline = runs.path("no/such/folder/file");
  const Result result = runs.compare(options);
  EXPECT_TRUE(result.problems.has_error());
  EXPECT_EQ(result.verdict, Verdict::kPass) << lines(result);
}

TEST(Trust, EverythingIgnoredSaysSo) {
  TwoRuns runs;
  fill(runs, 2, 0);
  Options options;
  options.policy = runs.write("policy.toml", "[[ignore]]\nname = \"*\"\nreason = \"all\"\n");
  const Result result = runs.compare(options);
  EXPECT_EQ(result.verdict, Verdict::kNone);
  EXPECT_NE(result.why.find("all 2 pairs are ignored"), std::string::npos) << result.why;
}

TEST(Trust, OneReasonForAllStandsInTheSentence) {
  TwoRuns runs;
  fill(runs, 2, 0);
  Options save;
  save.save_baseline = runs.path("saved");
  runs.compare(save);
  Options swapped;
  swapped.run = runs.path("saved");
  swapped.golden = runs.path("run");
  const Result result = runs.compare(swapped);
  EXPECT_EQ(result.verdict, Verdict::kNone);
  EXPECT_NE(result.why.find("give it as GOLDEN"), std::string::npos) << result.why;
}

TEST(Trust, NamesThatFitNothingAreWarnedOf) {
  TwoRuns runs;
  fill(runs, 2, 1);
  Options options;
  options.mapping = runs.write("map.csv", "nowhere,op0\nop0,nothing\nop1,op1\n");
  options.policy = runs.write("policy.toml",
                              "[[ignore]]\nname = \"drop*\"\nreason = \"x\"\n"
                              "[[rule]]\nname = \"conv*\"\nrtol = 1.0\n"
                              "[[rule]]\nname = \"op*\"\nrtol = 1.0\n");
  const Result result = runs.compare(options);
  EXPECT_TRUE(warns(result, "line 1: pairs nothing: the run has no tensor of nowhere"))
      << lines(result);
  EXPECT_TRUE(warns(result, "line 2: pairs nothing: golden has no tensor of nothing"))
      << lines(result);
  EXPECT_FALSE(warns(result, "line 3: pairs")) << lines(result);
  EXPECT_TRUE(warns(result, "line 1: [[ignore]] name \"drop*\"")) << lines(result);
  EXPECT_TRUE(warns(result, "line 4: [[rule]] name \"conv*\"")) << lines(result);
  EXPECT_FALSE(warns(result, "name \"op*\"")) << lines(result);
  EXPECT_EQ(result.verdict, Verdict::kPass) << lines(result);
}

TEST(Trust, TwoFoldersWithOneFileEachAreToldHow) {
  TwoRuns runs;
  runs.run("a.npy", array());
  runs.golden("b.npy", array());
  const Result result = runs.compare();
  EXPECT_EQ(result.verdict, Verdict::kNone);
  EXPECT_NE(result.why.find("--mapping"), std::string::npos) << result.why;
  EXPECT_NE(result.why.find("two files"), std::string::npos) << result.why;
}

TEST(Trust, ThresholdsOfAPairAreTheNumbersThatHold) {
  TwoRuns runs;
  runs.run("a.npy", npy_file({100.123, 200.456}, {2}));
  runs.golden("a.npy", npy_file({100.123, 200.456}, {2}));
  const Result result = runs.compare();
  ASSERT_EQ(result.pairs.size(), 1U);
  const compare::Thresholds& thresholds = result.pairs[0].thresholds;
  EXPECT_FALSE(thresholds.atol_scaled);
  EXPECT_EQ(thresholds.atol_share, 1e-5);
  EXPECT_NEAR(thresholds.atol, 1e-5 * 158.4, 1e-5);
}

std::string recorded(double max, double mean, const std::string& min = "-1.0") {
  return fmt::format(
      R"({{"task": "statistics", "level": "L1", "dump_data_dir": null, "data": {{)"
      R"("Functional.relu.0.forward": {{"output": [{{"type": "torch.Tensor", "dtype": )"
      R"("torch.float32", "shape": [100], "Max": {}, "Min": {}, "Mean": {}, "Norm": 7.5}}]}}}}}})",
      max, min, mean);
}

TEST(Trust, RecordedStatisticsOfBothSidesAreCompared) {
  const auto compared = [](const std::string& run) {
    TwoRuns runs;
    Options options;
    options.run = runs.write("run.json", run);
    options.golden = runs.write("golden.json", recorded(2, 0.25));
    return runs.compare(options);
  };
  const Result same = compared(recorded(2.000001, 0.25));
  EXPECT_EQ(same.verdict, Verdict::kPass) << lines(same);
  ASSERT_EQ(same.pairs.size(), 1U) << lines(same);
  EXPECT_TRUE(same.pairs[0].by_statistics);
  EXPECT_FALSE(same.pairs[0].metrics) << "no element was compared";
  const Result other = compared(recorded(2.1, 0.25));
  EXPECT_EQ(other.verdict, Verdict::kFail) << lines(other);
  EXPECT_NE(lines(other).find("max is 2.1, golden 2"), std::string::npos) << lines(other);
  EXPECT_EQ(compared(recorded(2, 0.26)).verdict, Verdict::kFail);
  EXPECT_EQ(compared(recorded(2, 0.25, "NaN")).verdict, Verdict::kFail);
  std::string turned = recorded(2, 0.25);
  turned.replace(turned.find("[100]"), 5, "[10, 10]");
  EXPECT_EQ(compared(turned).verdict, Verdict::kFail) << "as many elements in another shape";
}

// Names sort otherwise than the ops ran.
TEST(Trust, WithoutAModelTheOrderIsThatOfTime) {
  TwoRuns runs;
  constexpr uint64_t kTime = 1704110400000001;
  const std::string folder = "20240101120000/0/net/1/0/";
  const auto add = [&](const std::string& op, uint64_t task, bool wrong) {
    test::Values values = ramp(8);
    if (wrong) values[2] += 100;
    runs.run(fmt::format("{}Relu.{}.{}.1.{}", folder, op, task, kTime + task),
             test::dump_file(op, values, {8}, kTime + task));
    runs.golden(op + ".0.1704110400000001.npy", array());
  };
  add("zebra", 3, false);
  add("yak", 4, true);
  add("ape", 5, true);
  runs.run(folder + "Relu.other.2.1.1704110400000002", test::dump_file("other", ramp(3), {3}));
  const Result result = runs.compare();
  ASSERT_EQ(result.pairs.size(), 3U) << lines(result);
  EXPECT_EQ(result.order, Order::kTime);
  EXPECT_EQ(result.pairs[0].op, "zebra");
  EXPECT_EQ(result.pairs[2].op, "ape");
  ASSERT_TRUE(result.first_divergence);
  EXPECT_EQ(result.first_divergence->op, "yak");
  EXPECT_NE(result.first_divergence->why.find("1 of the run has no partner"), std::string::npos)
      << result.first_divergence->why;
}

}  // namespace
}  // namespace omscope
