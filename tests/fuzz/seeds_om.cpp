// Offline models with partition tables.

#include "flow_model.pb.h"
#include "fuzz/seeds.h"
#include "ge_task.pb.h"
#include "make_samples/elf_builder.h"
#include "make_samples/om_builder.h"

namespace omscope::fuzz::seeds {
namespace {

using samples::kernel_record;
using samples::OmBuilder;
using samples::u32;
using samples::u64;

std::string u16(uint32_t value) {
  return u32(value).substr(0, 2);
}
std::string with_size(const std::string& content) {
  return u32(static_cast<uint32_t>(content.size())) + content;
}

/// Tasks that find their op by name, by index and by stub, and two of other types.
std::string tasks() {
  domi::ModelTaskDef all;
  domi::TaskDef& by_name = *all.add_task();
  by_name.mutable_kernel()->set_kernel_name("te_conv2d_1__kernel0");
  by_name.mutable_kernel()->set_block_dim(2);
  by_name.mutable_kernel_with_handle()->set_block_dim(1);
  domi::TaskDef& by_index = *all.add_task();
  by_index.mutable_kernel()->mutable_context()->set_op_index(1);
  by_index.set_stream_id(3);
  all.add_task()->mutable_kernel()->set_stub_func("-1_0_conv");
  all.add_task()->set_type(31);
  all.add_task()->set_type(999);
  return all.SerializeAsString();
}

std::string port(const std::string& name, uint64_t size, const std::vector<int64_t>& dims) {
  std::string raw;
  for (const int64_t dim : dims) raw += u64(static_cast<uint64_t>(dim));
  return u64(size) + u32(2) + u32(1) + u32(static_cast<uint32_t>(name.size())) +
         u32(static_cast<uint32_t>(raw.size())) + u32(0) + u32(0) + name + raw;
}

std::string inout_info() {
  return u32(0) + with_size(u32(1) + port("in", 1800, {1, -1, 4})) + u32(1) +
         with_size(u32(1) + port("out", 8, {2})) + u32(2) + with_size(u32(2) + u64(1) + u64(8)) +
         u32(3) + with_size(u32(1) + u32(2) + u64(224) + u64(448)) + u32(5) +
         with_size(u32(1) + u32(3) + "abc");
}

std::string tiling() {
  const auto record = [](char type, const std::string& payload) {
    return std::string(1, type) + with_size(payload);
  };
  const std::string info = u64(77) + u64(4) + u32(8) + std::string(36, '\0');
  return u32(0xDD776EFE) + u32(2) +
         with_size(record(0, info) + record(1, "tile") + record(2, u64(1) + u64(2)));
}

std::string kernel() {
  return samples::build_kernel_elf({"te_x__kernel0", "2024-01-02 clang version 15", "code"});
}

/// Every partition type that has a reader, and two that have none.
Seeds partitions(const std::string& model_def) {
  const Seeds stores = kernel_stores();
  const std::vector<std::pair<uint32_t, std::string>> contents = {
      {2, tasks()},      {3, stores[0]}, {4, stores[0]}, {5, stores[2]},  {6, inout_info()},
      {8, inout_info()}, {12, tiling()}, {20, "pre"},    {26, stores[1]}, {60, "unknown"}};
  Seeds all;
  OmBuilder everything;
  everything.version2().wide().partition(0, model_def);
  for (const auto& [type, content] : contents) {
    all.push_back(OmBuilder().version2().partition(0, model_def).partition(type, content).build());
    if (type != 6) everything.partition(type, content);
  }
  all.push_back(everything.build());
  return all;
}

std::string submodel(const std::string& name, const std::string& om) {
  ::ge::flow_model::proto::SubmodelDef def;
  def.set_model_name(name);
  def.set_model_type("NPU");
  if (om.empty()) {
    def.mutable_graph()->add_op()->set_name("described");
  } else {
    def.set_om_data(om);
  }
  return def.SerializeAsString();
}

std::string flow(const std::string& model_def, const std::string& om) {
  ::ge::flow_model::proto::FlowModelDef def;
  def.set_model_name("flow");
  return OmBuilder()
      .version2()
      .wide()
      .modeltype(3)
      .partition(0, model_def)
      .partition(6, def.SerializeAsString())
      .partition(7, submodel("a", om))
      .partition(7, submodel("b", ""))
      .build();
}

/// As its writer leaves it: no magic (unless wanted), a length that counts the header.
std::string bundle(const Seeds& models, bool with_magic) {
  const uint64_t table = 8 + 24 * (models.size() + 1);
  std::string entries = u32(25) + u32(0) + u64(table) + u64(8);
  std::string content = u64(4096);
  for (const std::string& model : models) {
    entries += u32(24) + u32(0) + u64(table + content.size()) + u64(model.size());
    content += model;
  }
  std::string header(256, '\0');
  if (with_magic) header.replace(0, 12, "IMOD" + u32(256) + u32(0x20000000));
  header[82] = 5;
  header.replace(156, 4, u32(static_cast<uint32_t>(models.size())));
  header.replace(184, 8, u64(256 + table + content.size()));
  return header + u32(static_cast<uint32_t>(models.size() + 1)) + u32(0) + entries + content;
}

}  // namespace

Seeds kernel_stores() {
  return {kernel_record("conv", kernel()) + kernel_record("relu", "no elf"),
          u32(0x4B43534B) + u32(2) + u32(3) + "op" + "bin",
          u32(1) + u32(0x5D776EFD) + u16(2) + u16(1) + u32(3) + u32(4) + "so" + "ven" + "body"};
}

Seeds elf() {
  return {kernel()};
}

Seeds om() {
  std::vector<samples::ModelBuilder> models = ge_models();
  Seeds all;
  for (samples::ModelBuilder& model : models) {
    all.push_back(OmBuilder()
                      .partition(0, samples::serialized(model.def()))
                      .partition(1, model.weights())
                      .build());
  }
  samples::ModelBuilder model("small");
  model.graph("g");
  model.op("conv", "Conv2D").attr("_kernelname", "te_conv2d_1__kernel0").output({});
  model.op("relu", "Relu").input("conv", {});
  const std::string small = samples::serialized(model.def());
  const std::string plain = OmBuilder().partition(0, small).build();
  all.push_back(OmBuilder()
                    .version2()
                    .wide()
                    .partition(0, small)
                    .next_table()
                    .partition(0, small)
                    .partition(2, tasks())
                    .build());
  all.push_back(OmBuilder().version2().modeltype(4).partition(0, small).build());
  all.push_back(OmBuilder().encrypted().partition(0, small).build());
  all.push_back(flow(small, plain));
  all.push_back(flow(small, flow(small, plain)));
  for (const bool magic : {false, true}) all.push_back(bundle({plain, plain}, magic));
  for (const auto seeds : {om_hiai, om_svp, om_pre_table}) {
    for (std::string& each : seeds()) all.push_back(std::move(each));
  }
  for (std::string& each : partitions(small)) all.push_back(std::move(each));
  return all;
}

}  // namespace omscope::fuzz::seeds
