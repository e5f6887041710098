#include <array>

#include <fmt/format.h>

#include "omscope/core/json.h"
#include "omscope/core/text.h"
#include "omscope/report/compare_reports.h"
#include "omscope/report/compare_words.h"
#include "omscope/report/inspect_json.h"
#include "omscope/report/model_json.h"

namespace omscope::report {
namespace {

using Form = JsonStream::Form;

Json number_or_null(const std::optional<double>& value) {
  return value ? json_float(*value) : Json(nullptr);
}

Json json_of(const MetricValue& value) {
  if (const auto* count = std::get_if<uint64_t>(&value)) return json_uint(*count);
  if (const auto* number = std::get_if<double>(&value)) return json_float(*number);
  return nullptr;
}

void write_side(JsonStream& out, const compare::SideTensor& side) {
  out.text_or_null("file", side.file);
  out.text_or_null("tensor", side.tensor);
  out.text_or_null("dtype", side.dtype);
  out.dims("shape", side.shape);
  out.text_or_null("format", side.format);
}

/// What an element was on the two sides where an error is largest; null where there is none.
void write_values(JsonStream& out, std::string_view what, bool known, double run, double golden) {
  out.field(fmt::format("{}_run", what), known ? json_float(run) : Json(nullptr));
  out.field(fmt::format("{}_golden", what), known ? json_float(golden) : Json(nullptr));
}

void write_quantiles(JsonStream& out, const numeric::PairMetrics& metrics) {
  out.open_object("quantiles", Form::kLine);
  for (const numeric::ErrorQuantile& each : metrics.quantiles) {
    out.open_object(number_text(each.probability));
    out.field("abs_error", json_float(each.abs_error));
    out.field("rel_error", number_or_null(each.rel_error));
    out.close();
  }
  out.close();
}

/// Counts by the largest ULP of the bin, where they were asked for.
void write_ulp_histogram(JsonStream& out, const numeric::PairMetrics& metrics) {
  const auto& bins = metrics.ulp_counts;
  out.open_object("ulp_histogram", Form::kLine);
  const bool taken = std::any_of(bins.begin(), bins.end(), [](uint64_t n) { return n > 0; });
  for (size_t bin = 0; taken && bin < bins.size(); ++bin) {
    const uint64_t most = bin == 0 ? 0 : uint64_t{1} << (bin - 1);
    const bool last = bin + 1 == bins.size();
    out.field(last ? "more" : std::to_string(most), json_uint(bins.at(bin)));
  }
  out.close();
}

void write_worst(JsonStream& out, const numeric::PairMetrics& metrics) {
  out.open_array("worst", Form::kLine);
  for (const numeric::WorstElement& each : metrics.worst) {
    out.open_object();
    out.field("index", json_uint(each.index));
    out.field("run", json_float(each.run));
    out.field("golden", json_float(each.golden));
    out.field("abs_error", json_float(each.abs_error));
    out.close();
  }
  out.close();
}

/// The same keys for every pair: null where there is nothing.
void write_metrics(JsonStream& out, const std::optional<numeric::PairMetrics>& known) {
  const numeric::PairMetrics& metrics = known ? *known : numeric::PairMetrics{};
  out.open_object("metrics", Form::kLine);
  for (const MetricKey& metric : metric_keys()) {
    out.field(metric.key, known ? json_of(metric.of(metrics)) : Json(nullptr));
  }
  write_values(out, "max_abs", metrics.max_abs_index.has_value(), metrics.max_abs_run,
               metrics.max_abs_golden);
  write_values(out, "max_rel", metrics.max_rel_index.has_value(), metrics.max_rel_run,
               metrics.max_rel_golden);
  out.field("max_abs_at_zero_golden", known ? json_float(metrics.max_abs_at_zero_golden) : nullptr);
  out.text_or_null("exact_max_abs_error", metrics.exact_max_abs);
  out.field("worst_channel", json_uint_or_null(metrics.worst_channel));
  out.field("worst_channel_rmse", number_or_null(metrics.worst_channel_rmse));
  out.field("msaccucmp_kl", number_or_null(metrics.msaccucmp_kl));
  write_quantiles(out, metrics);
  write_ulp_histogram(out, metrics);
  write_worst(out, metrics);
  out.close();
}

void write_thresholds(JsonStream& out, const compare::Thresholds& thresholds) {
  out.field("rtol", json_float(thresholds.rtol));
  out.field("atol", json_float(thresholds.atol));
  const bool sum = thresholds.rule == numeric::ToleranceRule::kSum;
  out.field("rule", sum ? "sum" : "either");
  out.field("warn_share", json_float(thresholds.warn_share));
  out.field("fail_share", json_float(thresholds.fail_share));
  out.field("peak_error", json_float(thresholds.peak_error));
  out.field("atol_scaled", thresholds.atol_scaled);
  out.field("atol_share", number_or_null(thresholds.atol_share));
  out.text("both_nan", compare::to_string(thresholds.both_nan));
  out.text("both_inf", compare::to_string(thresholds.both_inf));
  out.open_object("bounds");
  for (const auto& [metric, bound] : thresholds.bounds) {
    out.field(as_utf8(metric), json_float(bound));
  }
  out.close();
  out.text_or_null("source", thresholds.source);
}

void write_pair(JsonStream& out, const compare::Pair& pair) {
  out.open_object();
  out.text("op", pair.op);
  out.text_or_null("type", pair.op_type);
  out.text("tensor", pair.tensor);
  out.text_or_null("step", pair.step);
  out.field("index_in_order", json_uint_or_null(pair.order));
  out.field("is_model_output", pair.is_model_output);
  out.open_object("run", Form::kLine);
  write_side(out, pair.run);
  out.close();
  out.open_object("golden", Form::kLine);
  write_side(out, pair.golden);
  out.close();
  out.text_or_null("paired_by", pair.paired_by);
  out.field("by_sample", pair.from_baseline);
  out.field("by_statistics", pair.by_statistics);
  out.field("ignored", pair.ignored);
  out.text("status", compare::to_string(pair.status));
  out.text_or_null("reason", pair.reason);
  const bool known = pair.pattern.pattern != numeric::Pattern::kNone;
  out.text_or_null("pattern", known ? numeric::to_string(pair.pattern.pattern) : "");
  out.text_or_null("evidence", pair.pattern.evidence);
  out.field("error", number_or_null(error_of(pair)));
  out.dims("shape", pair.shape);
  write_metrics(out, pair.metrics);
  out.open_object("thresholds", Form::kLine);
  write_thresholds(out, pair.thresholds);
  out.close();
  out.close();
}

void write_unpaired(JsonStream& out, std::string_view key,
                    const std::vector<compare::Unpaired>& list) {
  out.open_array(key);
  for (const compare::Unpaired& each : list) {
    out.open_object(Form::kLine);
    out.text("op", each.op);
    out.text_or_null("type", each.op_type);
    write_side(out, each.tensor);
    out.text("reason", each.reason);
    out.close();
  }
  out.close();
}

void write_summary(JsonStream& out, const compare::Result& result) {
  const compare::Summary& summary = result.summary;
  out.open_object("summary", Form::kLine);
  out.text("sentence", verdict_sentence(result));
  out.field("pass", json_uint(summary.pass));
  out.field("warn", json_uint(summary.warn));
  out.field("fail", json_uint(summary.fail));
  out.field("uncomparable", json_uint(summary.uncomparable));
  out.field("ignored", json_uint(summary.ignored));
  out.field("unpaired_run", json_uint(summary.unpaired_run));
  out.field("unpaired_golden", json_uint(summary.unpaired_golden));
  out.field("missing", json_uint(summary.missing));
  out.close();
}

void write_policy(JsonStream& out, const compare::Result& result) {
  out.open_object("policy");
  out.open_array("thresholds");
  for (size_t i = 0; i < result.policy.size(); ++i) {
    const bool named = i < result.policy_names.size();
    out.open_object(Form::kLine);
    out.text_or_null("applies_to", named ? std::string_view(result.policy_names[i]) : "");
    write_thresholds(out, result.policy[i]);
    out.close();
  }
  out.close();
  out.close();
}

void write_first(JsonStream& out, const std::optional<compare::FirstDivergence>& first) {
  if (!first) {
    out.field("first_divergence", nullptr);
    return;
  }
  out.open_object("first_divergence");
  out.text("op", first->op);
  out.text_or_null("type", first->op_type);
  out.text("tensor", first->tensor);
  out.field("index_in_order", json_uint(first->index_in_order));
  out.field("input_error", number_or_null(first->input_error));
  out.field("output_error", number_or_null(first->output_error));
  out.open_array("path", Form::kLine);
  for (const std::string& op : first->path) out.item_text(op);
  out.close();
  out.text_or_null("why", first->why);
  out.close();
}

void write_ranking(JsonStream& out, const std::vector<compare::RankedOp>& ranking) {
  out.open_array("ranking");
  for (const compare::RankedOp& each : ranking) {
    out.open_object(Form::kLine);
    out.text("op", each.op);
    out.text_or_null("type", each.op_type);
    out.field("error_added", json_float(each.error_added));
    out.field("input_error", number_or_null(each.input_error));
    out.field("output_error", number_or_null(each.output_error));
    out.close();
  }
  out.close();
}

}  // namespace

void write_compare_json(std::ostream& stream, const compare::Result& result) {
  JsonStream out(stream);
  open_document(out, "compare");
  out.text("verdict", compare::to_string(result.verdict));
  out.text_or_null("why", result.why);
  out.field("complete", !result.incomplete);
  out.open_array("damaged", Form::kLine);
  for (const std::string& file : result.damaged) out.item_text(file);
  out.close();
  out.text("run", result.run);
  out.text("golden", result.golden);
  out.text_or_null("model", result.model);
  write_summary(out, result);
  write_policy(out, result);
  write_first(out, result.first_divergence);
  write_ranking(out, result.ranking);
  out.open_array("tensors");
  for (const compare::Pair& pair : result.pairs) write_pair(out, pair);
  out.close();
  out.open_object("unpaired");
  write_unpaired(out, "run", result.unpaired_run);
  write_unpaired(out, "golden", result.unpaired_golden);
  out.close();
  out.field("problems", problems_json(result.problems));
  out.close();
}

}  // namespace omscope::report
