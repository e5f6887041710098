#include <algorithm>

#include <fmt/format.h>

#include "omscope/core/text.h"
#include "omscope/report/diagnose.h"

namespace omscope::report {
namespace {

using diagnose::Certainty;
using diagnose::Evidence;
using diagnose::Finding;
using diagnose::Incident;

/// The words of the page itself in the language of the report.
struct Labels {
  std::string_view when, why, act, seen, codes, missing, also, noise;
  std::string_view process, device, stream, task, times;
  std::string_view certain, likely, hint;
};
constexpr Labels kEnglish = {"when",          "why",     "do",      "seen",   "codes",  "missing",
                             "also",          "noise",   "process", "device", "stream", "task",
                             "seen {} times", "certain", "likely",  "a hint"};
constexpr Labels kChinese = {"时间",         "原因", "处理",   "证据", "错误码", "缺少",
                             "另外",         "忽略", "进程",   "设备", "流",     "任务",
                             "共出现 {} 次", "确定", "很可能", "线索"};

std::string_view certainty_word(Certainty certainty, const Labels& labels) {
  if (certainty == Certainty::kCertain) return labels.certain;
  return certainty == Certainty::kLikely ? labels.likely : labels.hint;
}

std::string headline(const diagnose::Report& report, bool chinese) {
  const size_t count = report.incidents.size();
  const size_t errors = static_cast<size_t>(
      std::count_if(report.findings.begin(), report.findings.end(),
                    [](const Finding& each) { return each.severity == Severity::kError; }));
  if (chinese) {
    std::string text = count == 0 ? "没有发现故障" : fmt::format("{} 个故障", count);
    if (errors != 0) text += fmt::format("，{} 个检查错误", errors);
    return text + fmt::format("（{} 个日志文件，{} 行）", report.looked.files,
                              grouped(report.looked.lines));
  }
  std::string text = count == 0 ? "no incident" : counted(count, "incident");
  if (errors != 0)
    text += fmt::format(" and {}",
                        counted(errors, "finding of severity error", "findings of severity error"));
  return text + fmt::format(" in {} of {}", grouped(report.looked.lines) + " lines",
                            counted(report.looked.files, "log"));
}

std::string place(const Incident& incident, const Labels& labels) {
  std::vector<std::string> parts;
  if (!incident.time.empty()) parts.push_back(incident.time);
  const auto add = [&](std::string_view label, const std::optional<int64_t>& value) {
    if (value) parts.push_back(fmt::format("{} {}", label, *value));
  };
  add(labels.process, incident.pid);
  add(labels.device, incident.device);
  add(labels.stream, incident.stream_id);
  add(labels.task, incident.task_id);
  if (incident.times > 1) parts.push_back(fmt::format(fmt::runtime(labels.times), incident.times));
  return fmt::format("{}", fmt::join(parts, ", "));
}

/// The name of the file without its folders, which cost the room that the line itself needs.
std::string evidence_line(const Evidence& evidence) {
  std::string_view file = evidence.file;
  const size_t slash = file.rfind('/');
  if (slash != std::string_view::npos) file.remove_prefix(slash + 1);
  const std::string line = evidence.line == 0 ? "" : fmt::format(":{}", evidence.line);
  return fmt::format("{}{}: {}", for_terminal(file), line, for_terminal(evidence.text));
}

void evidence_rows(TextPage& page, const std::vector<Evidence>& evidence, size_t most,
                   std::string_view label) {
  const size_t room = page.style().width > 20 ? page.style().width - 14 : 60;
  for (size_t i = 0; i < std::min(most, evidence.size()); ++i) {
    page.row(i == 0 ? label : "", shortened(evidence_line(evidence[i]), 2 * room), Tone::kDim);
  }
}

void incident_rows(TextPage& page, const Incident& incident, size_t number, bool brief,
                   const DiagnoseOptions& options) {
  const Labels& labels = options.chinese ? kChinese : kEnglish;
  const Tone tone = incident.certainty == Certainty::kHint ? Tone::kWarning : Tone::kError;
  page.row(fmt::format("{}", number),
           fmt::format("{} ({})", for_terminal(incident.conclusion.in(options.chinese)),
                       certainty_word(incident.certainty, labels)),
           tone);
  const std::string where = place(incident, labels);
  if (!where.empty()) page.row(labels.when, where);
  if (!incident.cause.en.empty() && !brief) {
    page.row(labels.why, for_terminal(incident.cause.in(options.chinese)));
  }
  const size_t actions = brief ? 1 : incident.actions.size();
  for (size_t i = 0; i < std::min(actions, incident.actions.size()); ++i) {
    page.row(i == 0 ? labels.act : "", for_terminal(incident.actions[i].in(options.chinese)));
  }
  if (!incident.error_codes.empty() && !brief) {
    page.row(labels.codes, for_terminal(fmt::format("{}", fmt::join(incident.error_codes, " "))));
  }
  evidence_rows(page, incident.evidence, brief ? 1 : 4, labels.seen);
}

}  // namespace

void write_diagnose_text(TextPage& page, const diagnose::Report& report,
                         const DiagnoseOptions& options) {
  const Labels& labels = options.chinese ? kChinese : kEnglish;
  constexpr size_t kInFull = 2;
  page.line(headline(report, options.chinese), Tone::kHeading);
  const bool everything = page.style().most_lines > 1000;
  for (size_t i = 0; i < report.incidents.size() && !page.full(); ++i) {
    page.blank();
    incident_rows(page, report.incidents[i], i + 1, !everything && i >= kInFull, options);
  }
  if (!report.findings.empty()) page.blank();
  for (const Finding& each : report.findings) {
    const Tone tone = each.severity == Severity::kError     ? Tone::kError
                      : each.severity == Severity::kWarning ? Tone::kWarning
                                                            : Tone::kPlain;
    const std::string_view label =
        each.severity == Severity::kInfo ? labels.also : to_string(each.severity);
    page.row(label, for_terminal(each.message.in(options.chinese)), tone);
    if (each.severity != Severity::kInfo) evidence_rows(page, each.evidence, 2, "");
  }
  if (!report.missing_evidence.empty()) page.blank();
  for (size_t i = 0; i < report.missing_evidence.size(); ++i) {
    const auto& each = report.missing_evidence[i];
    page.row(
        i == 0 ? labels.missing : "",
        fmt::format("{}: {}", for_terminal(each.what.in(options.chinese)), for_terminal(each.how)));
  }
  if (report.suppressed.count != 0) {
    std::vector<std::string> kinds;
    for (const auto& [kind, count] : report.suppressed.kinds) {
      kinds.push_back(fmt::format("{} {}", grouped(count), kind));
    }
    page.row(labels.noise, fmt::format("{}", fmt::join(kinds, ", ")), Tone::kDim);
  }
}

}  // namespace omscope::report
