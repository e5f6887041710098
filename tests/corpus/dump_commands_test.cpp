// `inspect` and `convert` on dumps with known content: what they say and write is what the manifest
// and NumPy say.

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "omscope/core/dtype.h"
#include "omscope/core/sha256.h"

#include "support/corpus.h"
#include "support/files.h"
#include "support/python.h"
#include "support/run_tool.h"

namespace omscope {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

json manifest() {
  const auto root = test::corpus();
  if (!root) return json::array();
  json there = json::array();
  const auto folder = *root / "dumps/generated";
  const json all = json::parse(test::file_content(folder / "manifest.json"));
  for (json entry : all["entries"]) {
    entry["path"] = (folder / entry["file"].get<std::string>()).string();
    // Explained beside the dumps it names; not a file to be looked at by itself.
    if (entry["kind"] == "mapping" || !fs::exists(entry["path"].get<std::string>())) continue;
    there.push_back(std::move(entry));
  }
  return there;
}

std::string name_of(const json& tensor) {
  return fmt::format("{}:{}", tensor["io"].get<std::string>(), tensor["index"].get<int>());
}

/// By the name the manifest uses, "BF16".
std::string dtype_of(const json& tensor) {
  return std::string(to_string(dtype_from_ge_name("DT_" + tensor["dtype"].get<std::string>())));
}

const json* find(const json& tensors, const std::string& name) {
  for (const json& tensor : tensors) {
    if (tensor["tensor"] == name) return &tensor;
  }
  return nullptr;
}

bool near(double a, double b) {
  return a == b || std::abs(a - b) <= 1e-9 * std::max(std::abs(a), std::abs(b));
}

double number(const json& value) {
  return value.is_string() ? std::stod(value.get<std::string>()) : value.get<double>();
}

/// The manifest's means are sums of doubles; beside the largest numbers of a type, which cancel
/// each other, those have lost the rest. Ours are exact: they may differ by what was lost.
bool as_rounded(const json& wanted, const json& mean) {
  const double largest = std::max(std::abs(number(wanted["max"])), std::abs(number(wanted["min"])));
  return std::abs(number(mean) - number(wanted["mean"])) <= 0x1p-53 * largest;
}

void expect_stats(const json& wanted, const json& seen) {
  ASSERT_TRUE(seen.is_object());
  for (const auto& [key, value] : wanted.items()) {
    // Complex numbers: the manifest says nothing of their magnitudes.
    if (value.is_null()) continue;
    ASSERT_FALSE(seen[key].is_null()) << key;
    EXPECT_TRUE(near(number(seen[key]), number(value)) ||
                (key == "mean" && as_rounded(wanted, seen[key])))
        << key << " " << seen[key] << " " << value;
  }
}

void expect_tensor(const std::string& file, const json& wanted, const json& seen) {
  SCOPED_TRACE(name_of(wanted));
  const bool quirk =
      file.find("repeated_dims") != std::string::npos || file.find("no_shape") != std::string::npos;
  if (wanted.contains("dtype") && wanted["dtype"] != "UNKNOWN" && wanted["dtype"] != "UNDEFINED") {
    EXPECT_EQ(seen["dtype"], dtype_of(wanted));
    if (!quirk) EXPECT_EQ(seen["shape"], wanted["shape"]);
  }
  if (wanted.contains("offset") && wanted["offset"].is_number()) {
    EXPECT_EQ(seen["offset"], wanted["offset"]);
  }
  const bool decoded = wanted.contains("dtype") && wanted["dtype"] != "UNKNOWN" &&
                       wanted["dtype"] != "UNDEFINED" && wanted.contains("decoded");
  if (decoded && wanted.contains("stats")) expect_stats(wanted["stats"], seen["stats"]);
}

TEST(DumpCommands, InspectSaysWhatTheManifestSays) {
  NEED_CORPUS();
  for (const json& entry : manifest()) {
    const std::string path = entry["path"];
    SCOPED_TRACE(path);
    const auto run = test::run_cli({"inspect", "--stats", "--format", "json", path});
    EXPECT_EQ(run.exit_code, entry["expect"] == "error" ? 2 : 0) << run.err;
    const json seen = json::parse(run.out);
    if (entry["expect"] != "error") EXPECT_NE(seen["kind"], "unknown");
    if (!entry.contains("tensors")) continue;
    for (const json& tensor : entry["tensors"]) {
      const json* found = find(seen["tensors"], name_of(tensor));
      ASSERT_NE(found, nullptr) << name_of(tensor);
      expect_tensor(path, tensor, *found);
    }
  }
}

/// NumPy reads what was written; the hash is of its values.
TEST(DumpCommands, ConvertWritesWhatNumpyReads) {
  NEED_CORPUS();
  const test::ScratchFolder scratch;
  std::ofstream list(scratch.path() / "list");
  size_t count = 0;
  for (const json& entry : manifest()) {
    if (entry["expect"] == "error" || !entry.contains("tensors")) continue;
    const std::string file = entry["file"];
    for (const json& tensor : entry["tensors"]) {
      if (!tensor.contains("decoded")) continue;
      const std::string dtype = tensor["dtype"];
      const std::string target = tensor["decoded"]["dtype"];
      const bool opaque = dtype == "UNKNOWN" || dtype == "UNDEFINED";
      // Not among the types whose elements have a known rule.
      if (dtype == "DUAL_SUB_INT8" || dtype == "DUAL_SUB_UINT8") continue;
      const auto out = scratch.path() / fmt::format("{}.npy", count++);
      std::vector<std::string> words = {"convert",    entry["path"], "-o",
                                        out.string(), "--tensor",    name_of(tensor)};
      if (!opaque) words.insert(words.end(), {"--dtype", target});
      const auto run = test::run_cli(words);
      ASSERT_TRUE(fs::exists(out)) << file << " " << name_of(tensor) << "\n" << run.err;
      list << out.filename().string() << ' ' << target << ' '
           << tensor["decoded"]["sha256"].get<std::string>() << ' ' << file << '\n';
    }
  }
  list.close();
  EXPECT_GT(count, 100U);
  test::run_python(scratch.path(), R"(
import hashlib, numpy
bad = []
for line in open('list'):
    name, dtype, sha, file = line.split(' ', 3)
    a = numpy.load(name)
    seen = hashlib.sha256(numpy.ascontiguousarray(a).tobytes()).hexdigest()
    if str(a.dtype) != dtype or seen != sha: bad.append((file.strip(), str(a.dtype), dtype, a.shape))
assert not bad, bad
)");
}

/// Every device layout of the samples, in every logical layout that the manifest has a hash of.
TEST(DumpCommands, ConvertChangesLayouts) {
  NEED_CORPUS();
  const test::ScratchFolder scratch;
  size_t count = 0;
  for (const json& entry : manifest()) {
    if (!entry.contains("tensors")) continue;
    for (const json& tensor : entry["tensors"]) {
      if (!tensor.contains("logical")) continue;
      for (const json& logical : tensor["logical"]) {
        const std::string layout = logical["format"];
        const auto out = scratch.path() / "out.bin";
        const std::string path = entry["path"];
        const auto run = test::run_cli({"convert", path, "-o", out.string(), "--force", "--tensor",
                                        name_of(tensor), "--layout", layout});
        EXPECT_EQ(run.exit_code, 0) << path << " " << layout << "\n" << run.err;
        EXPECT_EQ(sha256_hex(as_bytes(test::file_content(out))), logical["sha256"])
            << path << " " << layout;
        ++count;
      }
    }
  }
  EXPECT_GT(count, 40U);
}

TEST(DumpCommands, ThreadsOfAnOpBecomeOneTensor) {
  NEED_CORPUS();
  const auto folder = *test::corpus() / "dumps/generated/11_ffts";
  if (!fs::exists(folder)) GTEST_SKIP() << "no such samples";
  const test::ScratchFolder scratch;
  const auto out = scratch.path() / "out";
  const auto run = test::run_cli({"convert", folder.string(), "-o", out.string()});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  std::vector<std::string> names;
  for (const auto& each : fs::recursive_directory_iterator(out)) {
    if (each.is_regular_file()) names.push_back(each.path().filename().string());
  }
  std::sort(names.begin(), names.end());
  const std::vector<std::string> wanted = {"Relu.relu_auto.1.2.1700000000160810.input.0.npy",
                                           "Relu.relu_auto.1.2.1700000000160810.output.0.npy",
                                           "Relu.relu_manual.1.2.1700000000162047.input.0.npy",
                                           "Relu.relu_manual.1.2.1700000000162047.output.0.npy"};
  EXPECT_EQ(names, wanted);
}

}  // namespace
}  // namespace omscope
