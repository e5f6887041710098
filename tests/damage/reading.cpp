#include "damage/reading.h"

#include <ctime>
#include <ostream>
#include <streambuf>

#include <gtest/gtest.h>

#include "omscope/formats/graphtext/atc_json.h"
#include "omscope/report/inspect_csv.h"
#include "omscope/report/inspect_json.h"
#include "omscope/report/inspect_text.h"

#include "support/memory_meter.h"
#include "support/sanitized.h"

namespace omscope::test {
namespace {

/// Swallows what is written; a report's own size is no memory of the reader's.
class Nothing : public std::streambuf {
 protected:
  int overflow(int byte) override { return byte == EOF ? 0 : byte; }
  std::streamsize xsputn(const char* /*text*/, std::streamsize size) override { return size; }
};

size_t count_ops(const ir::Model& model) {
  size_t count = 0;
  for (const ir::Graph& graph : model.graphs) count += graph.ops.size();
  for (const auto& nested : model.submodels) count += count_ops(*nested);
  return count;
}

report::InspectOptions everything() {
  report::InspectOptions options;
  options.header = options.partitions = options.io = options.attrs = options.ops = true;
  options.weights = options.tasks = options.kernels = options.aipp = options.stats = true;
  return options;
}

void write_all(const std::vector<report::Inspected>& inputs) {
  Nothing nothing;
  std::ostream out(&nothing);
  report::write_inspect_json(out, inputs, everything());
  report::write_inspect_csv(out, inputs, everything());
  if (inputs[0].read.model) (void)graphtext::write_atc_json(*inputs[0].read.model, out);
  for (const bool sections : {false, true}) {
    report::TextStyle style;
    style.most_lines = sections ? 4000 : 40;
    report::TextPage page(style);
    report::write_inspect_text(page, inputs[0], sections ? everything() : report::InspectOptions());
    page.print(out);
  }
}

}  // namespace

Reading read_everything(std::string_view content, Reports reports) {
  Reading reading;
  const MemoryMeter meter;
  const std::clock_t start = std::clock();
  std::vector<report::Inspected> inputs(1);
  inputs[0].path = "test.om";
  inputs[0].read = read_input(FileBytes::from_memory("test.om", content));
  if (reports == Reports::kAll) write_all(inputs);
  reading.seconds = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
  reading.peak_memory = meter.peak();
  if (inputs[0].read.model) reading.ops = count_ops(*inputs[0].read.model);
  reading.error = inputs[0].read.problems().has_error();
  return reading;
}

void expect_bounded(const Reading& reading, uint64_t size) {
  // Far above what a slow machine takes, far below anything quadratic.
  constexpr double kMostSeconds = kSanitized ? 60 : 15;
  EXPECT_LT(reading.seconds, kMostSeconds);
  EXPECT_LT(reading.peak_memory, 10 * size + (uint64_t{64} << 20));
}

}  // namespace omscope::test
