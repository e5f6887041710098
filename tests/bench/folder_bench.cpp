// A folder of 100 000 dumps as one table, from names alone and with the header of each file.

#include <chrono>
#include <fstream>

#include <fmt/format.h>

#include "omscope/formats/dump/dump_header.h"
#include "omscope/formats/dump/folder_index.h"

#include "bench/inputs.h"
#include "bench/parse_bench.h"
#include "bench/process.h"
#include "make_samples/dump_builder.h"

namespace omscope::bench {
namespace {

namespace fs = std::filesystem;

/// Ten steps of ten thousand ops, made once.
const fs::path& tree() {
  static const fs::path kRoot = [] {
    constexpr int kSteps = 10;
    constexpr int kOps = 10000;
    fs::path root = input("dump_tree_with_headers");
    samples::DumpTensor tensor = samples::float_tensor({1, 2, 3, 4});
    tensor.shape = {1, 4};
    const std::string dump =
        samples::DumpBuilder("block_conv2d").input(tensor).input(tensor).output(tensor).build();
    for (int step = 0; step < kSteps && !fs::exists(root / "complete"); ++step) {
      const fs::path folder = root / fmt::format("20240101120000/0/resnet/1/{}", step);
      fs::create_directories(folder);
      for (int op = 0; op < kOps; ++op) {
        std::ofstream(folder /
                      fmt::format("Conv2D.block{0}_conv2d.{0}.2.{1}", op, 1700000000000000 + op))
            << dump;
      }
    }
    std::ofstream(root / "complete") << "";
    return root;
  }();
  return kRoot;
}

/// On the wall: the work is spread over threads, and waits for the file system.
void index_tree(benchmark::State& state, double limit, const dump::HeaderReader& read_header) {
  (void)dump::index_folder(tree().string());
  for (auto _ : state) {
    const auto start = std::chrono::steady_clock::now();
    const dump::FolderIndex index = dump::index_folder(tree().string(), read_header);
    state.SetIterationTime(
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
    state.counters["entries"] = static_cast<double>(index.entries.size());
  }
  state.counters["limit_seconds"] = limit;
}

void names(benchmark::State& state) {
  index_tree(state, 2, {});
}

void headers(benchmark::State& state) {
  index_tree(state, 8, [](dump::FolderEntry& entry) {
    const auto header = dump::read_dump_header(entry.path);
    if (header) entry.name.place.op = header->place.op;
  });
}

/// As a user runs it: every file is opened, its header read, and its tensors are a row each.
void command(benchmark::State& state) {
  (void)dump::index_folder(tree().string());
  for (auto _ : state) {
    const ProcessCost cost = run_process(
        {OMSCOPE_TOOL, "inspect", "--format", "csv", "-o", "/dev/null", tree().string()});
    if (cost.exit_code != 0) state.SkipWithError("the command failed");
    state.SetIterationTime(cost.seconds);
    state.counters["peak_bytes"] = static_cast<double>(cost.peak_resident);
  }
  state.counters["limit_seconds"] = 8;
}

[[maybe_unused]] const auto* const kRegistered = [] {
  repeated(benchmark::RegisterBenchmark("folder/names", names));
  repeated(benchmark::RegisterBenchmark("folder/headers", headers));
  return repeated(benchmark::RegisterBenchmark("folder/inspect", command));
}();

}  // namespace
}  // namespace omscope::bench
