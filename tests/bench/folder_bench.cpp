// A folder of 100 000 dumps as one table, from names alone and with the first bytes of each file.

#include <chrono>
#include <fstream>

#include <fmt/format.h>

#include "omscope/core/file_bytes.h"
#include "omscope/formats/dump/folder_index.h"

#include "bench/inputs.h"
#include "bench/parse_bench.h"

namespace omscope::bench {
namespace {

namespace fs = std::filesystem;

/// Ten steps of ten thousand ops, made once.
const fs::path& tree() {
  static const fs::path kRoot = [] {
    constexpr int kSteps = 10;
    constexpr int kOps = 10000;
    fs::path root = input("dump_tree");
    for (int step = 0; step < kSteps && !fs::exists(root / "complete"); ++step) {
      const fs::path folder = root / fmt::format("20240101120000/0/resnet/1/{}", step);
      fs::create_directories(folder);
      for (int op = 0; op < kOps; ++op) {
        std::ofstream(folder /
                      fmt::format("Conv2D.block{0}_conv2d.{0}.2.{1}", op, 1700000000000000 + op))
            << "12345678";
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
    const auto file = FileBytes::open(entry.path);
    if (file && (*file)->size() >= 8) {
      entry.name.place.context_id = load_le<int64_t>((*file)->bytes().data());
    }
  });
}

[[maybe_unused]] const auto* const kRegistered = [] {
  repeated(benchmark::RegisterBenchmark("folder/names", names));
  return repeated(benchmark::RegisterBenchmark("folder/headers", headers));
}();

}  // namespace
}  // namespace omscope::bench
