// Anything that can be given to a diagnosis, in any mix: tells logs from what is to be held against
// them, and makes one report of all.
#pragma once

#include <string>
#include <vector>

#include "omscope/diagnose/diagnose_logs.h"

namespace omscope::diagnose {

struct InputOptions {
  std::vector<std::string> paths;
  std::string model;
  std::string dump;
  std::string kernel_meta;
  std::string target;
  std::string cann;
  LogOptions logs;
};

/// The inputs by what they are, each once.
struct SortedInputs {
  std::vector<std::string> logs;      ///< texts, also packed
  std::vector<std::string> models;    ///< offline models, ONNX, graph dumps
  std::vector<std::string> others;    ///< whatever else: dumps, kernels, descriptions
  std::vector<Problem> unknown;       ///< of no kind that is known, with what they look like
  std::vector<std::string> machines;  ///< screens of npu-smi; they are among the logs as well
  std::vector<std::string> versions;  ///< version.info, version.cfg, …
  std::vector<Problem> problems;
};
SortedInputs sort_inputs(const std::vector<std::string>& paths);

/// Says so where nothing of the inputs could tell of a failure, and which of those that were named
/// could not.
void report_unread(const InputOptions& options, const SortedInputs& inputs, Report& report);

Report diagnose(const InputOptions& options);

}  // namespace omscope::diagnose
