#include "make_samples/synthetic.h"

#include <algorithm>
#include <fstream>
#include <stdexcept>

#include <fcntl.h>
#include <unistd.h>

#include "make_samples/ge_builder.h"
#include "make_samples/om_builder.h"

namespace omscope::samples {
namespace {

using ::ge::proto::DT_FLOAT16;

/// Two of three ops compute, one is the constant that one of them needs: about what real builds of
/// convolutional networks have once constants are counted.
constexpr int64_t kGroup = 3;

/// JSON that the fusion engine leaves on every op; a good part of an op's bytes.
std::string slice_info(int64_t number) {
  const std::string axis = std::to_string(number % 7);
  const std::string split = R"({"inputList":[{"axis":[)" + axis +
                            R"(],"headOverLap":[-1],"idx":0,"tailOverLap":[-1]}],)"
                            R"("outputList":[{"axis":[)" +
                            axis + R"(],"idx":0}]})";
  return R"({"_op_slice_info":{"l1FusionEnable":0,"minTbeL1Space":0,"reduceMaps":[],"splitMaps":[)" +
         split + "," + split + "," + split + "," + split + "]}}";
}

std::string kernel_name(int64_t number) {
  std::string digits;
  uint64_t hash = static_cast<uint64_t>(number + 1) * 0x9E3779B97F4A7C15ULL;
  for (int i = 0; i < 96; ++i, hash = hash * 6364136223846793005ULL + 1442695040888963407ULL) {
    digits += "0123456789abcdef"[hash >> 60U];
  }
  return "te_conv2d_" + digits + "_1__kernel0";
}

TensorSpec feature(int64_t channels) {
  return {DT_FLOAT16, {1, channels / 16, 56, 56, 16}, "NC1HWC0", {1, channels, 56, 56}, "NCHW", 16};
}

struct Names {
  static std::string conv(int64_t n) {
    return "/features/layer" + std::to_string(n / 100) + "/" + std::to_string(n) + "/conv/Conv";
  }
  static std::string constant(int64_t n) { return "dynamic_const_31415_" + std::to_string(n); }
};

void add_compute(ModelBuilder& model, int64_t number, const std::string& source,
                 const std::string& constant, const TensorSpec& filter) {
  const TensorSpec type = feature(64);
  const std::string name = Names::conv(number);
  OpBuilder op = model.op(name + name + "/Relu", constant.empty() ? "Relu" : "Conv2D");
  op.compiled(kernel_name(number), 8, "Convolution").input(source, type);
  if (!constant.empty()) op.input(constant, filter).optional_input();
  op.output(type)
      .origin({name, name + "/Relu"})
      .attr("strides", Dims{1, 1, 1, 1})
      .attr("pads", Dims{1, 1, 1, 1})
      .attr("dilations", Dims{1, 1, 1, 1})
      .attr("groups", 1)
      .attr("data_format", "NCHW")
      .attr("_op_slice_info", slice_info(number));
}

/// A constant as rich as a computing op: descriptors twice and the flags of a compiled op.
void add_constant(ModelBuilder& model, int64_t number, const TensorSpec& type, int64_t offset,
                  int64_t size) {
  OpBuilder op = model.op(Names::constant(number), "Const");
  op.compiled(kernel_name(number), 1, "Opaque").output(type).origin({});
  op.attr("_op_slice_info", slice_info(number))
      .attr("_fusion_op_slice_info", slice_info(number + 1))
      .attr("isCheckSupported", false);
  ::ge::proto::TensorDef& value = *(*op.def().mutable_attr())["value"].mutable_t();
  fill_descriptor(type, *value.mutable_desc());
  value.mutable_desc()->set_weight_size(size);
  value.mutable_desc()->set_data_offset(offset);
}

void check(bool ok, const std::string& path) {
  if (!ok) throw std::runtime_error("cannot write " + path);
}

}  // namespace

::ge::proto::ModelDef synthetic_model(int64_t ops, int64_t weight_bytes) {
  ModelBuilder model("synthetic");
  model.graph("synthetic_NPU_0");
  model.op("input", "Data").open_input(feature(64)).output(feature(64)).attr("index", 0);
  const int64_t groups = std::max<int64_t>(ops / kGroup, 1);
  const int64_t size = weight_bytes / groups / 512 * 512;  // nothing where that rounds to 0
  const TensorSpec filter = {DT_FLOAT16, {size / 2}, "ND", {size / 2}, "ND"};
  std::string source = "input";
  for (int64_t number = 0; number + kGroup <= ops; number += kGroup) {
    add_constant(model, number, filter, number / kGroup * size, size);
    add_compute(model, number + 1, source, Names::constant(number), filter);
    const std::string conv = Names::conv(number + 1);
    add_compute(model, number + 2, conv + conv + "/Relu", "", filter);
    const std::string relu = Names::conv(number + 2);
    source = relu + relu + "/Relu";
  }
  model.op("Node_Output", "NetOutput").input(source, feature(64));
  model.finish();
  model.attr("weight_size", weight_bytes).attr("soc_version", "Ascend310P3");
  return std::move(model.def());
}

void write_synthetic_om(const std::string& path, int64_t ops, int64_t weight_bytes) {
  const std::string model_def = serialized(synthetic_model(ops, weight_bytes));
  // The builder makes the front of the file; the table entry and the length are those of a file
  // whose weights follow.
  const auto hole = static_cast<uint64_t>(weight_bytes);
  OmBuilder front;
  front.version2().wide().name("synthetic").partition(0, model_def).partition(1, "");
  const uint64_t entry = 256 + 8 + 24;
  const uint64_t body = 8 + 48 + model_def.size() + hole;
  const std::string bytes = front.patched(entry + 16, u64(hole)).patched(184, u64(body)).build();
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  file.close();
  check(file.good(), path);
  check(::truncate(path.c_str(), static_cast<off_t>(bytes.size() + hole)) == 0, path);
}

}  // namespace omscope::samples
