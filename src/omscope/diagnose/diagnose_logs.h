// From logs to a report: reads any number of files, folds what they say, and applies the rules.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "omscope/core/file_bytes.h"
#include "omscope/diagnose/report.h"

namespace omscope::diagnose {

class Collector;

struct LogOptions {
  std::optional<int64_t> pid;         ///< only incidents of this process
  std::vector<std::string> op_globs;  ///< only incidents of ops or kernels that match
  bool has_model = false;             ///< a model or a graph was given beside the logs
  bool has_dump = false;
  bool has_cann = false;  ///< the folder of an installed CANN
};

class LogDiagnosis {
 public:
  LogDiagnosis();
  ~LogDiagnosis();

  /// A text, or texts packed by gzip and tar. What is no text is passed over.
  void read(const std::shared_ptr<const FileBytes>& file);
  Report finish(const LogOptions& options);

 private:
  std::unique_ptr<Collector> collector_;
  Looked looked_;
  std::set<int64_t> pids_;  ///< of all lines
  Evidence first_unread_;   ///< of the lines that `looked_.unread` counts
  std::vector<Problem> problems_;
};

}  // namespace omscope::diagnose
