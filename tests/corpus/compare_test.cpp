// Comparing real tensors: with themselves, rounded, and with one element changed.

#include "omscope/compare/compare.h"

#include <algorithm>
#include <cmath>
#include <filesystem>

#include <gtest/gtest.h>

#include "omscope/formats/read_input.h"
#include "omscope/formats/tensorfile/npy_writer.h"
#include "omscope/tensor/decode.h"
#include "omscope/tensor/encode.h"

#include "compare/runs.h"
#include "support/corpus.h"
#include "support/files.h"

namespace omscope {
namespace {

namespace fs = std::filesystem;
using compare::Options;
using compare::Result;
using compare::Status;
using compare::Verdict;
using test::lines;

Result compare_paths(const std::string& run, const std::string& golden) {
  Options options;
  options.run = run;
  options.golden = golden;
  return compare::compare(options);
}

TEST(RealArrays, XAndYDiffer) {
  NEED_CORPUS();
  const std::string start =
      (*test::corpus() / "real/npy/Ascend__msit__debug_surgeon_dump0__").string();
  const Result differ = compare_paths(start + "X.npy", start + "Y.npy");
  ASSERT_EQ(differ.pairs.size(), 1U) << lines(differ);
  EXPECT_EQ(differ.verdict, Verdict::kFail) << lines(differ);
  EXPECT_NEAR(differ.pairs[0].metrics->max_abs_error.value_or(0), 0.999372, 1e-6);
  const Result sizes = compare_paths(start + "Y.npy", start + "Y.104e25c.npy");
  ASSERT_EQ(sizes.pairs.size(), 1U) << lines(sizes);
  EXPECT_EQ(sizes.verdict, Verdict::kFail) << lines(sizes);
  EXPECT_NE(sizes.pairs[0].reason.find("shape differs"), std::string::npos);
}

TEST(RealArrays, EqualThemselves) {
  NEED_CORPUS();
  size_t compared = 0;
  for (const std::string& path : test::corpus_files("real/npy")) {
    const Result result = compare_paths(path, path);
    EXPECT_NE(result.verdict, Verdict::kFail) << path << '\n' << lines(result);
    compared += result.summary.pass;
    EXPECT_EQ(result.summary.warn, 0U) << path << '\n' << lines(result);
  }
  EXPECT_GT(compared, 15U);
}

/// One tensor of a test data set.
struct Datum {
  std::string stem;  ///< "output_0"
  DType dtype = DType::kUndefined;
  std::vector<int64_t> shape;
  std::vector<double> values;
};

/// All sets of Debian's libonnx-testdata, which tools/test installs.
std::vector<std::string> data_sets() {
  std::vector<std::string> out;
  std::error_code failed;
  for (fs::recursive_directory_iterator at("/usr/share/libonnx-testdata/data", failed), end;
       !failed && at != end; at.increment(failed)) {
    if (at->path().filename() == "test_data_set_0") out.push_back(at->path().string());
  }
  std::sort(out.begin(), out.end());
  return out;
}

std::vector<Datum> read_set(const std::string& folder) {
  std::vector<Datum> out;
  for (const auto& entry : fs::directory_iterator(folder)) {
    const auto input = read_input(entry.path().string());
    if (!input || !input->tensors || input->tensors->tensors.size() != 1) continue;
    const ir::StoredTensor& tensor = input->tensors->tensors[0];
    if (!tensor::can_decode(tensor.dtype) || tensor::is_complex(tensor.dtype)) continue;
    if (tensor.payload != ir::Payload::kComplete) continue;
    Datum datum{entry.path().stem().string(), tensor.dtype, tensor.shape, {}};
    datum.values.resize(tensor::packed_count(tensor.dtype, tensor.bytes));
    tensor::decode(tensor.dtype, tensor.bytes, 0, datum.values);
    out.push_back(std::move(datum));
  }
  return out;
}

TEST(OnnxTestData, EachSetEqualsItself) {
  const auto sets = data_sets();
  ASSERT_GT(sets.size(), 1000U) << "libonnx-testdata is not installed";
  size_t pairs = 0;
  for (const std::string& set : sets) {
    const Result result = compare_paths(set, set);
    // Optionals without a value hold no tensor.
    const Verdict expected = result.pairs.empty() ? Verdict::kNone : Verdict::kPass;
    EXPECT_EQ(result.verdict, expected) << set << '\n' << lines(result);
    EXPECT_EQ(result.summary.uncomparable, 0U) << set << '\n' << lines(result);
    EXPECT_EQ(result.summary.unpaired_run + result.summary.unpaired_golden, 0U) << lines(result);
    pairs += result.pairs.size();
  }
  EXPECT_GT(pairs, 2500U);
}

bool fits_half(const Datum& datum) {
  return std::all_of(datum.values.begin(), datum.values.end(), [](double value) {
    return std::isnan(value) || std::isinf(value) || std::abs(value) <= 65504;
  });
}

/// The set with every float32 array rounded to float16, as arrays of `stored`.
size_t write_rounded(const test::ScratchFolder& folder, const std::vector<Datum>& set,
                     DType stored) {
  size_t written = 0;
  for (const Datum& datum : set) {
    if (datum.dtype != DType::kFloat32 || !fits_half(datum)) continue;
    std::vector<std::byte> half(datum.values.size() * 2);
    tensor::encode(DType::kFloat16, datum.values, half);
    test::Values rounded(datum.values.size());
    tensor::decode(DType::kFloat16, half, 0, rounded);
    folder.write(datum.stem + ".npy", test::npy_file(rounded, datum.shape, stored));
    ++written;
  }
  return written;
}

TEST(OnnxTestData, RoundedToFloat16Passes) {
  size_t pairs = 0;
  for (const std::string& set : data_sets()) {
    const auto data = read_set(set);
    for (const DType stored : {DType::kFloat16, DType::kFloat32}) {
      const test::ScratchFolder folder;
      if (write_rounded(folder, data, stored) == 0) continue;
      const Result result = compare_paths(folder.path().string(), set);
      EXPECT_EQ(result.summary.fail, 0U) << set << '\n' << lines(result);
      pairs += result.summary.pass + result.summary.warn;
    }
  }
  EXPECT_GT(pairs, 3000U);
}

double changed(const Datum& datum, double value) {
  if (datum.dtype == DType::kBool) return value == 0 ? 1 : 0;
  if (!std::isfinite(value)) return 0;
  // One and more, and of floats enough to be seen beside the largest. Where the type ends, down.
  double by = 1;
  if (!tensor::is_integer(datum.dtype)) {
    by += std::abs(value);
    for (const double each : datum.values) {
      if (std::isfinite(each)) by = std::max(by, 0.1 * std::abs(each));
    }
  }
  const auto limits = tensor::limits_of(datum.dtype);
  return limits && value + by > limits->largest ? value - by : value + by;
}

TEST(OnnxTestData, OneChangedElementFailsAndIsNamed) {
  size_t changes = 0;
  for (const std::string& set : data_sets()) {
    for (Datum datum : read_set(set)) {
      const auto npy = tensorfile::npy_dtype(datum.dtype);
      if (datum.values.empty() || !npy.same_meaning || npy.packed) continue;
      const size_t place = datum.values.size() / 2;
      if (std::abs(datum.values[place]) > 0x1p53) continue;  // one more is the same double
      const bool finite = std::isfinite(datum.values[place]);
      datum.values[place] = changed(datum, datum.values[place]);
      const test::ScratchFolder folder;
      folder.write(datum.stem + ".npy", test::npy_file(datum.values, datum.shape, datum.dtype));
      const Result result = compare_paths(folder.path().string(), set);
      const auto found =
          std::find_if(result.pairs.begin(), result.pairs.end(),
                       [](const auto& each) { return each.status != Status::kPass; });
      ASSERT_NE(found, result.pairs.end()) << set << ' ' << datum.stem << '\n' << lines(result);
      EXPECT_EQ(found->status, Status::kFail) << set << ' ' << datum.stem << '\n' << lines(result);
      if (finite) EXPECT_EQ(found->metrics->max_abs_index, place) << set << ' ' << datum.stem;
      ++changes;
    }
  }
  EXPECT_GT(changes, 2500U);
}

}  // namespace
}  // namespace omscope
