// Dumps into files, as a user runs it: beside `cp` of the same bytes, and with what it keeps in
// memory.

#include <algorithm>
#include <fstream>
#include <optional>

#include <benchmark/benchmark.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/inputs.h"
#include "bench/process.h"
#include "make_samples/dump_builder.h"

namespace omscope::bench {
namespace {

namespace fs = std::filesystem;

constexpr uint64_t kImages = 256;
constexpr uint64_t kImageBytes = uint64_t{16} * 56 * 56 * 16 * 2;  // 1 x 16 x 56 x 56 x 16, float16

/// A dump with one float16 output in NC1HWC0, whose payload is a hole or numbers.
fs::path dump_of(const std::string& name, uint64_t images, bool filled) {
  const fs::path path = input(name);
  const uint64_t size = images * kImageBytes;
  if (fs::exists(path) && fs::file_size(path) > size) return path;
  fs::create_directories(path.parent_path());
  samples::DumpTensor tensor;
  tensor.dtype = 2;
  tensor.format = 3;
  tensor.shape = {images, 16, 56, 56, 16};
  tensor.origin_shape = {images, 250, 56, 56};
  tensor.size = size;
  const std::string header = samples::DumpBuilder("conv").output(tensor).build();
  std::ofstream(path, std::ios::binary) << header;
  if (filled) {
    std::ofstream out(path, std::ios::binary | std::ios::app);
    std::string block(kImageBytes, '\0');
    for (size_t i = 0; i < block.size(); ++i) block[i] = static_cast<char>(i * 7 % 60);
    for (uint64_t i = 0; i < images; ++i) {
      out.write(block.data(), static_cast<std::streamsize>(block.size()));
    }
  }
  fs::resize_file(path, header.size() + size);
  return path;
}

void run(benchmark::State& state, const std::vector<std::string>& words, const fs::path& out) {
  for (auto _ : state) {
    fs::remove(out);
    const ProcessCost cost = run_process(words);
    if (cost.exit_code != 0) state.SkipWithError("the command failed");
    state.SetIterationTime(cost.seconds);
    state.counters["peak_bytes"] = static_cast<double>(cost.peak_resident);
  }
  state.counters["bytes_per_second"] = benchmark::Counter(
      static_cast<double>(kImages * kImageBytes), benchmark::Counter::kIsIterationInvariantRate);
  fs::remove(out);
}

void copy_by_cp(benchmark::State& state) {
  const fs::path out = input("copy.bin");
  const fs::path dump = dump_of("convert.dump", kImages, true);
  run(state, {"/bin/cp", "--reflink=never", dump.string(), out.string()}, out);
}

void convert_plain(benchmark::State& state) {
  const fs::path out = input("plain.npy");
  const fs::path dump = dump_of("convert.dump", kImages, true);
  run(state, {OMSCOPE_TOOL, "convert", dump.string(), "-o", out.string()}, out);
}

void convert_to_nchw(benchmark::State& state) {
  const fs::path out = input("nchw.npy");
  const fs::path dump = dump_of("convert.dump", kImages, true);
  run(state, {OMSCOPE_TOOL, "convert", dump.string(), "-o", out.string(), "--layout", "NCHW"}, out);
}

/// The most private memory that the process had: RssAnon, looked at all the time.
std::optional<uint64_t> most_private(const std::vector<std::string>& words) {
  std::vector<std::string> copy = words;
  std::vector<char*> arguments;
  for (std::string& word : copy) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  // A child that is made by fork would have this process's memory at first.
  pid_t child = 0;
  if (::posix_spawn(&child, arguments[0], nullptr, nullptr, arguments.data(), environ) != 0) {
    return std::nullopt;
  }
  uint64_t most = 0;
  int status = 0;
  while (::waitpid(child, &status, WNOHANG) == 0) {
    std::ifstream file("/proc/" + std::to_string(child) + "/status");
    for (std::string line; std::getline(file, line);) {
      if (line.starts_with("RssAnon:")) {
        most = std::max<uint64_t>(most, std::strtoull(line.c_str() + 8, nullptr, 10) * 1024);
      }
    }
    ::usleep(2000);
  }
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) return std::nullopt;
  return most;
}

/// Four gigabytes that take no disk, into nothing.
void huge_dump(benchmark::State& state) {
  constexpr uint64_t kHuge = 2700;
  const fs::path dump = dump_of("huge.dump", kHuge, false);
  for (auto _ : state) {
    const auto most = most_private(
        {OMSCOPE_TOOL, "convert", dump.string(), "-o", "/dev/null", "--layout", "NCHW"});
    if (!most) state.SkipWithError("the command failed");
    state.counters["private_bytes"] = static_cast<double>(most.value_or(0));
  }
  state.counters["limit_private_bytes"] = 200e6;
}

[[maybe_unused]] const bool kRegistered = [] {
  const auto add = [](const char* name, void (*use)(benchmark::State&)) {
    benchmark::RegisterBenchmark(name, use)->UseManualTime()->Iterations(1)->Repetitions(3)->Unit(
        benchmark::kMillisecond);
  };
  add("convert/cp", copy_by_cp);
  add("convert/plain", convert_plain);
  add("convert/nchw", convert_to_nchw);
  benchmark::RegisterBenchmark("convert/huge", huge_dump)->Iterations(1)->Unit(benchmark::kSecond);
  return true;
}();

}  // namespace
}  // namespace omscope::bench
