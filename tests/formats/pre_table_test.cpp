// Offline models from before partition tables (2019).

#include <gtest/gtest.h>

#include "ge_task.pb.h"
#include "make_samples/om_builder.h"
#include "om_2019.pb.h"
#include "support/files.h"

namespace omscope {
namespace {

using samples::u32;
using test::problem_lines;
using test::read;

::omscope::om2019::ModelDef model() {
  ::omscope::om2019::ModelDef def;
  def.set_name("vanilla");
  def.set_version(1);
  def.set_memory_size(1024);
  def.set_stream_num(1);
  def.set_weight_size(64);
  ::omscope::om2019::OpDef& data = *def.add_op();
  data.set_name("data");
  data.set_type("Data");
  ::omscope::om2019::TensorDescriptor& in = *data.add_input_desc();
  in.set_format(0);
  in.set_data_type(0);
  for (const int64_t dim : {1, 3, 4, 4}) in.add_dim(dim);
  *data.add_output_desc() = in;
  ::omscope::om2019::OpDef& conv = *def.add_op();
  conv.set_name("conv1");
  conv.set_type("Convolution");
  conv.set_id(1);
  conv.add_src_name("data");
  conv.add_src_index(0);
  *conv.add_input_desc() = in;
  *conv.add_output_desc() = in;
  ::omscope::om2019::WeightDef& filter = *conv.mutable_convolution_param()->mutable_filter();
  filter.set_format(4);
  filter.set_data_type(1);
  for (const int64_t dim : {2, 2}) filter.mutable_shape()->add_dim(dim);
  filter.set_data("12345678");
  conv.mutable_convolution_param()->mutable_bias()->set_data("bias");
  (*conv.mutable_attr())["flag"].set_u(7);
  ::omscope::om2019::OpDef& output = *def.add_op();
  output.set_name("Node_Output");
  output.set_type("NetOutput");
  output.set_id(2);
  output.add_src_name("conv1");
  output.add_src_index(0);
  output.add_input_desc()->set_data_type(1);
  ::omscope::om2019::TensorDescriptor& out = *output.add_output_desc();
  out.add_dim(10);
  out.set_output_tensor(true);
  domi::ModelTaskDef tasks;
  tasks.add_task()->mutable_kernel()->mutable_context()->set_op_index(1);
  (*def.mutable_attr())["tasks"].set_bt(tasks.SerializeAsString());
  return def;
}

std::string file(const std::string& body) {
  std::string header(256, '\0');
  header.replace(0, 12, "IMOD" + u32(256) + u32(0x10000000));
  header.replace(76, 4, u32(static_cast<uint32_t>(body.size())));
  return header + body;
}

TEST(PreTable, OneMessageIsTheWholeModel) {
  const std::string content = file(model().SerializeAsString());
  const auto result = read(content);
  const ir::Model& read_model = *result.model;
  EXPECT_EQ(problem_lines(read_model), "");
  EXPECT_EQ(read_model.kind, Kind::kOm);
  EXPECT_EQ(read_model.info.name, "vanilla");
  EXPECT_EQ(read_model.info.memory_size, 1024);
  EXPECT_EQ(read_model.account.accounted, content.size());
  ASSERT_EQ(read_model.graphs.size(), 1U);
  const ir::Graph& graph = read_model.graphs[0];
  ASSERT_EQ(graph.ops.size(), 3U);
  EXPECT_EQ(graph.ops[1].inputs[0].source, "data");
  EXPECT_EQ(graph.ops[1].inputs[0].source_op, 0U);
  EXPECT_EQ(ir::get<int64_t>(graph.ops[1].attrs, "flag"), 7);
  EXPECT_NE(ir::find(graph.ops[1].attrs, "convolution_param"), nullptr);
}

// Formats and types are the C++ enums here, not those of the later schema.
TEST(PreTable, NumbersAreThoseOfTheEnums) {
  const auto result = read(file(model().SerializeAsString()));
  ASSERT_EQ(result.model->weights.size(), 2U);
  const ir::Tensor& filter = *result.model->weights[0].tensor;
  EXPECT_EQ(filter.type.dtype, DType::kFloat16);
  EXPECT_EQ(filter.type.format.base, "FRACTAL_Z");
  EXPECT_EQ(as_text(filter.bytes), "12345678");
  EXPECT_EQ(result.model->weights[0].op, "conv1");
}

TEST(PreTable, InterfaceAndTasks) {
  const auto result = read(file(model().SerializeAsString()));
  ASSERT_EQ(result.model->inputs.size(), 1U);
  EXPECT_EQ(result.model->inputs[0].size, 192U);
  ASSERT_EQ(result.model->outputs.size(), 1U);
  EXPECT_EQ(result.model->outputs[0].dtype, DType::kFloat32) << "the marked output descriptor";
  ASSERT_EQ(result.model->tasks.size(), 1U);
  EXPECT_EQ(result.model->tasks[0].op, "conv1");
}

TEST(PreTable, CutAnywhereKeepsWhatIsThere) {
  const std::string content = file(model().SerializeAsString());
  size_t with_ops = 0;
  for (size_t size = 257; size < content.size(); ++size) {
    const auto result = read(content.substr(0, size));
    if (!result.model->graphs.empty() && !result.model->graphs[0].ops.empty()) ++with_ops;
  }
  EXPECT_GT(with_ops, 100U);
}

}  // namespace
}  // namespace omscope
