// Two tables of the same pairs. The second is what msaccucmp writes, to the letter: its columns in
// their order (two names twice), six decimals, "NaN" for what there is none of, "*" for a side
// without a tensor. Source: its documentation and what it printed.

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "omscope/core/csv.h"
#include "omscope/core/text.h"
#include "omscope/formats/dump/file_name.h"
#include "omscope/report/compare_reports.h"
#include "omscope/report/compare_words.h"

namespace omscope::report {
namespace {

using compare::Pair;
using compare::Result;
using compare::SideTensor;
using numeric::PairMetrics;
using Row = std::vector<std::string>;

/// A metric under the name that users of msaccucmp know, and under ours.
struct Algorithm {
  std::string_view name;
  std::string_view key;
};
constexpr std::array kAlgorithms = {
    Algorithm{"CosineSimilarity", "cosine"},
    Algorithm{"MaxAbsoluteError", "max_abs_error"},
    Algorithm{"AccumulatedRelativeError", "accumulated_rel_error"},
    Algorithm{"RelativeEuclideanDistance", "relative_euclidean_distance"},
    Algorithm{"KullbackLeiblerDivergence", "kl_divergence"},
    Algorithm{"StandardDeviation", ""},
    Algorithm{"MeanAbsoluteError", "mean_abs_error"},
    Algorithm{"RootMeanSquareError", "rmse"},
    Algorithm{"MaxRelativeError", "max_rel_error"},
    Algorithm{"MeanRelativeError", "mean_rel_error"},
};

bool is_algorithm(std::string_view key) {
  return std::any_of(kAlgorithms.begin(), kAlgorithms.end(),
                     [&](const Algorithm& each) { return each.key == key; });
}

MetricValue metric_of(const PairMetrics& metrics, std::string_view key) {
  for (const MetricKey& metric : metric_keys()) {
    if (metric.key == key) return metric.of(metrics);
  }
  return std::monostate{};
}

/// The op of golden, as the names of its files have it.
std::string golden_op(const Pair& pair) {
  const std::string name = std::filesystem::path(pair.golden.file).filename().string();
  const std::string op = dump::parse_file_name(name).place.op;
  return op.empty() ? pair.op : op;
}

std::string tensor_index(const std::string& op, const std::string& tensor) {
  return fmt::format("{}:{}", op, tensor);
}

std::string number_cell(const MetricValue& value) {
  if (const auto* count = std::get_if<uint64_t>(&value)) return std::to_string(*count);
  if (const auto* number = std::get_if<double>(&value)) return number_text(*number);
  return {};
}

/// "(mean;std),(mean;std)" of both sides, in the digits of `number`.
template <class Number>
std::string deviations(const PairMetrics& metrics, std::string_view none, const Number& number) {
  const auto side = [&](const numeric::Moments& of) {
    if (!of.mean || !of.std) return fmt::format("({0};{0})", none);
    return fmt::format("({};{})", number(*of.mean), number(*of.std));
  };
  return side(metrics.run) + "," + side(metrics.golden);
}

// --- the clean table ---

Row clean_columns() {
  Row columns = {"Index",           "OpType",      "NPUDump",
                 "NPUDumpDataType", "GroundTruth", "GroundTruthDataType",
                 "TensorIndex",     "Shape"};
  for (const Algorithm& each : kAlgorithms) columns.emplace_back(each.name);
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
  for (const Algorithm& each : kAlgorithms) {
    if (!metrics) {
      row.emplace_back();
    } else if (each.key.empty()) {
      row.push_back(deviations(*metrics, "", [](double value) { return number_text(value); }));
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

// --- the table of msaccucmp ---

constexpr const char* kNothing = "NaN";
constexpr const char* kNoTensor = "*";

std::string six_decimals(double value) {
  return std::isfinite(value) ? fmt::format("{:.6f}", value)
                              : fmt::format("{}", value);  // "nan", "inf", "-inf"
}

/// Three decimals, and 0 for what is smaller.
std::string three_decimals(double value) {
  return fmt::format("{:.3f}", std::abs(value) < 0.001 ? 0.0 : value);
}

bool is_npy(std::string_view file) {
  return file.ends_with(".npy") || file.ends_with(".npz");
}

/// A side made of npy files has no column of addresses.
struct Addresses {
  bool run = false;
  bool golden = false;
};

Addresses addresses_of(const Result& result) {
  Addresses any;
  for (const Pair& pair : result.pairs) {
    any.run = any.run || !is_npy(pair.run.file);
    any.golden = any.golden || !is_npy(pair.golden.file);
  }
  return any;
}

std::string shape_in_brackets(const std::vector<int64_t>& dims) {
  return fmt::format("({})", fmt::join(dims, ", "));
}

std::string old_dtype(const std::string& dtype) {
  return dtype.empty() ? kNothing : as_utf8(dtype);
}

/// One row; the numbers stand behind the columns that tell what was compared.
struct OldRow {
  std::string op_type, run, run_dtype, golden, golden_dtype, tensor, shape, reason;
  const std::optional<PairMetrics>& metrics;
};

/// What its sums come to with NaN or infinity among the values; nothing without.
std::optional<std::string> not_a_number(const PairMetrics& metrics, std::string_view key) {
  const numeric::Moments& run = metrics.run;
  const numeric::Moments& golden = metrics.golden;
  const uint64_t infinities = run.pos_inf + run.neg_inf + golden.pos_inf + golden.neg_inf;
  if (run.nan + golden.nan + infinities == 0) return std::nullopt;
  const bool absolute = key == "max_abs_error" || key == "mean_abs_error" || key == "rmse";
  const bool infinite = absolute && run.nan + golden.nan == 0 && metrics.nonfinite_mismatch > 0;
  return infinite ? "inf" : "nan";
}

std::string old_number(const PairMetrics& metrics, std::string_view key) {
  if (const auto none = not_a_number(metrics, key)) return *none;
  // Its KL divergence is one of scaled values, which has nothing in common with ours.
  if (key == "kl_divergence") {
    return metrics.msaccucmp_kl ? six_decimals(*metrics.msaccucmp_kl) : kNothing;
  }
  const MetricValue value = metric_of(metrics, key);
  const auto* number = std::get_if<double>(&value);
  return number != nullptr ? six_decimals(*number) : kNothing;
}

Row old_cells(size_t index, const OldRow& of, const Addresses& addresses) {
  Row row = {std::to_string(index), of.op_type, of.run, of.run_dtype};
  if (addresses.run) row.emplace_back(kNothing);
  row.insert(row.end(), {of.golden, of.golden_dtype});
  if (addresses.golden) row.emplace_back(kNothing);
  row.insert(row.end(), {of.tensor, of.shape});
  for (const Algorithm& each : kAlgorithms) {
    if (!of.metrics) {
      row.emplace_back(kNothing);
    } else if (each.key.empty()) {
      row.push_back(deviations(*of.metrics, "nan", three_decimals));
    } else {
      row.push_back(old_number(*of.metrics, each.key));
    }
  }
  row.push_back(of.reason);
  return row;
}

Row old_columns(const Addresses& addresses) {
  Row columns = {"Index", "OpType", "NPUDump", "DataType"};
  if (addresses.run) columns.emplace_back("Address");
  columns.insert(columns.end(), {"GroundTruth", "DataType"});
  if (addresses.golden) columns.emplace_back("Address");
  columns.insert(columns.end(), {"TensorIndex", "Shape"});
  for (const Algorithm& each : kAlgorithms) columns.emplace_back(each.name);
  columns.emplace_back("CompareFailReason");
  return columns;
}

OldRow old_row(const Pair& pair) {
  return {pair.op_type.empty() ? kNothing : as_utf8(pair.op_type),
          as_utf8(pair.op),
          old_dtype(pair.run.dtype),
          as_utf8(golden_op(pair)),
          old_dtype(pair.golden.dtype),
          as_utf8(tensor_index(pair.op, pair.tensor)),
          shape_in_brackets(pair.shape),
          as_utf8(pair.reason),
          pair.metrics};
}

OldRow old_row(const compare::Unpaired& each, bool of_run) {
  static const std::optional<PairMetrics> kNone;
  const std::string dtype = old_dtype(each.tensor.dtype);
  return {each.op_type.empty() ? kNothing : as_utf8(each.op_type),
          of_run ? as_utf8(each.op) : kNoTensor,
          of_run ? dtype : kNothing,
          of_run ? kNoTensor : as_utf8(each.op),
          of_run ? kNothing : dtype,
          as_utf8(tensor_index(each.op, each.tensor.tensor)),
          shape_in_brackets(each.tensor.shape),
          as_utf8(each.reason),
          kNone};
}

}  // namespace

void write_compare_csv(std::ostream& out, const Result& result) {
  out << csv_row(clean_columns());
  size_t index = 0;
  for (const Pair& pair : result.pairs) out << csv_row(clean_row(index++, pair));
  for (const auto& each : result.unpaired_golden) out << csv_row(clean_row(index++, each, false));
  for (const auto& each : result.unpaired_run) out << csv_row(clean_row(index++, each, true));
}

void write_compare_csv_compat(std::ostream& out, const Result& result) {
  const Addresses addresses = addresses_of(result);
  auto write = [&, index = size_t{0}](const OldRow& row) mutable {
    out << csv_row(old_cells(index++, row, addresses), CsvCells::kExact);
  };
  out << csv_row(old_columns(addresses), CsvCells::kExact);
  for (const Pair& pair : result.pairs) write(old_row(pair));
  for (const auto& each : result.unpaired_golden) write(old_row(each, false));
  for (const auto& each : result.unpaired_run) write(old_row(each, true));
}

}  // namespace omscope::report
