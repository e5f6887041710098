#include "make_samples/network_om.h"

#include <functional>

#include "ge_task.pb.h"
#include "make_samples/device_layout.h"
#include "make_samples/elf_builder.h"
#include "make_samples/ge_builder.h"
#include "make_samples/om_builder.h"

namespace omscope::samples {
namespace {

using ::ge::proto::DT_FLOAT;
using ::ge::proto::DT_FLOAT16;

TensorSpec plain(const std::vector<int64_t>& shape, ::ge::proto::DataType dtype,
                 const std::string& layout) {
  return {dtype, shape, layout, shape, layout};
}

TensorSpec blocked(const std::vector<int64_t>& nchw) {
  return {DT_FLOAT16, nc1hwc0_shape(nchw), "NC1HWC0", nchw, "NCHW", 16};
}

/// A hash that is stable everywhere; names of kernels carry one.
std::string hashed(const std::string& text) {
  uint64_t hash = 1469598103934665603ULL;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  std::string out;
  for (int i = 0; i < 16; ++i, hash >>= 4U) out += "0123456789abcdef"[hash & 0xFU];
  return out;
}

std::string bytes_from(const std::string& seed, size_t count) {
  std::string out;
  for (size_t i = 0; out.size() < count; ++i) out += hashed(seed + std::to_string(i));
  out.resize(count);
  return out;
}

/// What the walk over the network has at hand: the last op made, and the tensor that it makes.
struct Made {
  std::string op;
  TensorSpec type;
};

class Compiler {
 public:
  Compiler(const Network& network, const Build& build)
      : network_(network), build_(build), model_(build.name) {
    model_.graph(build.name + "_NPU_0");
  }

  std::string compile() {
    feed();
    stem();
    residual("block1", "stem/MaxPool");
    convolution({"down/Conv", "down/Relu"});
    residual("block2", "down/Relu");
    classify();
    describe();
    return assemble();
  }

 private:
  /// Compiled ops get a kernel and a task each.
  OpBuilder kernel_op(const std::string& name, const std::string& type, int64_t block_dim) {
    OpBuilder op = model_.op(name, type);
    const std::string kernel =
        "te_" + lower(type) + "_" + hashed(type + name + build_.soc_version) + "_1__kernel0";
    op.compiled(kernel, block_dim, type == "Conv2D" ? "Convolution" : "ElemWise");
    kernels_.push_back({kernel, build_.compiler, bytes_from(kernel, 256)});
    task_ops_.push_back(name);
    block_dims_.push_back(block_dim);
    ids_.push_back(op.def().id());
    return op;
  }

  static std::string lower(std::string text) {
    for (char& c : text) c = static_cast<char>(std::tolower(c));
    return text;
  }

  /// The number that a constant's name ends with: counted up by one compiler, down by the other.
  std::string constant_name() {
    const int number = build_.wide_table ? 90 - constants_ : 12 + 2 * constants_;
    ++constants_;
    return "dynamic_const_" + std::to_string(build_.process) + "_" + std::to_string(number);
  }

  void feed() {
    const TensorSpec image = plain(network_.input, DT_FLOAT, "NCHW");
    model_.op("image", "Data").attr("index", 0).open_input(image).output(image);
    const TensorSpec half = plain(network_.input, DT_FLOAT16, "NCHW");
    kernel_op("trans_Cast_0", "Cast", 2)
        .input("image", image)
        .output(half)
        .attr("SrcT", 0)
        .attr("DstT", 1)
        .attr("dst_type", 1)
        .attr("truncate", false)
        .origin({});
    const TensorSpec device = blocked(network_.input);
    kernel_op("trans_TransData_1", "TransData", 1)
        .input("trans_Cast_0", half)
        .output(device)
        .attr("src_format", "NCHW")
        .attr("dst_format", "NC1HWC0")
        .attr("input_format", 0)
        .attr("output_format", 3)
        .origin({});
    last_ = {"trans_TransData_1", device};
  }

  /// A convolution with its Relu, and between them the Add of a residual block.
  void convolution(const std::vector<std::string>& layers, const Made* added = nullptr) {
    const Layer& conv = network_.layer(layers.front());
    const Constant& filter = conv.constants[0];
    const Constant& bias = conv.constants[1];
    const TensorSpec filter_type = {
        DT_FLOAT16, fractal_z_shape(filter), "FRACTAL_Z", filter.shape, "NCHW", 16};
    const TensorSpec bias_type = plain(bias.shape, DT_FLOAT16, "ND");
    const std::string filter_op =
        model_.constant(constant_name(), filter_type, as_fractal_z(filter));
    const std::string bias_op = model_.constant(constant_name(), bias_type, as_fp16(bias.values));
    std::string name;
    for (const std::string& layer : layers) name += layer;
    const TensorSpec output = blocked(conv.output);
    OpBuilder op = kernel_op(name, "Conv2D", 4);
    op.input(last_.op, last_.type).input(filter_op, filter_type).input(bias_op, bias_type);
    op.optional_input();
    if (added != nullptr) op.input(added->op, added->type);
    op.output(output)
        .attr("strides", Dims{1, 1, conv.stride, conv.stride})
        .attr("pads", Dims{1, 1, 1, 1})
        .attr("dilations", Dims{1, 1, 1, 1})
        .attr("groups", 1)
        .attr("data_format", "NCHW")
        .attr("offset_x", 0)
        .origin(layers);
    last_ = {name, output};
    made_[layers.back()] = last_;
  }

