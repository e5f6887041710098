// Comparing pairs of 1e8 elements in mapped files, beside reading both with the same threads in the
// same run, and beside NumPy.

#include <cstdio>
#include <fstream>
#include <functional>

#include <sys/wait.h>

#include "omscope/numeric/pair.h"
#include "omscope/tensor/convert_layout.h"

#include "bench/inputs.h"
#include "bench/numeric_inputs.h"
#include "bench/parse_bench.h"

namespace omscope::bench {
namespace {

constexpr uint64_t kElements = 100'000'000;

/// Golden is the file of normal numbers; run the same numbers from another place.
ByteView golden_bytes(DType dtype) {
  return tensor_file(dtype, uint64_t{1} << 30)->bytes().first(*dtype_bytes(dtype, kElements));
}
ByteView run_bytes(DType dtype) {
  // The file repeats a megabyte: this is another phase of it.
  const uint64_t element = dtype_info(dtype).bits / 8;
  return tensor_file(dtype, uint64_t{1} << 30)
      ->bytes()
      .subspan(4096 * element, kElements * element);
}

/// RssAnon, in bytes.
double private_memory() {
  std::ifstream status("/proc/self/status");
  std::string line;
  while (std::getline(status, line)) {
    if (line.starts_with("RssAnon:")) return 1024 * std::stod(line.substr(8));
  }
  return 0;
}

void read_pair(benchmark::State& state, DType run, DType golden) {
  const auto read = [&] {
    benchmark::DoNotOptimize(plain_read(run_bytes(run)));
    benchmark::DoNotOptimize(plain_read(golden_bytes(golden)));
  };
  read();
  time_wall(state, kElements, read);
}

void compare(benchmark::State& state, DType run, DType golden,
             const numeric::PairOptions& options) {
  const numeric::PairSide left{run, run_bytes(run), nullptr};
  const numeric::PairSide right{golden, golden_bytes(golden), nullptr};
  benchmark::DoNotOptimize(numeric::compare_pair(left, right, options));
  const double before = private_memory();
  time_wall(state, kElements,
            [&] { benchmark::DoNotOptimize(numeric::compare_pair(left, right, options)); });
  state.counters["private_bytes"] = std::max(private_memory() - before, 1.0);
  state.counters["limit_bytes"] = 200e6;
}

/// float16 in NC1HWC0 against float32 in NCHW.
void compare_layouts(benchmark::State& state) {
  const std::vector<int64_t> shape = {32, 8, 156, 156, 16};
  const std::vector<int64_t> origin = {32, 128, 156, 156};
  tensor::StoredShape stored{layout_from_text("NC1HWC0"),
                             shape,
                             layout_from_text("NCHW"),
                             origin,
                             true,
                             DType::kFloat16,
                             std::nullopt};
  const auto conversion = tensor::plan_conversion(stored, layout_from_text("NCHW"));
  if (!conversion) return state.SkipWithError("no conversion");
  const numeric::PairSide left{DType::kFloat16, run_bytes(DType::kFloat16), &conversion.value()};
  const numeric::PairSide right{
      DType::kFloat32, golden_bytes(DType::kFloat32).first(conversion->count() * 4), nullptr};
  const numeric::PairOptions options{.rtol = 1e-3, .atol = 1e-5};
  time_wall(state, conversion->count(),
            [&] { benchmark::DoNotOptimize(numeric::compare_pair(left, right, options)); });
}

void compare_small(benchmark::State& state) {
  constexpr uint64_t kPairs = 10'000;
  const ByteView bytes = golden_bytes(DType::kFloat32).first(64 * sizeof(float));
  const numeric::PairSide side{DType::kFloat32, bytes, nullptr};
  time_wall(state, kPairs, [&] {
    for (uint64_t i = 0; i < kPairs; ++i) {
      benchmark::DoNotOptimize(numeric::compare_pair(side, side, {}));
    }
  });
  state.counters["limit_seconds"] = 50e-6 * kPairs;
}

/// The same list of metrics in NumPy; the script prints the seconds.
void compare_numpy(benchmark::State& state) {
  const std::string command =
      "/usr/bin/python3 " OMSCOPE_SOURCE_DIR "/tests/bench/compare_peer.py " +
      input("tensor_float32.bin").string() + " " + std::to_string(kElements) + " 4096";
  for (auto _ : state) {
    std::FILE* pipe = ::popen(command.c_str(), "r");
    double seconds = 0;
    const int got = pipe == nullptr ? 0 : std::fscanf(pipe, "%lf", &seconds);
    if (pipe != nullptr) ::pclose(pipe);
    if (got != 1) return state.SkipWithError("python3 with numpy is not there");
    state.SetIterationTime(seconds);
  }
}

benchmark::internal::Benchmark* add(const std::string& name,
                                    const std::function<void(benchmark::State&)>& work) {
  return benchmark::RegisterBenchmark(("pair/" + name).c_str(), work)
      ->UseManualTime()
      ->Iterations(1)
      ->Repetitions(7)
      ->Unit(benchmark::kMillisecond);
}

[[maybe_unused]] const bool kRegistered = [] {
  const numeric::PairOptions plain{.rtol = 1e-3, .atol = 1e-5};
  numeric::PairOptions kl = plain;
  kl.kl = true;
  numeric::PairOptions quantiles = plain;
  quantiles.quantiles = true;
  const auto both = [&](DType run, DType golden, const std::string& name) {
    add("read/" + name, [=](benchmark::State& state) { read_pair(state, run, golden); });
    add(name, [=](benchmark::State& state) { compare(state, run, golden, plain); });
  };
  both(DType::kFloat32, DType::kFloat32, "float32");
  both(DType::kFloat16, DType::kFloat16, "float16");
  both(DType::kBFloat16, DType::kBFloat16, "bfloat16");
  both(DType::kFloat16, DType::kFloat32, "float16_float32");
  const auto requested = [&](const std::string& name, const numeric::PairOptions& options) {
    add(name, [=](benchmark::State& state) {
      compare(state, DType::kFloat32, DType::kFloat32, options);
    });
  };
  requested("kl", kl);
  requested("quantiles", quantiles);
  add("nc1hwc0_nchw", compare_layouts);
  add("small", compare_small);
  add("numpy", compare_numpy)->Repetitions(1);
  return true;
}();

}  // namespace
}  // namespace omscope::bench
