// How one parse is timed: alone, without freeing what it made.
#pragma once

#include <ctime>

#include <benchmark/benchmark.h>
#include <malloc.h>

namespace omscope::bench {

/// Bytes that the heap has handed out, to the last one: mapped blocks and all of the arenas.
inline double heap_bytes() {
  const auto heap = ::mallinfo2();
  return static_cast<double>(heap.uordblks + heap.hblkhd);
}

/// Processor time of this program, all threads together: what else runs on the machine has less
/// part in it than in the time on the wall. Parsers do not wait for anything.
inline double processor_seconds() {
  timespec now{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

/// Times `parse`, whose result is freed off the clock, and notes the memory that the result holds.
template <class Parse>
void time_parse(benchmark::State& state, double input_bytes, Parse parse) {
  for (auto _ : state) {
    const double before = heap_bytes();
    const double start = processor_seconds();
    auto result = parse();
    state.SetIterationTime(processor_seconds() - start);
    state.counters["held_bytes"] = heap_bytes() - before;
    benchmark::DoNotOptimize(result);
  }
  state.counters["input_bytes"] = input_bytes;
}

/// One iteration, five times: the best counts, since other programs can only add to a time.
inline benchmark::internal::Benchmark* repeated(benchmark::internal::Benchmark* benchmark) {
  return benchmark->UseManualTime()->Iterations(1)->Repetitions(5)->Unit(benchmark::kMillisecond);
}

}  // namespace omscope::bench
