#include "omscope/core/json.h"
#include "omscope/report/diagnose.h"
#include "omscope/report/inspect_json.h"
#include "omscope/report/model_json.h"

namespace omscope::report {
namespace {

using diagnose::Evidence;
using diagnose::Finding;
using diagnose::Incident;

Json int_or_null(const std::optional<int64_t>& number) {
  return number ? json_int(*number) : Json(nullptr);
}

void write_evidence(JsonStream& out, const std::vector<Evidence>& evidence) {
  out.open_array("evidence");
  for (const Evidence& each : evidence) {
    out.open_object(JsonStream::Form::kLine);
    out.text("file", each.file);
    out.field("line", each.line == 0 ? Json(nullptr) : json_uint(each.line));
    out.text("text", each.text);
    out.close();
  }
  out.close();
}

void write_incident(JsonStream& out, const Incident& incident, bool chinese) {
  out.open_object();
  out.text_or_null("time", incident.time);
  out.field("pid", int_or_null(incident.pid));
  out.field("device", int_or_null(incident.device));
  out.field("stream_id", int_or_null(incident.stream_id));
  out.field("task_id", int_or_null(incident.task_id));
  out.text_or_null("kernel", incident.kernel);
  out.open_object("op", JsonStream::Form::kLine);
  out.text_or_null("name", incident.op_name);
  out.text_or_null("type", incident.op_type);
  out.close();
  out.open_array("error_codes", JsonStream::Form::kLine);
  for (const std::string& code : incident.error_codes) out.item_text(code);
  out.close();
  out.open_object("registers");
  for (const auto& [name, value] : incident.registers.words) out.text(name, value);
  out.close();
  write_evidence(out, incident.evidence);
  out.text("conclusion", incident.conclusion.in(chinese));
  out.text("cause", incident.cause.in(chinese));
  out.open_array("actions");
  for (const diagnose::Text& action : incident.actions) out.item_text(action.in(chinese));
  out.close();
  out.field("certainty", to_string(incident.certainty));
  out.text("rule", incident.rule);
  out.field("times", json_uint(incident.times));
  out.field("lines", json_uint(incident.lines));
  out.close();
}

void write_finding(JsonStream& out, const Finding& finding, bool chinese) {
  out.open_object();
  out.field("severity", to_string(finding.severity));
  out.text("rule", finding.rule);
  out.text("message", finding.message.in(chinese));
  write_evidence(out, finding.evidence);
  out.close();
}

}  // namespace

void write_diagnose_json(std::ostream& stream, const diagnose::Report& report,
                         const DiagnoseOptions& options) {
  JsonStream out(stream);
  open_document(out, "diagnose");
  out.open_array("incidents");
  for (const Incident& each : report.incidents) write_incident(out, each, options.chinese);
  out.close();
  out.open_array("findings");
  for (const Finding& each : report.findings) write_finding(out, each, options.chinese);
  out.close();
  out.open_array("checks");
  for (const diagnose::Check& each : report.checks) {
    out.open_object(JsonStream::Form::kLine);
    out.text("file", each.file);
    out.text("subject", each.subject.in(options.chinese));
    out.field("outcome", to_string(each.outcome));
    out.text_or_null("detail", each.detail.in(options.chinese));
    out.close();
  }
  out.close();
  out.open_array("missing_evidence");
  for (const auto& each : report.missing_evidence) {
    out.open_object(JsonStream::Form::kLine);
    out.text("what", each.what.in(options.chinese));
    out.text("switch", each.how.in(options.chinese));
    out.close();
  }
  out.close();
  out.open_object("suppressed");
  out.field("count", json_uint(report.suppressed.count));
  out.open_object("kinds");
  for (const auto& [kind, count] : report.suppressed.kinds) out.field(kind, json_uint(count));
  out.close();
  out.close();
  out.open_object("looked", JsonStream::Form::kLine);
  out.field("files", json_uint(report.looked.files));
  out.field("lines", json_uint(report.looked.lines));
  out.field("errors", json_uint(report.looked.errors));
  out.field("unread", json_uint(report.looked.unread));
  out.field("filtered", json_uint(report.looked.filtered));
  out.close();
  out.open_array("problems");
  for (const Problem& each : report.problems) out.item(problem_json(each));
  out.close();
  out.close();
}

}  // namespace omscope::report