  void stem() {
    convolution({"stem/Conv", "stem/Relu"});
    const TensorSpec output = blocked(network_.shape_of("stem/MaxPool"));
    kernel_op("stem/MaxPool", "MaxPoolV3", 2)
        .input(last_.op, last_.type)
        .output(output)
        .attr("ksize", Dims{1, 1, 2, 2})
        .attr("strides", Dims{1, 1, 2, 2})
        .attr("pads", Dims{0, 0, 0, 0})
        .attr("padding_mode", "CALCULATED")
        .attr("data_format", "NCHW")
        .origin({"stem/MaxPool"});
    last_ = {"stem/MaxPool", output};
    made_["stem/MaxPool"] = last_;
  }

  void residual(const std::string& block, const std::string& from) {
    const Made start = made_.at(from);
    convolution({block + "/a/Conv", block + "/a/Relu"});
    convolution({block + "/b/Conv", block + "/Add", block + "/Relu"}, &start);
  }

  void transdata(const TensorSpec& to) {
    const std::string name = "trans_TransData_" + std::to_string(task_ops_.size());
    kernel_op(name, "TransData", 1)
        .input(last_.op, last_.type)
        .output(to)
        .attr("src_format", last_.type.layout)
        .attr("dst_format", to.layout)
        .origin({});
    last_ = {name, to};
  }

  void classify() {
    const std::vector<int64_t>& pooled = network_.shape_of("pool/GlobalAveragePool");
    kernel_op("pool/GlobalAveragePool", "ReduceMeanD", 2)
        .input(last_.op, last_.type)
        .output(blocked(pooled))
        .attr("axes", Dims{2, 3})
        .attr("keep_dims", true)
        .origin({"pool/GlobalAveragePool"});
    last_ = {"pool/GlobalAveragePool", blocked(pooled)};
    transdata(plain(pooled, DT_FLOAT16, "NCHW"));

    const Layer& gemm = network_.layer("fc/Gemm");
    const Constant& matrix = gemm.constants[0];
    const Constant& bias = gemm.constants[1];
    const Dims features = {1, matrix.shape[1]};
    transdata({DT_FLOAT16, {2, 1, 16, 16}, "FRACTAL_NZ", features, "ND", 16});
    const TensorSpec matrix_type = {DT_FLOAT16,   fractal_nz_shape_transposed(matrix),
                                    "FRACTAL_NZ", {matrix.shape[1], matrix.shape[0]},
                                    "ND",         16};
    const TensorSpec bias_type = plain(bias.shape, DT_FLOAT16, "ND");
    const std::string matrix_op =
        model_.constant(constant_name(), matrix_type, as_fractal_nz_transposed(matrix));
    const std::string bias_op = model_.constant(constant_name(), bias_type, as_fp16(bias.values));
    const TensorSpec device = {DT_FLOAT16, {1, 1, 16, 16}, "FRACTAL_NZ", gemm.output, "ND", 16};
    kernel_op("fc/Gemm", "MatMulV2", 1)
        .input(last_.op, last_.type)
        .input(matrix_op, matrix_type)
        .input(bias_op, bias_type)
        .optional_input()
        .output(device)
        .attr("transpose_x1", false)
        .attr("transpose_x2", false)
        .attr("offset_x", 0)
        .origin({"fc/Gemm"});
    last_ = {"fc/Gemm", device};
    transdata(plain(gemm.output, DT_FLOAT16, "ND"));
    finish_output(gemm.output);
  }

  void finish_output(const Dims& shape) {
    const TensorSpec half = plain(shape, DT_FLOAT16, "ND");
    const TensorSpec full = plain(shape, DT_FLOAT, "ND");
    kernel_op("softmax/Softmax", "SoftmaxV2", 1)
        .input(last_.op, half)
        .output(build_.cast_output ? half : full)
        .attr("axes", Dims{1})
        .origin({"softmax/Softmax"});
    last_ = {"softmax/Softmax", build_.cast_output ? half : full};
    if (build_.cast_output) {
      kernel_op("trans_Cast_9", "Cast", 1)
          .input(last_.op, half)
          .output(full)
          .attr("SrcT", 1)
          .attr("DstT", 0)
          .attr("dst_type", 0)
          .attr("truncate", false)
          .origin({});
      last_ = {"trans_Cast_9", full};
    }
    model_.op("Node_Output", "NetOutput").input(last_.op, full).output(full);
  }

