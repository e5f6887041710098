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
  std::string_view when, why, act, seen, codes, missing, also, noise, checked;
  std::string_view process, device, stream, task, times;
  std::string_view certain, likely, hint;
  std::string_view ok, failed, unknown;
};
constexpr Labels kEnglish = {"when",    "why",    "do",    "seen",          "codes",
                             "missing", "also",   "noise", "checked",       "process",
                             "device",  "stream", "task",  "seen {} times", "certain",
                             "likely",  "a hint", "ok",    "failed",        "unknown"};
constexpr Labels kChinese = {"时间", "原因",   "处理", "证据", "错误码", "缺少", "另外",
                             "忽略", "检查",   "进程", "设备", "流",     "任务", "共出现 {} 次",
                             "确定", "很可能", "线索", "通过", "未通过", "未知"};

/// What is left aside, in Chinese.
std::string_view noise_in_chinese(std::string_view kind) {
  using Words = std::pair<std::string_view, std::string_view>;
  static constexpr Words kKinds[] = {{"kernel messages of the device", "设备内核日志"},
                                     {"details of driver and firmware", "驱动与固件细节"},
                                     {"register dump", "寄存器转储"},
                                     {"end of a process after a failure", "失败后的进程退出"},
                                     {"no mapping of device memory", "未映射设备内存"},
                                     {"list of error codes", "错误码列表"},
                                     {"further incidents", "更多故障"}};
  for (const auto& [english, chinese] : kKinds) {
    if (english == kind) return chinese;
  }
  return kind;
}

std::string_view certainty_word(Certainty certainty, const Labels& labels) {
  if (certainty == Certainty::kCertain) return labels.certain;
  return certainty == Certainty::kLikely ? labels.likely : labels.hint;
}

std::string headline(const diagnose::Report& report, bool chinese) {
  const size_t count = report.incidents.size();
  const size_t errors = static_cast<size_t>(
      std::count_if(report.findings.begin(), report.findings.end(),
                    [](const Finding& each) { return each.severity == Severity::kError; }));
  const uint64_t filtered = report.looked.filtered;
  if (chinese) {
    std::string text = count != 0      ? fmt::format("{} 个故障", count)
                       : filtered != 0 ? "所选范围内没有故障"
                                       : "没有发现故障";
    if (errors != 0) text += fmt::format("，{} 个检查错误", errors);
    text += report.looked.files == 0 ? "（没有读到日志）"
                                     : fmt::format("（{} 个日志文件，{} 行）", report.looked.files,
                                                   grouped(report.looked.lines));
    if (filtered != 0) text += fmt::format("；另有 {} 个不在所选范围内（--pid、--op）", filtered);
    return text;
  }
  std::string text = count != 0      ? counted(count, "incident")
                     : filtered != 0 ? "no incident of what was asked for"
                                     : "no incident";
  if (errors != 0)
    text += fmt::format(" and {}",
                        counted(errors, "finding of severity error", "findings of severity error"));
  if (report.looked.files == 0) {
    text += "; no log was read";
  } else {
    text +=
        fmt::format(" in {} of {}",
                    grouped(report.looked.lines) + (report.looked.lines == 1 ? " line" : " lines"),
                    counted(report.looked.files, "log"));
  }
  if (filtered != 0) {
    text += fmt::format("; {} left aside by --pid and --op", filtered);
  }
  return text;
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
  if (evidence.size() > most) {
    page.row("", fmt::format("… {} more; --all shows them", evidence.size() - most), Tone::kDim);
  }
}

Tone tone_of(const Incident& incident) {
  return incident.certainty == Certainty::kHint ? Tone::kWarning : Tone::kError;
}

std::string conclusion_of(const Incident& incident, const DiagnoseOptions& options) {
  const Labels& labels = options.chinese ? kChinese : kEnglish;
  return fmt::format("{} ({})", for_terminal(incident.conclusion.in(options.chinese)),
                     certainty_word(incident.certainty, labels));
}

bool is_short(const TextPage& page) {
  return page.style().most_lines <= 1000;
}

/// A line for each, before any is told in full.
void list_rows(TextPage& page, const diagnose::Report& report, const DiagnoseOptions& options) {
  constexpr size_t kMostOnAPage = 20;
  const size_t count = report.incidents.size();
  const size_t shown = is_short(page) ? std::min(count, kMostOnAPage) : count;
  for (size_t i = 0; i < shown; ++i) {
    const Incident& each = report.incidents[i];
    page.line(fmt::format("{:>3}  {}", i + 1, conclusion_of(each, options)), tone_of(each));
  }
  if (shown < count) {
    page.line(fmt::format("     … {} more; --all shows them", count - shown), Tone::kDim);
  }
}

