// What a policy or the values of a pair must not talk into a pass.

#include <filesystem>

#include <gtest/gtest.h>

#include "omscope/compare/mapping_file.h"

#include "compare/runs.h"
#include "fuzz/zip_file.h"

namespace omscope {
namespace {

using compare::Options;
using compare::Result;
using compare::Status;
using compare::Verdict;
using test::lines;
using test::npy_file;
using test::ramp;
using test::TwoRuns;
using test::Values;

Result compare_by(const std::string& policy, const Values& run, const Values& golden,
                  DType dtype = DType::kFloat32) {
  TwoRuns runs;
  runs.run("op.npy", npy_file(run, {static_cast<int64_t>(run.size())}, dtype));
  runs.golden("op.npy", npy_file(golden, {static_cast<int64_t>(golden.size())}, dtype));
  Options options;
  if (!policy.empty()) options.policy = runs.write("policy.toml", policy);
  return runs.compare(options);
}

Status status_by(const std::string& policy, const Values& run, const Values& golden) {
  const Result result = compare_by(policy, run, golden);
  EXPECT_EQ(result.pairs.size(), 1U) << lines(result);
  return result.pairs.empty() ? Status::kUncomparable : result.pairs[0].status;
}

/// The same array on both sides.
void fill_equal(TwoRuns& runs, size_t count) {
  const std::string array = npy_file(ramp(count), {static_cast<int64_t>(count)});
  runs.run("op.npy", array);
  runs.golden("op.npy", array);
}

Values times(Values values, double factor) {
  for (double& value : values) value *= factor;
  return values;
}

TEST(NoSilentPass, BoundsOnMetricsOnRequestAreMeasured) {
  Values run = ramp(1000);
  for (double& value : run) value += 5;
  const std::string loose = "[[rule]]\nname = \"*\"\nrtol = 100\natol = 100\n";
  EXPECT_EQ(status_by(loose, run, ramp(1000)), Status::kPass);
  EXPECT_EQ(status_by(loose + "psnr = 90\n", run, ramp(1000)), Status::kFail);
  EXPECT_EQ(status_by(loose + "snr = 90\n", run, ramp(1000)), Status::kFail);
}

// Masks, pixels and counts fit bfloat16, which does not make it the type they were computed in.
TEST(NoSilentPass, ValuesOfAGridAreNotRoundedOnes) {
  Values mask(1000);
  Values pixels(256);
  Values eighths(64);
  for (size_t i = 0; i < mask.size(); ++i) mask[i] = i % 3 == 0 ? 1 : 0;
  for (size_t i = 0; i < pixels.size(); ++i) pixels[i] = static_cast<double>(i);
  for (size_t i = 0; i < eighths.size(); ++i) eighths[i] = static_cast<double>(i) / 8 - 4;
  for (const Values& golden : {mask, pixels, eighths}) {
    EXPECT_EQ(status_by("", times(golden, 1.02), golden), Status::kFail);
  }
  const Result zeros = compare_by("", Values(100, 0.02), Values(100, 0));
  EXPECT_EQ(zeros.pairs[0].reason.find("bfloat16"), std::string::npos) << lines(zeros);
}

// What the user states for the type that the files have holds, whatever the values look like.
TEST(NoSilentPass, ThePolicyForTheStoredTypeHolds) {
  const Values golden = {1.0003, -2.3001, 3.70007, 0.110009};
  const Values rounded = {1, -2.30078125, 3.69921875, 0.1099853515625};
  EXPECT_EQ(status_by("", rounded, golden), Status::kPass);
  EXPECT_EQ(status_by("[default.float32]\nrtol = 1e-5\n", rounded, golden), Status::kFail);
  EXPECT_EQ(status_by("[[rule]]\ndtype = \"float32\"\nrtol = 1e-5\n", rounded, golden),
            Status::kFail);
  EXPECT_EQ(status_by("[default.float16]\nrtol = 1e-2\n", rounded, golden), Status::kPass);
  EXPECT_EQ(status_by("[default.float16]\nrtol = 1e-2\n[default.float32]\nrtol = 1e-5\n", rounded,
                      golden),
            Status::kPass)
      << "the type that judges comes first";
}

TEST(NoSilentPass, AFewValuesFarOffAreNotExcusedByTheirShare) {
  const Values golden = ramp(1000);
  Values run = golden;
  run[7] = 60000;
  EXPECT_EQ(
      status_by("[default]\nwarn_share = 0.01\nfail_share = 0.1\npeak_error = 0.05\n", run, golden),
      Status::kFail);
  EXPECT_EQ(status_by("[default]\nrtol = 1e-2\nfail_share = 0.1\n", run, golden), Status::kFail)
      << "without a peak_error it is the largest value";
  EXPECT_EQ(status_by("[default]\nrtol = 1e-2\nfail_share = 0.1\npeak_error = 1e9\n", run, golden),
            Status::kWarn);
  const Result senseless =
      compare_by("[default]\nwarn_share = 0.5\nfail_share = 0.1\n", golden, golden);
  EXPECT_EQ(senseless.verdict, Verdict::kNone) << lines(senseless);
}

TEST(NoSilentPass, ABoundOnWhatIsNotDefinedSaysSo) {
  const std::string bound = "[default]\ncosine = 0.999\nrtol = 1e9\natol = 1e9\n";
  EXPECT_EQ(status_by(bound, {-1000}, {1}), Status::kFail) << "points the other way";
  EXPECT_EQ(status_by(bound, {1.01}, {1}), Status::kPass);
  EXPECT_EQ(status_by(bound, {0, 0, 0}, {1, 2, 3}), Status::kFail);
  EXPECT_EQ(status_by(bound, {0, 0, 0}, {0, 0, 0}), Status::kPass);
  const std::string relative = "[default]\nrelative_euclidean_distance = 0.1\natol = 1e9\n";
  EXPECT_EQ(status_by(relative, {1, 1}, {0, 0}), Status::kFail);
}

TEST(NoSilentPass, AnInfiniteRtolIsRefused) {
  const Result result = compare_by("[default]\nrtol = inf\n", {1}, {1});
  EXPECT_EQ(result.verdict, Verdict::kNone) << lines(result);
  EXPECT_TRUE(result.problems.has_error());
}

TEST(NoSilentPass, AMappingThatContradictsItselfIsRefused) {
  const auto pairs = compare::parse_name_pairs("a\tx\nb\ty\na\tz\n", "map");
  ASSERT_FALSE(pairs);
  EXPECT_EQ(pairs.error().where, "line 3");
  EXPECT_TRUE(compare::parse_name_pairs("a\tx\na\tx\n", "map"));
}

TEST(NoSilentPass, ABaselineThatWasChangedIsDamaged) {
  TwoRuns runs;
  fill_equal(runs, 100);
  Options save;
  save.save_baseline = runs.path("base");
  EXPECT_EQ(runs.compare(save).verdict, Verdict::kPass);
  const std::string whole = test::file_content(runs.path("base"));
  Options options;
  options.run = runs.path("run");
  options.golden = runs.path("base");
  EXPECT_TRUE(compare::compare(options).damaged.empty());
  for (size_t at = 16; at < whole.size(); at += 7) {
    std::string changed = whole;
    changed[at] = static_cast<char>(changed[at] ^ 0x10);
    runs.write("base", changed);
    const Result result = compare::compare(options);
    EXPECT_NE(result.verdict, Verdict::kPass) << "byte " << at;
    EXPECT_FALSE(result.damaged.empty()) << "byte " << at;
  }
  runs.write("base", whole + "x");
  EXPECT_FALSE(compare::compare(options).damaged.empty());
}

TEST(NoSilentPass, InputsAreNotOverwrittenByABaseline) {
  TwoRuns runs;
  fill_equal(runs, 4);
  Options save;
  save.save_baseline = runs.path("golden/op.npy");
  const std::string content = test::file_content(save.save_baseline);
  EXPECT_TRUE(runs.compare(save).problems.has_error());
  EXPECT_EQ(test::file_content(save.save_baseline), content);
}

TEST(NoSilentPass, ABaselineIsSavedOutsideOfWhatIsCompared) {
  TwoRuns runs;
  fill_equal(runs, 4);
  Options save;
  save.save_baseline = runs.path("golden/new.base");
  EXPECT_TRUE(runs.compare(save).problems.has_error());
  EXPECT_FALSE(std::filesystem::exists(save.save_baseline));
}

TEST(NoSilentPass, ADamagedGoldenMakesNoBaseline) {
  TwoRuns runs;
  fill_equal(runs, 64);
  Options save;
  save.save_baseline = runs.path("base");
  EXPECT_FALSE(runs.compare(save).problems.has_error());
  const std::string good = test::file_content(save.save_baseline);
  const std::string array = npy_file(ramp(64), {64});
  runs.golden("other.npy", array.substr(0, array.size() - 4));
  EXPECT_TRUE(runs.compare(save).problems.has_error());
  EXPECT_EQ(test::file_content(save.save_baseline), good);
}

TEST(NoSilentPass, MostPairsThatSayNothingAreToldOf) {
  TwoRuns runs;
  for (const std::string op : {"a", "b", "c"}) {
    const std::string array = npy_file(ramp(4), {4});
    runs.run(op + ".npy", array);
    runs.golden("x/" + op + ".npy", array);
    if (op != "a") runs.golden("y/" + op + ".npy", array);
  }
  const Result result = runs.compare();
  EXPECT_EQ(result.summary.uncomparable, 2U) << lines(result);
  EXPECT_TRUE(result.incomplete);
  EXPECT_EQ(result.why, "only 1 of 3 pairs could be compared; all pass");
}

TEST(NoSilentPass, AFailureByItsPeakSaysSo) {
  Values run = ramp(1000);
  run[7] += 100;
  const Result result =
      compare_by("[default]\nrtol = 1e-3\nfail_share = 0.1\npeak_error = 0.05\n", run, ramp(1000));
  EXPECT_EQ(result.pairs[0].status, Status::kFail);
  EXPECT_NE(result.pairs[0].reason.find("none by more than 0.05 of golden's largest"),
            std::string::npos)
      << lines(result);
}

TEST(NoSilentPass, BytesAreNoMapping) {
  EXPECT_FALSE(compare::parse_name_pairs(std::string_view("a,\x01b\n", 5), "map"));
}

TEST(NoSilentPass, AnArchiveWithAnotherCrcIsDamaged) {
  const std::string array = npy_file(ramp(64), {64});
  std::string archive = fuzz::zip_file({{"op.npy", array}});
  TwoRuns runs;
  runs.run("op.npy", array);
  Options options;
  options.run = runs.path("run");
  options.golden = runs.write("golden.npz", archive);
  EXPECT_EQ(compare::compare(options).verdict, Verdict::kPass);
  const size_t payload = archive.find(array) + array.size() - 1;
  archive[payload] = static_cast<char>(archive[payload] ^ 1);
  runs.write("golden.npz", archive);
  const Result result = compare::compare(options);
  EXPECT_NE(result.verdict, Verdict::kPass) << lines(result);
  EXPECT_FALSE(result.damaged.empty()) << lines(result);
}

}  // namespace
}  // namespace omscope
