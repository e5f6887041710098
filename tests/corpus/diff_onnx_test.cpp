// ONNX models, written again, and changed in one place each.
#include <algorithm>
#include <functional>
#include <map>
#include <random>

#include <onnx/onnx_pb.h>

#include "diff/rewritten.h"
#include "diff/show_result.h"
#include "make_samples/network_onnx.h"
#include "support/corpus.h"
#include "support/files.h"

namespace omscope {
namespace {

using diff::Class;

struct OnnxEdit {
  explicit OnnxEdit(const std::string& file) { EXPECT_TRUE(model.ParseFromString(file)); }

  onnx::GraphProto& graph() { return *model.mutable_graph(); }
  std::string file() const { return model.SerializeAsString(); }
  onnx::NodeProto* find(const std::function<bool(const onnx::NodeProto&)>& fits) {
    auto& nodes = *graph().mutable_node();
    const auto found = std::find_if(nodes.begin(), nodes.end(), fits);
    return found == nodes.end() ? nullptr : &*found;
  }
  onnx::NodeProto* maker_of(const std::string& value) {
    return find([&](const auto& node) {
      return std::find(node.output().begin(), node.output().end(), value) != node.output().end();
    });
  }
  bool is_output(const std::string& value) {
    return std::any_of(graph().output().begin(), graph().output().end(),
                       [&](const auto& each) { return each.name() == value; });
  }
  void feed_instead(const std::string& value, const std::string& other) {
    for (auto& node : *graph().mutable_node()) {
      for (auto& input : *node.mutable_input()) {
        if (input == value) input = other;
      }
    }
  }

