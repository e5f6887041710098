// What can go wrong with an input, in one shape.
//
// A function that cannot go on returns a Problem as its error (see result.h); what it could get
// past is collected in Problems beside the result. The library never prints and never exits.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace omscope {

enum class Severity : uint8_t { kInfo, kWarning, kError };

/// The closed list of what is told apart. Names and meanings: `code_info` (docs/cli.md shows
/// the same table).
enum class Code : uint8_t {
  kCannotOpen,
  kCannotWrite,
  kUnknownKind,
  kEncrypted,
  kTruncated,
  kBadHeader,
  kBadTable,
  kTableWidth,
  kBadLength,
  kBadCount,
  kTruncatedPartition,
  kUnknownPartition,
  kDuplicatePartition,
  kPartitionOffset,
  kOverlap,
  kUnexplainedBytes,
  kBadProtobuf,
  kUnknownField,
  kTooDeep,
  kTooLarge,
  kBadAttributeCode,
  kBadEdge,
  kBadSubgraph,
  kDuplicateName,
  kBadWeight,
  kNarrowStorage,
  kExternalMissing,
  kExternalOutside,
  kBadKernelStore,
  kBadElf,
  kBadTlv,
  kBadTask,
  kBadText,
  kBadJson,
  kBadArchive,
  kBadValue,
  kUndocumented,
  kBadUsage,
  kMoreProblems,
};

struct CodeInfo {
  Code code;
  std::string_view name;     ///< as in JSON, e.g. "truncated-partition"
  std::string_view meaning;  ///< one line for the documentation
  std::string_view remedy;   ///< what to do, where a message does not say it itself
};

const CodeInfo& code_info(Code code);

std::string_view to_string(Severity severity);
std::string_view to_string(Code code);

struct Problem {
  Severity severity = Severity::kError;
  Code code = Code::kUnknownKind;
  std::string file;                ///< as the user typed it
  std::optional<uint64_t> offset;  ///< absolute in `file`
  std::string where;               ///< the field or part, e.g. "partition table 0: count"
  std::string message;             ///< what is wrong; what to do
};

/// The message of an error with what to do: behind a semicolon of its own, or what the code says.
std::string advised_message(const Problem& problem);

/// "FILE: 0xOFFSET: error: FIELD: what is wrong; what to do", the line a user reads.
std::string to_line(const Problem& problem);

/// The problems of one input. Keeps a bounded number, so that a hostile file cannot make the list
/// of its faults larger than itself; what does not fit is counted.
class Problems {
 public:
  static constexpr size_t kMost = 200;

  explicit Problems(std::string file) : file_(std::move(file)) {}

  void add(Problem problem);
  void add(Severity severity, Code code, std::optional<uint64_t> offset, std::string where,
           std::string message);
  void error(Code code, std::optional<uint64_t> offset, std::string where, std::string message) {
    add(Severity::kError, code, offset, std::move(where), std::move(message));
  }
  void warning(Code code, std::optional<uint64_t> offset, std::string where, std::string message) {
    add(Severity::kWarning, code, offset, std::move(where), std::move(message));
  }
  void info(Code code, std::optional<uint64_t> offset, std::string where, std::string message) {
    add(Severity::kInfo, code, offset, std::move(where), std::move(message));
  }

  const std::vector<Problem>& list() const { return list_; }
  const std::string& file() const { return file_; }
  bool has_error() const { return has_error_; }

 private:
  std::string file_;
  std::vector<Problem> list_;
  uint64_t left_out_ = 0;
  bool has_error_ = false;
};

}  // namespace omscope
