// Offline models that share little but the suffix with the others: HiAI, SVP, those of 2019.

#include "omscope/formats/wire/wire_writer.h"

#include "fuzz/seeds.h"
#include "ge_task.pb.h"
#include "make_samples/elf_builder.h"
#include "make_samples/om_builder.h"
#include "om_2019.pb.h"

namespace omscope::fuzz::seeds {
namespace {

using samples::ModelBuilder;
using samples::OmBuilder;
using samples::TensorSpec;
using samples::u32;

const TensorSpec kType = {::ge::proto::DT_FLOAT16, {8}, "ND"};

::ge::proto::GraphDef inner_graph() {
  ModelBuilder inner("inner");
  inner.graph("inner_graph");
  inner.constant("w", kType, std::string(16, 'w'));
  inner.op("conv", "Convolution").input("w", kType).output(kType);
  return inner.def().graph(0);
}

std::string record(uint32_t type, const std::string& payload) {
  return u32(type) + u32(static_cast<uint32_t>(payload.size() + 8)) + payload;
}

std::string npu_region() {
  domi::ModelTaskDef tasks;
  domi::TaskDef& task = *tasks.add_task();
  task.mutable_kernel()->set_block_dim(1);
  task.mutable_kernel()->mutable_context()->add_origin_op_index(1);
  const std::string elf = samples::build_kernel_elf({"sobel", "2024-01-01 clang", "code"});
  const std::string kernels =
      record(1, u32(0) + "EBUC" + u32(5) + u32(0) + "sobel" + std::string(1, '\0')) +
      record(2, elf);
  return u32(0xABCDABCD) + u32(0) + u32(0) + u32(1) + std::string(16, '\0') +
         record(1, tasks.SerializeAsString()) + record(2, kernels) +
         record(3, std::string("4.51.z.0\0", 9)) + record(4, std::string(48, 's'));
}

/// The inner graph stands in the op as a graph, in the op as bytes, or in the region.
enum class Inner { kGraph, kBytes, kRegion };

std::string hiai(Inner inner) {
  ModelBuilder model("m");
  model.graph("m_aihcs");
  model.op("x", "Data").output(kType);
  auto& attrs =
      *model.op("SubGraph_0", "GraphOp").input("x", kType).output(kType).def().mutable_attr();
  if (inner == Inner::kGraph) *attrs["subgraph"].mutable_g() = inner_graph();
  if (inner == Inner::kBytes) attrs["subgraph"].set_bt(inner_graph().SerializeAsString());
  const std::string region =
      inner == Inner::kRegion ? inner_graph().SerializeAsString() : npu_region();
  attrs["graphop_task_size"].set_i(static_cast<int64_t>(region.size()));
  attrs["graphop_weight_offset"].set_i(64);
  return OmBuilder()
      .modeltype(4)
      .platform(0, "3.51.z.0")
      .partition(0, samples::serialized(model.def()))
      .partition(1, std::string(128, 'w'))
      .partition(2, region)
      .build();
}

std::string u16(uint32_t value) {
  return u32(value).substr(0, 2);
}
std::string number16(uint32_t id, uint32_t value) {
  return u16(id | 2U << 13U) + u16(value);
}
std::string bytes8(uint32_t id, const std::string& value) {
  return u16(id | 4U << 13U) + std::string(1, static_cast<char>(value.size())) + value;
}
std::string text8(uint32_t id, const std::string& value) {
  return bytes8(id, value + std::string(1, '\0'));
}
std::string bytes16(uint32_t id, const std::string& value) {
  return u16(id | 5U << 13U) + u16(static_cast<uint32_t>(value.size())) + value;
}

std::string svp_description(bool with_layers) {
  const std::string in =
      number16(0x51, 0) + text8(0x58, "image") + bytes8(0x5A, u32(1) + u32(3) + u32(200));
  const std::string out = text8(0x66, "result") + bytes8(0x69, u32(1) + u32(10));
  std::string all = bytes8(0x06, "Mapper 1.1") + text8(0x0D, "net") +
                    bytes16(0x40, bytes16(0x50, in) + bytes16(0x60, out));
  if (!with_layers) return all;
  const auto layer = [](uint32_t id, const std::string& name, const std::string& from) {
    return bytes16(0x111, number16(0x112, id) + text8(0x114, name) + text8(0x152, "Conv") +
                              text8(0x13C, from) + bytes8(0x154, u32(1) + u32(8)));
  };
  return all + number16(0x110, 2) + layer(0, "first", "") + layer(1, "second", "first:0");
}

std::string tfm() {
  wire::Writer model;
  model.open(4);
  model.bytes(1, "main");
  model.open(4);
  model.bytes(1, "conv");
  model.bytes(2, "convolution");
  model.varint(3, 1);
  model.bytes(4, std::string(1, '\0'));
  model.bytes(5, "\1");
  for (const uint32_t number : {300U, 40U, 3U}) model.open(number);
  model.bytes(1, "\2\2");
  model.close();
  model.bytes(4, "abcd");
  for (int i = 0; i < 3; ++i) model.close();
  model.open(5);
  model.varint(2, 0);
  model.bytes(7, "\1\3");
  return model.finish();
}

std::string pico(const std::string& description, const std::string& section) {
  const std::string param(40, 'p');
  const auto section_size = static_cast<uint32_t>(section.size());
  const auto tfm_offset = static_cast<uint32_t>(32 + param.size() + description.size());
  return "PICO" + u32(40) + u32(tfm_offset + section_size) + u32(40) + u32(32) + u32(4096) +
         u32(tfm_offset) + u32(section_size) + param + description + section;
}

}  // namespace

Seeds om_hiai() {
  return {hiai(Inner::kGraph), hiai(Inner::kBytes), hiai(Inner::kRegion)};
}

Seeds om_svp() {
  return {pico(svp_description(true), tfm()), pico(svp_description(false), tfm()),
          pico(svp_description(false), "")};
}

Seeds om_pre_table() {
  ::omscope::om2019::ModelDef def;
  def.set_name("vanilla");
  def.set_memory_size(1024);
  ::omscope::om2019::OpDef& conv = *def.add_op();
  conv.set_name("conv1");
  conv.set_type("Convolution");
  conv.add_src_name("conv1");
  conv.add_src_index(0);
  for (const int64_t dim : {1, 3, 4, 4}) conv.add_output_desc()->add_dim(dim);
  conv.add_input_desc()->set_data_type(1);
  ::omscope::om2019::WeightDef& filter = *conv.mutable_convolution_param()->mutable_filter();
  filter.set_data_type(1);
  filter.mutable_shape()->add_dim(4);
  filter.set_data("12345678");
  conv.mutable_full_connection_param()->mutable_bias()->set_data("bias");
  (*conv.mutable_attr())["flag"].set_u(7);
  (*conv.mutable_attr())["list"].mutable_list()->add_s("text");
  domi::ModelTaskDef tasks;
  tasks.add_task()->mutable_kernel()->mutable_context()->set_op_index(1);
  (*def.mutable_attr())["tasks"].set_bt(tasks.SerializeAsString());
  const std::string body = samples::serialized(def);
  std::string header(256, '\0');
  header.replace(0, 12, "IMOD" + u32(256) + u32(0x10000000));
  header.replace(76, 4, u32(static_cast<uint32_t>(body.size())));
  return {header + body};
}

}  // namespace omscope::fuzz::seeds
