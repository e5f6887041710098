// Big tensors for the numeric benchmarks, and the speed of memory beside them.
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>

#include <benchmark/benchmark.h>

#include "omscope/core/dtype.h"
#include "omscope/core/file_bytes.h"

namespace omscope::bench {

/// Normally distributed numbers in a mapped file of `bytes` bytes in the page cache; made once.
const std::shared_ptr<const FileBytes>& tensor_file(DType dtype, uint64_t bytes);

/// Adds up all words of `bytes` with every thread: no reader can be faster.
uint64_t plain_read(ByteView bytes);

/// Times `work` on the wall: it uses all threads.
template <class Work>
void time_wall(benchmark::State& state, uint64_t bytes, Work work) {
  for (auto _ : state) {
    const auto start = std::chrono::steady_clock::now();
    work();
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    state.SetIterationTime(took.count());
  }
  state.counters["input_bytes"] = static_cast<double>(bytes);
}

}  // namespace omscope::bench
