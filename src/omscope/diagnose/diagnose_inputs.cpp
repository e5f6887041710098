#include "omscope/diagnose/diagnose_inputs.h"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "omscope/core/files_below.h"
#include "omscope/core/text.h"
#include "omscope/diagnose/cross_evidence.h"
#include "omscope/formats/config/cann_versions.h"
#include "omscope/formats/config/npu_smi.h"
#include "omscope/formats/detect.h"
#include "omscope/formats/log/text_blocks.h"

namespace omscope::diagnose {
namespace {

namespace fs = std::filesystem;

enum class Use : uint8_t { kLog, kModel, kOther, kNothing };

Use use_of(ByteView bytes, std::string& explanation) {
  const bool packed = log::is_packed(as_text(bytes));
  if (packed && !as_text(bytes).starts_with("PK")) return Use::kLog;  // zip has models, too
  const Detection detection = detect(bytes);
  explanation = detection.explanation;
  switch (detection.kind) {
    case Kind::kOm:
    case Kind::kOmHiai:
    case Kind::kOmSvp:
    case Kind::kOmFlow:
    case Kind::kOmBundle:
    case Kind::kOmLite:
    case Kind::kOm2:
    case Kind::kOnnx:
    case Kind::kGeProtoText:
    case Kind::kGeOnnxText:
    case Kind::kGeReadable:
    case Kind::kAtcJson: return Use::kModel;
    case Kind::kLog: return Use::kLog;
    case Kind::kUnknown: break;
    default: return Use::kOther;
  }
  // Text of no kind that can be told may quote a log; descriptions in JSON do not.
  const std::string_view text = as_text(bytes);
  if (packed) return Use::kLog;
  const size_t start = text.find_first_not_of(" \t\r\n");
  if (start == std::string_view::npos) return Use::kNothing;
  if (!log::is_text(text)) return Use::kNothing;
  return text[start] != '{' && detection.detected != "html" ? Use::kLog : Use::kOther;
}

/// The screen of npu-smi, with chips; a log that only quotes its first line has none.
bool is_machine(std::string_view text) {
  return config::looks_like_npu_smi(text) && !config::read_npu_smi(text).chips.empty();
}

void sort_file(const std::string& path, SortedInputs& sorted) {
  const auto file = FileBytes::open(path);
  if (!file) {
    sorted.problems.push_back(file.error());
    return;
  }
  if (config::is_version_file(path) && log::is_text(as_text((*file)->bytes()))) {
    sorted.versions.push_back(path);
    return;
  }
  std::string explanation;
  switch (use_of((*file)->bytes(), explanation)) {
    case Use::kLog:
      sorted.logs.push_back(path);
      if (is_machine(as_text((*file)->bytes()))) sorted.machines.push_back(path);
      break;
    case Use::kModel: sorted.models.push_back(path); break;
    case Use::kOther: sorted.others.push_back(path); break;
    case Use::kNothing:
      sorted.others.push_back(path);
      sorted.unknown.push_back(
          {Severity::kWarning, Code::kUnknownKind, path, std::nullopt, "", explanation});
      break;
  }
}

void sort_folder(const std::string& folder, SortedInputs& sorted) {
  const FilesBelow below = files_below(folder, LinkedFiles::kLeaveOut);
  if (below.cut) {
    sorted.problems.push_back({Severity::kWarning, Code::kTooLarge, folder, std::nullopt, "folder",
                               "has too many files; only the first are looked at"});
  }
  for (const std::string& file : below.files) sort_file(file, sorted);
}

/// Of inputs none of which could tell of a failure: what they are, and what to give.
std::string what_instead(const SortedInputs& inputs) {
  if (!inputs.models.empty()) {
    return "a model alone tells of no failure; give --target FILE or --cann FOLDER to hold it "
           "against a machine, or the logs of its run";
  }
  std::string seen = inputs.logs.empty() ? "there are no files" : "there is no text";
  if (inputs.unknown.size() == 1 && inputs.others.size() == 1 && inputs.logs.empty()) {
    const std::string& explanation = inputs.unknown.front().message;
    seen = explanation.substr(0, explanation.find(';'));
  } else if (!inputs.others.empty()) {
    seen = counted(inputs.others.size(), "file") + " of other kinds";
  }
  return seen +
         "; give logs of host or device, texts of a screen, folders of them or asys bundles (also "
         "as .gz, .tar, .tar.gz, .zip), in UTF-8 or UTF-16";
}

/// Inputs that were named and told nothing, beside others that did.
void report_partly_unread(const InputOptions& options, const SortedInputs& inputs, Report& report) {
  if (report.looked.lines != 0 && report.looked.understood == 0) {
    report.problems.push_back(
        {Severity::kWarning, Code::kUnknownKind, options.paths.front(), std::nullopt, "",
         "no line has the form of a log or of a report that is known: that nothing was found "
         "there says little"});
  }
  for (const Problem& each : inputs.unknown) {
    const auto& named = options.paths;
    if (std::find(named.begin(), named.end(), each.file) == named.end()) continue;
    report.problems.push_back(each);
  }
}

}  // namespace

SortedInputs sort_inputs(const std::vector<std::string>& paths) {
  SortedInputs sorted;
  for (const std::string& path : paths) {
    std::error_code failed;
    if (path == "-") {
      sorted.logs.push_back(path);
    } else if (fs::is_directory(path, failed)) {
      sort_folder(path, sorted);
    } else {
      sort_file(path, sorted);
    }
  }
  return sorted;
}

void report_unread(const InputOptions& options, const SortedInputs& inputs, Report& report) {
  const bool something = report.looked.files != 0 || !report.checks.empty() ||
                         !report.findings.empty() || !report.incidents.empty();
  const bool failed =
      std::any_of(report.problems.begin(), report.problems.end(),
                  [](const Problem& each) { return each.severity == Severity::kError; });
  if (something) {
    report_partly_unread(options, inputs, report);
  } else if (!failed) {
    const std::string paths = fmt::format("{}", fmt::join(options.paths, ", "));
    report.problems.push_back(
        {Severity::kError, Code::kUnknownKind, paths, std::nullopt, "",
         fmt::format("nothing here that diagnose reads: {}", what_instead(inputs))});
  }
}

Report diagnose(const InputOptions& options) {
  SortedInputs sorted = sort_inputs(options.paths);
  LogDiagnosis logs;
  for (const std::string& path : sorted.logs) {
    const auto file = path == "-" ? FileBytes::from_standard_input() : FileBytes::open(path);
    if (file) {
      logs.read(*file);
    } else {
      sorted.problems.push_back(file.error());
    }
  }
  LogOptions log_options = options.logs;
  log_options.has_model = !options.model.empty() || !sorted.models.empty();
  log_options.has_dump = !options.dump.empty();
  log_options.has_cann = !options.cann.empty();
  Report report = logs.finish(log_options);
  report.problems.insert(report.problems.begin(), sorted.problems.begin(), sorted.problems.end());
  add_cross_evidence(options, sorted, report);
  report_unread(options, sorted, report);
  return report;
}

}  // namespace omscope::diagnose
