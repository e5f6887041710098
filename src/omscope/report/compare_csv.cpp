// One row per tensor, under the names that users of msaccucmp know, and with all metrics.

#include <algorithm>

#include <fmt/format.h>

#include "omscope/core/csv.h"
#include "omscope/core/text.h"
#include "omscope/report/compare_csv_cells.h"
#include "omscope/report/compare_reports.h"

namespace omscope::report {
namespace {

using compare::Pair;
using compare::Result;
using compare::SideTensor;
using numeric::PairMetrics;
using Row = CsvRow;

bool is_algorithm(std::string_view key) {
  return std::any_of(algorithms().begin(), algorithms().end(),
                     [&](const Algorithm& each) { return each.key == key; });
}

std::string number_cell(const MetricValue& value) {
  if (const auto* count = std::get_if<uint64_t>(&value)) return std::to_string(*count);
  if (const auto* number = std::get_if<double>(&value)) return number_text(*number);
  return {};
}

std::string exact(double value) {
  return number_text(value);
}

Row clean_columns() {
  Row columns = {"Index",           "OpType",      "NPUDump",
                 "NPUDumpDataType", "GroundTruth", "GroundTruthDataType",
                 "TensorIndex",     "Shape"};
  for (const Algorithm& each : algorithms()) columns.emplace_back(each.name);
  const Row own = {"CompareFailReason", "Status",           "Step",
                   "Pattern",           "Evidence",         "PairedBy",
                   "BySample",          "NPUDumpFile",      "NPUDumpTensor",
                   "NPUDumpShape",      "NPUDumpFormat",    "GroundTruthFile",
                   "GroundTruthTensor", "GroundTruthShape", "GroundTruthFormat"};
  columns.insert(columns.end(), own.begin(), own.end());
  for (const MetricKey& metric : metric_keys()) {
    if (!is_algorithm(metric.key)) columns.emplace_back(metric.key);
  }
  return columns;
}

void add_side(Row& row, const SideTensor& side, bool known) {
  row.push_back(as_utf8(side.file));
  row.push_back(as_utf8(side.tensor));
  row.push_back(known ? dims_text(side.shape) : "");
  row.push_back(as_utf8(side.format));
}

/// Metrics are over the values that are finite on both sides; where others differ, numbers that
/// are good would hide it from scripts that look at nothing else.
bool hides_nonfinite(const PairMetrics& metrics) {
  return metrics.nonfinite_mismatch > 0;
}

void add_algorithms(Row& row, const std::optional<PairMetrics>& metrics) {
  for (const Algorithm& each : algorithms()) {
    if (!metrics) {
      row.emplace_back();
    } else if (each.key.empty()) {
      row.push_back(deviations(*metrics, "", exact));
    } else if (hides_nonfinite(*metrics)) {
      row.emplace_back("nan");
    } else {
      row.push_back(number_cell(metric_of(*metrics, each.key)));
    }
  }
}

Row clean_row(size_t index, const Pair& pair) {
  Row row = {std::to_string(index),
             as_utf8(pair.op_type),
             as_utf8(pair.op),
             as_utf8(pair.run.dtype),
             as_utf8(golden_op(pair)),
             as_utf8(pair.golden.dtype),
             as_utf8(tensor_index(pair.op, pair.tensor)),
             dims_text(pair.shape)};
  add_algorithms(row, pair.metrics);
  const bool known = pair.pattern.pattern != numeric::Pattern::kNone;
  row.insert(
      row.end(),
      {as_utf8(pair.reason), std::string(compare::to_string(pair.status)), as_utf8(pair.step),
       std::string(known ? numeric::to_string(pair.pattern.pattern) : ""),
       as_utf8(pair.pattern.evidence), as_utf8(pair.paired_by), pair.from_baseline ? "yes" : "no"});
  add_side(row, pair.run, true);
  add_side(row, pair.golden, true);
  for (const MetricKey& metric : metric_keys()) {
    if (is_algorithm(metric.key)) continue;
    row.push_back(pair.metrics ? number_cell(metric.of(*pair.metrics)) : "");
  }
  return row;
}

Row clean_row(size_t index, const compare::Unpaired& each, bool of_run) {
  const SideTensor none;
  const SideTensor& run = of_run ? each.tensor : none;
  const SideTensor& golden = of_run ? none : each.tensor;
  Row row = {std::to_string(index),
             as_utf8(each.op_type),
             of_run ? as_utf8(each.op) : "",
             as_utf8(run.dtype),
             of_run ? "" : as_utf8(each.op),
             as_utf8(golden.dtype),
             as_utf8(tensor_index(each.op, each.tensor.tensor)),
             dims_text(each.tensor.shape)};
  add_algorithms(row, std::nullopt);
  row.insert(row.end(), {as_utf8(each.reason), of_run ? "unpaired_run" : "unpaired_golden", "", "",
                         "", "", "no"});
  add_side(row, run, of_run);
  add_side(row, golden, !of_run);
  row.resize(clean_columns().size());
  return row;
}

}  // namespace

void write_compare_csv(std::ostream& out, const Result& result) {
  out << csv_row(clean_columns());
  size_t index = 0;
  for (const Pair& pair : result.pairs) out << csv_row(clean_row(index++, pair));
  for (const auto& each : result.unpaired_golden) out << csv_row(clean_row(index++, each, false));
  for (const auto& each : result.unpaired_run) out << csv_row(clean_row(index++, each, true));
}

}  // namespace omscope::report
