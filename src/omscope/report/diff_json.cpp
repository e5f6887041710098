#include "omscope/core/json.h"
#include "omscope/report/diff_reports.h"
#include "omscope/report/diff_words.h"
#include "omscope/report/inspect_json.h"
#include "omscope/report/model_json.h"

namespace omscope::report {
namespace {

using Form = JsonStream::Form;

void write_side(JsonStream& out, std::string_view key, const diff::Side& side) {
  out.open_object(key, Form::kLine);
  out.text("file", side.file);
  out.text("kind", to_string(side.kind));
  out.text_or_null("model", side.model);
  out.close();
}

void write_text(JsonStream& out, std::string_view key, const std::optional<std::string>& text) {
  if (text) {
    out.text(key, *text);
  } else {
    out.field(key, nullptr);
  }
}

void write_texts(JsonStream& out, std::string_view key, const std::vector<std::string>& texts) {
  out.open_array(key, Form::kLine);
  for (const std::string& text : texts) out.item_text(text);
  out.close();
}

void write_summary(JsonStream& out, const diff::Result& result) {
  std::array<uint64_t, 4> by_severity{};
  for (const diff::Difference& each : result.differences) {
    ++by_severity.at(static_cast<size_t>(each.severity));
  }
  by_severity[0] = std::max(by_severity[0], result.noise);
  out.open_object("summary", Form::kLine);
  out.text("sentence", result.sentence);
  for (const diff::Severity severity : {diff::Severity::kError, diff::Severity::kWarning,
                                        diff::Severity::kInfo, diff::Severity::kNoise}) {
    out.field(to_string(severity), json_uint(by_severity.at(static_cast<size_t>(severity))));
  }
  out.field("matches", json_uint(result.matches.size()));
  out.close();
}

void write_differences(JsonStream& out, const diff::Result& result) {
  out.open_array("differences");
  for (const diff::Difference& each : result.differences) {
    out.open_object(Form::kLine);
    out.text("severity", to_string(each.severity));
    out.text("class", to_string(each.kind));
    out.text("subject", each.subject);
    write_text(out, "a", each.a);
    write_text(out, "b", each.b);
    out.text("why", each.why);
    out.close();
  }
  out.close();
}

void write_matches(JsonStream& out, const diff::Result& result) {
  out.open_array("matches");
  for (const diff::Match& match : result.matches) {
    out.open_object(Form::kLine);
    write_texts(out, "a", match.a);
    write_texts(out, "b", match.b);
    out.text("how", to_string(match.how));
    out.field("confidence", json_float(match.confidence));
    out.close();
  }
  out.close();
}

void write_unmatched(JsonStream& out, std::string_view key,
                     const std::vector<diff::Unmatched>& list) {
  out.open_array(key);
  for (const diff::Unmatched& each : list) {
    out.open_object(Form::kLine);
    out.text("op", each.op);
    out.text("why", each.why);
    out.close();
  }
  out.close();
}

void write_coverage(JsonStream& out, const std::optional<diff::Coverage>& coverage) {
  if (!coverage) {
    out.field("coverage", nullptr);
    return;
  }
  out.open_object("coverage");
  out.field("onnx_nodes", json_uint(coverage->onnx_nodes));
  out.field("covered", json_uint(coverage->covered));
  write_texts(out, "folded", coverage->folded);
  write_texts(out, "missing", coverage->missing);
  out.close();
}

void write_weights(JsonStream& out, const diff::WeightTally& tally) {
  const auto share = [&](std::string_view key, const diff::WeightTally::Share& each) {
    out.field(key, json_uint(each.count));
  };
  out.open_object("weights", Form::kLine);
  share("equal", tally.equal);
  share("equal_after_rounding", tally.equal_after_rounding);
  share("different", tally.different);
  share("unmatched", tally.unmatched);
  out.open_object("bytes");
  out.field("equal", json_uint(tally.equal.bytes));
  out.field("equal_after_rounding", json_uint(tally.equal_after_rounding.bytes));
  out.field("different", json_uint(tally.different.bytes));
  out.field("unmatched", json_uint(tally.unmatched.bytes));
  out.close();
  out.close();
}

/// The worst of several pairs; the gate passes when all do.
diff::Result joined(const std::vector<diff::Result>& results) {
  diff::Result all = results.front();
  const auto worse = [](diff::Proven x, diff::Proven y) {
    if (x == diff::Proven::kNo || y == diff::Proven::kNo) return diff::Proven::kNo;
    return x == y ? x : diff::Proven::kUnknown;
  };
  for (size_t i = 1; i < results.size(); ++i) {
    const diff::Result& each = results[i];
    all.compared = all.compared || each.compared;
    all.verdict = std::max(all.verdict, each.verdict);
    all.gate_passed = all.gate_passed && each.gate_passed;
    all.network = worse(all.network, each.network);
    all.weights_proven = worse(all.weights_proven, each.weights_proven);
  }
  return all;
}

void write_outcome(JsonStream& out, const diff::Result& result) {
  if (result.compared) {
    out.text("verdict", to_string(result.verdict));
  } else {
    out.field("verdict", nullptr);
  }
  out.text("gate", result.compared && result.gate_passed ? "pass" : "fail");
  out.text("network_proven", to_string(result.network));
  out.text("weights_proven", to_string(result.weights_proven));
}

void write_problems(JsonStream& out, const std::vector<Problem>& problems) {
  out.open_array("problems");
  for (const Problem& problem : problems) out.item(problem_json(problem));
  out.close();
}

void write_details(JsonStream& out, const diff::Result& result) {
  write_summary(out, result);
  write_differences(out, result);
  write_matches(out, result);
  out.open_object("unmatched");
  write_unmatched(out, "a", result.unmatched_a);
  write_unmatched(out, "b", result.unmatched_b);
  out.close();
  write_coverage(out, result.coverage);
  write_weights(out, result.weights);
  write_problems(out, result.problems);
}

void write_result(JsonStream& out, const diff::Result& result) {
  write_outcome(out, result);
  write_side(out, "a", result.a);
  write_side(out, "b", result.b);
  write_details(out, result);
}

}  // namespace

void write_diff_json(std::ostream& stream, const diff::Result& result) {
  JsonStream out(stream);
  open_document(out, "diff");
  write_result(out, result);
  out.close();
}

void write_diff_json(std::ostream& stream, const FolderDiff& folders) {
  JsonStream out(stream);
  open_document(out, "diff");
  diff::Result all = folders.pairs.empty() ? diff::Result() : joined(folders.pairs);
  all.gate_passed = all.gate_passed && folders.only_a.empty() && folders.only_b.empty();
  write_outcome(out, all);
  write_side(out, "a", {folders.a, Kind::kUnknown, ""});
  write_side(out, "b", {folders.b, Kind::kUnknown, ""});
  diff::Result none;
  none.sentence = folders.sentence;
  none.problems = folders.problems;
  write_details(out, none);
  out.open_array("pairs");
  for (const diff::Result& result : folders.pairs) {
    out.open_object();
    write_result(out, result);
    out.close();
  }
  out.close();
  write_texts(out, "only_a", folders.only_a);
  write_texts(out, "only_b", folders.only_b);
  out.close();
}

}  // namespace omscope::report
