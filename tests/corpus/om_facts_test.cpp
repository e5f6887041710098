// Facts about real offline models that were established by hand or by other tools.

#include <cmath>

#include "omscope/core/sha256.h"
#include "omscope/report/summary.h"
#include "omscope/tensor/decode.h"

#include "support/corpus.h"
#include "support/files.h"

namespace omscope {
namespace {

std::unique_ptr<ir::Model> om(const std::string& name) {
  auto result = read_model((*test::corpus() / "om" / name).string());
  return result.ok() ? std::move(result->model) : nullptr;
}

const ir::Tensor* weight(const ir::Model& model, std::string_view op) {
  for (const ir::Weight& each : model.weights) {
    if (each.op == op) return each.tensor;
  }
  return nullptr;
}

size_t count_tasks(const ir::Model& model, std::string_view type) {
  return static_cast<size_t>(
      std::count_if(model.tasks.begin(), model.tasks.end(),
                    [&](const ir::Task& task) { return task.type_name == type; }));
}

// The worked example of the format reference: a table of 52 bytes at 256, four partitions.
TEST(OmFacts, A3cPartitions) {
  NEED_CORPUS();
  const auto model = om("Ascend__modelzoo__a3c_pong_model.om");
  const auto& partitions = model->container.partitions;
  ASSERT_EQ(partitions.size(), 4U);
  EXPECT_EQ(partitions[0].type_name, "MODEL_DEF");
  EXPECT_EQ(partitions[0].offset, 308U);
  EXPECT_EQ(partitions[0].size, 32085U);
  EXPECT_EQ(partitions[2].type_name, "TBE_KERNELS");
  EXPECT_EQ(partitions[2].offset, 352393U);
  EXPECT_EQ(partitions[3].offset + partitions[3].size, 378955U);
}

TEST(OmFacts, A3cWeights) {
  NEED_CORPUS();
  const auto model = om("Ascend__modelzoo__a3c_pong_model.om");
  EXPECT_EQ(model->weights.size(), 11U);
  const uint64_t blob = model->container.partitions[1].offset;
  const ir::Tensor* shape = weight(*model, "W_0/flat/Reshape/shape");
  ASSERT_NE(shape, nullptr);
  EXPECT_EQ(shape->offset, blob + 319488);
  EXPECT_EQ(load_le<int32_t>(shape->bytes.data()), 1);
  EXPECT_EQ(load_le<int32_t>(shape->bytes.data() + 4), -1);
  const ir::Tensor* bias = weight(*model, "dynamic_const_20661_13");
  ASSERT_NE(bias, nullptr);
  EXPECT_EQ(bias->offset, blob + 318976);
  std::vector<double> values(4);
  tensor::decode(bias->type.dtype, bias->bytes, 0, values);
  EXPECT_NEAR(values[0], 0.07495, 5e-6);
  EXPECT_NEAR(values[1], 0.02985, 5e-6);
  EXPECT_NEAR(values[2], 0.05850, 5e-6);
  EXPECT_NEAR(values[3], 0.05829, 5e-6);
}

TEST(OmFacts, A3cInterfaceTasksAndKernels) {
  NEED_CORPUS();
  const auto model = om("Ascend__modelzoo__a3c_pong_model.om");
  EXPECT_EQ(model->inputs.at(0).name, "s");
  EXPECT_EQ(model->inputs[0].size, 7056U);
  EXPECT_EQ(model->outputs.at(0).name, "out_a:0");
  EXPECT_EQ(model->outputs[0].dtype, DType::kInt32);
  EXPECT_EQ(model->tasks.size(), 15U);
  EXPECT_EQ(model->kernels.size(), 12U);
  EXPECT_EQ(model->info.compiler_date, "2020-09-28");
  EXPECT_EQ(om("Ascend__modelzoo__a3c_pong_model.757f1fa.om")->info.compiler_date, "2020-06-24");
  for (const ir::Kernel& kernel : model->kernels) EXPECT_EQ(kernel.machine, 0x1029U);
}

TEST(OmFacts, EveryKernelTaskFindsItsOpAndKernel) {
  NEED_CORPUS();
  for (const char* name :
       {"Ascend__modelzoo__a3c_pong_model.om", "Ascend__modelzoo__a3c_pong_model.757f1fa.om",
        "Ascend__ModelZoo-TensorFlow__hh_om.om", "DragonGongY__nanotrack_hisi_ss928__backT.om",
        "HelloChang1__Nanotrack_Atlas200I_Inference__nanotrack_backbone_127.om",
        "a-ircle__atlas200i-line-tracking-car__my_122_anenet.om",
        "fairysli__Nanotrack_Atlas__Nanotrack_T.om"}) {
    const auto model = om(name);
    for (const ir::Task& task : model->tasks) {
      if (task.type_name != "KERNEL") continue;
      EXPECT_FALSE(task.op.empty()) << name << " task " << task.index;
      EXPECT_FALSE(task.kernel.empty()) << name << " task " << task.index;
    }
  }
}

// Where a task names its kernel, the record's only global function is that name.
TEST(OmFacts, KernelNamesAreTheirSymbols) {
  NEED_CORPUS();
  const auto model = om("Ascend__modelzoo__a3c_pong_model.om");
  std::map<std::string_view, const ir::Kernel*> by_op;
  for (const ir::Kernel& kernel : model->kernels) by_op[kernel.name] = &kernel;
  size_t compared = 0;
  for (const ir::Task& task : model->tasks) {
    if (task.type_name != "KERNEL") continue;
    ASSERT_TRUE(by_op.contains(task.op)) << task.op;
    EXPECT_EQ(by_op[task.op]->symbols, std::vector<std::string>{std::string(task.kernel)});
    ++compared;
  }
  EXPECT_EQ(compared, 12U);
}

TEST(OmFacts, TasksAndKernelsOfNewerBuilds) {
  NEED_CORPUS();
  const auto anenet = om("a-ircle__atlas200i-line-tracking-car__my_122_anenet.om");
  EXPECT_EQ(anenet->kernels.size(), 129U);
  EXPECT_EQ(count_tasks(*anenet, "KERNEL"), 152U);
  EXPECT_EQ(anenet->info.soc_version, "Ascend310B4");
  EXPECT_EQ(anenet->graphs.at(0).ops.size(), 547U);
  EXPECT_EQ(anenet->weights.size(), 393U);
  const auto t = om("fairysli__Nanotrack_Atlas__Nanotrack_T.om");
  EXPECT_EQ(t->kernels.size(), 83U);
  EXPECT_EQ(count_tasks(*t, "KERNEL"), 95U);
  const auto backbone = om("HelloChang1__Nanotrack_Atlas200I_Inference__nanotrack_backbone_127.om");
  EXPECT_EQ(backbone->kernels.size(), 79U);
  EXPECT_EQ(count_tasks(*backbone, "KERNEL"), 90U);
  EXPECT_EQ(count_tasks(*backbone, "CMO"), 92U);
  EXPECT_EQ(count_tasks(*backbone, "BARRIER"), 28U);
}

TEST(OmFacts, NanotrackWeightsAreTheSameInBothBuilds) {
  NEED_CORPUS();
  const auto hashes = [](const ir::Model& model) {
    std::multiset<std::string> out;
    for (const ir::Weight& each : model.weights) out.insert(sha256_hex(each.tensor->bytes));
    return out;
  };
  const auto a = om("fairysli__Nanotrack_Atlas__Nanotrack_T.om");
  const auto b = om("HelloChang1__Nanotrack_Atlas200I_Inference__nanotrack_backbone_127.om");
  EXPECT_EQ(a->weights.size(), 82U);
  EXPECT_EQ(hashes(*a), hashes(*b));
}

TEST(OmFacts, InterfaceByModelInoutInfoAndByGraphAgree) {
  NEED_CORPUS();
  const auto model = om("HelloChang1__Nanotrack_Atlas200I_Inference__nanotrack_backbone_127.om");
  ASSERT_EQ(model->outputs.size(), 1U);
  EXPECT_EQ(model->outputs[0].name, "/features/features.9/conv/conv.7/Conv:0:output");
  EXPECT_EQ(model->outputs[0].size, 24576U);
  const auto names = ir::get<ir::List<std::string_view>>(model->attrs, "attr_model_out_nodes_name");
  EXPECT_EQ((*names)[0], model->outputs[0].name);
}

TEST(OmFacts, Ss928HasInoutInfoUnderAnotherNumber) {
  NEED_CORPUS();
  const auto model = om("DragonGongY__nanotrack_hisi_ss928__backT.om");
  EXPECT_EQ(model->container.partitions[0].type, 6U);
  EXPECT_EQ(model->container.partitions[0].type_name, "MODEL_INOUT_INFO");
  EXPECT_EQ(model->info.soc_version, "OPTG");
  EXPECT_EQ(model->outputs.at(0).name, "Add_102:0:output");
  EXPECT_EQ(model->info.stream_num, 2);
}

TEST(OmFacts, HiaiInnerGraphs) {
  NEED_CORPUS();
  const auto brow = om("946166920__hiai_ddk__get_brow_baltimoreB370.om");
  ASSERT_EQ(brow->graphs.size(), 2U);
  EXPECT_EQ(brow->graphs[0].ops.size(), 4U);
  EXPECT_EQ(brow->graphs[1].ops.size(), 268U);
  EXPECT_EQ(brow->weights.size(), 169U);
  EXPECT_EQ(brow->graphs[0].ops[brow->graphs[1].parent.op].type, "GraphOp");
  const auto npu = om("946166920__hiai_ddk__tf_softmax_hcs_npucl.om");
  EXPECT_EQ(npu->graphs.at(1).ops.size(), 5U);
  EXPECT_EQ(om("946166920__hiai_ddk__tf_softmax_hcs_cpucl.om")->graphs.at(1).ops.size(), 3U);
  const auto sobel = om("hicann__cann-recipes-harmony-infer__SobelCustom.omc");
  EXPECT_EQ(sobel->info.soc_version, "kirin9020");
  EXPECT_EQ(sobel->graphs.at(1).ops[1].type, "SobelCustom");
  EXPECT_EQ(sobel->kernels.size(), 1U);
  EXPECT_EQ(sobel->tasks.at(0).op, "SobelCustom");
}

TEST(OmFacts, HiaiFilterInlineAndInThePartition) {
  NEED_CORPUS();
  const auto v0 = om("946166920__hiai_ddk__tf_conv_opversion_0.om");
  const auto v5 = om("946166920__hiai_ddk__tf_conv_opversion_5.om");
  const ir::Tensor& inline_filter = *v0->weights.at(0).tensor;
  const ir::Tensor& stored_filter = *v5->weights.at(0).tensor;
  EXPECT_EQ(inline_filter.storage, ir::Storage::kInline);
  EXPECT_EQ(stored_filter.storage, ir::Storage::kPartition);
  EXPECT_EQ(inline_filter.size, 18816U);
  EXPECT_EQ(sha256_hex(inline_filter.bytes), sha256_hex(stored_filter.bytes));
}

TEST(OmFacts, HiaiConstantsStoredInEightBits) {
  NEED_CORPUS();
  const auto model = om("946166920__hiai_ddk__quant8_8_notrain_opt_model.om");
  EXPECT_TRUE(test::has_problem(*model, Severity::kInfo, Code::kNarrowStorage));
  EXPECT_NE(test::problem_lines(*model).find("34 constants"), std::string::npos);
}

TEST(OmFacts, HiaiDynamicAipp) {
  NEED_CORPUS();
  const auto model = om("946166920__hiai_ddk__aipp.om");
  ASSERT_EQ(model->inputs.size(), 1U) << "the configuration is no input of the user";
  EXPECT_EQ(model->inputs[0].size, 10240000U);
  ASSERT_EQ(model->aipp.size(), 1U);
  EXPECT_EQ(model->aipp[0].mode, "dynamic");
  EXPECT_EQ(model->aipp[0].input, "Placeholder");
}

TEST(OmFacts, ThreeTablesOfOneFile) {
  NEED_CORPUS();
  const auto model = om("hicann__ge__dynamic_and_static_graph_without_unfold.om");
  EXPECT_EQ(model->container.model_num, 3U);
  std::vector<std::pair<uint32_t, std::string>> graphs;
  for (const ir::Graph& graph : model->graphs) {
    graphs.emplace_back(graph.table, std::string(graph.name));
  }
  EXPECT_EQ(graphs, (std::vector<std::pair<uint32_t, std::string>>{
                        {0, "root"}, {0, "sub_1"}, {0, "sub_2"}, {1, "sub_1"}, {2, "sub_2"}}));
  EXPECT_EQ(model->inputs.size(), 2U);
}

TEST(OmFacts, FlowModelAndItsSubmodels) {
  NEED_CORPUS();
  const auto model = om("hicann__ge__flow_model.om");
  ASSERT_EQ(model->submodels.size(), 2U);
  for (const auto& inner : model->submodels) EXPECT_EQ(inner->range.size(), 2231U);
}

TEST(OmFacts, InoutInfoByHand) {
  NEED_CORPUS();
  const auto model = om("hicann__ge__root_model.om");
  ASSERT_EQ(model->inputs.size(), 1U);
  EXPECT_EQ(model->inputs[0].name, "_arg_0");
  EXPECT_EQ(model->inputs[0].dtype, DType::kInt32);
  EXPECT_EQ(model->inputs[0].shape[0], 16);
  EXPECT_EQ(model->outputs.at(0).name, "output_0_out_0");
  EXPECT_EQ(model->outputs[0].shape[0], -1);
}

TEST(OmFacts, SvpLayersFiltersAndInputs) {
  NEED_CORPUS();
  const auto strip = om("GabrielWPC__Hi3519DV500SDKR11__aidestrip_model_256x192.om");
  size_t ops = 0;
  for (const ir::Graph& graph : strip->graphs) ops += graph.ops.size();
  EXPECT_EQ(ops, 65U);
  EXPECT_EQ(strip->graphs.at(1).name, "vector_combine5");
  EXPECT_EQ(strip->graphs[0].ops[strip->graphs[1].parent.op].type, "vector_combine");
  EXPECT_EQ(std::count_if(strip->weights.begin(), strip->weights.end(),
                          [](const auto& each) { return each.tensor->type.dtype == DType::kInt8; }),
            17);
  const auto nuc = om("GabrielWPC__Hi3519DV500SDKR11__nuc_model_384x288.om");
  ASSERT_EQ(nuc->graphs.at(0).ops.size(), 7U);
  EXPECT_EQ(nuc->graphs[0].ops[5].type, "VectorOps");
  EXPECT_EQ(nuc->graphs[0].ops[5].inputs.size(), 5U);
  const auto bare = om("GabrielWPC__Hi3519DV500SDKR11__aidestrip_model_120x90.om");
  EXPECT_TRUE(bare->graphs.empty());
  EXPECT_EQ(bare->inputs.at(0).name, "0");
}

}  // namespace
}  // namespace omscope