void incident_rows(TextPage& page, const Incident& incident, size_t number,
                   const DiagnoseOptions& options) {
  constexpr size_t kMostEvidence = 4;
  const Labels& labels = options.chinese ? kChinese : kEnglish;
  page.row(fmt::format("{}", number), conclusion_of(incident, options), tone_of(incident));
  const std::string where = place(incident, labels);
  if (!where.empty()) page.row(labels.when, where);
  if (!incident.cause.en.empty()) {
    page.row(labels.why, for_terminal(incident.cause.in(options.chinese)));
  }
  for (size_t i = 0; i < incident.actions.size(); ++i) {
    page.row(i == 0 ? labels.act : "", for_terminal(incident.actions[i].in(options.chinese)));
  }
  if (!incident.error_codes.empty()) {
    page.row(labels.codes, for_terminal(fmt::format("{}", fmt::join(incident.error_codes, " "))));
  }
  evidence_rows(page, incident.evidence, is_short(page) ? kMostEvidence : incident.evidence.size(),
                labels.seen);
}

void finding_rows(TextPage& page, const diagnose::Report& report, const DiagnoseOptions& options) {
  const Labels& labels = options.chinese ? kChinese : kEnglish;
  for (const Finding& each : report.findings) {
    const Tone tone = each.severity == Severity::kError     ? Tone::kError
                      : each.severity == Severity::kWarning ? Tone::kWarning
                                                            : Tone::kPlain;
    const std::string_view label =
        each.severity == Severity::kInfo ? labels.also : to_string(each.severity);
    page.row(label, for_terminal(each.message.in(options.chinese)), tone);
    if (each.severity != Severity::kInfo) {
      evidence_rows(page, each.evidence, is_short(page) ? 2 : each.evidence.size(), "");
    }
  }
}

/// One row a file: "model.om: chip ok (…); versions unknown (…)".
void check_rows(TextPage& page, const diagnose::Report& report, const DiagnoseOptions& options) {
  const Labels& labels = options.chinese ? kChinese : kEnglish;
  for (size_t i = 0; i < report.checks.size();) {
    const std::string& file = report.checks[i].file;
    std::string text = for_terminal(file) + ":";
    const size_t first = i;
    for (; i < report.checks.size() && report.checks[i].file == file; ++i) {
      const diagnose::Check& each = report.checks[i];
      const std::string_view outcome = each.outcome == diagnose::Outcome::kOk ? labels.ok
                                       : each.outcome == diagnose::Outcome::kFailed
                                           ? labels.failed
                                           : labels.unknown;
      const std::string& detail = each.detail.in(options.chinese);
      text += fmt::format("{} {} {}{}", i == first ? "" : ";",
                          for_terminal(each.subject.in(options.chinese)), outcome,
                          detail.empty() ? "" : fmt::format(" ({})", for_terminal(detail)));
    }
    page.row(first == 0 ? labels.checked : "", text);
  }
}

void missing_rows(TextPage& page, const diagnose::Report& report, const DiagnoseOptions& options) {
  const Labels& labels = options.chinese ? kChinese : kEnglish;
  for (size_t i = 0; i < report.missing_evidence.size(); ++i) {
    const auto& each = report.missing_evidence[i];
    page.row(
        i == 0 ? labels.missing : "",
        fmt::format("{}{}{}", for_terminal(each.what.in(options.chinese)),
                    options.chinese ? "：" : ": ", for_terminal(each.how.in(options.chinese))));
  }
}

void noise_row(TextPage& page, const diagnose::Report& report, const DiagnoseOptions& options) {
  if (report.suppressed.count == 0) return;
  std::vector<std::string> kinds;
  for (const auto& [kind, count] : report.suppressed.kinds) {
    kinds.push_back(options.chinese
                        ? fmt::format("{} {} 行", noise_in_chinese(kind), grouped(count))
                        : fmt::format("{} {}", grouped(count), kind));
  }
  page.row((options.chinese ? kChinese : kEnglish).noise,
           fmt::format("{}", fmt::join(kinds, options.chinese ? "，" : ", ")), Tone::kDim);
}

}  // namespace

void write_diagnose_text(TextPage& page, const diagnose::Report& report,
                         const DiagnoseOptions& options) {
  page.line(headline(report, options.chinese), Tone::kHeading);
  if (report.incidents.size() > 1) {
    page.blank();
    list_rows(page, report, options);
  }
  for (size_t i = 0; i < report.incidents.size(); ++i) {
    page.blank();
    incident_rows(page, report.incidents[i], i + 1, options);
  }
  if (!report.findings.empty()) page.blank();
  finding_rows(page, report, options);
  check_rows(page, report, options);
  if (!report.missing_evidence.empty()) page.blank();
  missing_rows(page, report, options);
  noise_row(page, report, options);
}

}  // namespace omscope::report
