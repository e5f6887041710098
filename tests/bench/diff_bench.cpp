// Comparing models: how the time grows with their size, what it takes beside them, and how fast
// constants are compared.

#include <array>
#include <atomic>
#include <chrono>
#include <cmath>
#include <fstream>
#include <functional>
#include <map>
#include <numeric>
#include <vector>

#include <benchmark/benchmark.h>
#include <malloc.h>
#include <tbb/parallel_for.h>

#include "omscope/diff/diff.h"
#include "omscope/diff/weights.h"
#include "omscope/tensor/encode.h"

#include "bench/diff_inputs.h"
#include "bench/inputs.h"
#include "bench/process.h"

namespace omscope::bench {
namespace {

double seconds_of(const auto& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// A line of /proc/self/status, in bytes.
double status_bytes(const std::string& key) {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with(key + ":")) return std::stod(line.substr(key.size() + 1)) * 1024;
  }
  return 0;
}

/// Lets the kernel count the most memory anew.
void forget_peak() {
  ::malloc_trim(0);
  std::ofstream("/proc/self/clear_refs") << '5';
}

std::map<int64_t, double> best_times;

void match(benchmark::State& state, int64_t ops) {
  const ModelPair& pair = edited_pair(ops);
  if (!pair.a || !pair.b) return state.SkipWithError("its input could not be made");
  for (auto _ : state) {
    forget_peak();
    const double before = status_bytes("VmRSS");
    diff::Result result;
    const double seconds = seconds_of([&] { result = diff::diff(*pair.a, *pair.b, {}); });
    state.SetIterationTime(seconds);
    state.counters["more_bytes"] = status_bytes("VmHWM") - before;
    state.counters["differences"] = static_cast<double>(result.differences.size());
    double& best = best_times.try_emplace(ops, seconds).first->second;
    best = std::min(best, seconds);
  }
  state.counters["limit_seconds"] = 3;
  state.counters["limit_bytes"] = 1e9;
  if (best_times.count(1000) != 0 && ops > 1000) {
    state.counters["exponent"] =
        std::log(best_times[ops] / best_times[1000]) / std::log(static_cast<double>(ops) / 1000);
    state.counters["limit_exponent"] = 1.2;
  }
}

void command(benchmark::State& state) {
  const ModelPair& pair = edited_pair(100000);
  for (auto _ : state) {
    const ProcessCost cost = run_process({OMSCOPE_TOOL, "diff", pair.path_a, pair.path_b});
    if (cost.exit_code != 1) state.SkipWithError("the command failed");
    state.SetIterationTime(cost.seconds);
    state.counters["peak_bytes"] = static_cast<double>(cost.peak_resident);
  }
  state.counters["limit_seconds"] = 6;
}

/// Constants of 16 MB on both sides.
struct Constants {
  static constexpr size_t kCount = 32;
  static constexpr size_t kElements = size_t{4} << 20;

  std::vector<float> wide = std::vector<float>(kCount * kElements);
  std::vector<float> again;
  std::vector<std::byte> half = std::vector<std::byte>(kCount * kElements * 2);
  std::array<int64_t, 2> shape = {1024, kElements / 1024};

  Constants() {
    for (size_t i = 0; i < wide.size(); ++i) wide[i] = std::sin(static_cast<float>(i)) * 0.1F;
    (void)tensor::encode(DType::kFloat16, std::span<const float>(wide), half);
    again = wide;
  }

  ir::Tensor tensor(DType dtype, const void* data, size_t size) const {
    ir::Tensor tensor;
    tensor.type.dtype = dtype;
    tensor.type.shape = shape;
    tensor.type.has_shape = true;
    tensor.storage = ir::Storage::kPartition;
    tensor.size = size;
    tensor.bytes = {static_cast<const std::byte*>(data), size};
    return tensor;
  }
  ir::Tensor wide_one(size_t i, const std::vector<float>& from) const {
    return tensor(DType::kFloat32, from.data() + i * kElements, kElements * sizeof(float));
  }
  ir::Tensor half_one(size_t i) const {
    return tensor(DType::kFloat16, half.data() + i * kElements * 2, kElements * 2);
  }
};

const Constants& constants() {
  static const Constants kConstants;
  return kConstants;
}

void compare_constants(benchmark::State& state, bool rounded) {
  const Constants& c = constants();
  for (auto _ : state) {
    std::atomic<size_t> equal = 0;
    state.SetIterationTime(seconds_of([&] {
      tbb::parallel_for(size_t{0}, Constants::kCount, [&](size_t i) {
        const ir::Tensor a = c.wide_one(i, c.wide);
        const ir::Tensor b = rounded ? c.half_one(i) : c.wide_one(i, c.again);
        equal += diff::constants_equal(a, b, {}, false).equality != diff::Equality::kDifferent;
      });
    }));
    if (equal != Constants::kCount) state.SkipWithError("they should be equal");
  }
  state.counters["input_bytes"] =
      static_cast<double>(Constants::kCount * Constants::kElements * (rounded ? 6U : 8U));
}

uint64_t summed(const void* data, size_t bytes) {
  const auto* words = static_cast<const uint64_t*>(data);
  return std::accumulate(words, words + bytes / sizeof(uint64_t), uint64_t{0});
}

/// The machine's limit: reading the same bytes, on all threads.
void read_constants(benchmark::State& state, bool rounded) {
  const Constants& c = constants();
  for (auto _ : state) {
    std::atomic<uint64_t> sum = 0;
    state.SetIterationTime(seconds_of([&] {
      tbb::parallel_for(size_t{0}, Constants::kCount, [&](size_t i) {
        const ir::Tensor a = c.wide_one(i, c.wide);
        const ir::Tensor b = rounded ? c.half_one(i) : c.wide_one(i, c.again);
        sum += summed(a.bytes.data(), a.size) + summed(b.bytes.data(), b.size);
      });
    }));
    benchmark::DoNotOptimize(sum.load());
  }
  state.counters["input_bytes"] =
      static_cast<double>(Constants::kCount * Constants::kElements * (rounded ? 6U : 8U));
}

void add(const char* name, const std::function<void(benchmark::State&)>& use) {
  benchmark::RegisterBenchmark(name, use)->UseManualTime()->Iterations(1)->Repetitions(3)->Unit(
      benchmark::kMillisecond);
}

[[maybe_unused]] const bool kRegistered = [] {
  add("diff/1000", [](benchmark::State& s) { match(s, 1000); });
  add("diff/10000", [](benchmark::State& s) { match(s, 10000); });
  add("diff/100000", [](benchmark::State& s) { match(s, 100000); });
  add("diff/command", command);
  add("diff/weights_rounded", [](benchmark::State& s) { compare_constants(s, true); });
  add("diff/read_rounded", [](benchmark::State& s) { read_constants(s, true); });
  add("diff/weights_equal", [](benchmark::State& s) { compare_constants(s, false); });
  add("diff/read_equal", [](benchmark::State& s) { read_constants(s, false); });
  return true;
}();

}  // namespace
}  // namespace omscope::bench
