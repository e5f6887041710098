// What a comparison says: reasons that hold, numbers that tell the sides apart, advice that helps.

#include <complex>
#include <limits>

#include <gtest/gtest.h>

#include "omscope/compare/metric_bounds.h"
#include "omscope/core/told_apart.h"
#include "omscope/report/compare_words.h"

#include "compare/runs.h"
#include "support/files.h"

namespace omscope {
namespace {

using compare::Options;
using compare::Result;
using compare::Status;
using compare::Verdict;
using test::lines;
using test::npy_file;
using test::Values;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

bool says(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

Result of_values(const Values& run, const Values& golden, DType dtype = DType::kFloat32,
                 const std::string& policy = "", Options options = {}) {
  test::TwoRuns runs;
  runs.run("op.npy", npy_file(run, {static_cast<int64_t>(run.size())}, dtype));
  runs.golden("op.npy", npy_file(golden, {static_cast<int64_t>(golden.size())}, dtype));
  if (!policy.empty()) options.policy = runs.write("policy.toml", policy);
  return runs.compare(options);
}

/// int64 or complex elements, which doubles cannot stand for.
template <class T>
std::string npy_of(const std::string& descr, const std::vector<T>& values) {
  std::string header = "{'descr': '" + descr + "', 'fortran_order': False, 'shape': (" +
                       std::to_string(values.size()) + ",), }";
  header.resize(117, ' ');
  header += '\n';
  const std::string magic("\x93NUMPY\x01\x00\x76\x00", 10);
  return magic + header +
         std::string(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T));
}

Result of_files(const std::string& run, const std::string& golden) {
  test::TwoRuns runs;
  runs.run("op.npy", run);
  runs.golden("op.npy", golden);
  return runs.compare();
}

TEST(ToldApart, ByAsFewDigitsAsItTakes) {
  EXPECT_EQ(told_apart({1, 2}), (std::vector<std::string>{"1", "2"}));
  EXPECT_EQ(told_apart({1.0 / 3, 2}), (std::vector<std::string>{"0.333333", "2"}));
  EXPECT_EQ(told_apart({16777217, 16777216}), (std::vector<std::string>{"16777217", "16777216"}));
  EXPECT_EQ(told_apart({1 + 0x1p-52, 1}), (std::vector<std::string>{"1.0000000000000002", "1"}));
  EXPECT_EQ(told_apart({kNan, kNan, 1}), (std::vector<std::string>{"nan", "nan", "1"}));
}

TEST(Reasons, ValuesThatDifferReadDifferently) {
  const Result near = of_values({16777217, 3}, {16777216, 3}, DType::kInt32);
  EXPECT_TRUE(says(near.pairs[0].reason, "run 16777217, golden 16777216")) << lines(near);
  const Result constant = of_values(Values(5, 1 + 1e-9), Values(5, 1), DType::kFloat64);
  EXPECT_EQ(constant.pairs[0].pattern.evidence,
            "all 5 elements of run are 1.000000001, those of golden 1");
  const int64_t large = int64_t{1} << 53U;
  const Result exact =
      of_files(npy_of<int64_t>("<i8", {large + 1, large + 1, large + 1, large + 1}),
               npy_of<int64_t>("<i8", {large, large, large, large}));
  EXPECT_TRUE(says(exact.pairs[0].reason, "golden 9.0072e+15, off by 1")) << lines(exact);
  EXPECT_FALSE(says(exact.pairs[0].pattern.evidence, "run = 1 x golden"));
}

TEST(Reasons, ABoundReadsAsBroken) {
  const Values golden = test::ramp(4);
  Values run = golden;
  run[3] *= 1 + 1e-4;
  const Result result =
      of_values(run, golden, DType::kFloat64, "[default]\natol = 1.0\ncosine = 0.9999999999\n");
  EXPECT_EQ(result.pairs[0].status, Status::kFail);
  EXPECT_FALSE(says(result.pairs[0].reason, "cosine 1 is")) << lines(result);
  EXPECT_TRUE(says(result.pairs[0].reason, "is below 0.9999999999")) << lines(result);
}

TEST(Reasons, ComplexValuesAreMagnitudes) {
  using Complex = std::complex<float>;
  const Result result = of_files(npy_of<Complex>("<c8", {{3, 4}, {1, 0}, {2, 0}}),
                                 npy_of<Complex>("<c8", {{3, -4}, {1, 0}, {2, 0}}));
  EXPECT_TRUE(says(result.pairs[0].reason, "run 5, golden 5 in magnitude, off by 8"))
      << lines(result);
}

TEST(Reasons, NanOfEitherSideIsNonFinite) {
  Values good = test::ramp(1000);
  Values bad = good;
  bad[7] = kNan;
  for (const bool of_run : {true, false}) {
    const Result result = of_run ? of_values(bad, good) : of_values(good, bad);
    const auto& pattern = result.pairs[0].pattern;
    EXPECT_EQ(pattern.pattern, numeric::Pattern::kNonFinite) << pattern.evidence;
    EXPECT_TRUE(says(pattern.evidence, of_run ? "run is NaN" : "golden is NaN"));
    EXPECT_TRUE(says(pattern.evidence, "1 NaN")) << pattern.evidence;
  }
  EXPECT_TRUE(says(of_values({1, 2, 3}, {kNan, kNan, kNan}).pairs[0].pattern.evidence,
                   "all 3 elements of golden are NaN"));
  // Beside another pattern it is told all the same.
  good.assign(1000, 0);
  EXPECT_TRUE(says(report::remark(of_values(good, bad).pairs[0]), "1 NaN or infinite"));
}

TEST(Reasons, EqualIsNoneForAFailure) {
  const Values nan(100, kNan);
  const Result fails = of_values(nan, nan, DType::kFloat32, "[default]\nboth_nan = \"fail\"\n");
  EXPECT_EQ(fails.pairs[0].status, Status::kFail);
  EXPECT_EQ(fails.pairs[0].pattern.pattern, numeric::Pattern::kNone);
  EXPECT_EQ(report::remark(fails.pairs[0]), fails.pairs[0].reason);
  EXPECT_TRUE(says(report::remark(of_values(nan, nan).pairs[0]), "NaN on both sides"));
}

TEST(Reasons, GoldenTensorsOfAMappingCountOnce) {
  test::TwoRuns runs;
  const std::string array = npy_file({1, 2}, {2});
  for (const char* name : {"a.npy", "b.npy"}) runs.run(name, array);
  for (const char* name : {"x.npy", "y.npy", "z.npy", "w.npy"}) runs.golden(name, array);
  Options options;
  options.mapping = runs.write("map.txt", "a\tx\nb\tx\n");
  const Result result = runs.compare(options);
  EXPECT_EQ(result.summary.paired(), 1U) << lines(result);
  EXPECT_TRUE(says(report::verdict_sentence(result), "only 1 of 4 golden tensors"));
}

TEST(Reasons, GoldenOfAnotherStepIsNotDumped) {
  test::TwoRuns runs;
  const std::string step0 = "20240101120000/0/net/1/0/";
  const std::string step1 = "20240101120000/0/net/1/1/";
  const std::string dump = test::dump_file("relu", {1, 2}, {2});
  const std::string name = "Relu.relu.3.1.1704110400000001";
  runs.run(step0 + name, dump);
  runs.golden(step0 + name, dump);
  runs.golden(step1 + name, dump);
  const Result result = runs.compare();
  ASSERT_EQ(result.unpaired_golden.size(), 1U) << lines(result);
  EXPECT_EQ(result.unpaired_golden[0].reason, "the run has this tensor, but not of step 1");
}

TEST(Reasons, TheFolderItselfHasAName) {
  test::TwoRuns runs;
  const std::string array = npy_file({1, 2}, {2});
  runs.run("conv.npy", array);
  runs.run("s/conv.npy", array);
  runs.golden("conv.npy", array);
  const Result result = runs.compare();
  EXPECT_TRUE(says(lines(result), "for the run's own folder and s")) << lines(result);
}

const std::string kTable =
    "Input/Output,Index,Data Size,Data Type,Format,Shape,Count,Max Value,Min Value\r\n"
    "Output,0,16,DT_FLOAT,ND,2x2,4,2.5,-1\r\n";

TEST(Reasons, AFolderOfTablesIsComparedAsTheTablesAre) {
  test::TwoRuns runs;
  const std::string name = "Add.add.1.2.1700000000157099.csv";
  runs.run(name, kTable);
  runs.golden(name, kTable);
  const Result result = runs.compare();
  EXPECT_EQ(result.verdict, Verdict::kPass) << lines(result) << result.why;
  EXPECT_TRUE(test::pair_of(result, "add").by_statistics);
  runs.run("relu.npy", npy_file({1}, {1}));
  EXPECT_TRUE(says(lines(runs.compare()), "name that file itself to compare it"));
}

TEST(Reasons, BoundsOfEveryMetricThatAPolicyKnows) {
  const Result result = of_values({0.5, 1, 2, 3}, {0, 1, 2, 3}, DType::kFloat32,
                                  "[default]\natol = 1.0\nmax_abs_at_zero_golden = 0.25\n");
  EXPECT_EQ(result.pairs[0].status, Status::kFail);
  EXPECT_TRUE(says(result.pairs[0].reason, "max_abs_at_zero_golden 0.5 is above 0.25"));
  const Result kl = of_values({5, 1, 2, 3}, {0, 1, 2, 3}, DType::kFloat32,
                              "[default]\natol = 10.0\nmsaccucmp_kl = 1e-9\n");
  EXPECT_TRUE(says(kl.pairs[0].reason, "msaccucmp_kl")) << lines(kl);
  const std::string docs = test::file_content(test::source_dir() / "docs/policy.md");
  const size_t from = docs.find("Bounds may be set for");
  ASSERT_NE(from, std::string::npos);
  const std::string listed = docs.substr(from, docs.find("\n\n", from) - from);
  for (const auto& metric : compare::bounded_metrics()) {
    EXPECT_TRUE(says(listed, "`" + std::string(metric.key) + "`")) << metric.key;
  }
}

TEST(Reasons, EmptyTensorsAreCountedApart) {
  EXPECT_EQ(report::verdict_sentence(of_values({}, {})), "1 empty tensor has no values to compare");
}

}  // namespace
}  // namespace omscope