  void describe() {
    model_.finish();
    model_.attr("soc_version", build_.soc_version)
        .attr("atc_version", build_.atc_version)
        .attr("opp_version", build_.atc_version)
        .attr("framework_type", "Onnx")
        .attr("atc_cmdline",
              "/opt/toolkit/bin/atc.bin --model=/home/user/models/tiny_resnet.onnx --framework=5 "
              "--output=" +
                  build_.name + " --soc_version=" + build_.soc_version)
        .attr("attr_model_out_nodes_name",
              std::vector<std::string>{"softmax/Softmax:0:softmax/Softmax_out"})
        .attr("task_index_op_name", task_names())
        .attr("session_id", 0)
        .attr("core_type", 0)
        .attr("label_num", 0)
        .attr("zero_copy_memory_size", 13312);
    if (build_.wide_table) compress_attributes(model_.def());
  }

  std::vector<std::string> task_names() const {
    std::vector<std::string> names = task_ops_;
    names.emplace_back("Node_Output");
    return names;
  }

  std::string tasks() const {
    domi::ModelTaskDef all;
    for (size_t i = 0; i < task_ops_.size(); ++i) {
      domi::TaskDef& task = *all.add_task();
      task.set_id(static_cast<uint32_t>(i));
      domi::KernelDef& kernel = *task.mutable_kernel();
      kernel.mutable_context()->set_kernel_type(2);
      kernel.mutable_context()->set_op_index(static_cast<uint32_t>(ids_[i]));
      kernel.set_stub_func(std::to_string(build_.process) + "_-1_0_" + task_ops_[i]);
      kernel.set_block_dim(static_cast<uint32_t>(block_dims_[i]));
      kernel.set_kernel_name(kernels_[i].symbol);
      kernel.set_args(std::string(32, '\0'));
      kernel.set_args_size(32);
    }
    all.add_task()->set_type(19);  // END_GRAPH
    all.mutable_task()->rbegin()->set_id(static_cast<uint32_t>(task_ops_.size()));
    return serialized(all);
  }

  static std::string port_record(uint64_t size, int32_t format, const std::string& name,
                                 const Dims& dims) {
    std::string raw;
    for (const int64_t dim : dims) raw += u64(static_cast<uint64_t>(dim));
    const auto length = static_cast<uint32_t>(raw.size());
    return u64(size) + u32(static_cast<uint32_t>(format)) + u32(0) +
           u32(static_cast<uint32_t>(name.size())) + u32(length) + u32(length) + u32(0) + name +
           raw + raw;
  }

  /// MODEL_INOUT_INFO: record types 0 (inputs) and 1 (outputs).
  std::string inout_info() const {
    const std::string in = u32(1) + port_record(12288, 0, "image", network_.input);
    const std::string out =
        u32(1) + port_record(40, 2, "softmax/Softmax:0:softmax/Softmax_out", {1, 10});
    return u32(0) + u32(static_cast<uint32_t>(in.size())) + in + u32(1) +
           u32(static_cast<uint32_t>(out.size())) + out;
  }

  std::string assemble() {
    std::string store;
    for (const KernelSpec& kernel : kernels_) {
      store += kernel_record(kernel.symbol, build_kernel_elf(kernel));
    }
    OmBuilder file;
    file.version2().name(build_.name);
    if (build_.wide_table) file.wide().partition(8, inout_info());
    return file.partition(0, serialized(model_.def()))
        .partition(1, model_.weights())
        .partition(3, store)
        .partition(2, tasks())
        .build();
  }

  const Network& network_;
  const Build& build_;
  ModelBuilder model_;
  Made last_;
  std::map<std::string, Made> made_;
  std::vector<KernelSpec> kernels_;
  std::vector<std::string> task_ops_;
  std::vector<int64_t> block_dims_;
  std::vector<int64_t> ids_;
  int constants_ = 0;
};

}  // namespace

Build older_build() {
  Build build;
  build.name = "tiny_resnet_a";
  build.soc_version = "Ascend310P3";
  build.atc_version = "1.84.15.1.229";
  build.compiler = "2022-10-14 09:12:31 +0800 clang version 8.0.1  (based on LLVM 8.0.1)";
  build.process = 4711;
  return build;
}

Build newer_build() {
  Build build;
  build.name = "tiny_resnet_b";
  build.soc_version = "Ascend310B1";
  build.atc_version = "7.5.0.3.220";
  build.compiler = "2024-09-30T18:02:11+08:00 clang version 15.0.5";
  build.process = 90210;
  build.wide_table = true;
  build.cast_output = true;
  return build;
}

std::string network_as_om(const Network& network, const Build& build) {
  return Compiler(network, build).compile();
}

}  // namespace omscope::samples
