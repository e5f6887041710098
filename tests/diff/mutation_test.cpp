// One change in a model is found, and nothing else is reported.
#include <gtest/gtest.h>

#include "diff/change.h"
#include "diff/edited_graph.h"
#include "diff/model_edit.h"
#include "diff/show_result.h"
#include "make_samples/ge_builder.h"
#include "make_samples/network_om.h"
#include "support/files.h"

namespace omscope {
namespace {

using diff::Class;
using test::ModelEdit;

::ge::proto::AttrDef& attr(::ge::proto::OpDef& op, const std::string& key) {
  return (*op.mutable_attr())[key];
}

::ge::proto::AttrDef& attr_of_model(ModelEdit& m, const std::string& key) {
  return (*m.def.mutable_attr())[key];
}

void add_aipp(ModelEdit& m, int64_t mean) {
  auto& data = m.op_of("Data");
  auto& config = *attr(data, "aipp").mutable_func();
  samples::set_attr((*config.mutable_attr())["aipp_mode"], 1);
  samples::set_attr((*config.mutable_attr())["input_format"], 1);
  samples::set_attr((*config.mutable_attr())["mean_chn_0"], mean);
}

TEST(DiffMutations, EachIsTheOnlyDifference) {
  const auto without = test::expect_each_found(
      samples::network_as_om(samples::make_network(), samples::older_build()));
  // It has no quantised ops, and no op between two others without a layout op or constants.
  EXPECT_EQ(without, (std::vector<std::string>{"Scale", "Edge", "OpRemoved"}));
}

void expect_one_in_structure(const ModelEdit& a, const ModelEdit& b) {
  const diff::Result result = test::diff_bytes(a.file(), b.file());
  EXPECT_EQ(test::name_of(result.verdict), "different") << test::shown(result);
  ASSERT_EQ(result.differences.size(), 1U) << test::shown(result);
  EXPECT_EQ(result.differences[0].kind, Class::kStructure);
}

TEST(DiffMutations, Edge) {
  const ModelEdit a(samples::network_as_om(samples::make_network(), samples::older_build()));
  ModelEdit b = a;
  b.op("pool/GlobalAveragePool").set_input(0, "stem/MaxPool:0");
  expect_one_in_structure(a, b);
}

TEST(DiffMutations, OpRemoved) {
  const ModelEdit a(samples::network_as_om(samples::make_network(), samples::older_build()));
  ModelEdit b = a;
  test::EditedGraph(b).remove(b.op("stem/MaxPool"));
  expect_one_in_structure(a, b);
}

TEST(DiffMutations, AippValue) {
  ModelEdit a(samples::network_as_om(samples::make_network(), samples::older_build()));
  ModelEdit b = a;
  add_aipp(a, 7);
  add_aipp(b, 8);
  const diff::Result result = test::diff_bytes(a.file(), b.file());
  EXPECT_EQ(test::name_of(result.verdict), "interface") << test::shown(result);
  ASSERT_EQ(result.differences.size(), 1U) << test::shown(result);
  EXPECT_EQ(result.differences[0].subject, "input image: mean_chn_0");
}

/// A second output behind the first.
void add_output(ModelEdit& m, const std::string& source) {
  auto& output = m.op_of("NetOutput");
  output.add_input(source);
  *output.add_input_desc() = output.input_desc(0);
  *output.add_output_desc() = output.output_desc(0);
  attr_of_model(m, "attr_model_out_nodes_name").mutable_list()->add_s("second:0:second");
}

TEST(DiffMutations, OutputOrder) {
  ModelEdit a(samples::network_as_om(samples::make_network(), samples::older_build()));
  add_output(a, "fc/Gemm:0");
  ModelEdit b = a;
  b.op_of("NetOutput").mutable_input()->SwapElements(0, 1);
  const auto expect_order = [&] {
    const diff::Result result = test::diff_bytes(a.file(), b.file());
    EXPECT_EQ(test::name_of(result.verdict), "interface") << test::shown(result);
    ASSERT_EQ(result.differences.size(), 1U) << test::shown(result);
    EXPECT_EQ(result.differences[0].subject, "order of outputs");
  };
  expect_order();
  attr_of_model(b, "attr_model_out_nodes_name").mutable_list()->mutable_s()->SwapElements(0, 1);
  expect_order();
}

TEST(DiffMutations, OutputAdded) {
  ModelEdit a(samples::network_as_om(samples::make_network(), samples::older_build()));
  ModelEdit b = a;
  add_output(b, "fc/Gemm:0");
  const diff::Result result = test::diff_bytes(a.file(), b.file());
  EXPECT_EQ(test::name_of(result.verdict), "interface") << test::shown(result);
  ASSERT_EQ(result.differences.size(), 1U) << test::shown(result);
  EXPECT_EQ(result.differences[0].kind, Class::kInterface);
}

/// A Case that chooses among sizes.
void add_gears(ModelEdit& m, int64_t second) {
  auto& op = *m.graph().add_op();
  op.set_name("choice");
  op.set_type("Case");
  op.set_id(900);
  op.add_input("image:0");
  samples::set_attr(attr(op, "_batch_num"), 2);
  samples::set_attr(attr(op, "mbatch_dynamic_type"), 1);
  samples::set_attr(attr(op, "_pred_value_0"), samples::Dims{1});
  samples::set_attr(attr(op, "_pred_value_1"), samples::Dims{second});
}

TEST(DiffMutations, Gears) {
  ModelEdit a(samples::network_as_om(samples::make_network(), samples::older_build()));
  ModelEdit b = a;
  add_gears(a, 4);
  add_gears(b, 8);
  const diff::Result result = test::diff_bytes(a.file(), b.file());
  EXPECT_EQ(test::name_of(result.verdict), "interface") << test::shown(result);
  ASSERT_EQ(result.differences.size(), 1U) << test::shown(result);
  EXPECT_EQ(result.differences[0].kind, Class::kDynamic);
}

TEST(DiffMutations, ScaleOfInt8Filter) {
  ModelEdit a(samples::network_as_om(samples::make_network(), samples::older_build()));
  attr(a.op_of("Conv2D"), "quant_scale").set_f(0.5F);
  ModelEdit b = a;
  attr(b.op_of("Conv2D"), "quant_scale").set_f(0.25F);
  const diff::Result result = test::diff_bytes(a.file(), b.file());
  EXPECT_EQ(test::name_of(result.verdict), "different") << test::shown(result);
  ASSERT_EQ(result.differences.size(), 1U) << test::shown(result);
  EXPECT_EQ(result.differences[0].kind, Class::kAttribute);
}

TEST(DiffMutations, InputShape) {
  ModelEdit a(samples::network_as_om(samples::make_network(), samples::older_build()));
  ModelEdit b = a;
  auto& data = b.op_of("Data");
  for (auto* desc : {data.mutable_input_desc(0), data.mutable_output_desc(0)}) {
    desc->mutable_shape()->set_dim(2, 64);
  }
  const diff::Result result = test::diff_bytes(a.file(), b.file());
  EXPECT_EQ(test::name_of(result.verdict), "interface") << test::shown(result);
  EXPECT_EQ(test::count_of(result, Class::kInterface), 1U) << test::shown(result);
}

}  // namespace
}  // namespace omscope
