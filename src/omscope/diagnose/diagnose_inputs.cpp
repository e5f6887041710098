#include "omscope/diagnose/diagnose_inputs.h"

#include <algorithm>
#include <filesystem>

#include "omscope/core/files_below.h"
#include "omscope/diagnose/cross_evidence.h"
#include "omscope/formats/detect.h"
#include "omscope/formats/log/text_blocks.h"

namespace omscope::diagnose {
namespace {

namespace fs = std::filesystem;

enum class Use : uint8_t { kLog, kModel, kOther, kNothing };

Use use_of(ByteView bytes, const Detection& detection) {
  if (log::is_packed(as_text(bytes))) return Use::kLog;
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
  const size_t start = text.find_first_not_of(" \t\r\n");
  const bool structured = start == std::string_view::npos || text[start] == '{';
  if (is_text(bytes) && !structured && detection.detected != "html") return Use::kLog;
  const bool silent = detection.detected == "empty" || detection.detected == "text";
  return silent ? Use::kOther : Use::kNothing;
}

/// Whoever names a file expects that it is looked at; in a folder there may be anything.
enum class Named : uint8_t { kItself, kByItsFolder };

void sort_file(const std::string& path, Named named, SortedInputs& sorted) {
  const auto file = FileBytes::open(path);
  if (!file) {
    sorted.problems.push_back(file.error());
    return;
  }
  const Detection detection = detect((*file)->bytes());
  switch (use_of((*file)->bytes(), detection)) {
    case Use::kLog: sorted.logs.push_back(path); break;
    case Use::kModel: sorted.models.push_back(path); break;
    case Use::kOther: sorted.others.push_back(path); break;
    case Use::kNothing:
      sorted.others.push_back(path);
      if (named == Named::kByItsFolder) break;
      sorted.problems.push_back({Severity::kWarning, Code::kUnknownKind, path, std::nullopt, "",
                                 "tells a diagnosis nothing: " + detection.explanation});
      break;
  }
}

void sort_folder(const std::string& folder, SortedInputs& sorted) {
  const FilesBelow below = files_below(folder, LinkedFiles::kLeaveOut);
  if (below.cut) {
    sorted.problems.push_back({Severity::kWarning, Code::kTooLarge, folder, std::nullopt, "folder",
                               "has too many files; only the first are looked at"});
  }
  for (const std::string& file : below.files) sort_file(file, Named::kByItsFolder, sorted);
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
      sort_file(path, Named::kItself, sorted);
    }
  }
  const auto is_unknown = [](const Problem& each) { return each.code == Code::kUnknownKind; };
  const auto unknown = std::count_if(sorted.problems.begin(), sorted.problems.end(), is_unknown);
  if (sorted.logs.empty() && sorted.models.empty() &&
      sorted.others.size() == static_cast<size_t>(unknown)) {
    // Nothing was looked at: that there is no incident would be no answer.
    for (Problem& problem : sorted.problems) problem.severity = Severity::kError;
  }
  return sorted;
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
  return report;
}

}  // namespace omscope::diagnose
