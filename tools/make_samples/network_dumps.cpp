#include "make_samples/network_dumps.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>

#include "make_samples/device_layout.h"
#include "make_samples/dump_builder.h"
#include "make_samples/network_run.h"

namespace omscope::samples {
namespace {

constexpr int kFloat16 = 2;  // as DumpData numbers types and layouts
constexpr int kUInt8 = 4;
constexpr int64_t kNd = 2;
constexpr int64_t kNc1hwc0 = 3;
constexpr uint64_t kStart = 1709208000000000;  // 2024-02-29 12:00, in µs

/// An op of the compiled model, with the layer whose output it makes.
struct DumpedOp {
  const char* type;
  const char* name;
  const char* layer;
  bool plain = false;
};
// In the order in which tiny_resnet_b.om runs them. Between Softmax and its input the pooled values
// change their layout; those ops are not dumped.
constexpr std::array kOps = {
    DumpedOp{"Conv2D", "stem/Convstem/Relu", "stem/Relu"},
    DumpedOp{"MaxPoolV3", "stem/MaxPool", "stem/MaxPool"},
    DumpedOp{"Conv2D", "block1/a/Convblock1/a/Relu", "block1/a/Relu"},
    DumpedOp{"Conv2D", "block1/b/Convblock1/Addblock1/Relu", "block1/Relu"},
    DumpedOp{"Conv2D", "down/Convdown/Relu", "down/Relu"},
    DumpedOp{"Conv2D", "block2/a/Convblock2/a/Relu", "block2/a/Relu"},
    DumpedOp{"Conv2D", "block2/b/Convblock2/Addblock2/Relu", "block2/Relu"},
    DumpedOp{"ReduceMeanD", "pool/GlobalAveragePool", "pool/GlobalAveragePool"},
    DumpedOp{"SoftmaxV2", "softmax/Softmax", "softmax/Softmax", true},
};
constexpr int kFirstTask = 3;
constexpr int kStream = 2;

std::vector<uint64_t> unsigned_dims(const std::vector<int64_t>& dims) {
  return {dims.begin(), dims.end()};
}

/// [1, C, H, W] in blocks of 16 channels; what is missing in the last block is zero.
std::vector<float> blocked(const std::vector<float>& values, const std::vector<int64_t>& nchw) {
  constexpr size_t kC0 = 16;
  const auto channels = static_cast<size_t>(nchw[1]);
  const auto area = static_cast<size_t>(nchw[2] * nchw[3]);
  std::vector<float> out((channels + kC0 - 1) / kC0 * kC0 * area);
  for (size_t c = 0; c < channels; ++c) {
    for (size_t i = 0; i < area; ++i) {
      out[(c / kC0 * area + i) * kC0 + c % kC0] = values[c * area + i];
    }
  }
  return out;
}

DumpTensor device_tensor(const std::vector<float>& values, const std::vector<int64_t>& shape,
                         bool plain) {
  DumpTensor tensor;
  tensor.dtype = kFloat16;
  tensor.origin_shape = unsigned_dims(shape);
  tensor.format = plain ? kNd : kNc1hwc0;
  tensor.shape = plain ? tensor.origin_shape : unsigned_dims(nc1hwc0_shape(shape));
  tensor.payload = as_fp16(plain ? values : blocked(values, shape));
  return tensor;
}

/// As the writers of dumps put an op's name into that of a file.
std::string file_part(std::string name) {
  std::replace(name.begin(), name.end(), '/', '_');
  return name;
}

uint64_t time_of(size_t op) {
  return kStart + 1000 + 137 * op;
}

using LayerValues = std::map<std::string, std::vector<float>>;

/// A dump per op, the first of them `start` µs after 1970.
std::map<std::string, std::string> op_dumps(const Network& network, const LayerValues& values,
                                            const std::string& step, uint64_t start) {
  std::map<std::string, std::string> files;
  for (size_t i = 0; i < kOps.size(); ++i) {
    const DumpedOp& op = kOps.at(i);
    const uint64_t time = time_of(i) - kStart + start;
    const std::string name = std::string(op.type) + "." + file_part(op.name) + "." +
                             std::to_string(kFirstTask + i) + "." + std::to_string(kStream) + "." +
                             std::to_string(time);
    DumpBuilder dump(op.name);
    dump.time(time);
    dump.output(device_tensor(values.at(op.layer), network.shape_of(op.layer), op.plain));
    files[step + name] = dump.build();
  }
  return files;
}

void round_all(std::vector<float>& values) {
  for (float& value : values) value = rounded_to_fp16(value);
}

/// What goes wrong in a run, at the op where it does.
void break_layer(DeviceRun run, const std::string& layer, std::vector<float>& values) {
  if (run == DeviceRun::kFault && layer == "down/Relu") {
    const auto half = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::copy(values.begin(), half, half);
  }
  if (run == DeviceRun::kNan && layer == "block2/a/Relu") {
    constexpr size_t kFirst = 300;
    constexpr size_t kCount = 4;
    for (size_t i = 0; i < kCount; ++i) {
      values.at(kFirst + i) = std::numeric_limits<float>::quiet_NaN();
    }
  }
}

std::string overflow_record(int task) {
  const auto number = static_cast<uint64_t>(task);
  constexpr uint64_t kNotSet = 65535;
  // model, stream, task, type, context, thread, pc_start, para_base, core, block, status
  const std::string payload = new_overflow(
      0, 0, {1, kStream, number, 0, kNotSet, kNotSet, 0x12C100240000, 0x12C180001000, 0, 0, 0x400});
  DumpTensor output;
  output.dtype = kUInt8;
  output.format = kNd;
  output.shape = {2048};
  output.payload = payload;
  return DumpBuilder("Node_OpDebug").time(time_of(kOps.size())).output(output).build();
}

std::string npy(const std::vector<float>& values, const std::vector<int64_t>& shape) {
  std::string dims;
  for (const int64_t dim : shape) dims += std::to_string(dim) + ", ";
  std::string header = "{'descr': '<f4', 'fortran_order': False, 'shape': (" + dims + "), }";
  constexpr size_t kAlign = 64;
  constexpr size_t kPrefix = 10;
  header.append(kAlign - 1 - (kPrefix + header.size()) % kAlign, ' ');
  header += '\n';
  std::string out("\x93NUMPY\x01\x00", 8);
  out += static_cast<char>(header.size() & 0xFFU);
  out += static_cast<char>(header.size() >> 8U);
  std::string bytes(values.size() * sizeof(float), '\0');
  std::memcpy(bytes.data(), values.data(), bytes.size());
  return out + header + bytes;
}

/// The second convolution of the second block finds NaN in its input: what is behind element 1024.
std::string exception_dump(const std::vector<float>& values, const std::vector<int64_t>& shape) {
  constexpr size_t kFirstNan = 1024;
  DumpTensor input = device_tensor(values, shape, false);
  for (size_t at = kFirstNan * 2; at + 1 < input.payload.size(); at += 2) {
    input.payload[at] = '\x00';
    input.payload[at + 1] = '\x7E';
  }
  input.address = 0;
  input.input_type = 2;
  DumpTensor output = device_tensor(std::vector<float>(values.size()), shape, false);
  output.address = 0;
  return DumpBuilder("block2/b/Convblock2/Addblock2/Relu")
      .time(kStart + 5000)
      .input(input)
      .output(output)
      .dfx_message(
          "[AIC_INFO] node_name:block2/b/Convblock2/Addblock2/Relu, node_type:Conv2D, "
          "stream_id:2, task_id:9\n"
          "[AIC_INFO] error code: 0x800000, the ub address out of bounds")
      .build();
}

}  // namespace

std::map<std::string, std::string> network_dumps(const Network& network) {
  const auto values = run_network(network);
  const std::string step = "20240229120000/0/tiny_resnet_b/1/0/";
  std::map<std::string, std::string> files = op_dumps(network, values, step, kStart);
  constexpr size_t kOverflowed = 5;
  const int task = kFirstTask + static_cast<int>(kOverflowed);
  files[step + "Opdebug.Node_OpDebug." + std::to_string(task) + "." + std::to_string(kStream) +
        "." + std::to_string(time_of(kOps.size()))] = overflow_record(task);
  files["extra-info/data-dump/0/Conv2D." + file_part(kOps[6].name) + ".9.20240229120000512"] =
      exception_dump(values.at("block2/a/Relu"), network.shape_of("block2/a/Relu"));
  return files;
}

std::map<std::string, std::string> device_run(const Network& network, DeviceRun run) {
  Network device = network;
  for (Layer& layer : device.layers) {
    for (Constant& constant : layer.constants) round_all(constant.values);
  }
  const auto values = run_network(device, [&](const std::string& layer, auto& made) {
    // What lies inside of a fused op is never written as fp16.
    const bool written = layer == "image" || std::any_of(kOps.begin(), kOps.end(), [&](auto& op) {
                           return op.layer == layer;
                         });
    if (written) round_all(made);
    break_layer(run, layer, made);
  });
  constexpr uint64_t kDay = 86'400'000'000;
  return op_dumps(device, values, "20240301120000/0/tiny_resnet_b/1/0/", kStart + kDay);
}

std::map<std::string, std::string> network_golden(const Network& network) {
  const auto values = run_network(network);
  std::map<std::string, std::string> files;
  for (const DumpedOp& op : kOps) {
    const std::string layer = op.layer;
    // As msprobe and the like name them: op, output, time.
    files[file_part(layer) + ".0." + std::to_string(kStart) + ".npy"] =
        npy(values.at(layer), network.shape_of(layer));
  }
  return files;
}

}  // namespace omscope::samples
