// Partitions other than MODEL_DEF: kernels, tasks, MODEL_INOUT_INFO, tiling.

#include <gtest/gtest.h>

#include "ge_task.pb.h"
#include "make_samples/elf_builder.h"
#include "make_samples/ge_builder.h"
#include "make_samples/om_builder.h"
#include "support/files.h"

namespace omscope {
namespace {

using samples::kernel_record;
using samples::ModelBuilder;
using samples::OmBuilder;
using samples::u32;
using samples::u64;
using test::has_problem;
using test::problem_lines;
using test::read;

constexpr uint32_t kTaskInfo = 2;
constexpr uint32_t kTbeKernels = 3;
constexpr uint32_t kSoBins = 5;
constexpr uint32_t kType6 = 6;
constexpr uint32_t kInoutInfo = 8;
constexpr uint32_t kTilingData = 12;
constexpr uint32_t kCustomOps = 26;

std::string u16(uint16_t value) {
  return u32(value).substr(0, 2);
}

std::string model_def() {
  ModelBuilder model("m");
  model.graph("g");
  model.op("conv", "Conv2D").attr("_kernelname", "te_conv2d_1__kernel0");
  model.op("relu", "Relu").attr("relu_kernelname", "te_relu_1__kernel0");
  return samples::serialized(model.def());
}

ReadResult read_with(uint32_t type, const std::string& content) {
  return read(OmBuilder().version2().partition(0, model_def()).partition(type, content).build());
}

TEST(KernelStore, RecordsWithElfFacts) {
  const std::string elf =
      samples::build_kernel_elf({"te_x__kernel0", "2024-01-02 clang version 15", "code"});
  const auto result =
      read_with(kTbeKernels, kernel_record("conv", elf) + kernel_record("relu", elf));
  EXPECT_EQ(problem_lines(*result.model), "");
  ASSERT_EQ(result.model->kernels.size(), 2U);
  const ir::Kernel& kernel = result.model->kernels[0];
  EXPECT_EQ(kernel.name, "conv");
  EXPECT_EQ(kernel.machine, 0x1029U);
  EXPECT_EQ(kernel.symbols, std::vector<std::string>{"te_x__kernel0"});
  EXPECT_EQ(kernel.compiler, "2024-01-02 clang version 15");
  EXPECT_EQ(result.model->info.compiler_date, "2024-01-02");
  EXPECT_EQ(kernel.offset, result.model->container.partitions[1].offset + 12 + 4);
}

TEST(KernelStore, DamagedRecordKeepsTheOnesBefore) {
  const std::string store = kernel_record("good", "x") + kernel_record("cut", "yyyy");
  const auto cut = read_with(kTbeKernels, store.substr(0, store.size() - 1));
  EXPECT_TRUE(has_problem(*cut.model, Severity::kError, Code::kBadKernelStore));
  EXPECT_EQ(cut.model->kernels.size(), 1U);
  const auto magic = read_with(kTbeKernels, kernel_record("good", "x") + u32(7) + store);
  EXPECT_EQ(magic.model->kernels.size(), 1U);
  EXPECT_NE(problem_lines(*magic.model).find("0x00000007 starts no record"), std::string::npos);
}

TEST(KernelStore, SharedObjectsAndCustomOps) {
  const std::string so =
      u32(1) + u32(0x5D776EFD) + u16(2) + u16(1) + u32(3) + u32(4) + "so" + "ven" + "body";
  const auto bins = read_with(kSoBins, so);
  EXPECT_EQ(bins.model->kernels.at(0).name, "so");
  EXPECT_EQ(as_text(bins.model->kernels[0].binary), "body");
  const auto custom = read_with(kCustomOps, u32(0x4B43534B) + u32(2) + u32(3) + "op" + "bin");
  EXPECT_EQ(custom.model->kernels.at(0).name, "op");
  const auto too_many = read_with(kSoBins, u32(0xFFFFFFFF) + "x");
  EXPECT_TRUE(has_problem(*too_many.model, Severity::kError, Code::kBadKernelStore));
}

domi::ModelTaskDef tasks() {
  domi::ModelTaskDef all;
  domi::TaskDef& by_name = *all.add_task();
  by_name.mutable_kernel()->set_kernel_name("k1");
  by_name.mutable_kernel()->set_block_dim(2);
  domi::TaskDef& by_index = *all.add_task();
  by_index.mutable_kernel()->mutable_context()->set_op_index(1);
  by_index.mutable_kernel()->set_stub_func("x");
  by_index.set_stream_id(3);
  domi::TaskDef& by_stub = *all.add_task();
  by_stub.mutable_kernel()->set_stub_func("-1_0_conv");
  all.add_task()->set_type(31);
  all.add_task()->set_type(999);
  return all;
}

TEST(Tasks, FindTheirOpsAndKernels) {
  const auto result = read_with(kTaskInfo, tasks().SerializeAsString());
  EXPECT_EQ(problem_lines(*result.model), "");
  const auto& list = result.model->tasks;
  ASSERT_EQ(list.size(), 5U);
  EXPECT_EQ(list[0].kernel, "k1");
  EXPECT_EQ(list[0].block_dim, 2);
  EXPECT_EQ(list[1].op, "relu") << "by op_index";
  EXPECT_EQ(list[1].kernel, "te_relu_1__kernel0") << "from the op's attribute";
  EXPECT_EQ(list[1].stream_id, 3);
  EXPECT_EQ(list[2].op, "conv") << "by stub_func";
  EXPECT_EQ(list[3].type_name, "CMO");
  EXPECT_EQ(list[4].type_name, "");
  EXPECT_EQ(list[4].type, 999);
}

// Since atc 7.6 a KERNEL task carries a second, nearly empty body.
TEST(Tasks, BodyIsPickedByTypeNotByPresence) {
  domi::ModelTaskDef all;
  domi::TaskDef& task = *all.add_task();
  task.mutable_kernel()->set_kernel_name("right");
  task.mutable_kernel()->set_block_dim(8);
  task.mutable_kernel_with_handle()->set_block_dim(1);
  const auto result = read_with(kTaskInfo, all.SerializeAsString());
  EXPECT_EQ(result.model->tasks.at(0).block_dim, 8);
}

TEST(Tasks, DamageKeepsTheOnesBefore) {
  const std::string bytes = tasks().SerializeAsString();
  const auto result = read_with(kTaskInfo, bytes.substr(0, bytes.size() - 1));
  EXPECT_TRUE(has_problem(*result.model, Severity::kError, Code::kBadTask));
  EXPECT_EQ(result.model->tasks.size(), 4U);
}

std::string port(const std::string& name, uint64_t size, const std::vector<int64_t>& dims,
                 int32_t dtype = 0) {
  std::string raw;
  for (const int64_t dim : dims) raw += u64(static_cast<uint64_t>(dim));
  const auto length = static_cast<uint32_t>(raw.size());
  return u64(size) + u32(2) + u32(static_cast<uint32_t>(dtype)) +
         u32(static_cast<uint32_t>(name.size())) + u32(length) + u32(0) + u32(0) + name + raw;
}

std::string record(uint32_t type, const std::string& payload) {
  return u32(type) + u32(static_cast<uint32_t>(payload.size())) + payload;
}

TEST(InoutInfo, ReplacesTheInterface) {
  const std::string info = record(0, u32(1) + port("in", 1800, {1, -1, 4}, 1)) +
                           record(1, u32(2) + port("a", 8, {2}) + port("b", 0, {3}, 3));
  const auto result = read_with(kInoutInfo, info);
  EXPECT_EQ(problem_lines(*result.model), "");
  ASSERT_EQ(result.model->inputs.size(), 1U);
  EXPECT_EQ(result.model->inputs[0].name, "in");
  EXPECT_EQ(result.model->inputs[0].dtype, DType::kFloat16);
  EXPECT_FALSE(result.model->inputs[0].size.has_value()) << "dynamic";
  ASSERT_EQ(result.model->outputs.size(), 2U);
  EXPECT_EQ(result.model->outputs[0].size, 8U);
  EXPECT_EQ(result.model->outputs[1].size, 12U) << "computed where none is stated";
}

TEST(InoutInfo, Gears) {
  const auto batch = read_with(kInoutInfo, record(2, u32(2) + u64(1) + u64(8)));
  EXPECT_EQ(batch.model->dynamic.kind, ir::DynamicKind::kBatch);
  EXPECT_EQ(batch.model->dynamic.gears, (std::vector<std::vector<int64_t>>{{1}, {8}}));
  const auto image = read_with(
      kInoutInfo, record(3, u32(2) + u32(2) + u32(2) + u64(224) + u64(224) + u64(448) + u64(448)));
  EXPECT_EQ(image.model->dynamic.gears,
            (std::vector<std::vector<int64_t>>{{224, 224}, {448, 448}}));
}

// SS928 files of atc 5.20 give the same bytes the number of a flow model.
TEST(InoutInfo, Type6ByContent) {
  const auto result = read_with(kType6, record(0, u32(1) + port("in", 8, {2})));
  EXPECT_EQ(result.model->container.partitions[1].type_name, "MODEL_INOUT_INFO");
  EXPECT_EQ(result.model->inputs.at(0).name, "in");
}

TEST(InoutInfo, DamageIsReportedWithItsPlace) {
  const std::string info = record(0, u32(1000000) + port("in", 8, {2}));
  const auto count = read_with(kInoutInfo, info);
  EXPECT_TRUE(has_problem(*count.model, Severity::kError, Code::kBadTlv));
  const auto cut = read_with(kInoutInfo, u32(0) + u32(100) + "x");
  EXPECT_TRUE(has_problem(*cut.model, Severity::kError, Code::kBadTlv));
}

TEST(Tiling, ResultsAreRead) {
  const std::string info = u64(77) + u64(4) + u32(8) + std::string(36, '\0');
  const auto tlv = [](uint8_t type, const std::string& payload) {
    return std::string(1, static_cast<char>(type)) + u32(static_cast<uint32_t>(payload.size())) +
           payload;
  };
  const std::string records = tlv(0, info) + tlv(1, "tile") + tlv(2, u64(1) + u64(2));
  const std::string data =
      u32(0xDD776EFE) + u32(2) + u32(static_cast<uint32_t>(records.size())) + records;
  const auto result = read_with(kTilingData, data);
  EXPECT_EQ(problem_lines(*result.model), "");
  ASSERT_EQ(result.model->tilings.size(), 1U);
  EXPECT_EQ(result.model->tilings[0].key, 77U);
  EXPECT_EQ(result.model->tilings[0].block_dim, 8U);
  EXPECT_EQ(result.model->tilings[0].id_count, 2U);
  EXPECT_EQ(as_text(result.model->tilings[0].data), "tile");
  const auto bad = read_with(kTilingData, "nonsense data");
  EXPECT_TRUE(has_problem(*bad.model, Severity::kError, Code::kBadTlv));
}

}  // namespace
}  // namespace omscope
