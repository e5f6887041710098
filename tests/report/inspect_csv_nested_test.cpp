// CSV of models inside of models.

#include <sstream>

#include <gtest/gtest.h>

#include "flow_model.pb.h"
#include "make_samples/ge_builder.h"
#include "make_samples/om_builder.h"
#include "support/files.h"
#include "support/run_tool.h"

namespace omscope {
namespace {

std::string model_def(const std::string& name) {
  samples::ModelBuilder model(name);
  model.graph(name + "_graph");
  model.op("x", "Data").output({});
  return samples::serialized(model.def());
}

std::string flow_of(const std::string& submodel) {
  ::ge::flow_model::proto::FlowModelDef flow;
  flow.set_model_name("flow");
  ::ge::flow_model::proto::SubmodelDef inner;
  inner.set_model_name(submodel);
  inner.set_model_type("NPU");
  inner.set_om_data(
      samples::OmBuilder().version2().name(submodel).partition(0, model_def(submodel)).build());
  return samples::OmBuilder()
      .version2()
      .wide()
      .modeltype(3)
      .partition(0, model_def("root"))
      .partition(6, flow.SerializeAsString())
      .partition(7, inner.SerializeAsString())
      .build();
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

TEST(InspectCsv, NestedModelsHaveRows) {
  const test::ScratchFolder scratch;
  const auto om = scratch.write("flow.om", flow_of("inner"));
  const auto lines = lines_of(test::run_cli({"inspect", "--format", "csv", om}).out);
  ASSERT_EQ(lines.size(), 3U);
  EXPECT_TRUE(lines[1].starts_with(om + ",om-flow,")) << lines[1];
  EXPECT_TRUE(lines[2].starts_with(om + "!inner,om,")) << lines[2];
  const auto size_of = [](const std::string& line) {
    const size_t second = line.find(',', line.find(',') + 1);
    return std::stoull(line.substr(second + 1));
  };
  EXPECT_LT(size_of(lines[2]), size_of(lines[1]));
  const auto ops = lines_of(test::run_cli({"inspect", "--format", "csv", "--show", "ops", om}).out);
  ASSERT_EQ(ops.size(), 3U);
  EXPECT_TRUE(ops[1].starts_with(om + ",root_graph,")) << ops[1];
  EXPECT_TRUE(ops[2].starts_with(om + "!inner,inner_graph,")) << ops[2];
}

}  // namespace
}  // namespace omscope
