// The table that msaccucmp writes, to the letter: its columns in their order (two names twice), six
// decimals, "NaN" for what there is none of, "*" for a side without a tensor. Source: its
// documentation and what it printed.

#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "omscope/core/csv.h"
#include "omscope/core/text.h"
#include "omscope/report/compare_csv_cells.h"
#include "omscope/report/compare_reports.h"

namespace omscope::report {
namespace {

using compare::Pair;
using compare::Result;
using numeric::PairMetrics;
using Row = CsvRow;

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
  // Its mean is over all elements, those whose golden is zero included.
  if (key == "mean_rel_error" && metrics.accumulated_rel_error && metrics.count > 0) {
    return six_decimals(*metrics.accumulated_rel_error / static_cast<double>(metrics.count));
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
  for (const Algorithm& each : algorithms()) {
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
  for (const Algorithm& each : algorithms()) columns.emplace_back(each.name);
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
