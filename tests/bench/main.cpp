// Runs the benchmarks and prints what is claimed beside its limit. All options are Google
// Benchmark's, e.g. --benchmark_filter=onnx or --benchmark_out=FILE.

#include <iostream>

#include <benchmark/benchmark.h>

#include "bench/table.h"

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  omscope::bench::TableReporter table;
  benchmark::RunSpecifiedBenchmarks(&table);
  benchmark::Shutdown();
  return table.print(std::cout) == 0 ? 0 : 1;
}
