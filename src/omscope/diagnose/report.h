// What a diagnosis says: incidents that logs tell of, findings about what was given beside them,
// and what is missing to say more.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "omscope/core/problem.h"

namespace omscope::diagnose {

/// A sentence for people. Where no Chinese was written, `zh` is empty and the English one stands.
struct Text {
  std::string en;
  std::string zh;

  const std::string& in(bool chinese) const { return chinese && !zh.empty() ? zh : en; }
};

/// What a statement rests on: a line of a log, or a fact of a file (then `line` is 0).
struct Evidence {
  std::string file;
  uint64_t line = 0;
  std::string text;
};

/// How much the evidence carries.
enum class Certainty : uint8_t { kHint, kLikely, kCertain };
std::string_view to_string(Certainty certainty);

/// Words of the fault as they were logged, for whoever wants to look further than the conclusion.
struct Registers {
  /// In the order in which they were first seen: "pc_start" → "0x12c042d73754".
  std::vector<std::pair<std::string, std::string>> words;

  void set(std::string_view name, std::string value);
  const std::string* find(std::string_view name) const;
};

/// One fault, folded from the lines that tell of it.
struct Incident {
  std::string time;  ///< "2025-05-08T09:56:18.526761", empty where no line tells
  std::optional<int64_t> pid;
  std::optional<int64_t> device;
  std::optional<int64_t> stream_id;
  std::optional<int64_t> task_id;
  std::string kernel;
  std::string op_name;
  std::string op_type;
  std::vector<std::string> error_codes;  ///< every code and carrier, in order of appearance
  Registers registers;
  std::vector<Evidence> evidence;  ///< the root first
  Text conclusion;                 ///< one sentence: what failed and why
  Text cause;                      ///< the reasoning
  std::vector<Text> actions;       ///< what to do, most useful first
  Certainty certainty = Certainty::kHint;
  std::string rule;
  uint64_t lines = 0;  ///< how many lines of logs were folded into it
  uint64_t times = 1;  ///< how often the same was seen

  // For what looks at models, dumps and kernel descriptions beside the logs.
  std::string integral_key;    ///< of a missing binary
  std::string dump_file;       ///< announced by an exception dump
  std::string model_file;      ///< of those that were given, the one that has the op
  std::vector<uint64_t> args;  ///< of the kernel, after it ran
  std::optional<uint64_t> tiling_key;
  std::optional<int64_t> block_dim;
  std::string hash;  ///< of the kernel, as the log says it
};

/// Something about a file that will fail, or explains a failure; also without any log.
struct Finding {
  Severity severity = Severity::kInfo;
  std::string rule;
  Text message;
  std::vector<Evidence> evidence;
};

/// What would have told more, and how to get it next time.
struct MissingEvidence {
  Text what;
  Text how;  ///< the switch, as it is typed: "export ASCEND_GLOBAL_LOG_LEVEL=1"
};

/// A check that was made without anything having failed, or why it could not be.
enum class Outcome : uint8_t { kUnknown, kOk, kFailed };
std::string_view to_string(Outcome outcome);

struct Check {
  std::string file;  ///< what was checked
  Text subject;      ///< "chip", "memory"
  Outcome outcome = Outcome::kUnknown;
  Text detail;  ///< what was held against what, or what is missing
};

struct Suppressed {
  uint64_t count = 0;
  std::map<std::string, uint64_t> kinds;
};

/// What was looked at.
struct Looked {
  uint64_t files = 0;
  uint64_t lines = 0;
  uint64_t errors = 0;      ///< lines of level ERROR
  uint64_t understood = 0;  ///< lines that have the form of a log or of a report
  uint64_t unread = 0;      ///< lines with "[ERROR]" in no form that is known
  uint64_t filtered = 0;    ///< incidents that were not asked for
};

struct Report {
  std::vector<Incident> incidents;
  std::vector<Finding> findings;
  std::vector<Check> checks;
  std::vector<MissingEvidence> missing_evidence;
  Suppressed suppressed;
  Looked looked;
  std::vector<Problem> problems;  ///< inputs that could not be read, or not wholly

  /// An incident, or a finding of severity error.
  bool has_fault() const;
};

}  // namespace omscope::diagnose
