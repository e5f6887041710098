#include "make_samples/ge_builder.h"

#include <map>

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>

namespace omscope::samples {
namespace {

using ::ge::proto::AttrDef;

int64_t element_bytes(::ge::proto::DataType dtype) {
  switch (dtype) {
    case ::ge::proto::DT_FLOAT16: return 2;
    case ::ge::proto::DT_INT8:
    case ::ge::proto::DT_UINT8:
    case ::ge::proto::DT_BOOL: return 1;
    case ::ge::proto::DT_INT64: return 8;
    default: return 4;
  }
}

std::string dtype_name(::ge::proto::DataType dtype) {
  return ::ge::proto::DataType_Name(dtype);
}

/// ge::Format of the layouts that samples use.
int64_t layout_number(const std::string& layout) {
  static const std::map<std::string, int64_t> kNumbers = {
      {"NCHW", 0}, {"NHWC", 1}, {"ND", 2}, {"NC1HWC0", 3}, {"FRACTAL_Z", 4}, {"FRACTAL_NZ", 29}};
  const auto found = kNumbers.find(layout);
  return found == kNumbers.end() ? 2 : found->second;
}

/// The C0 code of the integer form: 5 stands for 16.
int64_t c0_code(int64_t c0) {
  int64_t code = 0;
  for (; c0 > 0; c0 >>= 1) ++code;
  return code;
}

}  // namespace

int64_t TensorSpec::bytes() const {
  int64_t count = element_bytes(dtype);
  for (const int64_t dim : shape) count *= dim;
  return count;
}

void set_attr(AttrDef& attr, const char* value) {
  attr.set_s(value);
}
void set_attr(AttrDef& attr, const std::string& value) {
  attr.set_s(value);
}
void set_attr(AttrDef& attr, int64_t value) {
  attr.set_i(value);
}
void set_attr(AttrDef& attr, int value) {
  attr.set_i(value);
}
void set_attr(AttrDef& attr, bool value) {
  attr.set_b(value);
}
void set_attr(AttrDef& attr, float value) {
  attr.set_f(value);
}

void set_attr(AttrDef& attr, const Dims& value) {
  attr.mutable_list()->set_val_type(AttrDef::ListValue::VT_LIST_INT);
  attr.mutable_list()->mutable_i()->Add(value.begin(), value.end());
}

void set_attr(AttrDef& attr, const std::vector<std::string>& value) {
  attr.mutable_list()->set_val_type(AttrDef::ListValue::VT_LIST_STRING);
  for (const std::string& each : value) attr.mutable_list()->add_s(each);
}

void set_attr(AttrDef& attr, const std::vector<bool>& value) {
  attr.mutable_list()->set_val_type(AttrDef::ListValue::VT_LIST_BOOL);
  for (const bool each : value) attr.mutable_list()->add_b(each);
}

void fill_descriptor(const TensorSpec& spec, ::ge::proto::TensorDescriptor& desc) {
  desc.set_dtype(spec.dtype);
  desc.set_layout(spec.layout);
  desc.mutable_shape()->mutable_dim()->Add(spec.shape.begin(), spec.shape.end());
  desc.set_has_out_attr(true);
  desc.set_size((spec.bytes() + 32 + 31) / 32 * 32);  // what real builds plan for a tensor
  desc.set_device_type("NPU");
  desc.set_real_dim_cnt(static_cast<int64_t>(spec.shape.size()));
  auto& attrs = *desc.mutable_attr();
  set_attr(attrs["origin_shape"], spec.origin_shape.empty() ? spec.shape : spec.origin_shape);
  set_attr(attrs["origin_format"], spec.origin_format);
  set_attr(attrs["origin_data_type"], dtype_name(spec.dtype));
  if (spec.c0 > 0) {
    set_attr(attrs["format_for_int"], layout_number(spec.layout) + (c0_code(spec.c0) << 24));
  }
}

OpBuilder::OpBuilder(::ge::proto::OpDef& op, const std::string& name, const std::string& type,
                     int64_t id)
    : op_(op) {
  op_.set_name(name);
  op_.set_type(type);
  op_.set_has_out_attr(true);
  op_.set_id(id);
}

OpBuilder& OpBuilder::input(const std::string& source, const TensorSpec& spec, int index) {
  op_.add_input(source + ":" + std::to_string(index));
  fill_descriptor(spec, *op_.add_input_desc());
  return *this;
}

OpBuilder& OpBuilder::open_input(const TensorSpec& spec) {
  op_.add_input("");
  fill_descriptor(spec, *op_.add_input_desc());
  return *this;
}

OpBuilder& OpBuilder::optional_input() {
  op_.add_input("");
  op_.add_input_desc()->set_layout("RESERVED");
  return *this;
}

OpBuilder& OpBuilder::control(const std::string& source) {
  op_.add_input(source + ":-1");
  return *this;
}

OpBuilder& OpBuilder::output(const TensorSpec& spec) {
  fill_descriptor(spec, *op_.add_output_desc());
  return *this;
}

OpBuilder& OpBuilder::origin(const std::vector<std::string>& names) {
  return attr("_datadump_original_op_names", names);
}

OpBuilder& OpBuilder::subgraph(const std::string& name) {
  op_.add_subgraph_name(name);
  return *this;
}

OpBuilder& OpBuilder::compiled(const std::string& kernel, int64_t block_dim,
                               const std::string& pattern) {
  return attr("_kernelname", kernel)
      .attr("_pattern", pattern)
      .attr("tvm_blockdim", block_dim)
      .attr("tvm_magic", "RT_DEV_BINARY_MAGIC_ELF")
      .attr("imply_type", 1)
      .attr("_fe_imply_type", 6)
      .attr("_lxfusion_engine_name", "AIcoreEngine")
      .attr("_lxfusion_op_kernel_lib_name", "AIcoreEngine")
      .attr("_ge_attr_op_kernel_lib_name", "AIcoreEngine")
      .attr("_sgt_cube_vector_core_type", "AiCore")
      .attr("_session_graph_id", "-1_0")
      .attr("_is_n_batch_split", true)
      .attr("_node_need_compile", true)
      .attr("_unknown_shape", false)
      .attr("OwnerGraphIsUnknown", false)
      .attr("continuous_input", false)
      .attr("continuous_output", false)
      .attr("op_para_size", 0)
      .attr("tbe_op_atomic_workspace_flag", 0)
      .attr("ub_atomic_params", Dims{0, 0});
}

ModelBuilder::ModelBuilder(const std::string& name) : weights_(512, '\0') {
  model_.set_name(name);
  model_.set_version(2);
  model_.set_custom_version("1.11.z.0");
}

ModelBuilder& ModelBuilder::graph(const std::string& name) {
  model_.add_graph()->set_name(name);
  return *this;
}

OpBuilder ModelBuilder::op(const std::string& name, const std::string& type) {
  return {next_op(), name, type, next_id_++};
}

std::string ModelBuilder::constant(const std::string& name, const TensorSpec& spec,
                                   const std::string& bytes) {
  OpBuilder built = op(name, "Const");
  built.output(spec);
  ::ge::proto::TensorDef& value = *(*built.def().mutable_attr())["value"].mutable_t();
  fill_descriptor(spec, *value.mutable_desc());
  value.mutable_desc()->set_weight_size(static_cast<int64_t>(bytes.size()));
  value.mutable_desc()->set_data_offset(static_cast<int64_t>(weights_.size()));
  weights_ += bytes;
  weights_.resize((weights_.size() + 511) / 512 * 512, '\0');
  return name;
}

std::string ModelBuilder::inline_constant(const std::string& name, const TensorSpec& spec,
                                          const std::string& bytes) {
  OpBuilder built = op(name, "Const");
  built.output(spec);
  ::ge::proto::TensorDef& value = *(*built.def().mutable_attr())["value"].mutable_t();
  fill_descriptor(spec, *value.mutable_desc());
  value.set_data(bytes);
  return name;
}

void ModelBuilder::finish() {
  int64_t memory = 0;
  for (::ge::proto::GraphDef& graph : *model_.mutable_graph()) {
    std::map<std::string, ::ge::proto::OpDef*> by_name;
    for (::ge::proto::OpDef& op : *graph.mutable_op()) by_name[op.name()] = &op;
    for (::ge::proto::OpDef& op : *graph.mutable_op()) {
      for (const std::string& edge : op.input()) {
        const size_t colon = edge.rfind(':');
        if (colon == std::string::npos) continue;
        const std::string source = edge.substr(0, colon);
        const int index = std::stoi(edge.substr(colon + 1));
        op.add_src_name(source);
        op.add_input_name(source);
        if (index >= 0) op.add_src_index(index);
        const auto found = by_name.find(source);
        if (found == by_name.end()) continue;
        found->second->add_dst_name(op.name());
        found->second->add_dst_index(index < 0 ? -1 : 0);
        op.add_is_input_const(found->second->type() == "Const");
      }
      for (const auto& desc : op.output_desc()) {
        op.add_output_i(memory);
        memory += desc.size();
      }
    }
  }
  attr("memory_size", memory);
  attr("weight_size", static_cast<int64_t>(weights_.size()));
  attr("target_type", "MINI");
  attr("stream_num", 1);
  attr("event_num", 0);
}

std::string serialized(const google::protobuf::Message& message) {
  std::string out;
  google::protobuf::io::StringOutputStream stream(&out);
  google::protobuf::io::CodedOutputStream coded(&stream);
  coded.SetSerializationDeterministic(true);
  message.SerializeToCodedStream(&coded);
  coded.Trim();
  return out;
}

}  // namespace omscope::samples
