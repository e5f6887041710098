// Layout conversions of a float16 tensor of 1 GB in memory, beside a copy of as many bytes.

#include <chrono>
#include <cstring>

#include <benchmark/benchmark.h>
#include <tbb/global_control.h>
#include <tbb/parallel_for.h>

#include "omscope/tensor/convert_layout.h"

namespace omscope::bench {
namespace {

using Dims = std::vector<int64_t>;
using Bytes = std::vector<std::byte>;

constexpr size_t kThreads = 2;

/// Two buffers that all of the benchmarks share: their pages are there before any clock starts.
struct Buffers {
  Bytes source;
  Bytes out;
};

Buffers& buffers() {
  constexpr size_t kBytes = size_t{1} << 30;
  static Buffers made{Bytes(kBytes, std::byte{1}), Bytes(kBytes, std::byte{2})};
  return made;
}

template <class Work>
void time_work(benchmark::State& state, Work work) {
  const tbb::global_control threads(tbb::global_control::max_allowed_parallelism, kThreads);
  work();
  for (auto _ : state) {
    const auto start = std::chrono::steady_clock::now();
    work();
    state.SetIterationTime(
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  }
  state.counters["input_bytes"] = static_cast<double>(buffers().source.size());
}

void copy_bytes(benchmark::State& state) {
  Buffers& memory = buffers();
  const size_t half = memory.source.size() / kThreads;
  time_work(state, [&] {
    tbb::parallel_for(size_t{0}, kThreads, [&](size_t i) {
      std::memcpy(memory.out.data() + i * half, memory.source.data() + i * half, half);
    });
  });
}

void convert(benchmark::State& state, const char* from, const Dims& shape, const char* to,
             const Dims& origin_shape) {
  const char* origin = origin_shape.size() == 4 ? "NCHW" : "ND";
  const tensor::StoredShape stored{layout_from_text(from), shape, layout_from_text(origin),
                                   origin_shape,           true,  DType::kFloat16,
                                   buffers().source.size()};
  const auto conversion = plan_conversion(stored, layout_from_text(to));
  if (!conversion) return state.SkipWithError(to_line(conversion.error()).c_str());
  time_work(state, [&] { conversion->write_all(buffers().source, buffers().out); });
}

const Dims kBlocked = {668, 16, 56, 56, 16};
const Dims kImage = {668, 256, 56, 56};
const Dims kFractal = {2048, 1024, 16, 16};
const Dims kMatrix = {16384, 32768};

template <class Use>
void add(const char* name, Use use) {
  benchmark::RegisterBenchmark(name, use)->UseManualTime()->Iterations(1)->Repetitions(5)->Unit(
      benchmark::kMillisecond);
}

[[maybe_unused]] const bool kRegistered = [] {
  add("layout/memcpy", copy_bytes);
  add("layout/nc1hwc0_to_nchw",
      [](auto& state) { convert(state, "NC1HWC0", kBlocked, "NCHW", kImage); });
  add("layout/nchw_to_nc1hwc0",
      [](auto& state) { convert(state, "NCHW", kImage, "NC1HWC0", kImage); });
  add("layout/nz_to_nd",
      [](auto& state) { convert(state, "FRACTAL_NZ", kFractal, "ND", kMatrix); });
  add("layout/nd_to_nz", [](auto& state) { convert(state, "ND", kMatrix, "FRACTAL_NZ", kMatrix); });
  return true;
}();

}  // namespace
}  // namespace omscope::bench
