// Diagnosis of big logs, beside what a plain search of the same file takes.

#include <fstream>

#include <benchmark/benchmark.h>

#include "bench/inputs.h"
#include "bench/process.h"
#include "make_samples/failing_log.h"

namespace omscope::bench {
namespace {

namespace fs = std::filesystem;

constexpr uint64_t kPart = uint64_t{64} << 20;
constexpr int kParts = 4;

/// 256 MB of which `percent` of the lines tell of errors.
std::string log_file(unsigned percent) {
  const fs::path path = input("log_" + std::to_string(percent) + ".log");
  std::error_code failed;
  if (fs::file_size(path, failed) < kPart * kParts || failed) {
    fs::create_directories(path.parent_path());
    const std::string part = samples::synthetic_log(kPart, percent);
    std::ofstream out(path, std::ios::binary | std::ios::trunc);
    for (int i = 0; i < kParts; ++i) out << part;
  }
  return path.string();
}

void run(benchmark::State& state, const std::vector<std::string>& words, unsigned percent,
         double least_rate) {
  const std::string path = log_file(percent);
  std::vector<std::string> command = words;
  command.push_back(path);
  for (auto _ : state) {
    const ProcessCost cost = run_process(command);
    if (cost.exit_code < 0 || cost.exit_code > 1) state.SkipWithError("the command failed");
    state.SetIterationTime(cost.seconds);
    state.counters["peak_bytes"] = static_cast<double>(cost.peak_resident);
  }
  const auto size = static_cast<double>(fs::file_size(path));
  state.counters["input_bytes"] = size;
  state.counters["limit_seconds"] = size / least_rate;
  // Some blocks of 4 MB, mapped and as facts, whatever the size of the log.
  state.counters["limit_bytes"] = 200e6;
}

template <unsigned Percent>
void diagnose(benchmark::State& state) {
  run(state, {OMSCOPE_TOOL, "diagnose", "--threads", "2"}, Percent, Percent == 0 ? 200e6 : 60e6);
}

template <unsigned Percent>
void grep(benchmark::State& state) {
  run(state, {"/bin/grep", "-c", "ERROR"}, Percent, 1);
}

[[maybe_unused]] const bool kRegistered = [] {
  const auto add = [](const char* name, void (*use)(benchmark::State&)) {
    benchmark::RegisterBenchmark(name, use)->UseManualTime()->Iterations(1)->Repetitions(3)->Unit(
        benchmark::kMillisecond);
  };
  add("log/diagnose_0", diagnose<0>);
  add("log/diagnose_70", diagnose<70>);
  add("log/grep_0", grep<0>);
  add("log/grep_70", grep<70>);
  return true;
}();

}  // namespace
}  // namespace omscope::bench
