// The census of a gigabyte in a mapped file, beside reading its bytes with the same threads.

#include "omscope/numeric/census.h"

#include "bench/numeric_inputs.h"
#include "bench/parse_bench.h"

namespace omscope::bench {
namespace {

constexpr uint64_t kBytes = uint64_t{1} << 30;

void read(benchmark::State& state, DType dtype) {
  const ByteView bytes = tensor_file(dtype, kBytes)->bytes();
  benchmark::DoNotOptimize(plain_read(bytes));  // maps the pages
  time_wall(state, kBytes, [&] { benchmark::DoNotOptimize(plain_read(bytes)); });
}

void census(benchmark::State& state, DType dtype) {
  const ByteView bytes = tensor_file(dtype, kBytes)->bytes();
  benchmark::DoNotOptimize(plain_read(bytes));
  time_wall(state, kBytes, [&] { benchmark::DoNotOptimize(numeric::census(dtype, bytes)); });
}

/// The file is mapped anew each time, as in a command.
void first_census(benchmark::State& state, DType dtype) {
  const std::string path = tensor_file(dtype, kBytes)->path();
  time_wall(state, kBytes, [&] {
    const auto file = FileBytes::open(path).value();
    benchmark::DoNotOptimize(numeric::census(dtype, file->bytes()));
  });
}

[[maybe_unused]] const bool kRegistered = [] {
  for (const DType dtype : {DType::kFloat16, DType::kBFloat16, DType::kFloat32, DType::kFloat64,
                            DType::kInt8, DType::kHiFloat8, DType::kInt32}) {
    const std::string name(to_string(dtype));
    repeated(benchmark::RegisterBenchmark(
        ("read/" + name).c_str(), [dtype](benchmark::State& state) { read(state, dtype); }));
    repeated(benchmark::RegisterBenchmark(
        ("census/" + name).c_str(), [dtype](benchmark::State& state) { census(state, dtype); }));
  }
  repeated(benchmark::RegisterBenchmark("census_first/float16", [](benchmark::State& state) {
    first_census(state, DType::kFloat16);
  }));
  return true;
}();

}  // namespace
}  // namespace omscope::bench