  onnx::ModelProto model;
};

struct Change {
  const char* name;
  bool (*apply)(OnnxEdit& edit);
  Class kind;
  const char* verdict;
};

onnx::AttributeProto* attribute(onnx::NodeProto& node, const std::string& name) {
  for (auto& attr : *node.mutable_attribute()) {
    if (attr.name() == name) return &attr;
  }
  return nullptr;
}

bool change_ints(OnnxEdit& edit, const std::string& type, const std::string& name) {
  onnx::NodeProto* node = edit.find([&](const auto& each) { return each.op_type() == type; });
  onnx::AttributeProto* attr = node == nullptr ? nullptr : attribute(*node, name);
  if (attr == nullptr || attr->ints_size() == 0) return false;
  attr->set_ints(0, attr->ints(0) + 3);
  return true;
}

/// An op on one value between two others.
onnx::NodeProto* inner(OnnxEdit& edit) {
  return edit.find([&](const auto& node) {
    return node.op_type() == "Relu" && edit.maker_of(node.input(0)) != nullptr &&
           !edit.is_output(node.output(0));
  });
}

bool change_weight(OnnxEdit& edit) {
  for (auto& tensor : *edit.graph().mutable_initializer()) {
    if (tensor.raw_data().size() < 256) continue;
    std::string& bytes = *tensor.mutable_raw_data();
    bytes[128] = static_cast<char>(bytes[128] ^ 1);
    return true;
  }
  return false;
}

bool change_constant_shape(OnnxEdit& edit) {
  for (auto& tensor : *edit.graph().mutable_initializer()) {
    if (tensor.dims_size() != 4 || tensor.dims(0) % 2 != 0) continue;
    tensor.set_dims(0, tensor.dims(0) / 2);
    tensor.set_dims(1, tensor.dims(1) * 2);
    return true;
  }
  return false;
}

bool remove_node(OnnxEdit& edit) {
  onnx::NodeProto* node = inner(edit);
  if (node == nullptr) return false;
  const std::string from = node->input(0);
  const std::string to = node->output(0);
  auto& nodes = *edit.graph().mutable_node();
  nodes.erase(std::find_if(nodes.begin(), nodes.end(),
                           [&](const onnx::NodeProto& each) { return &each == node; }));
  edit.feed_instead(to, from);
  return true;
}

bool add_node(OnnxEdit& edit) {
  onnx::NodeProto* node = inner(edit);
  if (node == nullptr) return false;
  const std::string value = node->output(0);
  edit.feed_instead(value, "extra_value");
  onnx::NodeProto extra;
  extra.set_name("extra");
  extra.set_op_type("Tanh");
  extra.add_input(value);
  extra.add_output("extra_value");
  *edit.graph().add_node() = extra;
  return true;
}

bool replace_node(OnnxEdit& edit) {
  onnx::NodeProto* node = inner(edit);
  if (node != nullptr) node->set_op_type("Tanh");
  return node != nullptr;
}

bool change_edge(OnnxEdit& edit) {
  onnx::NodeProto* node = inner(edit);
  if (node == nullptr) return false;
  node->set_input(0, edit.maker_of(node->input(0))->input(0));
  return true;
}

bool swap_inputs(OnnxEdit& edit) {
  onnx::NodeProto* node = edit.find([](const auto& each) { return each.op_type() == "Gemm"; });
  if (node != nullptr) node->mutable_input()->SwapElements(0, 1);
  return node != nullptr;
}

bool change_input_shape(OnnxEdit& edit) {
  auto& shape =
      *edit.graph().mutable_input(0)->mutable_type()->mutable_tensor_type()->mutable_shape();
  shape.mutable_dim(2)->set_dim_value(shape.dim(2).dim_value() + 32);
  return true;
}

bool change_opset(OnnxEdit& edit) {
  edit.model.mutable_opset_import(0)->set_version(17);
  return true;
}

constexpr Change kChanges[] = {
    {"WeightBit", change_weight, Class::kWeight, "different"},
    {"Stride", [](OnnxEdit& edit) { return change_ints(edit, "Conv", "strides"); },
     Class::kAttribute, "different"},
    {"Pads", [](OnnxEdit& edit) { return change_ints(edit, "Conv", "pads"); }, Class::kAttribute,
     "different"},
    {"ConstantShape", change_constant_shape, Class::kShape, "different"},
    {"OpRemoved", remove_node, Class::kStructure, "different"},
    {"OpAdded", add_node, Class::kStructure, "different"},
    {"OpReplaced", replace_node, Class::kStructure, "different"},
    {"Edge", change_edge, Class::kStructure, "different"},
    {"SwappedInputs", swap_inputs, Class::kStructure, "different"},
    {"InputShape", change_input_shape, Class::kInterface, "interface"},
    {"Opset", change_opset, Class::kVersion, "rebuilt"},
};

struct Source {
  const char* name;
  std::string (*content)();
};

const Source kSources[] = {
    {"Real",
     [] {
       return test::file_content(*test::corpus() /
                                 "real/onnx/nanotrack/nanotrack_backbone127.onnx");
     }},
    {"Sample", [] { return samples::network_as_onnx(samples::make_network()); }},
};

/// Nodes keep their order where one feeds the other; initializers have none.
std::string shuffled(OnnxEdit edit) {
  std::mt19937_64 random(5);
  auto& initializers = *edit.graph().mutable_initializer();
  for (int i = initializers.size(); i > 1; --i) {
    initializers.SwapElements(i - 1, static_cast<int>(random() % static_cast<uint64_t>(i)));
  }
  for (auto& node : *edit.graph().mutable_node()) {
    auto& attrs = *node.mutable_attribute();
    std::reverse(attrs.pointer_begin(), attrs.pointer_end());
  }
  return edit.file();
}

std::string renamed(OnnxEdit edit) {
  std::map<std::string, std::string> values;
  for (const auto& each : edit.graph().input()) values[each.name()] = each.name();
  for (const auto& each : edit.graph().output()) values[each.name()] = each.name();
  const auto name = [&](const std::string& old) {
    if (old.empty()) return old;
    return values.try_emplace(old, "v" + std::to_string(values.size())).first->second;
  };
  int next = 0;
  for (auto& node : *edit.graph().mutable_node()) {
    node.set_name("n" + std::to_string(next++));
    for (auto& input : *node.mutable_input()) input = name(input);
    for (auto& output : *node.mutable_output()) output = name(output);
  }
  for (auto& tensor : *edit.graph().mutable_initializer()) tensor.set_name(name(tensor.name()));
  for (auto& info : *edit.graph().mutable_value_info()) info.set_name(name(info.name()));
  return shuffled(edit);
}

class DiffOnnx : public testing::TestWithParam<Source> {};

TEST_P(DiffOnnx, IsEquivalentWhenWrittenAgainOrRenamed) {
  NEED_CORPUS();
  const std::string file = GetParam().content();
  test::expect_equivalent(file, shuffled(OnnxEdit(file)));
  test::expect_equivalent(file, renamed(OnnxEdit(file)));
  test::expect_mirror(file, renamed(OnnxEdit(file)));
}

TEST_P(DiffOnnx, ShowsOneChangeAsOneDifference) {
  NEED_CORPUS();
  const std::string file = GetParam().content();
  for (const Change& change : kChanges) {
    SCOPED_TRACE(change.name);
    OnnxEdit edit(file);
    ASSERT_TRUE(change.apply(edit));
    const diff::Result result = test::diff_bytes(file, edit.file());
    EXPECT_EQ(test::name_of(result.verdict), change.verdict) << test::shown(result);
    ASSERT_EQ(result.differences.size(), 1U) << test::shown(result);
    EXPECT_EQ(result.differences[0].kind, change.kind) << test::shown(result);
  }
}

INSTANTIATE_TEST_SUITE_P(All, DiffOnnx, testing::ValuesIn(kSources),
                         [](const auto& each) { return std::string(each.param.name); });

}  // namespace
}  // namespace omscope
