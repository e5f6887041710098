// ONNX models and om2 archives.

#include <onnx/onnx_pb.h>

#include "fuzz/seeds.h"
#include "fuzz/zip_file.h"
#include "make_samples/elf_builder.h"

namespace omscope::fuzz::seeds {
namespace {

using Attr = ::onnx::AttributeProto;
using Dims = std::vector<int64_t>;

::onnx::ModelProto empty_model() {
  ::onnx::ModelProto model;
  model.set_ir_version(8);
  model.set_producer_name("seeds");
  model.add_opset_import()->set_version(13);
  model.mutable_graph()->set_name("g");
  return model;
}

::onnx::NodeProto& add_node(::onnx::GraphProto& graph, const std::string& type,
                            const std::vector<std::string>& inputs, const std::string& output) {
  auto& node = *graph.add_node();
  node.set_op_type(type);
  for (const std::string& input : inputs) node.add_input(input);
  node.add_output(output);
  return node;
}

::onnx::TypeProto::Tensor& add_value(::onnx::ValueInfoProto& value, const std::string& name,
                                     const Dims& dims) {
  value.set_name(name);
  auto& type = *value.mutable_type()->mutable_tensor_type();
  type.set_elem_type(1);
  for (const int64_t dim : dims) type.mutable_shape()->add_dim()->set_dim_value(dim);
  return type;
}

::onnx::TensorProto& add_tensor(::onnx::GraphProto& graph, const std::string& name, int dtype,
                                int64_t size) {
  auto& tensor = *graph.add_initializer();
  tensor.set_name(name);
  tensor.set_data_type(dtype);
  tensor.add_dims(size);
  return tensor;
}

/// A chain with a sub-graph, a function and symbolic dims.
std::string chain() {
  auto model = empty_model();
  auto& graph = *model.mutable_graph();
  add_value(*graph.add_input(), "x", {1, 4}).mutable_shape()->add_dim()->set_dim_param("batch");
  add_tensor(graph, "w", 1, 1).set_raw_data("abcd");
  add_node(graph, "Add", {"x", "w"}, "sum").set_name("named");
  add_node(graph, "Clip", {"sum", "", "w"}, "z");
  auto& branch = *add_node(graph, "If", {"z"}, "y").add_attribute();
  branch.set_name("then_branch");
  branch.set_type(Attr::GRAPH);
  branch.mutable_g()->set_name("then");
  add_node(*branch.mutable_g(), "Neg", {"sum"}, "inner");
  add_value(*graph.add_output(), "y", {1, 4});
  auto& sequence = *graph.add_value_info()->mutable_type()->mutable_sequence_type();
  sequence.mutable_elem_type()->mutable_tensor_type()->set_elem_type(7);
  auto& function = *model.add_functions();
  function.set_name("MyOp");
  function.set_domain("my.domain");
  function.add_input("a");
  auto& body = *function.add_node();
  body.set_op_type("Relu");
  body.add_attribute()->set_ref_attr_name("alpha");
  return model.SerializeAsString();
}

std::string every_attribute() {
  auto model = empty_model();
  auto& node = add_node(*model.mutable_graph(), "Op", {}, "y");
  const auto add = [&](const std::string& name, Attr::AttributeType type) -> Attr& {
    auto& attr = *node.add_attribute();
    attr.set_name(name);
    attr.set_type(type);
    return attr;
  };
  add("f", Attr::FLOAT).set_f(0.5F);
  add("i", Attr::INT).set_i(-3);
  add("s", Attr::STRING).set_s("text");
  add("t", Attr::TENSOR).mutable_t()->set_raw_data("ab");
  add("floats", Attr::FLOATS).add_floats(1.5F);
  add("ints", Attr::INTS).add_ints(7);
  add("strings", Attr::STRINGS).add_strings("x");
  add("tensors", Attr::TENSORS).add_tensors()->set_raw_data("c");
  add("graphs", Attr::GRAPHS).add_graphs()->set_name("g");
  add("type", Attr::TYPE_PROTO).mutable_tp()->mutable_tensor_type()->set_elem_type(1);
  add("sparse", Attr::SPARSE_TENSOR).mutable_sparse_tensor()->mutable_values()->set_raw_data("v");
  add("no_type", Attr::UNDEFINED).add_ints(9);
  return model.SerializeAsString();
}

/// Constants in each of the fields that can hold them.
std::string tensors() {
  auto model = empty_model();
  auto& graph = *model.mutable_graph();
  add_tensor(graph, "half", 10, 1).add_int32_data(0x3C00);
  add_tensor(graph, "int8", 3, 1).add_int32_data(-1);
  add_tensor(graph, "int64", 7, 1).add_int64_data(-2);
  add_tensor(graph, "float", 1, 1).add_float_data(1.5F);
  add_tensor(graph, "double", 11, 1).add_double_data(2.5);
  add_tensor(graph, "uint32", 12, 1).add_uint64_data(5);
  add_tensor(graph, "text", 8, 1).add_string_data("one");
  add_tensor(graph, "bfloat16", 16, 2).set_raw_data("\x80\x3f\xc0\x7f");
  add_tensor(graph, "int4", 22, 3).set_raw_data("\x21\x03");
  auto& external = add_tensor(graph, "external", 3, 4);
  external.set_data_location(::onnx::TensorProto::EXTERNAL);
  for (const auto& [key, value] : {std::pair("location", "w.bin"), std::pair("offset", "2")}) {
    auto& entry = *external.add_external_data();
    entry.set_key(key);
    entry.set_value(value);
  }
  return model.SerializeAsString();
}

const char* const kMeta = R"({"name":"net","work_size":4096,
  "inputs":[{"name":"x","data_type":"DT_FLOAT","shape":[1,4],"format":"ND","size":16}],
  "outputs":[{"name":"y","data_type":0,"shape":[1,-1],"format":2,"size":16}]})";
