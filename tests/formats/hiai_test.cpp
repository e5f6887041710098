// HiAI models: graphs and weights of GraphOps, and the regions of TASK_INFO.

#include <gtest/gtest.h>

#include "ge_task.pb.h"
#include "make_samples/elf_builder.h"
#include "make_samples/ge_builder.h"
#include "make_samples/om_builder.h"
#include "support/files.h"

namespace omscope {
namespace {

using samples::ModelBuilder;
using samples::OmBuilder;
using samples::TensorSpec;
using samples::u32;
using test::has_problem;
using test::problem_lines;
using test::read;

const TensorSpec kType = {::ge::proto::DT_FLOAT16, {8}, "ND"};

/// The inner graph: a constant at offset 32 of the GraphOp's own weights, and the op that uses it.
::ge::proto::GraphDef inner_graph() {
  ModelBuilder inner("inner");
  inner.graph("inner_graph");
  inner.constant("w", kType, std::string(16, 'w'));
  inner.op("conv", "Convolution").input("w", kType).output(kType);
  ::ge::proto::GraphDef graph = inner.def().graph(0);
  auto& desc = *(*graph.mutable_op(0)->mutable_attr())["value"].mutable_t()->mutable_desc();
  desc.set_data_offset(32);
  return graph;
}

std::string record(uint32_t type, const std::string& payload) {
  return u32(type) + u32(static_cast<uint32_t>(payload.size() + 8)) + payload;
}

std::string npu_region() {
  domi::ModelTaskDef tasks;
  domi::TaskDef& task = *tasks.add_task();
  task.mutable_kernel()->set_block_dim(1);
  task.mutable_kernel()->mutable_context()->add_origin_op_index(1);
  const std::string elf = samples::build_kernel_elf({"sobel", "2024-01-01 clang", "code"});
  const std::string kernels =
      record(1, u32(0) + "EBUC" + u32(5) + u32(0) + "sobel" + std::string(1, '\0')) +
      record(2, elf);
  const std::string records = record(1, tasks.SerializeAsString()) + record(2, kernels) +
                              record(3, std::string("4.51.z.0\0", 9)) +
                              record(4, std::string(48, 's'));
  return u32(0xABCDABCD) + u32(0) + u32(0) + u32(1) + std::string(16, '\0') + records;
}

class HiaiFile {
 public:
  HiaiFile() : model_("m") {
    model_.graph("m_aihcs");
    model_.op("x", "Data").output(kType);
    op_ = &model_.op("SubGraph_0", "GraphOp").input("x", kType).output(kType).def();
  }
  void attr(const std::string& key, int64_t value) { (*op_->mutable_attr())[key].set_i(value); }
  ::ge::proto::AttrDef& attr(const std::string& key) { return (*op_->mutable_attr())[key]; }

  ReadResult read_with(const std::string& weights, const std::string& tasks) {
    attr("graphop_task_size", static_cast<int64_t>(tasks.size()));
    return read(OmBuilder()
                    .modeltype(4)
                    .platform(0, "3.51.z.0")
                    .partition(0, samples::serialized(model_.def()))
                    .partition(1, weights)
                    .partition(2, tasks)
                    .build());
  }

 private:
  ModelBuilder model_;
  ::ge::proto::OpDef* op_;
};

void expect_inner(const ir::Model& model) {
  ASSERT_EQ(model.graphs.size(), 2U);
  EXPECT_EQ(model.graphs[1].name, "inner_graph");
  EXPECT_EQ(model.graphs[1].parent.op, 1U);
  EXPECT_EQ(model.graphs[1].ops.size(), 2U);
}

TEST(Hiai, InnerGraphAsGraphAndItsWeights) {
  HiaiFile file;
  *file.attr("subgraph").mutable_g() = inner_graph();
  file.attr("graphop_weight_offset", 64);
  std::string weights(128, '-');
  weights.replace(96, 16, std::string(16, 'w'));
  const auto result = file.read_with(weights, "");
  EXPECT_EQ(result.model->kind, Kind::kOmHiai);
  EXPECT_EQ(problem_lines(*result.model), "");
  expect_inner(*result.model);
  ASSERT_EQ(result.model->weights.size(), 1U);
  EXPECT_EQ(as_text(result.model->weights[0].tensor->bytes), std::string(16, 'w'))
      << "offsets count from the GraphOp's weights";
}

TEST(Hiai, InnerGraphAsBytes) {
  HiaiFile file;
  file.attr("subgraph").set_bt(inner_graph().SerializeAsString());
  const auto result = file.read_with(std::string(128, '-'), "");
  EXPECT_EQ(problem_lines(*result.model), "");
  expect_inner(*result.model);
}

TEST(Hiai, InnerGraphInTheCpuRegion) {
  HiaiFile file;
  const auto result = file.read_with(std::string(128, '-'), inner_graph().SerializeAsString());
  expect_inner(*result.model);
}

TEST(Hiai, NpuRegion) {
  HiaiFile file;
  *file.attr("subgraph").mutable_g() = inner_graph();
  const auto result = file.read_with(std::string(128, '-'), npu_region());
  EXPECT_EQ(problem_lines(*result.model), "");
  ASSERT_EQ(result.model->tasks.size(), 1U);
  EXPECT_EQ(result.model->tasks[0].op, "conv") << "by origin_op_index, in the inner graph";
  ASSERT_EQ(result.model->kernels.size(), 1U);
  EXPECT_EQ(result.model->kernels[0].name, "sobel");
  EXPECT_EQ(result.model->kernels[0].machine, 0x1029U);
  ASSERT_EQ(result.model->info.metadata.size(), 1U);
  EXPECT_EQ(result.model->info.metadata[0].second, "4.51.z.0");
}

TEST(Hiai, DamagedRegions) {
  HiaiFile file;
  *file.attr("subgraph").mutable_g() = inner_graph();
  const std::string region = npu_region();
  for (size_t size = 33; size < region.size(); size += 7) {
    const auto result = file.read_with(std::string(128, '-'), region.substr(0, size));
    EXPECT_EQ(result.model->graphs.size(), 2U);
  }
  std::string short_record = region;
  short_record.replace(36, 4, u32(3));
  const auto result = file.read_with(std::string(128, '-'), short_record);
  EXPECT_TRUE(has_problem(*result.model, Severity::kError, Code::kBadTlv));
}

TEST(Hiai, RegionOutsideOfThePartition) {
  HiaiFile file;
  file.attr("graphop_task_offset", 1000);
  const auto result = file.read_with("", npu_region());
  EXPECT_TRUE(result.model->problems.has_error());
}

}  // namespace
}  // namespace omscope
