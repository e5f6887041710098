// What single lines of logs say, each with where it was read.
//
// A line gives at most one fact. Its message must start with the words of the fact, behind what the
// logging adds in front (formats/log/line_header.h, screen_line.h): a log that quotes another one,
// a program that searches logs or a text about an error gives none. What tells of a fault counts on
// lines of level ERROR and on the screen only.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "omscope/formats/log/line_header.h"

namespace omscope::diagnose {

enum class FactKind : uint8_t {
  // Faults by themselves, the most specific first: of several in one incident the first of the
  // lowest kind is the root.
  kDeviceAssert,  ///< a check in the kernel's own source failed
  kHardware,      ///< a memory or bus error that the chip reports of itself
  kCoreError,     ///< "The error from device(…), there is an aicore error …"
  kCoreExtend,    ///< "The extend info: errcode:(…)"
  kCoreList,      ///< "coreId( 0): 0x800000"
  kRegisterDump,  ///< "<exception_print>AIC_ERROR=…" of 2020
  kAicpuError,
  kMissingBinary,    ///< "Cannot find bin of op X, integral key …"
  kKernelFailed,     ///< "Aicore kernel execute failed, … fault kernel_name=…"
  kTaskFailed,       ///< "Task run failed", "Task exception!"
  kDeviceTask,       ///< the same in the log of the device's firmware
  kVersionMismatch,  ///< soc_version, opp_version, os or cpu of a model
  kOutOfMemory,
  kPythonModule,   ///< "Failed to import Python module [...]"
  kUnsupportedOp,  ///< "No parser is registered for Op [...]" and its like
  kLibrary,        ///< "error while loading shared libraries: ..."
  kMisuse,         ///< words of other products, see `rules/misuse.cpp`
  kGraphAssert,    ///< "Assert (...) failed" of the graph engine
  kReportCode,     ///< "E10007: ...", the first line of a block
  kException,      ///< last line of a Python traceback
  kPytorchTail,    ///< "[ERROR] ... ERR01100 OPS call acl api failed"
  kPublicCode,     ///< "ErrCode=507011", "ge result[1343225857]", "error code is 207001"
  kProseCode,      ///< a text about an error: "error code 207001"
  kErrorLine,      ///< any other line of level ERROR
  // What helps to understand them.
  kWrapper,  ///< reports again what failed below it
  kArgs,
  kTiling,
  kOpName,   ///< "Error happened, origin_op_name [X], op_name [Y]"
  kAicInfo,  ///< "[AIC_INFO] node_name:…" and its like
  kDumpTensor,
  kDumpFile,
  kDumpFailed,
  kDha,
  kBitsOfFirmware,  ///< "get_mte_error_flag: aicError0=…"
  kLaunchWords,     ///< "stars_dump_sqe: word[0]=…"
  kDeviceEvent,
  kAlloc,
  kFree,
  kFallback,  ///< an operator that runs on the CPU
  kPythonFrame,
  kShape,      ///< "1x3x4064x3040" in a text
  kNpuMemory,  ///< a row of npu-smi
  kSoc,
  kNoise,  ///< known to be harmless; `field("noise")` says which
};

/// Of which kind an incident can be the root.
bool is_fault(FactKind kind);

struct Fact {
  FactKind kind = FactKind::kErrorLine;
  log::Level level = log::Level::kOther;
  bool screen = false;  ///< not a line of a log: the screen, a traceback, a document
  int64_t time = 0;     ///< see LineHeader::time; 0: the line does not say
  std::optional<int64_t> pid;
  int64_t thread = 0;
  uint32_t file = 0;  ///< of the list that its collector keeps
  uint64_t line = 0;
  std::string module;
  std::string text;  ///< the line, cut at `kMostText`
  /// Names are literals of the program.
  std::vector<std::pair<std::string_view, std::string>> fields;

  static constexpr size_t kMostText = 1200;

  void set(std::string_view name, std::string_view value) {
    if (!value.empty()) fields.emplace_back(name, std::string(value));
  }
  /// Empty where there is no such field.
  std::string_view field(std::string_view name) const;
  std::optional<int64_t> number(std::string_view name) const;
  /// "0x800000", "800000" and "0" alike are hexadecimal where they start with 0x, else decimal.
  std::optional<uint64_t> word(std::string_view name) const;
};

std::optional<uint64_t> parse_word(std::string_view text);

/// Reads lines of one text in order; knows what a line without a head belongs to.
class LineFacts {
 public:
  /// Nothing where the line says nothing worth keeping. `fact.file` and `fact.line` are the
  /// caller's to fill in.
  std::optional<Fact> read(std::string_view line);

  uint64_t errors() const { return errors_; }
  /// Lines of level INFO, which tell that detailed logging was on.
  uint64_t infos() const { return infos_; }
  /// Processes that lines are of.
  const std::set<int64_t>& pids() const { return pids_; }
  /// Lines that have the form of a log or of a report.
  uint64_t understood() const { return understood_; }
  /// Lines with "[ERROR]" that have no form which is known.
  uint64_t unread_errors() const { return unread_errors_; }

 private:
  enum class Context : uint8_t { kScreen, kAfterError, kAfterOther };

  std::optional<Fact> of_record(const log::LineHeader& header, std::string_view line);
  std::optional<Fact> of_screen(std::string_view line);

  Context context_ = Context::kScreen;
  uint64_t errors_ = 0;
  uint64_t infos_ = 0;
  int64_t last_pid_ = -1;
  std::set<int64_t> pids_;
  uint64_t understood_ = 0;
  uint64_t unread_errors_ = 0;
};

}  // namespace omscope::diagnose