const char* const kGraph = R"({"format":"ge_visual_json","format_version":1,"model":{"name":"net",
  "attr":{"soc_version":"Ascend910"},"graph":[{"name":"g","op":[
    {"name":"x","type":"Data","attr":{"index":0},"output_desc":[{"dtype":"DT_FLOAT",
      "shape":{"dim":[1,4]},"layout":"ND"}]},
    {"name":"w","type":"Const","attr":{"flag":true,"ratio":0.5,
      "names":{"type":"list_string","value":["a","b"]},"ranges":[[1,2],[3,4]],
      "blob":{"type":"bytes","value":"raw"},"f":{"type":"func","value":{"name":"f"}},
      "t":{"type":"tensor","value":{"desc":{"dtype":3}}},"g":{"type":"graph","value":{"name":"i"}}},
      "output_desc":[{"dtype":"DT_FLOAT16","shape":{"dim":[2,2]},"attr":{"origin_format":"NCHW"}}]},
    {"name":"add","type":"Add","input":["x:0","w:0"],"input_desc":[{},{}]}]}]}})";
const char* const kConstants = R"({"internal_weight_size":16,"consts":{"c0":{"index":0,
  "type":"INTERNAL","file_name":"constant_0","offset":4,"size":8,"op_name":"w"}}})";

ZipEntries archive() {
  return {{"net/manifest.json", R"({"om2_version":"0","model_num":1,"atc_command":"atc"})"},
          {"net/data/model_0/model_meta.json", kMeta},
          {"net/data/model_0/debug/ge_visual_00000000_graph_0.json", kGraph},
          {"net/data/constants/constant_0", "headwwwwwwwwtail"},
          {"net/data/constants/model_0_constants_config.json", kConstants}};
}

}  // namespace

Seeds onnx() {
  return {chain(), every_attribute(), tensors()};
}

Seeds om2() {
  std::string unpacked;
  for (const auto& [name, content] : archive()) unpacked += name + '\0' + content + '\0';
  ZipEntries with_kernel = archive();
  with_kernel.emplace_back("net/data/kernels_npu_arch/te_x.o",
                           samples::build_kernel_elf({"te_x", "2026-01-01 clang", "code"}));
  return {unpacked, zip_file(with_kernel),
          zip_file({{"net/manifest.json", "{}"},
                    {"net/data/model_0/debug/ge_proto_00000000_graph_1_x.txt",
                     "graph { name: \"g\" op { name: \"a\" type: \"Data\" } }"},
                    {"../outside", "x"}})};
}

Seeds of_every_kind() {
  Seeds all;
  for (const auto seeds : {om, om2, onnx, ge_proto, ge_onnx, atc_json, elf}) {
    for (std::string& each : seeds()) all.push_back(std::move(each));
  }
  for (const char* other : {"", "<html>", "version https://git-lfs.github.com/spec/v1\n", "a/b"}) {
    all.emplace_back(other);
  }
  return all;
}

}  // namespace omscope::fuzz::seeds
