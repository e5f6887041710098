// Edges, sub-graphs and constants of Graph Engine models.

#include <gtest/gtest.h>

#include "make_samples/ge_builder.h"
#include "make_samples/om_builder.h"
#include "support/files.h"

namespace omscope {
namespace {

using samples::ModelBuilder;
using samples::OmBuilder;
using samples::TensorSpec;
using test::has_problem;
using test::problem_lines;
using test::read;

const TensorSpec kType = {::ge::proto::DT_FLOAT, {2, 2}, "ND"};

ReadResult read_model_of(ModelBuilder& model, const std::string& weights = "") {
  return read(
      OmBuilder().partition(0, samples::serialized(model.def())).partition(1, weights).build());
}

TEST(GeGraph, SlotsControlsAndOptionalInputs) {
  ModelBuilder model("m");
  model.graph("g");
  model.op("a:b", "Data").output(kType).output(kType);
  model.op("c", "Op").input("a:b", kType, 1).optional_input().control("a:b").output(kType);
  const auto result = read_model_of(model);
  EXPECT_EQ(problem_lines(*result.model), "");
  const ir::Op& op = result.model->graphs[0].ops[1];
  ASSERT_EQ(op.inputs.size(), 2U);
  EXPECT_EQ(op.inputs[0].source, "a:b") << "names may hold a colon themselves";
  EXPECT_EQ(op.inputs[0].source_index, 1);
  EXPECT_EQ(op.inputs[0].source_op, 0U);
  EXPECT_EQ(op.inputs[1].source, "");
  EXPECT_EQ(op.inputs[1].type->format.base, "RESERVED");
  ASSERT_EQ(op.control_inputs.size(), 1U);
  EXPECT_EQ(op.control_inputs[0], "a:b");
}

// Trailing unconnected slots may be missing from `input` but still have a descriptor.
TEST(GeGraph, MoreDescriptorsThanInputs) {
  ModelBuilder model("m");
  model.graph("g");
  model.op("a", "Data").output(kType);
  samples::OpBuilder op = model.op("b", "Op");
  op.input("a", kType);
  samples::fill_descriptor(kType, *op.def().add_input_desc());
  const auto result = read_model_of(model);
  const ir::Op& read_op = result.model->graphs[0].ops[1];
  ASSERT_EQ(read_op.inputs.size(), 2U);
  EXPECT_EQ(read_op.inputs[1].source, "");
  EXPECT_TRUE(read_op.inputs[1].type->has_shape);
}

TEST(GeGraph, EdgesThatLeadNowhereAreCounted) {
  ModelBuilder model("m");
  model.graph("g");
  model.op("a", "Data").output(kType);
  model.op("b", "Op").input("missing", kType).input("a", kType, 7);
  const auto result = read_model_of(model);
  EXPECT_TRUE(has_problem(*result.model, Severity::kWarning, Code::kBadEdge));
  EXPECT_NE(problem_lines(*result.model).find("2 edges lead nowhere"), std::string::npos);
}

TEST(GeGraph, DuplicateNames) {
  ModelBuilder model("m");
  model.graph("g");
  model.op("a", "Data").output(kType);
  model.op("a", "Data").output(kType);
  EXPECT_TRUE(has_problem(*read_model_of(model).model, Code::kDuplicateName));
}

TEST(GeGraph, SubGraphsKnowTheirOwner) {
  ModelBuilder model("m");
  model.graph("root");
  model.op("call", "PartitionedCall").subgraph("inner").output(kType);
  model.graph("inner");
  model.op("x", "Data").output(kType);
  const auto result = read_model_of(model);
  EXPECT_EQ(problem_lines(*result.model), "");
  EXPECT_EQ(result.model->graphs[1].parent.graph, 0U);
  EXPECT_EQ(result.model->graphs[1].parent.op, 0U);
  EXPECT_EQ(result.model->graphs[0].ops[0].subgraphs[0], 1U);
}

TEST(GeGraph, SubGraphsThatContainThemselvesOrAreMissing) {
  ModelBuilder model("m");
  model.graph("root");
  model.op("call", "PartitionedCall").subgraph("a");
  model.op("lost", "PartitionedCall").subgraph("nowhere");
  model.graph("a");
  model.op("again", "PartitionedCall").subgraph("b");
  model.graph("b");
  model.op("loop", "PartitionedCall").subgraph("a");
  const auto result = read_model_of(model);
  EXPECT_TRUE(has_problem(*result.model, Severity::kWarning, Code::kBadSubgraph));
  EXPECT_NE(problem_lines(*result.model).find("2 references to sub-graphs"), std::string::npos)
      << problem_lines(*result.model);
}

TEST(GeConstant, InThePartitionAndInline) {
  ModelBuilder model("m");
  model.graph("g");
  const std::string bytes("\x01\x00\x00\x00\x02\x00\x00\x00\x03\x00\x00\x00\x04\x00\x00\x00", 16);
  model.constant("in_partition", kType, bytes);
  model.inline_constant("inline", kType, bytes);
  model.finish();
  const auto result = read_model_of(model, model.weights());
  EXPECT_EQ(problem_lines(*result.model), "");
  ASSERT_EQ(result.model->weights.size(), 2U);
  const ir::Tensor& first = *result.model->weights[0].tensor;
  EXPECT_EQ(first.storage, ir::Storage::kPartition);
  EXPECT_EQ(as_text(first.bytes), bytes);
  EXPECT_EQ(first.offset, result.model->container.partitions[1].offset + 512);
  const ir::Tensor& second = *result.model->weights[1].tensor;
  EXPECT_EQ(second.storage, ir::Storage::kInline);
  EXPECT_EQ(as_text(second.bytes), bytes);
}

TEST(GeConstant, OutsideOfTheWeights) {
  ModelBuilder model("m");
  model.graph("g");
  model.constant("far", kType, std::string(16, 'x'));
  auto& desc = *(*model.def().mutable_graph(0)->mutable_op(0)->mutable_attr())["value"]
                    .mutable_t()
                    ->mutable_desc();
  for (const auto& [offset, size] : std::vector<std::pair<int64_t, int64_t>>{
           {1 << 30, 16}, {512, 1 << 30}, {-1, 16}, {512, -1}, {INT64_MAX, INT64_MAX}}) {
    desc.set_data_offset(offset);
    desc.set_weight_size(size);
    const auto result = read_model_of(model, model.weights());
    EXPECT_TRUE(has_problem(*result.model, Severity::kError, Code::kBadWeight));
    EXPECT_EQ(result.model->weights.at(0).tensor->storage, ir::Storage::kNone);
  }
}

// HiAI files say DT_FLOAT of constants that are stored in eight bits.
TEST(GeConstant, StoredInFewerBitsThanItsDtype) {
  ModelBuilder model("m");
  model.graph("g");
  model.inline_constant("narrow", kType, "abcd");
  const auto result = read_model_of(model);
  EXPECT_TRUE(has_problem(*result.model, Severity::kInfo, Code::kNarrowStorage));
  EXPECT_NE(problem_lines(*result.model).find("8 bits an element"), std::string::npos);
}

TEST(GeConstant, ExternalFilesAreNamedAndFoundBesideTheModel) {
  ModelBuilder model("m");
  model.graph("g");
  model.op("here", "FileConstant")
      .output(kType)
      .attr("location", "weight_1")
      .attr("offset", 4)
      .attr("length", 16);
  model.op("missing", "FileConstant").output(kType).attr("location", "weight_2");
  model.op("outside", "FileConstant").output(kType).attr("location", "../secret");
  const test::ScratchFolder folder;
  folder.write("secret", std::string(64, 's'));
  folder.write("model/weight/weight_1", "head" + std::string(16, 'w'));
  const std::string path = folder.write(
      "model/m.om", OmBuilder().partition(0, samples::serialized(model.def())).build());
  const auto result = read_model(path);
  ASSERT_TRUE(result.ok());
  const auto& weights = result->model->weights;
  ASSERT_EQ(weights.size(), 3U);
  EXPECT_EQ(as_text(weights[0].tensor->bytes), std::string(16, 'w'));
  EXPECT_EQ(weights[0].tensor->location, "weight/weight_1");
  EXPECT_TRUE(weights[1].tensor->bytes.empty());
  EXPECT_TRUE(weights[2].tensor->bytes.empty());
  EXPECT_TRUE(has_problem(*result->model, Severity::kWarning, Code::kExternalMissing));
  EXPECT_TRUE(has_problem(*result->model, Severity::kWarning, Code::kExternalOutside));
}

TEST(GeGraph, DamagedOpKeepsTheOthers) {
  ModelBuilder model("m");
  model.graph("g");
  for (const char* name : {"a", "b", "c"}) model.op(name, "Op").output(kType).attr("x", 1);
  std::string bytes = samples::serialized(model.def());
  // The length of attribute "x" of op b: its key stands behind tag and length of the entry.
  const size_t second = bytes.find("\x0a\x01x", bytes.find("\x0a\x01x") + 1);
  ASSERT_NE(second, std::string::npos);
  bytes[second + 1] = '\x7f';
  const auto result = read(OmBuilder().partition(0, bytes).build());
  EXPECT_TRUE(has_problem(*result.model, Severity::kError, Code::kBadProtobuf));
  EXPECT_EQ(result.model->graphs[0].ops.size(), 3U);
  EXPECT_EQ(ir::get<int64_t>(result.model->graphs[0].ops[2].attrs, "x"), 1);
}

TEST(GeGraph, FieldsOfANewerSchemaAreCountedNotLost) {
  ModelBuilder model("m");
  model.graph("g");
  model.op("a", "Op");
  std::string bytes = samples::serialized(model.def());
  bytes += "\xf8\x07\x01";  // ModelDef field 127
  const auto result = read(OmBuilder().partition(0, bytes).build());
  EXPECT_FALSE(result.model->problems.has_error());
  EXPECT_NE(problem_lines(*result.model).find("ModelDef field 127"), std::string::npos);
}

}  // namespace
}  // namespace omscope
