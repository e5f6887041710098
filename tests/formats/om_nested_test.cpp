// Models inside of models: flow models and bundles.

#include <gtest/gtest.h>

#include "flow_model.pb.h"
#include "make_samples/ge_builder.h"
#include "make_samples/om_builder.h"
#include "support/files.h"

namespace omscope {
namespace {

using samples::ModelBuilder;
using samples::OmBuilder;
using samples::u32;
using samples::u64;
using test::has_problem;
using test::problem_lines;
using test::read;

constexpr uint8_t kFlow = 3;
constexpr uint32_t kFlowModel = 6;
constexpr uint32_t kFlowSubmodel = 7;

std::string model_def(const std::string& name) {
  ModelBuilder model(name);
  model.graph(name + "_graph");
  model.op("x", "Data").output({});
  return samples::serialized(model.def());
}

std::string plain_om(const std::string& name) {
  return OmBuilder().version2().name(name).partition(0, model_def(name)).build();
}

std::string submodel(const std::string& name, const std::string& om) {
  ::ge::flow_model::proto::SubmodelDef def;
  def.set_model_name(name);
  def.set_model_type("NPU");
  def.set_om_data(om);
  return def.SerializeAsString();
}

std::string flow(const std::vector<std::string>& submodels) {
  ::ge::flow_model::proto::FlowModelDef def;
  def.set_model_name("flow");
  OmBuilder builder;
  builder.version2().wide().modeltype(kFlow).partition(0, model_def("root"));
  builder.partition(kFlowModel, def.SerializeAsString());
  for (const std::string& each : submodels) builder.partition(kFlowSubmodel, each);
  return builder.build();
}

TEST(FlowModel, SubmodelsAreWholeModels) {
  const auto result = read(flow({submodel("a", plain_om("a")), submodel("b", plain_om("b"))}));
  EXPECT_EQ(problem_lines(*result.model), "");
  EXPECT_EQ(result.model->kind, Kind::kOmFlow);
  EXPECT_EQ(result.model->container.partitions[1].type_name, "FLOW_MODEL");
  ASSERT_EQ(result.model->submodels.size(), 2U);
  const ir::Model& inner = *result.model->submodels[1];
  EXPECT_EQ(inner.account.accounted, inner.range.size());
  EXPECT_EQ(inner.account.unknown, 0U);
  EXPECT_EQ(inner.submodel_name, "b");
  EXPECT_EQ(inner.kind, Kind::kOm);
  EXPECT_EQ(inner.graphs.at(0).name, "b_graph");
  EXPECT_GT(inner.container.partitions.at(0).offset, result.model->container.partitions[3].offset)
      << "offsets are those of the outer file";
}

TEST(FlowModel, DescribedSubmodelHasItsGraph) {
  ::ge::flow_model::proto::SubmodelDef def;
  def.set_model_name("described");
  def.mutable_graph()->set_name("g");
  def.mutable_graph()->add_op()->set_name("x");
  const auto result = read(flow({def.SerializeAsString()}));
  EXPECT_EQ(result.model->submodels.at(0)->graphs.at(0).ops.size(), 1U);
}

TEST(FlowModel, OtherFilesAndPackagesAreNamed) {
  ::ge::flow_model::proto::SubmodelDef elsewhere;
  elsewhere.set_model_name("elsewhere");
  elsewhere.set_om_data_file_path("/far/away.om");
  ::ge::flow_model::proto::SubmodelDef package;
  package.set_model_name("code");
  package.set_model_type("UDF");
  package.set_om_data("a tar file");
  const auto result = read(flow({elsewhere.SerializeAsString(), package.SerializeAsString()}));
  EXPECT_TRUE(result.model->submodels.empty());
  EXPECT_NE(problem_lines(*result.model).find("/far/away.om"), std::string::npos);
  EXPECT_NE(problem_lines(*result.model).find("UDF"), std::string::npos);
}

TEST(FlowModel, NestingEnds) {
  std::string file = plain_om("innermost");
  for (int i = 0; i < 6; ++i) file = flow({submodel("level", file)});
  const auto result = read(file);
  EXPECT_TRUE(has_problem(*result.model, Severity::kError, Code::kTooDeep));
}

TEST(FlowModel, DamageInsideOfASubmodelReachesTheOuterReport) {
  const std::string inner = plain_om("a");
  const auto result = read(flow({submodel("a", inner.substr(0, inner.size() - 3))}));
  EXPECT_TRUE(has_problem(*result.model, Severity::kError, Code::kTruncated));
  EXPECT_NE(problem_lines(*result.model).find("submodel a"), std::string::npos);
}

/// A bundle as its writer leaves it: no magic, sizes that count the header.
std::string bundle(const std::vector<std::string>& models, bool with_magic) {
  const uint64_t table = 8 + 24 * (models.size() + 1);
  std::string entries = u32(25) + u32(0) + u64(table) + u64(8);
  std::string content = u64(4096);
  uint64_t offset = table + 8;
  for (const std::string& model : models) {
    entries += u32(24) + u32(0) + u64(offset) + u64(model.size());
    content += model;
    offset += model.size();
  }
  std::string header(256, '\0');
  if (with_magic) header.replace(0, 12, "IMOD" + u32(256) + u32(0x20000000));
  header[82] = 5;
  header.replace(156, 4, u32(static_cast<uint32_t>(models.size())));
  const uint64_t total = 256 + table + content.size();
  header.replace(184, 8, u64(total));
  return header + u32(static_cast<uint32_t>(models.size() + 1)) + u32(0) + entries + content;
}

TEST(Bundle, WithAndWithoutMagic) {
  for (const bool magic : {false, true}) {
    const std::string file = bundle({plain_om("a"), plain_om("b")}, magic);
    const auto result = read(file);
    EXPECT_EQ(problem_lines(*result.model), "") << magic;
    EXPECT_EQ(result.model->kind, Kind::kOmBundle);
    ASSERT_EQ(result.model->submodels.size(), 2U);
    EXPECT_EQ(result.model->submodels[1]->info.name, "b");
    EXPECT_EQ(result.model->account.accounted, file.size());
  }
}

// Partitions that all point at the same bytes must not multiply the work.
TEST(Bundle, OverlappingModelsAreReadOnce) {
  const std::string inner = bundle({plain_om("a")}, false);
  std::string file = bundle({inner, "", "", "", ""}, false);
  const uint64_t entry = 256 + 8 + 24;
  const std::string first = file.substr(entry, 24);
  for (size_t i = 1; i < 5; ++i) file.replace(entry + 24 * i, 24, first);
  const auto result = read(file);
  EXPECT_TRUE(result.model->problems.has_error());
  EXPECT_LE(result.model->submodels.size(), 2U);
}

}  // namespace
}  // namespace omscope
