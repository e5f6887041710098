// Sizes of constants outside of an ONNX file, as their writer spelled them.

#include <gtest/gtest.h>
#include <onnx/onnx_pb.h>

#include "support/files.h"

namespace omscope {
namespace {

std::string model_with(const std::string& key, const std::string& value) {
  onnx::ModelProto model;
  model.set_ir_version(7);
  model.add_opset_import()->set_version(13);
  auto* graph = model.mutable_graph();
  graph->set_name("g");
  auto* tensor = graph->add_initializer();
  tensor->set_name("w");
  tensor->set_data_type(onnx::TensorProto::FLOAT);
  tensor->add_dims(2);
  tensor->set_data_location(onnx::TensorProto::EXTERNAL);
  auto* location = tensor->add_external_data();
  location->set_key("location");
  location->set_value("weights.bin");
  auto* entry = tensor->add_external_data();
  entry->set_key(key);
  entry->set_value(value);
  auto* node = graph->add_node();
  node->set_op_type("Relu");
  node->add_input("w");
  node->add_output("y");
  return model.SerializeAsString();
}

TEST(OnnxExternal, NumbersThatAreNoneAreAProblem) {
  for (const char* key : {"length", "offset"}) {
    for (const char* value : {"99999999999999999999", "-1", "8 bytes", ""}) {
      const auto result = test::read(model_with(key, value));
      EXPECT_TRUE(test::has_problem(*result.model, Severity::kError, Code::kBadValue))
          << key << " " << value << "\n"
          << test::problem_lines(*result.model);
    }
    const auto sound = test::read(model_with(key, "8"));
    EXPECT_FALSE(test::has_problem(*sound.model, Code::kBadValue));
  }
}

}  // namespace
}  // namespace omscope
