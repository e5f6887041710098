// The builder of models is checked by others than our own readers: protobuf's classes, and plain
// arithmetic on the bytes.

#include <gtest/gtest.h>
#include <onnx/onnx_pb.h>

#include "omscope/core/bytes.h"

#include "ge_ir.pb.h"
#include "ge_task.pb.h"
#include "make_samples/device_layout.h"
#include "make_samples/network_dumps.h"
#include "make_samples/network_om.h"
#include "make_samples/network_onnx.h"
#include "make_samples/om_builder.h"
#include "make_samples/synthetic.h"
#include "support/files.h"

namespace omscope {
namespace {

uint32_t u32_at(const std::string& file, size_t offset) {
  return load_le<uint32_t>(as_bytes(file).subspan(offset, 4).data());
}
uint64_t u64_at(const std::string& file, size_t offset) {
  return load_le<uint64_t>(as_bytes(file).subspan(offset, 8).data());
}

struct Entry {
  uint32_t type;
  uint64_t begin;
  uint64_t size;
};

/// The table by the format's definition, without any of the library's code.
std::vector<Entry> table_of(const std::string& file) {
  const bool wide = u64_at(file, 184) != 0;
  const uint32_t count = u32_at(file, 256);
  const uint64_t data = 256 + (wide ? 8 + 24ULL * count : 4 + 12ULL * count);
  std::vector<Entry> entries;
  for (uint64_t i = 0; i < count; ++i) {
    if (wide) {
      const size_t at = 264 + 24 * i;
      entries.push_back({u32_at(file, at), data + u64_at(file, at + 8), u64_at(file, at + 16)});
    } else {
      const size_t at = 260 + 12 * i;
      entries.push_back({u32_at(file, at), data + u32_at(file, at + 4), u32_at(file, at + 8)});
    }
  }
  return entries;
}

TEST(Builder, TablesCoverTheFile) {
  const samples::Network network = samples::make_network();
  for (const samples::Build& build : {samples::older_build(), samples::newer_build()}) {
    const std::string file = samples::network_as_om(network, build);
    EXPECT_EQ(file.substr(0, 4), "IMOD");
    EXPECT_EQ(u32_at(file, 4), 256U);
    EXPECT_EQ(u32_at(file, 8), 0x20000000U);
    const uint64_t body = build.wide_table ? u64_at(file, 184) : u32_at(file, 76);
    EXPECT_EQ(body, file.size() - 256);
    uint64_t end = table_of(file).front().begin;
    for (const Entry& entry : table_of(file)) {
      EXPECT_EQ(entry.begin, end);
      end += entry.size;
    }
    EXPECT_EQ(end, file.size());
  }
}

TEST(Builder, ProtobufItselfReadsEveryMessage) {
  const std::string file = samples::network_as_om(samples::make_network(), samples::newer_build());
  for (const Entry& entry : table_of(file)) {
    const std::string content = file.substr(entry.begin, entry.size);
    if (entry.type == 0) {
      ::ge::proto::ModelDef model;
      ASSERT_TRUE(model.ParseFromString(content));
      EXPECT_EQ(model.graph(0).op_size(), 32);
      EXPECT_TRUE(model.GetReflection()->GetUnknownFields(model).empty());
    } else if (entry.type == 2) {
      domi::ModelTaskDef tasks;
      ASSERT_TRUE(tasks.ParseFromString(content));
      EXPECT_EQ(tasks.task_size(), 17);
    }
  }
  ::onnx::ModelProto onnx;
  ASSERT_TRUE(onnx.ParseFromString(samples::network_as_onnx(samples::make_network())));
  EXPECT_EQ(onnx.graph().node_size(), 19);
}

TEST(Builder, SamplesInTheProjectAreThoseOfTheGenerator) {
  const samples::Network network = samples::make_network();
  const auto folder = test::source_dir() / "samples";
  EXPECT_EQ(test::file_content(folder / "tiny_resnet.onnx"), samples::network_as_onnx(network));
  EXPECT_EQ(test::file_content(folder / "tiny_resnet_a.om"),
            samples::network_as_om(network, samples::older_build()));
  EXPECT_EQ(test::file_content(folder / "tiny_resnet_b.om"),
            samples::network_as_om(network, samples::newer_build()));
  const auto expect_files = [&](const char* name, const std::map<std::string, std::string>& files) {
    for (const auto& [path, content] : files) {
      EXPECT_EQ(test::file_content(folder / name / path), content) << name << '/' << path;
    }
    size_t there = 0;
    for (const auto& each : std::filesystem::recursive_directory_iterator(folder / name)) {
      there += each.is_regular_file() ? 1 : 0;
    }
    EXPECT_EQ(there, files.size()) << name;
  };
  expect_files("dump_run", samples::network_dumps(network));
  expect_files("golden", samples::network_golden(network));
  expect_files("run_good", samples::device_run(network, samples::DeviceRun::kGood));
  expect_files("run_fault", samples::device_run(network, samples::DeviceRun::kFault));
  expect_files("run_nan", samples::device_run(network, samples::DeviceRun::kNan));
}

TEST(Builder, FractalZPutsElementsWhereTheFormulaSays) {
  samples::Constant filter{"f", {17, 18, 2, 1}, {}};
  for (int i = 0; i < 17 * 18 * 2; ++i) filter.values.push_back(static_cast<float>(i));
  const std::string bytes = samples::as_fractal_z(filter);
  EXPECT_EQ(samples::fractal_z_shape(filter), (std::vector<int64_t>{4, 2, 16, 16}));
  ASSERT_EQ(bytes.size(), 4U * 2 * 16 * 16 * 2);
  // Element (16, 17, 1, 0) has the value (16·18 + 17)·2 + 1 = 611 and stands at
  // ((1·2 + 1)·1 + 0, 1, 0, 1).
  const size_t at = ((3 * 2 + 1) * 16 + 0) * 16 + 1;
  EXPECT_EQ(bytes.substr(at * 2, 2), samples::as_fp16({611}));
}

TEST(Builder, SyntheticOpsAreAsRichAsRealOnes) {
  constexpr int64_t kOps = 3000;
  const ::ge::proto::ModelDef model = samples::synthetic_model(kOps, 1 << 20);
  size_t bytes = 0;
  for (const auto& op : model.graph(0).op()) {
    bytes += op.ByteSizeLong();
    if (op.type() == "Data" || op.type() == "NetOutput") continue;
    EXPECT_GE(op.attr_size(), 24);
    EXPECT_LE(op.attr_size(), 28);
  }
  EXPECT_GE(model.graph(0).op_size(), kOps);
  const double each = static_cast<double>(bytes) / model.graph(0).op_size();
  EXPECT_GE(each, 2200);
  EXPECT_LE(each, 2500);
}

TEST(Builder, SyntheticWeightsAreAHole) {
  const test::ScratchFolder folder;
  const std::string path = (folder.path() / "big.om").string();
  samples::write_synthetic_om(path, 30, int64_t{1} << 32);
  EXPECT_GT(std::filesystem::file_size(path), uint64_t{1} << 32);
  const auto result = read_model(path);
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(test::problem_lines(*result->model), "");
}

}  // namespace
}  // namespace omscope
