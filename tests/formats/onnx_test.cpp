// ONNX models.

#include <gtest/gtest.h>
#include <onnx/onnx_pb.h>

#include "support/files.h"

namespace omscope {
namespace {

using test::has_problem;
using test::problem_lines;
using test::read;

::onnx::ModelProto empty_model() {
  ::onnx::ModelProto model;
  model.set_ir_version(8);
  model.set_producer_name("test");
  model.add_opset_import()->set_version(13);
  model.mutable_graph()->set_name("g");
  return model;
}

::onnx::NodeProto& add_node(::onnx::GraphProto& graph, const std::string& type,
                            const std::vector<std::string>& inputs, const std::string& output,
                            const std::string& name = "") {
  auto& node = *graph.add_node();
  node.set_op_type(type);
  node.set_name(name);
  for (const std::string& input : inputs) node.add_input(input);
  node.add_output(output);
  return node;
}

void add_float_value(::onnx::ValueInfoProto& value, const std::string& name,
                     const std::vector<int64_t>& shape) {
  value.set_name(name);
  auto& type = *value.mutable_type()->mutable_tensor_type();
  type.set_elem_type(1);
  for (const int64_t dim : shape) type.mutable_shape()->add_dim()->set_dim_value(dim);
}

ReadResult read_model_of(const ::onnx::ModelProto& model) {
  return read(model.SerializeAsString());
}

TEST(Onnx, SourcesAreNodesGraphInputsOrInitializers) {
  auto model = empty_model();
  auto& graph = *model.mutable_graph();
  add_float_value(*graph.add_input(), "x", {1, 4});
  auto& weight = *graph.add_initializer();
  weight.set_name("w");
  weight.set_data_type(1);
  weight.add_dims(1);
  weight.set_raw_data("abcd");
  add_node(graph, "Add", {"x", "w"}, "sum", "named");
  add_node(graph, "Relu", {"sum"}, "y");
  add_node(graph, "Clip", {"y", "", "w"}, "z");
  add_float_value(*graph.add_output(), "z", {1, 4});
  const auto result = read_model_of(model);
  EXPECT_EQ(problem_lines(*result.model), "");
  const auto ops = result.model->graphs.at(0).ops;
  ASSERT_EQ(ops.size(), 3U);
  EXPECT_EQ(ops[0].inputs[0].source, "x");
  EXPECT_EQ(ops[0].inputs[0].type->shape[1], 4);
  EXPECT_EQ(ops[0].inputs[1].source, "w");
  EXPECT_EQ(ops[1].inputs[0].source, "named");
  EXPECT_EQ(ops[1].inputs[0].source_op, 0U);
  EXPECT_EQ(ops[2].inputs[0].source, "y") << "a node without a name is known by its value";
  EXPECT_EQ(ops[2].inputs[1].source, "") << "an optional input that is left out";
  EXPECT_EQ(result.model->outputs.at(0).size, 16U);
}

// Until IR version 3 initializers had to be graph inputs, too.
TEST(Onnx, InitializersAreNoInputsToFeed) {
  auto model = empty_model();
  auto& graph = *model.mutable_graph();
  add_float_value(*graph.add_input(), "x", {1});
  add_float_value(*graph.add_input(), "w", {1});
  graph.add_initializer()->set_name("w");
  const auto result = read_model_of(model);
  ASSERT_EQ(result.model->inputs.size(), 1U);
  EXPECT_EQ(result.model->inputs[0].name, "x");
}

TEST(Onnx, SymbolicDimsKeepTheirNames) {
  auto model = empty_model();
  auto& value = *model.mutable_graph()->add_input();
  value.set_name("x");
  auto& type = *value.mutable_type()->mutable_tensor_type();
  type.set_elem_type(10);
  type.mutable_shape()->add_dim()->set_dim_param("batch");
  type.mutable_shape()->add_dim()->set_dim_value(3);
  type.mutable_shape()->add_dim();
  const auto result = read_model_of(model);
  const ir::Port& port = result.model->inputs.at(0);
  EXPECT_EQ(port.shape[0], -1);
  EXPECT_EQ(port.shape[2], -1);
  EXPECT_EQ(port.dim_names[0], "batch");
  EXPECT_EQ(port.dim_names[1], "");
  EXPECT_EQ(result.model->dynamic.kind, ir::DynamicKind::kRange);
}

TEST(Onnx, SubGraphsSeeOuterValues) {
  auto model = empty_model();
  auto& graph = *model.mutable_graph();
  add_float_value(*graph.add_input(), "cond", {1});
  add_node(graph, "Relu", {"cond"}, "outer", "relu");
  auto& node = add_node(graph, "If", {"cond"}, "y", "if");
  auto& attr = *node.add_attribute();
  attr.set_name("then_branch");
  attr.set_type(::onnx::AttributeProto::GRAPH);
  attr.mutable_g()->set_name("then");
  add_node(*attr.mutable_g(), "Neg", {"outer"}, "inner");
  const auto result = read_model_of(model);
  EXPECT_EQ(problem_lines(*result.model), "");
  ASSERT_EQ(result.model->graphs.size(), 2U);
  EXPECT_EQ(result.model->graphs[1].parent.op, 1U);
  EXPECT_EQ(result.model->graphs[0].ops[1].subgraph_names[0], "then");
  const ir::Input& input = result.model->graphs[1].ops[0].inputs[0];
  EXPECT_EQ(input.source, "relu");
  EXPECT_EQ(input.source_op, ir::kNowhere) << "it is in another graph";
}

TEST(Onnx, AttributesOfEveryKind) {
  auto model = empty_model();
  auto& node = add_node(*model.mutable_graph(), "Op", {}, "y");
  const auto add = [&](const std::string& name,
                       ::onnx::AttributeProto::AttributeType type) -> ::onnx::AttributeProto& {
    auto& attr = *node.add_attribute();
    attr.set_name(name);
    attr.set_type(type);
    return attr;
  };
  using Attr = ::onnx::AttributeProto;
  add("f", Attr::FLOAT).set_f(0.5F);
  add("i", Attr::INT).set_i(-3);
  add("zero", Attr::INT);
  add("s", Attr::STRING).set_s("text");
  add("t", Attr::TENSOR).mutable_t()->set_raw_data("ab");
  add("floats", Attr::FLOATS).add_floats(1.5F);
  add("ints", Attr::INTS).add_ints(7);
  add("strings", Attr::STRINGS).add_strings("x");
  add("tensors", Attr::TENSORS).add_tensors()->set_raw_data("c");
  add("type", Attr::TYPE_PROTO).mutable_tp()->mutable_tensor_type()->set_elem_type(1);
  add("sparse", Attr::SPARSE_TENSOR).mutable_sparse_tensor()->mutable_values()->set_raw_data("v");
  add("no_type", Attr::UNDEFINED).add_ints(9);
  const auto result = read_model_of(model);
  const auto attrs = result.model->graphs.at(0).ops[0].attrs;
  EXPECT_EQ(ir::get<float>(attrs, "f"), 0.5F);
  EXPECT_EQ(ir::get<int64_t>(attrs, "i"), -3);
  EXPECT_EQ(ir::get<int64_t>(attrs, "zero"), 0) << "proto writers leave zeros out";
  EXPECT_EQ(ir::get_text(attrs, "s"), "text");
  EXPECT_EQ((*ir::get<const ir::Tensor*>(attrs, "t"))->size, 2U);
  EXPECT_EQ((*ir::get<ir::List<float>>(attrs, "floats"))[0], 1.5F);
  EXPECT_EQ((*ir::get<ir::List<int64_t>>(attrs, "ints"))[0], 7);
  EXPECT_EQ(ir::type_name(*ir::find(attrs, "strings")), "list_s");
  EXPECT_EQ(ir::type_name(*ir::find(attrs, "tensors")), "list_tensor");
  EXPECT_EQ(ir::type_name(*ir::find(attrs, "type")), "tensor_desc");
  EXPECT_EQ(ir::type_name(*ir::find(attrs, "sparse")), "tensor");
  EXPECT_EQ((*ir::get<ir::List<int64_t>>(attrs, "no_type"))[0], 9);
}

const ir::Tensor& only_tensor(const ReadResult& result) {
  return *result.model->weights.at(0).tensor;
}

ReadResult with_tensor(const std::function<void(::onnx::TensorProto&)>& fill) {
  auto model = empty_model();
  auto& tensor = *model.mutable_graph()->add_initializer();
  tensor.set_name("w");
  fill(tensor);
  return read_model_of(model);
}

TEST(OnnxTensor, RawBytesLieInTheFile) {
  const auto result = with_tensor([](auto& t) {
    t.set_data_type(1);
    t.add_dims(2);
    t.set_raw_data("12345678");
  });
  EXPECT_EQ(as_text(only_tensor(result).bytes), "12345678");
  EXPECT_TRUE(only_tensor(result).has_offset);
  EXPECT_EQ(as_text(result.model->file->bytes().subspan(only_tensor(result).offset, 8)),
            "12345678");
}

TEST(OnnxTensor, TypedFieldsAreLaidOutAsNumpyWould) {
  const auto halves = with_tensor([](auto& t) {
    t.set_data_type(10);
    t.add_dims(2);
    t.add_int32_data(0x3C00);
    t.add_int32_data(0xC000);
  });
  EXPECT_EQ(as_text(only_tensor(halves).bytes), std::string("\x00\x3c\x00\xc0", 4));
  EXPECT_FALSE(only_tensor(halves).has_offset);
  const auto bytes = with_tensor([](auto& t) {
    t.set_data_type(3);
    t.add_dims(2);
    t.add_int32_data(-1);
    t.add_int32_data(2);
  });
  EXPECT_EQ(as_text(only_tensor(bytes).bytes), "\xff\x02");
  const auto longs = with_tensor([](auto& t) {
    t.set_data_type(7);
    t.add_dims(1);
    t.add_int64_data(-2);
  });
  EXPECT_EQ(load_le<int64_t>(only_tensor(longs).bytes.data()), -2);
  const auto floats = with_tensor([](auto& t) {
    t.set_data_type(1);
    t.add_dims(1);
    t.add_float_data(1.5F);
  });
  EXPECT_EQ(load_le<float>(only_tensor(floats).bytes.data()), 1.5F);
  EXPECT_TRUE(only_tensor(floats).has_offset) << "packed floats already lie right in the file";
  const auto unsigned_ints = with_tensor([](auto& t) {
    t.set_data_type(12);
    t.add_dims(1);
    t.add_uint64_data(5);
  });
  EXPECT_EQ(only_tensor(unsigned_ints).size, 4U);
}

TEST(OnnxTensor, Strings) {
  const auto result = with_tensor([](auto& t) {
    t.set_data_type(8);
    t.add_dims(2);
    t.add_string_data("one");
    t.add_string_data("");
  });
  EXPECT_EQ(only_tensor(result).strings.size(), 2U);
  EXPECT_EQ(only_tensor(result).size, 3U);
}

TEST(OnnxTensor, WrongSizeIsAWarningNotAnError) {
  const auto result = with_tensor([](auto& t) {
    t.set_data_type(1);
    t.add_dims(100);
    t.set_raw_data("1234");
  });
  EXPECT_TRUE(has_problem(*result.model, Severity::kWarning, Code::kBadWeight));
  const auto weightless = with_tensor([](auto& t) {
    t.set_data_type(1);
    t.add_dims(100);
  });
  EXPECT_EQ(problem_lines(*weightless.model), "") << "weightless models drop the bytes on purpose";
  EXPECT_EQ(only_tensor(weightless).storage, ir::Storage::kNone);
}

TEST(OnnxTensor, ExternalData) {
  auto model = empty_model();
  const auto add = [&](const std::string& name, const std::string& location,
                       const std::string& offset) {
    auto& tensor = *model.mutable_graph()->add_initializer();
    tensor.set_name(name);
    tensor.set_data_type(3);
    tensor.add_dims(4);
    tensor.set_data_location(::onnx::TensorProto::EXTERNAL);
    const auto entry = [&](const std::string& key, const std::string& value) {
      auto& each = *tensor.add_external_data();
      each.set_key(key);
      each.set_value(value);
    };
    entry("location", location);
    entry("offset", offset);
    entry("length", "4");
  };
  add("good", "w.bin", "2");
  add("beyond", "w.bin", "5");
  add("outside", "../w.bin", "0");
  const test::ScratchFolder folder;
  folder.write("m/w.bin", "--wwww");
  const std::string path = folder.write("m/m.onnx", model.SerializeAsString());
  const auto result = read_model(path);
  ASSERT_TRUE(result.ok());
  const auto& weights = result->model->weights;
  EXPECT_EQ(as_text(weights.at(0).tensor->bytes), "wwww");
  EXPECT_TRUE(weights.at(1).tensor->bytes.empty());
  EXPECT_TRUE(weights.at(2).tensor->bytes.empty());
  EXPECT_FALSE(result->model->problems.has_error());
  EXPECT_TRUE(has_problem(*result->model, Severity::kWarning, Code::kExternalOutside));
}

TEST(Onnx, FunctionsAreApartFromTheNetwork) {
  auto model = empty_model();
  add_node(*model.mutable_graph(), "MyOp", {}, "y").set_domain("my.domain");
  auto& function = *model.add_functions();
  function.set_name("MyOp");
  function.set_domain("my.domain");
  function.add_input("a");
  auto& node = *function.add_node();
  node.set_op_type("Relu");
  node.add_input("a");
  node.add_output("b");
  auto& attr = *node.add_attribute();
  attr.set_name("alpha");
  attr.set_ref_attr_name("alpha");
  const auto result = read_model_of(model);
  EXPECT_EQ(problem_lines(*result.model), "");
  ASSERT_EQ(result.model->functions.size(), 1U);
  EXPECT_EQ(result.model->functions[0].domain, "my.domain");
  const ir::Graph& body = result.model->graphs[result.model->functions[0].graph];
  EXPECT_TRUE(body.is_function);
  EXPECT_EQ(body.ops.size(), 1U);
  EXPECT_EQ(result.model->graphs[0].ops[0].domain, "my.domain");
}

TEST(Onnx, SequencesAndOptionals) {
  auto model = empty_model();
  auto& value = *model.mutable_graph()->add_input();
  value.set_name("seq");
  value.mutable_type()
      ->mutable_sequence_type()
      ->mutable_elem_type()
      ->mutable_tensor_type()
      ->set_elem_type(7);
  const auto result = read_model_of(model);
  EXPECT_EQ(result.model->inputs.at(0).value_kind, ir::ValueKind::kSequence);
  EXPECT_EQ(result.model->inputs[0].dtype, DType::kInt64);
}

TEST(Onnx, ValuesThatNothingMakes) {
  auto model = empty_model();
  add_node(*model.mutable_graph(), "Relu", {"missing"}, "y");
  const auto result = read_model_of(model);
  EXPECT_TRUE(has_problem(*result.model, Severity::kWarning, Code::kBadEdge));
}

TEST(Onnx, CutFileStillShowsItsNodes) {
  auto model = empty_model();
  for (int i = 0; i < 100; ++i) {
    add_node(*model.mutable_graph(), "Relu", {"v" + std::to_string(i)},
             "v" + std::to_string(i + 1));
  }
  const std::string bytes = model.SerializeAsString();
  const auto result = read(bytes.substr(0, bytes.size() / 2));
  EXPECT_EQ(result.model->kind, Kind::kOnnx);
  EXPECT_TRUE(has_problem(*result.model, Severity::kError, Code::kBadProtobuf));
  EXPECT_GT(result.model->graphs.at(0).ops.size(), 30U);
}

}  // namespace
}  // namespace omscope
