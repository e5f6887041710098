// Tensor files, configurations and names of dumps.

#include <sstream>

#include "omscope/formats/tensorfile/baseline_file.h"
#include "omscope/formats/tensorfile/npy_writer.h"

#include "fuzz/seeds.h"
#include "fuzz/zip_file.h"

namespace omscope::fuzz::seeds {
namespace {

using namespace std::string_literals;

std::string array(std::string_view descr, bool fortran = false) {
  const std::vector<int64_t> shape = {2, 3};
  return tensorfile::npy_header(descr, shape, fortran) + std::string(48, 'a');
}

/// What torch.save writes for one tensor of 2 × 3 in a dict.
std::string pickle() {
  return "\x80\x02}q\x00X\x01\x00\x00\x00wq\x01"
         "ctorch._utils\n_rebuild_tensor_v2\nq\x02((X\x07\x00\x00\x00storageq\x03"
         "ctorch\nFloatStorage\nq\x04X\x01\x00\x00\x00"
         "0q\x05X\x03\x00\x00\x00"
         "cpuq\x06K\x06tq\x07QK\x00K\x02K\x03\x86q\x08K\x03K\x01\x86q\x09\x89"
         "ccollections\nOrderedDict\nq\x0a)Rq\x0btq\x0cRq\x0ds."s;
}

}  // namespace

Seeds baseline() {
  tensorfile::BaselineTensor tensor;
  tensor.op = "conv1";
  tensor.op_type = "Conv2D";
  tensor.tensor = "output:0";
  tensor.layout = "NCHW";
  tensor.dtype = DType::kFloat16;
  tensor.shape = {1, 2, 200};
  tensor.count = 400;
  tensor.quantiles = {-1, 0, 1};
  tensor.indices = {3, 250, 399};
  tensor.values.resize(6);
  tensorfile::BaselineFile one{1, 1024, {tensor}};
  tensor.dtype = DType::kInt4;
  tensor.values.resize(2);
  tensorfile::BaselineFile two{1, 1024, {tensor, tensor}};
  Seeds out;
  for (const auto& each : {one, two}) {
    std::ostringstream stream;
    tensorfile::write_baseline(stream, each);
    out.push_back(stream.str());
  }
  return out;
}

Seeds npy() {
  Seeds all;
  for (const char* descr : {"<f4", ">f8", "|u1", "<c16", "|O", "<U2", "<M8[D]", "|V2"}) {
    all.push_back(array(descr));
  }
  all.push_back(array("<f4", true) + array("<f4"));
  all.push_back(array("<f4").substr(1));
  return all;
}

Seeds npz() {
  return {zip_file({{"a.npy", array("<f4")}, {"b.npy", array(">i2")}, {"note.txt", "x"}})};
}

Seeds pt() {
  return {zip_file({{"a/data.pkl", pickle()},
                    {"a/byteorder", "little"},
                    {"a/data/0", std::string(24, 'b')},
                    {"a/version", "3\n"}})};
}

Seeds tensor_pb() {
  const std::string tensor = "\x08\x02\x08\x03\x10\x01\x42\x01xJ\x18"s + std::string(24, 'c');
  return {tensor, "\x0a\x01s\x10\x01\x1a"s + static_cast<char>(tensor.size()) + tensor,
          "\x08\x03\x10\x03\x2a\x03\x01\x02\x03"s};
}

Seeds msprobe() {
  return {
      R"({"task": "tensor", "dump_data_dir": "/x/dump_tensor_data", "data": {"F.relu.0.forward": )"
      R"({"input_args": [{"type": "torch.Tensor", "dtype": "torch.bfloat16", "shape": [2, 3], )"
      R"("Max": NaN, "Min": "-inf", "Mean": 1e3, "Norm": 2, "data_name": "a.npy"}, null, )"
      R"([{"type": "int", "value": 1}]], "input_kwargs": {}, "output": []}}})",
      R"({"F.relu.0.forward": "Module.a.A.forward.0", "Module.a.A.forward.0": null})",
      R"({"0": [["F.relu.0.forward"], ["File a.py, line 1"]]})"};
}

Seeds acl_json() {
  return {"{}",
          R"({"dump": {"dump_path": "d", "dump_mode": "all", "dump_op_switch": "on", "dump_data": )"
          R"("stats", "dump_stats": ["Max"], "dump_step": "0|3-5", "dump_list": [{"model_name": )"
          R"("m", "layer": ["a"], "opname_blacklist": ["b"]}], "dump_scene": "watcher"}})"};
}

Seeds dump_names() {
  return {"20240101120000/0/m/1/0/Conv2D.c.1.2.1700000000164521.4.30.7.3",
          "extra-info/data-dump/1/exception_info.2.7.20250402071926393",
          "step0/rank1/Functional.relu.0.forward.input.0.npy",
          "Conv2D.c.1.2.1700000000164521.output.0.NC1HWC0.float16.npy",
          "123456789,a/b/Relu.r.5.2.1700000000164521\n",
          "float16:1,2:FRACTAL_Z:2"};
}

// Bytes that layouts.cpp takes for: three layouts, each with its groups and C0, the type, two
// shapes with their ranks, whether there is an origin.
Seeds layouts() {
  const auto seed = [](std::initializer_list<int> bytes) {
    std::string text;
    for (const int byte : bytes) text += static_cast<char>(byte);
    return text + "abcdefg";
  };
  return {seed({11, 0, 0, 0, 0, 0, 1, 5, 2, 3, 5, 4, 16, 4, 2, 35, 5, 4, 1}),
          seed({18, 0, 10, 0, 10, 0, 1, 4, 2, 3, 16, 16, 2, 33, 20, 1}),
          seed({16, 0, 2, 0, 0, 0, 0, 4, 6, 1, 16, 32, 4, 5, 7, 3, 2, 1}),
          seed({16, 4, 0, 4, 0, 4, 1, 4, 9, 1, 16, 16, 4, 8, 3, 3, 3, 1}),
          seed({0, 0, 22, 0, 0, 0, 4, 4, 3, 5, 2, 2, 0, 0})};
}

}  // namespace omscope::fuzz::seeds
