// Real ONNX models, and the test models of the ONNX project that Debian packages.

#include <set>

#include <onnx/onnx_pb.h>

#include "support/corpus.h"
#include "support/files.h"

namespace omscope {
namespace {

namespace fs = std::filesystem;

/// Nodes of a graph in order, as protobuf's classes read them.
void expect_nodes(const ir::Graph& graph,
                  const google::protobuf::RepeatedPtrField<::onnx::NodeProto>& nodes) {
  ASSERT_EQ(graph.ops.size(), static_cast<size_t>(nodes.size()));
  for (int i = 0; i < nodes.size(); ++i) {
    const ir::Op& op = graph.ops[static_cast<size_t>(i)];
    EXPECT_EQ(op.name, nodes[i].name());
    EXPECT_EQ(op.type, nodes[i].op_type());
    EXPECT_EQ(op.domain, nodes[i].domain());
    ASSERT_EQ(op.inputs.size(), static_cast<size_t>(nodes[i].input_size()));
    for (int k = 0; k < nodes[i].input_size(); ++k) {
      EXPECT_EQ(op.inputs[static_cast<size_t>(k)].value, nodes[i].input(k));
    }
    ASSERT_EQ(op.output_names.size(), static_cast<size_t>(nodes[i].output_size()));
    EXPECT_EQ(op.attrs.size(), static_cast<size_t>(nodes[i].attribute_size()));
  }
}

/// An initializer's bytes, as its raw data has them.
void expect_initializers(const ir::Model& model, const ::onnx::GraphProto& graph) {
  std::map<std::string_view, const ir::Tensor*> by_name;
  for (const ir::Weight& weight : model.weights) {
    if (weight.graph == 0) by_name[weight.tensor->type.name] = weight.tensor;
  }
  for (const auto& tensor : graph.initializer()) {
    ASSERT_TRUE(by_name.contains(tensor.name())) << tensor.name();
    const ir::Tensor& ours = *by_name[tensor.name()];
    EXPECT_EQ(std::vector<int64_t>(ours.type.shape.begin(), ours.type.shape.end()),
              std::vector<int64_t>(tensor.dims().begin(), tensor.dims().end()));
    if (tensor.has_raw_data()) EXPECT_EQ(as_text(ours.bytes), tensor.raw_data());
  }
}

void expect_same_as_protobuf(const std::string& path) {
  SCOPED_TRACE(path);
  const auto result = read_model(path);
  ASSERT_TRUE(result.ok());
  const ir::Model& model = *result->model;
  ASSERT_EQ(model.kind, Kind::kOnnx);
  EXPECT_FALSE(model.problems.has_error()) << test::problem_lines(model);
  EXPECT_EQ(model.account.accounted, model.file->size());
  ::onnx::ModelProto expected;
  ASSERT_TRUE(expected.ParseFromString(test::file_content(path)));
  EXPECT_EQ(model.info.opsets.size(), static_cast<size_t>(expected.opset_import_size()));
  EXPECT_EQ(model.outputs.size(), static_cast<size_t>(expected.graph().output_size()));
  EXPECT_EQ(model.functions.size(), static_cast<size_t>(expected.functions_size()));
  if (!expected.has_graph()) return;
  expect_nodes(model.graphs.at(0), expected.graph().node());
  expect_initializers(model, expected.graph());
}

TEST(RealOnnx, EveryModelLoadsAsProtobufReadsIt) {
  NEED_CORPUS();
  const auto files = test::corpus_files("real/onnx");
  EXPECT_GE(files.size(), 60U);
  for (const std::string& file : files) expect_same_as_protobuf(file);
}

TEST(RealOnnx, ParametersOfTheLanenetEpochs) {
  NEED_CORPUS();
  const auto result = read_model(
      (*test::corpus() / "real/onnx/lanenet_epochs/lanenet_epoch_122_batch_8_AUG.onnx").string());
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->model->graphs.at(0).ops.size(), 462U);
  EXPECT_EQ(result->model->inputs.at(0).name, "input_image");
}

/// Debian's libonnx-testdata; tools/test installs it.
std::vector<std::string> testdata_models() {
  std::vector<std::string> found;
  const fs::path root = "/usr/share/libonnx-testdata/data";
  std::error_code failed;
  for (fs::recursive_directory_iterator at(root, failed), end; !failed && at != end;
       at.increment(failed)) {
    if (at->path().extension() == ".onnx") found.push_back(at->path().string());
  }
  return found;
}

TEST(OnnxTestdata, EveryModelLoadsAsProtobufReadsIt) {
  const auto models = testdata_models();
  EXPECT_EQ(models.size(), 1072U) << "the package libonnx-testdata is missing or another version";
  for (const std::string& model : models) expect_same_as_protobuf(model);
}

}  // namespace
}  // namespace omscope
