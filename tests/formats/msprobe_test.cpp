// msprobe's JSON files and the data beside them.

#include "omscope/formats/tensorfile/msprobe.h"

#include <cmath>

#include <gtest/gtest.h>

#include "omscope/formats/tensorfile/npy_writer.h"

#include "support/files.h"
#include "support/tensor_files.h"

namespace omscope {
namespace {

using test::has_problem;
using test::problem_lines;
using test::values;
using Dims = std::vector<int64_t>;

std::string tensor_json(const std::string& more) {
  return R"({"type": "torch.Tensor", "dtype": "torch.float32", "shape": [2], "Max": 2.0, "Min": NaN, )"
         R"("Mean": -Infinity, "Norm": 3)" +
         more + "}";
}

std::string dump_json(const std::string& members) {
  return R"({"task": "tensor", "level": "L1", "framework": "pytorch", "dump_data_dir": "/x/dump_tensor_data", )"
         R"("data": {"Functional.relu.0.forward": {)" +
         members + "}}}";
}

TEST(Msprobe, NestedTensorsAreNamedByTheirPath) {
  const std::string one = tensor_json("");
  const std::string text = dump_json(
      "\"input_args\": [" + one + ", null, {\"type\": \"int\", \"value\": 1}, [" + one + ", " +
      one + "]], \"input_kwargs\": {\"mask\": " + one + "}, \"output\": [" + one + "]");
  EXPECT_TRUE(tensorfile::looks_like_msprobe(as_bytes(text)));
  const auto file = tensorfile::read_msprobe(test::in_memory(text));
  ASSERT_EQ(file->tensors.size(), 5U) << problem_lines(*file);
  std::vector<std::string> names;
  for (const auto& tensor : file->tensors) names.push_back(tensor.name);
  EXPECT_EQ(names, (std::vector<std::string>{"input:0", "input:3.0", "input:3.1", "input:mask",
                                             "output:0"}));
  const ir::StoredTensor& tensor = file->tensors[0];
  EXPECT_EQ(tensor.op, "Functional.relu.0.forward");
  EXPECT_EQ(tensor.dtype, DType::kFloat32);
  EXPECT_EQ(tensor.shape, Dims{2});
  EXPECT_EQ(tensor.payload, ir::Payload::kElsewhere);
  ASSERT_TRUE(tensor.recorded);
  EXPECT_EQ(tensor.recorded->max, 2);
  EXPECT_TRUE(std::isnan(*tensor.recorded->min));
  EXPECT_TRUE(std::isinf(*tensor.recorded->mean));
  EXPECT_EQ(tensor.recorded->l2norm, 3);
}

TEST(Msprobe, ExtremesOfBoolTensorsAreBools) {
  const auto file = tensorfile::read_msprobe(test::in_memory(dump_json(
      R"("output": [{"type": "torch.Tensor", "dtype": "torch.bool", "shape": [2], "Max": true, "Min": false, "Mean": null}])")));
  ASSERT_EQ(file->tensors.size(), 1U) << problem_lines(*file);
  ASSERT_TRUE(file->tensors[0].recorded);
  EXPECT_EQ(file->tensors[0].recorded->max, 1);
  EXPECT_EQ(file->tensors[0].recorded->min, 0);
  EXPECT_FALSE(file->tensors[0].recorded->mean);
}

class MsprobeData : public testing::Test {
 protected:
  std::unique_ptr<ir::TensorFile> read(const std::string& data_name) {
    const std::string json = folder_.write(
        "step0/dump.json",
        dump_json("\"output\": [" + tensor_json(", \"data_name\": \"" + data_name + "\"") + "]"));
    return tensorfile::read_msprobe(test::open_file(json));
  }
  std::string array() const {
    return tensorfile::npy_header("<f4", Dims{2}) + std::string("\0\0\x80\x3f\0\0\0\x40", 8);
  }
  test::ScratchFolder folder_;
};

TEST_F(MsprobeData, FilesBesideTheDumpAreRead) {
  folder_.write("step0/dump_tensor_data/r.npy", array());
  const auto file = read("r.npy");
  ASSERT_EQ(file->tensors.size(), 1U) << problem_lines(*file);
  EXPECT_EQ(values(file->tensors[0]), (std::vector<double>{1, 2}));
  EXPECT_TRUE(file->tensors[0].file.ends_with("dump_tensor_data/r.npy"));
  EXPECT_EQ(file->tensors[0].op, "Functional.relu.0.forward");
  EXPECT_TRUE(file->tensors[0].recorded);
}

TEST_F(MsprobeData, FilesOutsideOfTheFolderStayClosed) {
  folder_.write("secret.npy", array());
  for (const std::string name : {"../../secret.npy", "../secret.npy", "/etc/passwd"}) {
    const auto file = read(name);
    ASSERT_EQ(file->tensors.size(), 1U);
    EXPECT_TRUE(file->tensors[0].bytes.empty()) << name;
    EXPECT_TRUE(has_problem(*file, Severity::kWarning, Code::kExternalOutside) ||
                has_problem(*file, Severity::kWarning, Code::kExternalMissing))
        << name;
  }
}

TEST_F(MsprobeData, MissingFilesAreCounted) {
  const auto file = read("nowhere.npy");
  EXPECT_TRUE(has_problem(*file, Severity::kWarning, Code::kExternalMissing));
  EXPECT_EQ(file->tensors.at(0).payload, ir::Payload::kElsewhere);
}

TEST(Msprobe, ConstructAndStackBecomeTables) {
  const std::string construct =
      R"({"Functional.relu.0.forward": "Module.r.ReLU.forward.0", "Module.r.ReLU.forward.0": null})";
  EXPECT_TRUE(tensorfile::looks_like_msprobe(as_bytes(construct)));
  const auto modules = tensorfile::read_msprobe(test::in_memory(construct));
  ASSERT_EQ(modules->records.size(), 1U);
  EXPECT_EQ(modules->records[0].rows, (std::vector<std::vector<std::string>>{
                                          {"Functional.relu.0.forward", "Module.r.ReLU.forward.0"},
                                          {"Module.r.ReLU.forward.0", ""}}));
  for (const std::string stack : {R"({"Tensor.add.0.forward": ["File a.py, line 1", "b"]})",
                                  R"({"0": [["Tensor.add.0.forward"], ["File a.py"]]})"}) {
    EXPECT_TRUE(tensorfile::looks_like_msprobe(as_bytes(stack)));
    const auto file = tensorfile::read_msprobe(test::in_memory(stack));
    ASSERT_EQ(file->records.size(), 1U);
    EXPECT_EQ(file->records[0].rows.size(), 1U);
  }
  EXPECT_FALSE(tensorfile::looks_like_msprobe(as_bytes(R"({"dump": {"dump_path": "x"}})")));
}

TEST(Msprobe, CutJsonKeepsWhatStoodBefore) {
  std::string text = dump_json("\"output\": [" + tensor_json("") + ", " + tensor_json("") + "]");
  text.resize(text.size() - 40);
  const auto file = tensorfile::read_msprobe(test::in_memory(text));
  EXPECT_EQ(file->tensors.size(), 1U);
  EXPECT_TRUE(has_problem(*file, Severity::kError, Code::kBadJson));
}

}  // namespace
}  // namespace omscope
