// Whole commands, as a user runs them: time, memory, and what they read of a big file.

#include <benchmark/benchmark.h>

#include "omscope/formats/read_model.h"

#include "bench/inputs.h"
#include "bench/process.h"
#include "support/files.h"

namespace omscope::bench {
namespace {

namespace fs = std::filesystem;

constexpr double kMega = 1e6;

/// Times `words` and notes the memory; `limits` become counters beside it.
void run_command(benchmark::State& state, const std::vector<std::string>& words) {
  for (auto _ : state) {
    const ProcessCost cost = run_process(words);
    if (cost.exit_code != 0) state.SkipWithError("the command failed");
    state.SetIterationTime(cost.seconds);
    state.counters["peak_bytes"] = static_cast<double>(cost.peak_resident);
  }
}

std::vector<std::string> inspect(const fs::path& file) {
  return {OMSCOPE_TOOL, "inspect", file.string()};
}

void small_sample(benchmark::State& state) {
  run_command(state, inspect(test::source_dir() / "samples/tiny_resnet_b.om"));
  state.counters["limit_seconds"] = 0.050;
}

/// What the machine needs to start and end any process at all.
void empty_process(benchmark::State& state) {
  run_command(state, {"/bin/true"});
}

/// What the description of a model may cost in memory, mapped pages included.
double memory_limit(double model_def_bytes) {
  return 5 * model_def_bytes + 50 * kMega;
}

double model_def_bytes(const fs::path& path) {
  const auto read = read_model(path.string());
  return read ? static_cast<double>(read->model->model_def.size()) : 0;
}

void many_ops_command(benchmark::State& state) {
  const fs::path path = input("many_ops.om");
  if (!fs::exists(path)) return state.SkipWithError("tools/bench makes its input");
  run_command(state, inspect(path));
  state.counters["limit_bytes"] = memory_limit(model_def_bytes(path));
}

/// The weights are the end of the file, and a hole: reading them costs no disk, but shows.
void heavy_weights(benchmark::State& state) {
  const fs::path path = input("heavy_weights.om");
  if (!fs::exists(path)) return state.SkipWithError("tools/bench makes its input");
  constexpr uint64_t kWeights = uint64_t{2} << 30;
  const uint64_t start = fs::file_size(path) - kWeights;
  drop_cached(path.string());
  run_command(state, inspect(path));
  state.counters["weights_cached_bytes"] =
      static_cast<double>(cached_bytes(path.string(), start, kWeights));
  state.counters["limit_bytes"] = memory_limit(model_def_bytes(path));
  // The kernel reads ahead behind the last page that was wanted, by some megabytes.
  state.counters["limit_cached_bytes"] = kWeights / 100;
}

void biggest_dump_command(benchmark::State& state) {
  const std::string path = biggest_dump();
  if (path.empty()) return state.SkipWithError("the corpus is not on this machine");
  run_command(state, inspect(path));
  state.counters["limit_seconds"] = 12;
  state.counters["limit_bytes"] = 2e9;
}

void add(const char* name, void (*use)(benchmark::State&), int repetitions) {
  benchmark::RegisterBenchmark(name, use)
      ->UseManualTime()
      ->Iterations(1)
      ->Repetitions(repetitions)
      ->Unit(benchmark::kMillisecond);
}

[[maybe_unused]] const bool kRegistered = [] {
  add("command/small_sample", small_sample, 20);
  add("command/empty_process", empty_process, 20);
  add("command/many_ops", many_ops_command, 3);
  add("command/heavy_weights", heavy_weights, 3);
  add("command/biggest_dump", biggest_dump_command, 2);
  return true;
}();

}  // namespace
}  // namespace omscope::bench
