// Comparing whole runs: big tensors in device layouts, and very many small ones.

#include <chrono>
#include <fstream>
#include <random>

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include "omscope/compare/compare.h"
#include "omscope/formats/tensorfile/npy_writer.h"
#include "omscope/tensor/encode.h"

#include "bench/inputs.h"
#include "bench/parse_bench.h"
#include "bench/process.h"
#include "make_samples/dump_builder.h"

namespace omscope::bench {
namespace {

namespace fs = std::filesystem;

std::vector<float> values_of(uint64_t count, unsigned seed) {
  std::mt19937 generator(seed);
  std::vector<float> values(count);
  for (float& value : values) {
    value = static_cast<float>(static_cast<double>(generator()) / 2147483648.0 - 1.0);
  }
  return values;
}

std::string encoded(const std::vector<float>& values, DType dtype) {
  std::vector<std::byte> bytes(*dtype_bytes(dtype, values.size()));
  tensor::encode(dtype, std::span<const float>(values), bytes);
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

void write(const fs::path& path, const std::string& content) {
  fs::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << content;
}

/// A run in float16 NC1HWC0 and golden in float32 NCHW.
void write_pair(const fs::path& root, int op, const std::vector<float>& nchw,
                const std::vector<int64_t>& shape) {
  constexpr int64_t kC0 = 16;
  const auto channels = static_cast<size_t>(shape[1]);
  const auto area = static_cast<size_t>(shape[2] * shape[3]);
  std::vector<float> device(nchw.size());
  for (size_t c = 0; c < channels; ++c) {
    for (size_t i = 0; i < area; ++i) {
      device[(c / kC0 * area + i) * kC0 + c % kC0] = nchw[c * area + i];
    }
  }
  samples::DumpTensor tensor;
  tensor.dtype = 2;
  tensor.format = 3;
  tensor.shape = {1, channels / kC0, static_cast<uint64_t>(shape[2]),
                  static_cast<uint64_t>(shape[3]), kC0};
  tensor.origin_shape.assign(shape.begin(), shape.end());
  tensor.payload = encoded(device, DType::kFloat16);
  const std::string name = fmt::format("conv{}", op);
  write(root / "run/20240101120000/0/net/1/0" /
            fmt::format("Conv2D.{}.{}.1.{}", name, op + 1, 1704110400000000 + op),
        samples::DumpBuilder(name).output(tensor).build());
  write(root / "golden" / fmt::format("{}.0.1704110400000000.npy", name),
        tensorfile::npy_header("<f4", shape) + encoded(nchw, DType::kFloat32));
}

/// Made once.
fs::path pairs(const std::string& name, int count, const std::vector<int64_t>& shape) {
  const fs::path root = input(name);
  if (fs::exists(root / "complete")) return root;
  const auto elements = static_cast<uint64_t>(shape[0] * shape[1] * shape[2] * shape[3]);
  for (int op = 0; op < count; ++op) {
    write_pair(root, op, values_of(elements, static_cast<unsigned>(op)), shape);
  }
  write(root / "complete", "");
  return root;
}

double compare_once(const fs::path& root, benchmark::State& state) {
  compare::Options options;
  options.run = (root / "run").string();
  options.golden = (root / "golden").string();
  const auto start = std::chrono::steady_clock::now();
  const compare::Result result = compare::compare(options);
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  state.counters["pairs"] = static_cast<double>(result.summary.pass + result.summary.warn);
  return seconds;
}

/// 200 × 256 × 28 × 35 elements: 100 MB of float16 and 200 MB of float32.
void run_of_dumps(benchmark::State& state) {
  const fs::path root = pairs("compare_dumps", 200, {1, 256, 28, 35});
  compare_once(root, state);
  for (auto _ : state) state.SetIterationTime(compare_once(root, state));
  state.counters["limit_seconds"] = 0.5;
}

void small_tensors(benchmark::State& state) {
  constexpr int kTensors = 10000;
  const fs::path root = pairs("compare_small", kTensors, {1, 16, 2, 2});
  compare_once(root, state);
  for (auto _ : state) state.SetIterationTime(compare_once(root, state));
  state.counters["limit_seconds"] = kTensors * 50e-6;
}

/// The command as a whole: start, comparison, report; what it keeps in memory.
void command(benchmark::State& state) {
  const fs::path root = pairs("compare_dumps", 200, {1, 256, 28, 35});
  for (auto _ : state) {
    const ProcessCost cost = run_process({OMSCOPE_TOOL, "compare", (root / "run").string(),
                                          (root / "golden").string(), "--format", "json"});
    state.SetIterationTime(cost.seconds);
    if (cost.exit_code != 0) state.SkipWithError("compare failed");
  }
  state.counters["limit_seconds"] = 0.5;
}

[[maybe_unused]] const auto* const kRegistered = [] {
  repeated(benchmark::RegisterBenchmark("compare/dumps", run_of_dumps));
  repeated(benchmark::RegisterBenchmark("compare/command", command));
  return repeated(benchmark::RegisterBenchmark("compare/small_tensors", small_tensors));
}();

}  // namespace
}  // namespace omscope::bench
