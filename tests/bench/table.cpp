#include "bench/table.h"

#include <algorithm>
#include <array>
#include <iostream>
#include <string_view>

#include <fmt/format.h>
#include <fmt/ostream.h>

namespace omscope::bench {
namespace {

/// A number of one benchmark: its time, or one of its counters.
struct Number {
  const char* benchmark;
  const char* counter;  ///< nullptr: the time
};

enum class Show { kTime, kRate, kFast, kBytes, kNumber };

/// One claim: `measured` is at most `aim` times `limit`.
struct Row {
  const char* what;
  Number measured;
  const char* limit_name;
  Number limit;
  double aim;
  Show show;
};

constexpr const char* kTime = nullptr;

constexpr std::array kRows = {
    Row{"100 000 ops of MODEL_DEF into the model",
        {"model_def/omscope", kTime},
        "protobuf's classes",
        {"model_def/protobuf", kTime},
        1.0,
        Show::kTime},
    Row{"the same",
        {"model_def/omscope", kTime},
        "protobuf on an arena",
        {"model_def/protobuf_arena", kTime},
        1.5,
        Show::kTime},
    Row{"memory of that model",
        {"model_def/omscope", "held_bytes"},
        "its size on the wire",
        {"model_def/omscope", "input_bytes"},
        4.0,
        Show::kBytes},
    Row{"inspect of that file: memory at its peak",
        {"command/many_ops", "peak_bytes"},
        "5 x MODEL_DEF + 50 MB",
        {"command/many_ops", "limit_bytes"},
        1.0,
        Show::kBytes},
    Row{"inspect with 2 GB of weights: memory at its peak",
        {"command/heavy_weights", "peak_bytes"},
        "5 x MODEL_DEF + 50 MB",
        {"command/heavy_weights", "limit_bytes"},
        1.0,
        Show::kBytes},
    Row{"its weights in the page cache afterwards",
        {"command/heavy_weights", "weights_cached_bytes"},
        "1 % of them (read-ahead)",
        {"command/heavy_weights", "limit_cached_bytes"},
        1.0,
        Show::kBytes},
    Row{"100 000 nodes of ONNX into the model",
        {"onnx/omscope", kTime},
        "ONNX's classes",
        {"onnx/protobuf", kTime},
        1.0,
        Show::kTime},
    Row{"memory of that model",
        {"onnx/omscope", "held_bytes"},
        "its size on the wire",
        {"onnx/omscope", "input_bytes"},
        4.0,
        Show::kBytes},
    Row{"ge_proto text into the model",
        {"ge_proto/omscope", kTime},
        "protobuf's TextFormat",
        {"ge_proto/text_format", kTime},
        1.0,
        Show::kRate},
    Row{"ge_onnx text into the model",
        {"ge_onnx/omscope", kTime},
        "protobuf's TextFormat",
        {"ge_onnx/text_format", kTime},
        1.0,
        Show::kRate},
    Row{"atc JSON into the model",
        {"atc_json/omscope", kTime},
        "nlohmann's tree",
        {"atc_json/json_tree", kTime},
        1.0,
        Show::kRate},
    Row{"real ge_proto dumps into the model",
        {"real_ge_proto/omscope", kTime},
        "protobuf's TextFormat",
        {"real_ge_proto/text_format", kTime},
        1.0,
        Show::kRate},
    Row{"real ge_onnx dumps into the model",
        {"real_ge_onnx/omscope", kTime},
        "protobuf's TextFormat",
        {"real_ge_onnx/text_format", kTime},
        1.0,
        Show::kRate},
    Row{"inspect of a dump of 308 MB",
        {"command/biggest_dump", kTime},
        "at most",
        {"command/biggest_dump", "limit_seconds"},
        1.0,
        Show::kTime},
    Row{"its memory at its peak",
        {"command/biggest_dump", "peak_bytes"},
        "at most",
        {"command/biggest_dump", "limit_bytes"},
        1.0,
        Show::kBytes},
    Row{"1 GB of NC1HWC0 into NCHW",
        {"layout/nc1hwc0_to_nchw", kTime},
        "memcpy by 2 threads",
        {"layout/memcpy", kTime},
        2.5,
        Show::kTime},
    Row{"1 GB of NCHW into NC1HWC0",
        {"layout/nchw_to_nc1hwc0", kTime},
        "memcpy by 2 threads",
        {"layout/memcpy", kTime},
        2.5,
        Show::kTime},
    Row{"1 GB of FRACTAL_NZ into ND",
        {"layout/nz_to_nd", kTime},
        "memcpy by 2 threads",
        {"layout/memcpy", kTime},
        2.5,
        Show::kTime},
    Row{"1 GB of ND into FRACTAL_NZ",
        {"layout/nd_to_nz", kTime},
        "memcpy by 2 threads",
        {"layout/memcpy", kTime},
        2.5,
        Show::kTime},
    Row{"exporting a dump of 411 MB as it is",
        {"convert/plain", kTime},
        "cp of the same file",
        {"convert/cp", kTime},
        1.25,
        Show::kTime},
    Row{"the same from NC1HWC0 into NCHW",
        {"convert/nchw", kTime},
        "cp of the same file",
        {"convert/cp", kTime},
        2.5,
        Show::kTime},
    Row{"private memory for a dump of 4.3 GB",
        {"convert/huge", "private_bytes"},
        "at most",
        {"convert/huge", "limit_private_bytes"},
        1.0,
        Show::kBytes},
    Row{"100 000 dumps of a folder, from their names",
        {"folder/names", kTime},
        "at most",
        {"folder/names", "limit_seconds"},
        1.0,
        Show::kTime},
    Row{"the same, each file opened",
        {"folder/headers", kTime},
        "at most",
        {"folder/headers", "limit_seconds"},
        1.0,
        Show::kTime},
    Row{"inspect of that folder as CSV",
        {"folder/inspect", kTime},
        "at most",
        {"folder/inspect", "limit_seconds"},
        1.0,
        Show::kTime},
    Row{"diff of 1 000 with 1 000 ops, 5 % edited",
        {"diff/1000", kTime},
        "at most",
        {"diff/1000", "limit_seconds"},
        1.0,
        Show::kTime},
    Row{"diff of 10 000 with 10 000 ops",
        {"diff/10000", kTime},
        "at most",
        {"diff/10000", "limit_seconds"},
        1.0,
        Show::kTime},
    Row{"diff of 100 000 with 100 000 ops",
        {"diff/100000", kTime},
        "at most",
        {"diff/100000", "limit_seconds"},
        1.0,
        Show::kTime},
    Row{"its memory beside both models",
        {"diff/100000", "more_bytes"},
        "1 GB",
        {"diff/100000", "limit_bytes"},
        1.0,
        Show::kBytes},
    Row{"growth from 1 000 to 100 000 ops, as an exponent",
        {"diff/100000", "exponent"},
        "at most",
        {"diff/100000", "limit_exponent"},
        1.0,
        Show::kNumber},
    Row{"the whole command on those files",
        {"diff/command", kTime},
        "at most",
        {"diff/command", "limit_seconds"},
        1.0,
        Show::kTime},
    Row{"comparing float32 with float16 constants",
        {"diff/weights_rounded", kTime},
        "reading them, all threads",
        {"diff/read_rounded", kTime},
        4,
        Show::kFast},
    Row{"comparing equal constants",
        {"diff/weights_equal", kTime},
        "reading them, all threads",
        {"diff/read_equal", kTime},
        1.5,
        Show::kFast},
    Row{"compare: 200 dumps NC1HWC0 float16, 200 npy float32, 300 MB",
        {"compare/dumps", kTime},
        "at most",
        {"compare/dumps", "limit_seconds"},
        1.0,
        Show::kTime},
    Row{"the same as a command, from start to report",
        {"compare/command", kTime},
        "at most",
        {"compare/command", "limit_seconds"},
        1.0,
        Show::kTime},
    Row{"compare: 10 000 small tensors",
        {"compare/small_tensors", kTime},
        "50 us each",
        {"compare/small_tensors", "limit_seconds"},
        1.0,
        Show::kTime},
    Row{"inspect of a small sample",
        {"command/small_sample", kTime},
        "at most",
        {"command/small_sample", "limit_seconds"},
        1.0,
        Show::kTime},
    Row{"census of 1 GB of float16",
        {"census/float16", kTime},
        "reading it, all threads",
        {"read/float16", kTime},
        1 / 0.6,
        Show::kFast},
    Row{"census of 1 GB of float32",
        {"census/float32", kTime},
        "reading it, all threads",
        {"read/float32", kTime},
        1 / 0.6,
        Show::kFast},
    Row{"comparing 1e8 pairs of float32",
        {"pair/float32", kTime},
        "reading both",
        {"pair/read/float32", kTime},
        7,
        Show::kTime},
    Row{"its private memory",
        {"pair/float32", "private_bytes"},
        "at most",
        {"pair/float32", "limit_bytes"},
        1.0,
        Show::kBytes},
    Row{"1e8 pairs of float16",
        {"pair/float16", kTime},
        "pairs of float32",
        {"pair/float32", kTime},
        1.0,
        Show::kTime},
    Row{"1e8 pairs of bfloat16",
        {"pair/bfloat16", kTime},
        "pairs of float32",
        {"pair/float32", kTime},
        1.0,
        Show::kTime},
    Row{"1e8 float16 against float32",
        {"pair/float16_float32", kTime},
        "reading both",
        {"pair/read/float16_float32", kTime},
        7,
        Show::kTime},
    Row{"1e8 float16 of NC1HWC0 against float32",
        {"pair/nc1hwc0_nchw", kTime},
        "the same in order",
        {"pair/float16_float32", kTime},
        2,
        Show::kTime},
    Row{"1e8 pairs of float32 with KL, a second pass",
        {"pair/kl", kTime},
        "without",
        {"pair/float32", kTime},
        4,
        Show::kTime},
    Row{"1e8 pairs of float32 with exact quantiles",
        {"pair/quantiles", kTime},
        "without",
        {"pair/float32", kTime},
        30,
        Show::kTime},
    Row{"the same metrics of 1e8 pairs as NumPy gives",
        {"pair/float32", kTime},
        "NumPy",
        {"pair/numpy", kTime},
        1.0 / 30,
        Show::kTime},
    Row{"10 000 pairs of 64 elements",
        {"pair/small", kTime},
        "at most",
        {"pair/small", "limit_seconds"},
        1.0,
        Show::kTime},
    Row{"decoding float8_e4m3fn, one thread",
        {"decode/float8_e4m3fn", kTime},
        "copying its codes",
        {"decode/memcpy", kTime},
        16,
        Show::kFast},
    Row{"decoding hifloat8, one thread",
        {"decode/hifloat8", kTime},
        "copying its codes",
        {"decode/memcpy", kTime},
        16,
        Show::kFast},
    Row{"decoding float16, one thread",
        {"decode/float16", kTime},
        "copying its codes",
        {"decode/memcpy", kTime},
        16,
        Show::kFast},
    Row{"diagnose a log without errors, 2 threads",
        {"log/diagnose_0", kTime},
        "200 MB/s",
        {"log/diagnose_0", "limit_seconds"},
        1.0,
        Show::kTime},
    Row{"the same beside a plain search",
        {"log/diagnose_0", kTime},
        "grep -c ERROR",
        {"log/grep_0", kTime},
        20,
        Show::kTime},
    Row{"diagnose a log with 70 % errors, 2 threads",
        {"log/diagnose_70", kTime},
        "60 MB/s",
        {"log/diagnose_70", "limit_seconds"},
        1.0,
        Show::kTime},
    Row{"the same beside a plain search",
        {"log/diagnose_70", kTime},
        "grep -c ERROR",
        {"log/grep_70", kTime},
        60,
        Show::kTime},
    Row{"its memory at its peak",
        {"log/diagnose_70", "peak_bytes"},
        "some blocks",
        {"log/diagnose_70", "limit_bytes"},
        1.0,
        Show::kBytes},
};

std::string time_text(double seconds) {
  return seconds < 1 ? fmt::format("{:.1f} ms", seconds * 1e3) : fmt::format("{:.2f} s", seconds);
}

using Bests = std::map<std::string, Best>;

const Best& best_of(const Bests& bests, const Number& number) {
  static const Best kNone{.skipped = "not run"};
  const auto found = bests.find(number.benchmark);
  return found == bests.end() ? kNone : found->second;
}

double value_of(const Best& best, const Number& number) {
  if (number.counter == kTime) return best.seconds;
  const auto found = best.counters.find(number.counter);
  return found == best.counters.end() ? 0 : found->second;
}

std::string text_of(const Best& best, const Number& number, Show show) {
  const double value = value_of(best, number);
  switch (show) {
    case Show::kTime: return time_text(value);
    case Show::kNumber: return fmt::format("{:.2f}", value);
    case Show::kBytes: return fmt::format("{:.1f} MB", value / 1e6);
    case Show::kFast:
      return fmt::format("{:.2f} GB/s", best.counters.at("input_bytes") / value / 1e9);
    case Show::kRate:
      return fmt::format("{:.1f} MB/s", best.counters.at("input_bytes") / value / 1e6);
  }
  return {};
}

/// The least speed of a text reader, whatever its peer does.
constexpr double kLeastRate = 10e6;

bool is_fast_enough(const Best& best, const Row& row) {
  return row.show != Show::kRate || best.counters.at("input_bytes") >= kLeastRate * best.seconds;
}

bool print_row(const Row& row, const Bests& bests, std::ostream& out) {
  const Best& measured = best_of(bests, row.measured);
  const Best& limit = best_of(bests, row.limit);
  const std::string& skipped = measured.skipped.empty() ? limit.skipped : measured.skipped;
  if (!skipped.empty()) {
    fmt::print(out, "{:<50} not measured: {}\n", row.what, skipped);
    return true;
  }
  const double ratio = value_of(measured, row.measured) / value_of(limit, row.limit);
  const bool ok = ratio <= row.aim && is_fast_enough(measured, row);
  fmt::print(out, "{:<50} {:>12}  {:<24} {:>12} {:>7.2f} {:>7.2f}  {}\n", row.what,
             text_of(measured, row.measured, row.show), row.limit_name,
             text_of(limit, row.limit, row.show), ratio, row.aim, ok ? "ok" : "MISSED");
  return ok;
}

void keep_best(const benchmark::BenchmarkReporter::Run& run, Best& best) {
  const double seconds = run.real_accumulated_time / static_cast<double>(run.iterations);
  const bool first = best.seconds == 0;
  if (first || seconds < best.seconds) best.seconds = seconds;
  for (const auto& [name, counter] : run.counters) {
    const auto [held, is_new] = best.counters.try_emplace(name, counter.value);
    if (!is_new) held->second = std::min<double>(held->second, counter.value);
  }
}

}  // namespace

bool TableReporter::ReportContext(const Context& context) {
  PrintBasicContext(&std::cerr, context);
  return true;
}

void TableReporter::ReportRuns(const std::vector<Run>& runs) {
  for (const Run& run : runs) {
    if (run.run_type != Run::RT_Iteration) continue;
    Best& best = best_[run.run_name.function_name];
    if (run.error_occurred) {
      best.skipped = run.error_message;
    } else {
      keep_best(run, best);
    }
    if (run.repetition_index + 1 < run.repetitions) continue;
    std::cerr << run.run_name.function_name << ": "
              << (best.skipped.empty() ? time_text(best.seconds) : best.skipped) << '\n';
  }
}

int TableReporter::print(std::ostream& out) const {
  fmt::print(out, "{:<50} {:>12}  {:<24} {:>12} {:>7} {:>7}\n", "what", "measured", "limit", "",
             "ratio", "aim");
  const auto missed = std::count_if(kRows.begin(), kRows.end(),
                                    [&](const Row& row) { return !print_row(row, best_, out); });
  const Best& empty = best_of(best_, {"command/empty_process", kTime});
  if (empty.skipped.empty()) {
    fmt::print(out, "A process that does nothing takes {} on this machine.\n",
               time_text(empty.seconds));
  }
  return static_cast<int>(missed);
}

}  // namespace omscope::bench
