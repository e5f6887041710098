// What passes and what does not: defaults, presets, the policy file, and what peers let pass.

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "omscope/compare/policy_file.h"
#include "omscope/compare/verdict.h"

#include "compare/runs.h"

namespace omscope {
namespace {

using compare::Options;
using compare::Pair;
using compare::Result;
using compare::Status;
using compare::Verdict;
using test::lines;
using test::npy_file;
using test::ramp;
using test::TwoRuns;
using test::Values;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInf = std::numeric_limits<double>::infinity();

Result compare_values(const Values& run, const Values& golden, const Options& options = {},
                      DType run_dtype = DType::kFloat32, DType golden_dtype = DType::kFloat32,
                      const std::string& policy = "") {
  TwoRuns runs;
  const auto shape = [](const Values& v) { return test::Shape{static_cast<int64_t>(v.size())}; };
  runs.run("op.npy", npy_file(run, shape(run), run_dtype));
  runs.golden("op.npy", npy_file(golden, shape(golden), golden_dtype));
  Options own = options;
  if (!policy.empty()) own.policy = runs.write("policy.toml", policy);
  return runs.compare(own);
}

Status status_of(const Result& result) {
  EXPECT_EQ(result.pairs.size(), 1U) << lines(result);
  return result.pairs.empty() ? Status::kUncomparable : result.pairs[0].status;
}

Options preset(const std::string& name) {
  Options options;
  options.preset = name;
  return options;
}

Options tolerances(std::optional<double> rtol, std::optional<double> atol) {
  Options options;
  options.rtol = rtol;
  options.atol = atol;
  return options;
}

// What msaccucmp, msquickcmp and msprobe let pass. None of it does here, whatever the preset.

TEST(WhatPeersLetPass, Fails) {
  struct Case {
    const char* what;
    Values run;
    Values golden;
  };
  const std::vector<Case> cases = {
      {"golden zero, run 1000", {1000, 1000, 1000, 1000}, {0, 0, 0, 0}},
      {"golden zero in one element, run 1e6", {1, 2, 1e6, 4}, {1, 2, 0, 4}},
      {"scalar of another sign", {-1000}, {1}},
      {"run all zeros", {0, 0, 0, 0}, {1, -2, 3, -4}},
      {"twice as much", {2, 4, 6, 8}, {1, 2, 3, 4}},
      {"three times and seven more", {10, 13, 16, 19}, {1, 2, 3, 4}},
      {"one NaN in the run", {1, kNan, 3, 4}, {1, 2, 3, 4}},
      {"one NaN in golden", {1, 2, 3, 4}, {1, kNan, 3, 4}},
      {"one infinity in the run", {1, kInf, 3, 4}, {1, 2, 3, 4}},
      {"infinities of opposite sign", {1, kInf, 3, 4}, {1, -kInf, 3, 4}},
      {"gradients twice as large", {2e-8, -4e-8}, {1e-8, -2e-8}},
      {"1e25 against 2e25", {2e25, 4e25}, {1e25, 2e25}},
  };
  for (const Case& each : cases) {
    EXPECT_EQ(status_of(compare_values(each.run, each.golden)), Status::kFail) << each.what;
    const Result compat = compare_values(each.run, each.golden, preset("msaccucmp"));
    EXPECT_EQ(status_of(compat), Status::kFail) << each.what << lines(compat);
  }
}

TEST(WhatPeersCallWrong, Passes) {
  const Values large(8, 1e25);
  EXPECT_EQ(status_of(compare_values(large, large)), Status::kPass);
  const Values limit = {65504, 1, -65504};
  EXPECT_EQ(status_of(compare_values(limit, limit, {}, DType::kFloat16, DType::kFloat16)),
            Status::kPass)
      << "the largest float16 is no overflow";
}

TEST(WhatPeersLetPass, IntegersAreExact) {
  EXPECT_EQ(status_of(compare_values({16777217}, {16777216}, {}, DType::kInt32, DType::kInt32)),
            Status::kFail);
  EXPECT_EQ(status_of(compare_values({8589934593}, {8589934592}, {}, DType::kInt64, DType::kInt64)),
            Status::kFail);
  EXPECT_EQ(status_of(compare_values({255, 0}, {0, 255}, {}, DType::kUInt8, DType::kUInt8)),
            Status::kFail);
  EXPECT_EQ(status_of(compare_values({1, 0, 1}, {1, 0, 1}, {}, DType::kBool, DType::kBool)),
            Status::kPass);
  EXPECT_EQ(status_of(compare_values({1, 0, 1}, {1, 1, 1}, {}, DType::kBool, DType::kBool)),
            Status::kFail);
  EXPECT_EQ(status_of(compare_values({1 + 1e-9}, {1}, {}, DType::kFloat64, DType::kFloat64)),
            Status::kFail);
}

TEST(Judging, NanOnBothSidesWarnsAndInfinityPasses) {
  EXPECT_EQ(status_of(compare_values({1, kNan}, {1, kNan})), Status::kWarn);
  EXPECT_EQ(status_of(compare_values({1, kInf}, {1, kInf})), Status::kPass);
  EXPECT_EQ(status_of(compare_values({1, kNan}, {1, kNan}, preset("allclose"))), Status::kFail);
  EXPECT_EQ(status_of(compare_values({1, kInf}, {1, kInf}, preset("allclose"))), Status::kPass);
  EXPECT_EQ(status_of(compare_values({1, kInf}, {1, kInf}, preset("polygraphy"))), Status::kFail);
}

TEST(Judging, EmptyTensorsPassAndSaySo) {
  const Result result = compare_values({}, {});
  EXPECT_EQ(status_of(result), Status::kPass);
  EXPECT_NE(result.pairs[0].reason.find("empty"), std::string::npos);
}

TEST(Judging, GoldenAllZerosIsNeverASilentPass) {
  const Result tiny = compare_values({1e-9, 0, 0, 0}, {0, 0, 0, 0});
  EXPECT_EQ(status_of(tiny), Status::kWarn) << lines(tiny);
  EXPECT_EQ(status_of(compare_values({0, 0}, {0, 0})), Status::kPass);
}

TEST(Judging, ByTheDtypeOfTheLowerSide) {
  const Values golden = {1.0009765, -2.3, 3.7, 0.11};
  Values rounded = golden;
  const Result result = compare_values(rounded, golden, {}, DType::kFloat16, DType::kFloat32);
  EXPECT_EQ(status_of(result), Status::kPass) << lines(result);
  EXPECT_EQ(result.pairs[0].thresholds.rtol, 1e-2);
  Values off = golden;
  off[2] *= 1.001;
  EXPECT_EQ(status_of(compare_values(off, golden)), Status::kFail) << "float32 on both sides";
  EXPECT_EQ(status_of(compare_values(off, golden, {}, DType::kFloat16, DType::kFloat32)),
            Status::kPass);
}

TEST(Judging, Float32ThatHoldsFloat16IsJudgedAsFloat16) {
  const Values golden = {1.0003, -2.3001, 3.70007, 0.110009};
  const Values rounded = {1, -2.30078125, 3.69921875, 0.1099853515625};
  const Result result = compare_values(rounded, golden);
  EXPECT_EQ(status_of(result), Status::kPass) << lines(result);
  EXPECT_NE(result.pairs[0].reason.find("judged as float16"), std::string::npos) << lines(result);
  // Whole numbers on both sides are no sign of rounding, nor on one side with one that is wrong.
  EXPECT_EQ(status_of(compare_values({1, 2, 3.01, 4}, {1, 2, 3, 4})), Status::kFail);
  Values counted(100);
  for (size_t i = 0; i < counted.size(); ++i) counted[i] = static_cast<double>(i);
  Values wrong = counted;
  wrong[50] += 0.3;
  EXPECT_EQ(status_of(compare_values(wrong, counted)), Status::kFail);
  EXPECT_EQ(status_of(compare_values({2}, {2.01})), Status::kFail);
  EXPECT_EQ(status_of(compare_values({100, 201, 300}, {100, 200, 300})), Status::kFail);
}

TEST(Judging, SmallErrorsNearZeroWarnAsLongAsTheyAreFew) {
  Values golden = ramp(1000);
  Values run = golden;
  golden[1] = 1e-6;
  run[1] = 8e-3;  // over tolerance, less than a 10^5th of the largest
  const Result result = compare_values(run, golden);
  EXPECT_EQ(status_of(result), Status::kWarn) << lines(result);
  EXPECT_EQ(result.verdict, Verdict::kPass);
  EXPECT_EQ(result.pairs[0].metrics->over_tolerance, 1U);
}

TEST(Judging, CommandLineTolerancesAreStrict) {
  const Values golden = {1, 2, 3, 4};
  const Values run = {1, 2, 3.001, 4};
  EXPECT_EQ(status_of(compare_values(run, golden, tolerances(1e-3, std::nullopt))), Status::kPass);
  EXPECT_EQ(status_of(compare_values(run, golden, tolerances(1e-4, std::nullopt))), Status::kFail);
  EXPECT_EQ(status_of(compare_values(run, golden, tolerances(std::nullopt, 2e-3))), Status::kPass);
  EXPECT_EQ(status_of(compare_values(run, golden, tolerances(0, 0))), Status::kFail);
  EXPECT_EQ(status_of(compare_values({1, kNan}, {1, 2}, tolerances(1e9, 1e9))), Status::kFail);
}

TEST(Presets, AllcloseAddsItsTolerancesAndPolygraphyNeedsBothExceeded) {
  // Only the relative one is exceeded.
  const Values golden = {1e-9, 1};
  const Values run = {1e-6, 1};
  EXPECT_EQ(status_of(compare_values(run, golden, preset("polygraphy"))), Status::kPass);
  EXPECT_EQ(status_of(compare_values(run, golden, preset("allclose"))), Status::kFail);
  EXPECT_EQ(status_of(compare_values({1.00002, 1}, {1, 1}, preset("polygraphy"))), Status::kFail);
  EXPECT_EQ(status_of(compare_values({1.000005, 1}, {1, 1}, preset("allclose"))), Status::kPass);
}

TEST(Presets, MsaccucmpHasTheBoundsOfMsquickcmp) {
  const Values golden = ramp(64);
  Values close = golden;
  for (double& value : close) value *= 1.02;
  const Result passes = compare_values(close, golden, preset("msaccucmp"));
  EXPECT_EQ(status_of(passes), Status::kPass) << lines(passes);
  for (double& value : close) value *= 1.04;
  const Result fails = compare_values(close, golden, preset("msaccucmp"));
  EXPECT_EQ(status_of(fails), Status::kFail) << "relative Euclidean distance 0.06";
  EXPECT_NE(fails.pairs[0].reason.find("relative_euclidean_distance"), std::string::npos)
      << lines(fails);
}

TEST(PolicyFile, RulesDefaultsAndTheLastThatMatches) {
  const Values golden = {1, 2, 3, 4};
  const Values run = {1, 2, 3.1, 4};
  const auto with = [&](const std::string& policy) {
    return status_of(compare_values(run, golden, {}, DType::kFloat32, DType::kFloat32, policy));
  };
  EXPECT_EQ(with("[default]\nrtol = 0.05\n"), Status::kPass);
  EXPECT_EQ(with("[default]\nrtol = 0.05\n[default.float32]\nrtol = 0.01\n"), Status::kFail);
  EXPECT_EQ(with("[default.float16]\nrtol = 0.05\n"), Status::kFail);
  EXPECT_EQ(with("[[rule]]\nname = \"op\"\nrtol = 0.05\n"), Status::kPass);
  EXPECT_EQ(with("[[rule]]\nname = \"op\"\nrtol = 0.05\n[[rule]]\nname = \"*\"\nrtol = 0.01\n"),
            Status::kFail);
  EXPECT_EQ(with("[[rule]]\nname = \"*\"\nrtol = 0.01\n[[rule]]\nname = \"o?\"\nrtol = 0.05\n"),
            Status::kPass);
  EXPECT_EQ(with("[[rule]]\ndtype = \"float32\"\nrtol = 0.05\n"), Status::kPass);
  EXPECT_EQ(with("[[rule]]\nop_type = \"Conv2D\"\nrtol = 0.05\n"), Status::kFail);
  EXPECT_EQ(with("[default]\nrtol = 1e-6\nfail_share = 0.3\n"), Status::kWarn);
  EXPECT_EQ(with("[default]\nrtol = 1.0\ncosine = 0.999999\n"), Status::kFail);
  EXPECT_EQ(with("[default]\nrtol = 1.0\nmax_abs_error = 0.2\n"), Status::kPass);
}

TEST(PolicyFile, WhatIsIgnoredHasNoPartInTheVerdict) {
  TwoRuns runs;
  runs.run("good.npy", npy_file({1, 2}, {2}));
  runs.golden("good.npy", npy_file({1, 2}, {2}));
  runs.run("random.npy", npy_file({1, 2}, {2}));
  runs.golden("random.npy", npy_file({7, 9}, {2}));
  Options options;
  options.policy =
      runs.write("policy.toml", "[[ignore]]\nname = \"rand*\"\nreason = \"random by design\"\n");
  const Result result = runs.compare(options);
  EXPECT_EQ(result.verdict, Verdict::kPass) << lines(result);
  EXPECT_EQ(result.summary.ignored, 1U);
  EXPECT_NE(lines(result).find("random by design"), std::string::npos);
}

TEST(PolicyFile, FaultsNameTheirLine) {
  struct Case {
    const char* text;
    const char* line;
    const char* word;
  };
  for (const Case& each : {
           Case{"[default]\nrtol = 1\nrtoll = 2\n", "line 3", "rtoll"},
           Case{"[defaults]\n", "line 1", "defaults"},
           Case{"[default]\nrtol = -1\n", "line 2", "negative"},
           Case{"[default]\nrtol = nan\n", "line 2", "rtol"},
           Case{"[default]\nrtol = \"1\"\n", "line 2", "number"},
           Case{"[default.float17]\nrtol = 1\n", "line 1", "float17"},
           Case{"\n[[ignore]]\nname = \"x\"\n", "line 2", "reason"},
           Case{"[[ignore]]\nreason = \"x\"\n", "line 1", "name"},
           Case{"[rule]\nname = \"x\"\n", "line 1", "[[rule]]"},
           Case{"[[rule]]\nname = 3\n", "line 2", "quotes"},
           Case{"[[rule]]\nboth_nan = \"maybe\"\n", "line 2", "warn"},
           Case{"[[rule]]\nfail_share = 2\n", "line 2", "share"},
           Case{"[default\n", "line 1", "TOML"},
       }) {
    const auto policy = compare::parse_policy(each.text, "policy.toml");
    ASSERT_FALSE(policy) << each.text;
    const std::string line = to_line(policy.error());
    EXPECT_NE(line.find(each.line), std::string::npos) << line;
    EXPECT_NE(line.find(each.word), std::string::npos) << line;
  }
}

TEST(PolicyFile, AFaultStopsTheComparison) {
  const Result result =
      compare_values({1}, {1}, {}, DType::kFloat32, DType::kFloat32, "[default]\nunknown = 1\n");
  EXPECT_TRUE(result.problems.has_error());
  EXPECT_EQ(result.verdict, Verdict::kNone);
  EXPECT_TRUE(result.pairs.empty());
}

TEST(Judging, EveryDefaultIsListed) {
  const Result result = compare_values({1}, {1});
  EXPECT_EQ(result.policy.size(), result.policy_names.size());
  EXPECT_GT(result.policy.size(), 10U);
}

}  // namespace
}  // namespace omscope
