#include "omscope/core/problem.h"

#include <array>

#include <fmt/format.h>

namespace omscope {
namespace {

constexpr std::string_view kCopyAgain = "copy or download the file again";
constexpr std::string_view kMakeAgain =
    "get the file again from where it was made, or make it anew";

constexpr std::array kCodes = {
    CodeInfo{Code::kCannotOpen, "cannot-open", "the file could not be opened or read",
             "check its name and permission"},
    CodeInfo{Code::kCannotWrite, "cannot-write", "output could not be written",
             "check space and permission"},
    CodeInfo{Code::kUnknownKind, "unknown-kind", "the content is of no kind that can be read",
             "give a file of a kind that omscope inspect --help lists"},
    CodeInfo{Code::kEncrypted, "encrypted", "the body is encrypted; only the header is shown",
             "get the plain file from whoever encrypted it"},
    CodeInfo{Code::kTruncated, "truncated", "the file ends before a structure that it announces",
             kCopyAgain},
    CodeInfo{Code::kBadHeader, "bad-header", "a header field has a value no writer produces",
             kCopyAgain},
    CodeInfo{Code::kBadTable, "bad-table", "a partition table cannot be right", kCopyAgain},
    CodeInfo{Code::kTableWidth, "table-width",
             "the partition table is of another width than the header says", kCopyAgain},
    CodeInfo{Code::kBadLength, "bad-length", "a length field contradicts the bytes there are",
             kCopyAgain},
    CodeInfo{Code::kBadCount, "bad-count", "a count is larger than the bytes left can hold",
             kCopyAgain},
    CodeInfo{Code::kTruncatedPartition, "truncated-partition",
             "a partition reaches beyond the end of the file", kCopyAgain},
    CodeInfo{Code::kUnknownPartition, "unknown-partition", "a partition type without a known name",
             ""},
    CodeInfo{Code::kDuplicatePartition, "duplicate-partition",
             "a partition type stands twice in one table", kCopyAgain},
    CodeInfo{Code::kPartitionOffset, "partition-offset",
             "a partition does not start where the previous one ends", kCopyAgain},
    CodeInfo{Code::kOverlap, "overlap", "two ranges of the file overlap", kCopyAgain},
    CodeInfo{Code::kUnexplainedBytes, "unexplained-bytes",
             "bytes that belong to no known structure and are not zero", kCopyAgain},
    CodeInfo{Code::kBadProtobuf, "bad-protobuf", "a protobuf message is damaged", kCopyAgain},
    CodeInfo{Code::kUnknownField, "unknown-field",
             "protobuf fields that the known schema does not have", ""},
    CodeInfo{Code::kTooDeep, "too-deep", "messages are nested deeper than any real model",
             kMakeAgain},
    CodeInfo{Code::kTooLarge, "too-large",
             "a file describes far more than its size; the rest was left out", kMakeAgain},
    CodeInfo{Code::kBadAttributeCode, "bad-attribute-code",
             "a compressed attribute name or value is not in the dictionary", kCopyAgain},
    CodeInfo{Code::kBadEdge, "bad-edge", "an edge names an op or an output that does not exist",
             kMakeAgain},
    CodeInfo{Code::kBadSubgraph, "bad-subgraph",
             "an op names a sub-graph that does not exist, or one that contains it", kMakeAgain},
    CodeInfo{Code::kDuplicateName, "duplicate-name", "two ops of one graph have the same name",
             kMakeAgain},
    CodeInfo{Code::kBadWeight, "bad-weight",
             "the bytes of a constant lie outside of the weights, or do not fit its shape",
             kCopyAgain},
    CodeInfo{Code::kNarrowStorage, "narrow-storage",
             "a constant is stored in fewer bits than its dtype says", ""},
    CodeInfo{Code::kExternalMissing, "external-missing", "a file with weights is not there",
             "put it beside the model"},
    CodeInfo{Code::kExternalOutside, "external-outside",
             "a file with weights lies outside of the model's folder and was not opened",
             "copy it beside the model"},
    CodeInfo{Code::kBadKernelStore, "bad-kernel-store", "the kernel store is damaged", kCopyAgain},
    CodeInfo{Code::kBadElf, "bad-elf", "a kernel is no sound ELF file", kCopyAgain},
    CodeInfo{Code::kBadTlv, "bad-tlv", "a type-length-value record is damaged", kCopyAgain},
    CodeInfo{Code::kBadTask, "bad-task", "a task is damaged or refers to an op that does not exist",
             kMakeAgain},
    CodeInfo{Code::kBadText, "bad-text", "protobuf text that cannot be parsed", kMakeAgain},
    CodeInfo{Code::kBadJson, "bad-json", "JSON that cannot be parsed or is not a model",
             kMakeAgain},
    CodeInfo{Code::kBadArchive, "bad-archive", "a zip archive is damaged or unsafe", kCopyAgain},
    CodeInfo{Code::kBadValue, "bad-value", "a value that contradicts its meaning", kMakeAgain},
    CodeInfo{Code::kUndocumented, "undocumented",
             "a section without public description was read as far as it is understood", ""},
    CodeInfo{Code::kBadUsage, "bad-usage", "the command line asks for what cannot be",
             "see omscope --help"},
    CodeInfo{Code::kMoreProblems, "more-problems", "further problems were counted, not listed",
             "--format json lists them"},
};

constexpr bool codes_in_order() {
  for (size_t i = 0; i < kCodes.size(); ++i) {
    if (static_cast<size_t>(kCodes[i].code) != i) return false;
  }
  return kCodes.size() == static_cast<size_t>(Code::kMoreProblems) + 1;
}
static_assert(codes_in_order(), "one row per code, in the order of the enum");

}  // namespace

const CodeInfo& code_info(Code code) {
  return kCodes.at(static_cast<size_t>(code));
}

std::string_view to_string(Code code) {
  return code_info(code).name;
}

std::string_view to_string(Severity severity) {
  switch (severity) {
    case Severity::kInfo: return "info";
    case Severity::kWarning: return "warning";
    case Severity::kError: return "error";
  }
  return "error";
}

std::string advised_message(const Problem& problem) {
  const std::string_view remedy = code_info(problem.code).remedy;
  const bool says_it = problem.message.find("; ") != std::string::npos;
  if (problem.severity != Severity::kError || says_it || remedy.empty()) return problem.message;
  return fmt::format("{}; {}", problem.message, remedy);
}

std::string to_line(const Problem& problem) {
  std::string line;
  if (!problem.file.empty()) line += problem.file + ": ";
  if (problem.offset) line += fmt::format("0x{:x}: ", *problem.offset);
  line += fmt::format("{}: ", to_string(problem.severity));
  if (!problem.where.empty()) line += problem.where + ": ";
  return line + advised_message(problem);
}

void Problems::add(Problem problem) {
  has_error_ = has_error_ || problem.severity == Severity::kError;
  if (problem.file.empty()) problem.file = file_;
  problem.message = advised_message(problem);
  if (list_.size() < kMost) {
    list_.push_back(std::move(problem));
    return;
  }
  ++left_out_;
  if (list_.size() == kMost) {
    list_.push_back({Severity::kWarning, Code::kMoreProblems, file_, std::nullopt, "", ""});
  }
  list_.back().message = fmt::format("{} further problems are not listed", left_out_);
}

void Problems::add(Severity severity, Code code, std::optional<uint64_t> offset, std::string where,
                   std::string message) {
  add(Problem{severity, code, file_, offset, std::move(where), std::move(message)});
}

}  // namespace omscope
