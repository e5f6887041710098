#include "omscope/numeric/pattern.h"

#include <cmath>
#include <numeric>
#include <random>

#include <gtest/gtest.h>

#include "numeric/pair_inputs.h"

namespace omscope::numeric {
namespace {

using Shape = std::vector<int64_t>;

const Shape kShape = {4, 32, 12, 10};

size_t count_of(const Shape& shape) {
  return static_cast<size_t>(
      std::accumulate(shape.begin(), shape.end(), int64_t{1}, std::multiplies<>()));
}

Values normal(size_t count) {
  std::mt19937 random(41);
  Values values(count);
  for (double& x : values) x = std::normal_distribution<double>()(random);
  return values;
}

PatternFinding find(const Stored& run, const Stored& golden, const Shape& shape,
                    const PairOptions& options = {.rtol = 1e-3, .atol = 1e-4}) {
  return find_pattern(run.side(), golden.side(), shape, compare(run, golden, options), options);
}

PatternFinding find(const Values& run, const Values& golden, const Shape& shape = kShape) {
  return find(Stored(DType::kFloat16, run), Stored(DType::kFloat32, golden), shape);
}

void expect(const PatternFinding& got, Pattern pattern, const std::string& evidence) {
  EXPECT_EQ(to_string(got.pattern), to_string(pattern)) << got.evidence;
  EXPECT_NE(got.evidence.find(evidence), std::string::npos) << got.evidence;
}

struct Golden : testing::Test {
  Values golden = normal(count_of(kShape));
  Values run = golden;
};
using PatternTest = Golden;

TEST_F(PatternTest, Equal) {
  const Stored same(DType::kFloat32, golden);
  expect(find(same, same, kShape), Pattern::kEqual, "all 15360 elements");
}

TEST_F(PatternTest, RoundingOnly) {
  expect(find(run, golden), Pattern::kRounding, " ULP of float16");
}

TEST_F(PatternTest, NoiseIsNoPattern) {
  std::mt19937 random(1);
  for (double& x : run) x += 0.1 * std::normal_distribution<double>()(random);
  EXPECT_EQ(find(run, golden).pattern, Pattern::kNone);
  EXPECT_TRUE(find(run, golden).evidence.empty());
}

TEST_F(PatternTest, ScaleAndShift) {
  std::mt19937 random(2);
  const auto noise = [&] { return 1e-3 * std::normal_distribution<double>()(random); };
  for (size_t i = 0; i < run.size(); ++i) run[i] = 2 * golden[i] + noise();
  expect(find(run, golden), Pattern::kScale, "run = 2 x golden");
  for (size_t i = 0; i < run.size(); ++i) run[i] = golden[i] - 0.5 + noise();
  expect(find(run, golden), Pattern::kShift, "run = golden - 0.5");
  for (size_t i = 0; i < run.size(); ++i) run[i] = 3 * golden[i] + 7 + noise();
  expect(find(run, golden), Pattern::kScaleShift, "run = 3 x golden + 7");
  for (size_t i = 0; i < run.size(); ++i) run[i] = -golden[i] + noise();
  expect(find(run, golden), Pattern::kSignFlip, "run = -golden");
  for (size_t i = 0; i < run.size(); ++i) run[i] = 4 * golden[i];
  expect(find({DType::kFloat32, run}, {DType::kFloat32, golden}, kShape), Pattern::kScale,
         "run = 4 x golden");
}

TEST_F(PatternTest, ZerosAndConstants) {
  expect(find(Values(run.size(), 0), golden), Pattern::kZeros, "all 15360 elements of run are 0");
  expect(find(Values(run.size(), 2.5), golden), Pattern::kConstant, "of run are 2.5");
  expect(find(Values(run.size(), NAN), golden), Pattern::kNonFinite, "are NaN");
}

TEST_F(PatternTest, EveryOrderOfAxes) {
  const Shape shape = {3, 4, 5, 6};
  golden = normal(count_of(shape));
  std::vector<size_t> order = {0, 1, 2, 3};
  while (std::next_permutation(order.begin(), order.end())) {
    std::vector<size_t> at(4);
    Values moved;
    for (at[order[0]] = 0; at[order[0]] < static_cast<size_t>(shape[order[0]]); ++at[order[0]])
      for (at[order[1]] = 0; at[order[1]] < static_cast<size_t>(shape[order[1]]); ++at[order[1]])
        for (at[order[2]] = 0; at[order[2]] < static_cast<size_t>(shape[order[2]]); ++at[order[2]])
          for (at[order[3]] = 0; at[order[3]] < static_cast<size_t>(shape[order[3]]);
               ++at[order[3]]) {
            moved.push_back(golden[((at[0] * 4 + at[1]) * 5 + at[2]) * 6 + at[3]]);
          }
    const PatternFinding got = find(moved, golden, shape);
    const bool is_layout =
        order == std::vector<size_t>{0, 2, 3, 1} || order == std::vector<size_t>{0, 3, 1, 2};
    EXPECT_EQ(got.pattern, is_layout ? Pattern::kLayout : Pattern::kTransposed) << got.evidence;
    EXPECT_NE(got.evidence.find("all 360 elements"), std::string::npos) << got.evidence;
  }
}

TEST_F(PatternTest, OtherLayouts) {
  size_t at = 0;
  for (size_t n = 0; n < 4; ++n)
    for (size_t c1 = 0; c1 < 2; ++c1)
      for (size_t hw = 0; hw < 120; ++hw)
        for (size_t c0 = 0; c0 < 16; ++c0) run[at++] = golden[(n * 32 + c1 * 16 + c0) * 120 + hw];
  expect(find(run, golden), Pattern::kLayout, "NC1HWC0 with C0 = 16");
  const Shape matrix = {32, 480};
  at = 0;
  for (size_t n1 = 0; n1 < 30; ++n1)
    for (size_t m = 0; m < 32; ++m)
      for (size_t n0 = 0; n0 < 16; ++n0) run[at++] = golden[m * 480 + n1 * 16 + n0];
  expect(find(run, golden, matrix), Pattern::kLayout, "FRACTAL_NZ with N0 = 16");
}

TEST_F(PatternTest, LargeTensorsBySample) {
  const Shape shape = {400, 500};
  golden = normal(count_of(shape));
  run = golden;
  for (size_t i = 0; i < 400; ++i) {
    for (size_t j = 0; j < 500; ++j) run[j * 400 + i] = golden[i * 500 + j];
  }
  expect(find(run, golden, shape), Pattern::kTransposed, "65536 elements picked at random");
}

TEST_F(PatternTest, Slices) {
  for (size_t i = 0; i + 10 < run.size(); ++i) run[i] = golden[i + 10];
  expect(find(run, golden), Pattern::kSlice, "along axis 2 (run[x] = golden[x + 1])");
  for (size_t i = 0; i < run.size(); ++i) run[i] = i % 10 == 0 ? 9 : golden[i - 1];
  expect(find(run, golden), Pattern::kSlice, "along axis 3 (run[x] = golden[x - 1])");
}

// Of zeros, every order is right.
TEST_F(PatternTest, SparseTensorsProveNothing) {
  const Shape shape = {400, 500};
  Values zeros(count_of(shape), 0);
  Values sparse = zeros;
  sparse[700] = 1;
  sparse[90000] = -1;
  EXPECT_EQ(find(sparse, zeros, shape).pattern, Pattern::kNone);
}

TEST_F(PatternTest, Blocks) {
  const auto damage = [&](auto is_wrong) {
    run = golden;
    for (size_t i = 0; i < run.size(); ++i) {
      if (is_wrong(i / 3840, i / 120 % 32, i / 10 % 12, i % 10, i)) run[i] += 1 + 1e-2 * golden[i];
    }
    return find(run, golden);
  };
  using S = size_t;
  expect(damage([](S n, S, S, S, S) { return n == 2; }), Pattern::kBlock, "axis 0: 2 of 4;");
  expect(damage([](S, S c, S, S, S) { return c >= 16; }), Pattern::kBlock,
         "axis 1: 16 to 31 of 32");
  expect(damage([](S, S c, S, S, S) { return c % 8 == 3; }), Pattern::kBlock,
         "axis 1: 3, 11, 19, 27 (4 of 32)");
  expect(damage([](S, S, S h, S w, S) { return h < 4 && w >= 8; }), Pattern::kBlock,
         "axis 2: 0 to 3 of 12; axis 3: 8 to 9 of 10");
  expect(damage([](S, S, S, S, S i) { return i >= 1000 && i < 2500; }), Pattern::kBlock,
         "from 1000 to 2499 in C order");
  expect(damage([](S, S, S, S, S i) { return i == 7777; }), Pattern::kBlock, "1 of 15360");
}

// Wrong here and there is no block, whatever the coordinates are.
TEST_F(PatternTest, ScatteredFaults) {
  std::mt19937 random(3);
  for (double& x : run) {
    if (random() % 10 < 7) x += 1;
  }
  EXPECT_EQ(find(run, golden, {15360}).pattern, Pattern::kNone);
  EXPECT_EQ(find(run, golden).pattern, Pattern::kNone);
  const Values few(run.begin(), run.begin() + 1000);
  const Values right(golden.begin(), golden.begin() + 1000);
  EXPECT_EQ(find(few, right, {1000}).pattern, Pattern::kNone);
}

// What the evidence counts is what is counted as over tolerance.
TEST_F(PatternTest, EvidenceCountsWhatIsOverTolerance) {
  const Shape shape = {1, 32, 8, 8};
  golden = normal(count_of(shape));
  for (double& x : golden) x += x < 0 ? -2 : 2;
  run = golden;
  std::mt19937 random(5);
  for (double& x : run) x *= 1 + 3e-5 * std::uniform_real_distribution<double>(-1, 1)(random);
  for (size_t i = 1024; i < run.size(); ++i) run[i] += i % 3 == 0 ? 0 : 1;
  const PairOptions options{.rtol = 1e-3, .atol = 1e-5};
  const Stored half(DType::kFloat16, run);
  const Stored single(DType::kFloat32, golden);
  const uint64_t over = compare(half, single, options).over_tolerance;
  expect(find(half, single, shape, options), Pattern::kBlock,
         std::to_string(over) + " of 2048 elements are wrong, all of them at axis 1: 16 to 31");
}

TEST_F(PatternTest, RoundingThatATightToleranceCutsThroughIsNoBlock) {
  const Shape shape = {1, 32, 1, 1};
  for (uint32_t seed = 0; seed < 40; ++seed) {
    std::mt19937 random(seed);
    golden = normal(count_of(shape));
    run = golden;
    for (double& x : run) x *= 1 + 1e-3 * std::uniform_real_distribution<double>(-1, 1)(random);
    for (const double rtol : {0.0, 1e-5, 5e-4, 1e-3}) {
      const PatternFinding got =
          find({DType::kFloat16, run}, {DType::kFloat32, golden}, shape, {.rtol = rtol});
      EXPECT_NE(got.pattern, Pattern::kBlock) << got.evidence;
    }
  }
}

// A fit that follows a few large elements and is wrong for the rest.
TEST_F(PatternTest, Saturated) {
  for (size_t i = 5; i < run.size(); i += 700) {
    golden[i] = 70000 * (i % 2 == 0 ? 1 : -1);
    run[i] = 65504 * (i % 2 == 0 ? 1 : -1);
  }
  expect(find(run, golden), Pattern::kSaturated, "at the limit of float16");
}

TEST_F(PatternTest, DenormalsFlushed) {
  for (size_t i = 5; i < run.size(); i += 700) {
    golden[i] = 2e-5;
    run[i] = 0;
  }
  expect(find({DType::kFloat16, run}, {DType::kFloat32, golden}, kShape, {}), Pattern::kDenormals,
         "golden is denormal in float16");
}

TEST_F(PatternTest, NonFiniteOnly) {
  for (size_t i = 5; i < run.size(); i += 700) run[i] = i % 2 == 0 ? NAN : INFINITY;
  expect(find(run, golden), Pattern::kNonFinite, "the first is 5 ([0,0,0,5])");
}

TEST_F(PatternTest, ShapesThatDoNotFitAreLeftAlone) {
  run[17] = 9;
  EXPECT_EQ(find(run, golden, {3, 5}).pattern, Pattern::kNone);
  EXPECT_EQ(find(run, golden, {0, INT64_MAX, INT64_MAX}).pattern, Pattern::kNone);
}

}  // namespace
}  // namespace omscope::numeric
