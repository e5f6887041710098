// Decoding by one thread, block by block as its users do, beside the least that must be done: each
// code read and its number written to a block in the cache.

#include <array>
#include <cstring>

#include "omscope/tensor/decode.h"

#include "bench/numeric_inputs.h"
#include "bench/parse_bench.h"

namespace omscope::bench {
namespace {

constexpr uint64_t kBytes = uint64_t{1} << 28;
constexpr size_t kStep = 2048;

template <class Out>
void decode(benchmark::State& state, DType dtype) {
  const auto file = tensor_file(dtype, uint64_t{1} << 30);
  const ByteView bytes = file->bytes().first(kBytes);
  benchmark::DoNotOptimize(plain_read(bytes));
  const uint64_t count = tensor::packed_count(dtype, bytes);
  std::array<Out, kStep> block;
  time_wall(state, kBytes, [&] {
    for (uint64_t first = 0; first < count; first += kStep) {
      tensor::decode(dtype, bytes, first, std::span(block));
      benchmark::DoNotOptimize(block);
    }
  });
}

void copy(benchmark::State& state) {
  const auto file = tensor_file(DType::kFloat16, uint64_t{1} << 30);
  const ByteView bytes = file->bytes().first(kBytes);
  benchmark::DoNotOptimize(plain_read(bytes));
  std::array<std::byte, kStep * 8> block;
  time_wall(state, kBytes, [&] {
    for (uint64_t at = 0; at < kBytes; at += block.size()) {
      std::memcpy(block.data(), bytes.data() + at, block.size());
      benchmark::DoNotOptimize(block);
    }
  });
}

[[maybe_unused]] const bool kRegistered = [] {
  for (const DType dtype : {DType::kFloat8E4M3FN, DType::kFloat8E5M2, DType::kHiFloat8,
                            DType::kFloat16, DType::kBFloat16, DType::kInt4}) {
    const std::string name(to_string(dtype));
    repeated(benchmark::RegisterBenchmark(
        ("decode/" + name).c_str(),
        [dtype](benchmark::State& state) { decode<float>(state, dtype); }));
    repeated(benchmark::RegisterBenchmark(
        ("decode_double/" + name).c_str(),
        [dtype](benchmark::State& state) { decode<double>(state, dtype); }));
  }
  return repeated(benchmark::RegisterBenchmark("decode/memcpy", copy)) != nullptr;
}();

}  // namespace
}  // namespace omscope::bench
