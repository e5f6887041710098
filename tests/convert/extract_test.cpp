// `omscope convert`: a model taken apart.

#include <gtest/gtest.h>

#include "omscope/formats/tensorfile/npy_writer.h"

#include "make_samples/ge_builder.h"
#include "make_samples/network_om.h"
#include "make_samples/om_builder.h"
#include "support/files.h"
#include "support/run_tool.h"

namespace omscope {
namespace {

namespace fs = std::filesystem;
using test::file_content;
using test::run_cli;

class Extract : public testing::Test {
 protected:
  Extract() : out_((folder_.path() / "out").string()) {
    om_ = folder_.write("m.om",
                        samples::network_as_om(samples::make_network(), samples::older_build()));
  }
  test::ScratchFolder folder_;
  std::string om_;
  std::string out_;
};

size_t count_files(const fs::path& folder) {
  return static_cast<size_t>(std::distance(fs::directory_iterator(folder), {}));
}

TEST_F(Extract, EveryPartInItsFolder) {
  const auto result = run_cli({"convert", om_, "-o", out_, "--extract", "weights,kernels,tasks"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(count_files(fs::path(out_) / "weights"), 14U);
  EXPECT_EQ(count_files(fs::path(out_) / "kernels"), 15U);
  EXPECT_EQ(count_files(fs::path(out_) / "tasks"), 1U);
}

TEST_F(Extract, ExistingFilesAreKeptUnlessForced) {
  EXPECT_EQ(run_cli({"convert", om_, "-o", out_, "--extract", "tasks"}).exit_code, 0);
  EXPECT_EQ(run_cli({"convert", om_, "-o", out_, "--extract", "tasks"}).exit_code, 2);
  EXPECT_EQ(run_cli({"convert", om_, "-o", out_, "--extract", "tasks", "--force"}).exit_code, 0);
}

TEST_F(Extract, JsonBySuffixOrOption) {
  const std::string json = (folder_.path() / "m.json").string();
  EXPECT_EQ(run_cli({"convert", om_, "-o", json}).exit_code, 0);
  EXPECT_TRUE(fs::exists(json));
  EXPECT_EQ(run_cli({"convert", om_, "-o", out_ + "/", "--to", "json"}).exit_code, 0);
  EXPECT_TRUE(fs::exists(fs::path(out_) / "m.om.json"));
}

TEST_F(Extract, SaysWhatIsMissing) {
  EXPECT_EQ(run_cli({"convert", om_, "-o", out_}).exit_code, 2);
  EXPECT_EQ(run_cli({"convert", "/nonexistent", "-o", out_, "--to", "json"}).exit_code, 2);
}

TEST_F(Extract, SaysWhatWasWritten) {
  const auto one = run_cli({"convert", om_, "-o", out_, "--extract", "tasks"});
  EXPECT_EQ(one.err, "omscope: 1 file written to " + out_ + "\n");
  const auto none = run_cli({"convert", om_, "-o", out_, "--extract", "submodels"});
  EXPECT_EQ(none.err, "omscope: 0 files written to " + out_ + "; the model has no submodels\n");
  const auto both = run_cli({"convert", om_, "-o", out_, "--extract", "tasks", "--to", "json"});
  EXPECT_EQ(both.exit_code, 2);
  EXPECT_NE(both.err.find("--to json writes one file and --extract many"), std::string::npos);
  const std::string before = file_content(om_);
  EXPECT_EQ(run_cli({"convert", om_, "-o", om_, "--to", "json", "--force"}).exit_code, 2);
  EXPECT_EQ(file_content(om_), before);
}

TEST_F(Extract, MappingCounts) {
  const auto result = run_cli({"convert", om_, "-o", out_, "--extract", "weights,kernels"});
  const size_t files =
      count_files(fs::path(out_) / "weights") + count_files(fs::path(out_) / "kernels");
  EXPECT_NE(result.err.find("omscope: " + std::to_string(files) + " files"), std::string::npos)
      << result.err;
}

// A weight whose name is a path out of the folder stays inside of it.
TEST(ExtractHostile, NamesCannotEscape) {
  samples::ModelBuilder model("m");
  model.graph("g");
  const samples::TensorSpec type = {::ge::proto::DT_FLOAT, {1}, "ND"};
  model.constant("../../escaped", type, "1234");
  model.constant("/tmp/absolute", type, "1234");
  const test::ScratchFolder folder;
  const std::string om = folder.write("m.om", samples::OmBuilder()
                                                  .partition(0, samples::serialized(model.def()))
                                                  .partition(1, model.weights())
                                                  .build());
  const std::string out = (folder.path() / "a/b/out").string();
  EXPECT_EQ(run_cli({"convert", om, "-o", out, "--extract", "weights"}).exit_code, 0);
  EXPECT_EQ(count_files(fs::path(out) / "weights"), 3U) << "two arrays and mapping.csv";
  EXPECT_EQ(count_files(folder.path() / "a/b"), 1U);
}

TEST(ExtractOdd, WhatCannotBeWrittenIsSaidAndTheRestIsThere) {
  samples::ModelBuilder model("m");
  model.graph("g");
  model.inline_constant("good", {::ge::proto::DT_FLOAT, {1}, "ND"}, "1234");
  model.constant("lost", {::ge::proto::DT_FLOAT, {1}, "ND"}, "1234");
  const test::ScratchFolder folder;
  const std::string om = folder.write(
      "m.om", samples::OmBuilder().partition(0, samples::serialized(model.def())).build());
  const std::string out = (folder.path() / "out").string();
  const auto result = run_cli({"convert", om, "-o", out, "--extract", "weights"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_NE(result.err.find("lost"), std::string::npos);
  EXPECT_TRUE(fs::exists(fs::path(out) / "weights/good.npy"));
}

TEST(Npy, HeaderAsNumpyWritesIt) {
  const std::string header = tensorfile::npy_header("<f4", std::vector<int64_t>{2, 3});
  EXPECT_EQ(header.size() % 64, 0U);
  EXPECT_TRUE(header.starts_with(std::string("\x93NUMPY\x01\x00", 8)));
  EXPECT_NE(header.find("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }"),
            std::string::npos);
  EXPECT_NE(tensorfile::npy_header("|b1", std::vector<int64_t>{5}).find("'shape': (5,), "),
            std::string::npos);
  EXPECT_NE(tensorfile::npy_header("|b1", {}).find("'shape': (), "), std::string::npos);
  EXPECT_EQ(header.back(), '\n');
}

TEST(Npy, TypesThatNumpyLacksGoOutAsCodes) {
  EXPECT_EQ(tensorfile::npy_dtype(DType::kFloat16).descr, "<f2");
  EXPECT_FALSE(tensorfile::npy_dtype(DType::kBFloat16).same_meaning);
  EXPECT_EQ(tensorfile::npy_dtype(DType::kBFloat16).descr, "<u2");
  EXPECT_EQ(tensorfile::npy_dtype(DType::kFloat8E5M2).descr, "|u1");
  EXPECT_TRUE(tensorfile::npy_dtype(DType::kInt4).packed);
  EXPECT_FALSE(tensorfile::npy_dtype(DType::kQInt8).same_meaning);
  EXPECT_EQ(tensorfile::npy_dtype(DType::kQInt8).descr, "|i1");
  EXPECT_EQ(tensorfile::npy_dtype(DType::kQInt16).descr, "<i2");
  EXPECT_EQ(tensorfile::npy_dtype(DType::kQInt32).descr, "<i4");
  EXPECT_EQ(tensorfile::npy_dtype(DType::kQUInt8).descr, "|u1");
}

}  // namespace
}  // namespace omscope
