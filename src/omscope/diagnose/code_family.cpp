#include "omscope/diagnose/code_family.h"

#include <algorithm>
#include <array>
#include <cctype>

#include <fmt/format.h>

#include "omscope/diagnose/table.h"

namespace omscope::diagnose {
namespace {

struct Range {
  unsigned long long first;
  unsigned long long last;
  std::string_view component;
  std::string_view meaning;
};

// Public codes: the first digit tells the kind (1 caller or environment, 2 resources or not
// supported, 3 business, 5 internal), the next two the component.
constexpr std::array kRanges = {
    Range{100000, 106999, "ACL", "an error of the caller or its environment, found by ACL"},
    Range{107000, 107999, "Runtime", "an error of the caller, found by the runtime"},
    Range{145000, 145999, "GE", "an error of the caller, found by the Graph Engine"},
    Range{148000, 148999, "ACL", "an error of the caller, found by ACL"},
    Range{161000, 161999, "aclnn", "an error of the caller, found by the operator library"},
    Range{200000, 206999, "ACL", "missing resources, or something not supported, found by ACL"},
    Range{207000, 207999, "Runtime",
          "missing resources, or something not supported, found by the runtime"},
    Range{245000, 245999, "GE",
          "missing resources, or something not supported, found by the Graph Engine"},
    Range{300000, 306999, "ACL", "a business error, found by ACL"},
    Range{345000, 345999, "GE", "a business error, found by the Graph Engine"},
    Range{361000, 361999, "aclnn", "the operator library met an error of the runtime"},
    Range{500000, 506999, "ACL", "an internal error that ACL reports"},
    Range{507000, 507999, "Runtime", "an internal error of runtime, driver or device"},
    Range{545000, 545999, "GE", "an internal error of the Graph Engine"},
    Range{561000, 561999, "aclnn", "an internal error of the operator library"},
    Range{0x03320000, 0x033FFFFF, "FE", "an inner code of the fusion engines"},
    Range{0x07000000, 0x07FFFFFF, "Runtime", "an inner code of the runtime"},
    // Logs of the black box write "exception-id 0xb4060006, module 3" of the task scheduler; its
    // register dump has the same number as exception_code.
    Range{0xB4060000, 0xB406FFFF, "BBOX",
          "an exception of the task scheduler that the black box of a device recorded"},
};

struct InnerModule {
  unsigned number;
  std::string_view name;
};
constexpr std::array kRuntimeModules = {
    InnerModule{0x701, "device"},  InnerModule{0x702, "driver"},
    InnerModule{0x703, "stream"},  InnerModule{0x704, "model"},
    InnerModule{0x707, "context"}, InnerModule{0x715, "task scheduler"},
};
constexpr std::array kGeModules = {
    InnerModule{0, "common"},  InnerModule{4, "graph"},    InnerModule{6, "ops"},
    InnerModule{8, "runtime"}, InnerModule{9, "executor"},
};

template <size_t N>
std::string_view module_name(const std::array<InnerModule, N>& modules, unsigned number) {
  const auto* found = std::find_if(modules.begin(), modules.end(),
                                   [&](const InnerModule& each) { return each.number == number; });
  return found == modules.end() ? std::string_view() : found->name;
}

struct ReportFamily {
  std::string_view prefix;  ///< behind E or W
  std::string_view component;
  std::string_view meaning;
};
// Longer prefixes first.
constexpr std::array kReports = {
    ReportFamily{"10", "GE", "options and model inputs, as ATC and the Graph Engine check them"},
    ReportFamily{"11", "GE", "Caffe models"},
    ReportFamily{"12", "GE", "TensorFlow models"},
    ReportFamily{"13", "GE", "files, parsing and operator registration"},
    ReportFamily{"16", "GE", "ONNX models"},
    ReportFamily{"19", "GE", "the Graph Engine; numbers of older releases, E13xxx today"},
    ReportFamily{"1", "GE", "the Graph Engine and ATC"},
    ReportFamily{"2", "FE", "the fusion engine"},
    ReportFamily{"3", "AI CPU", "AI CPU operators"},
    ReportFamily{"4", "TEFusion", "the operator compiler and its Python environment"},
    ReportFamily{"5", "TBE", "operator checks: matrix multiplication and convolution"},
    ReportFamily{"6", "TBE", "operator checks"},
    ReportFamily{"7", "TBE", "operator prototypes and shape inference"},
    ReportFamily{"8", "operator", "tiling and shape inference of operators"},
    ReportFamily{"9", "TBE", "operator checks"},
    ReportFamily{"B", "TBE", "passes of the TBE compiler"},
    ReportFamily{"C", "TEFusion", "the operator compiler; E4xxxx in newer releases"},
    ReportFamily{"D", "report", "an older family, its texts are not published"},
    ReportFamily{"E", "Runtime", "the runtime"},
    ReportFamily{"F", "FE", "fusion and graph partition"},
    ReportFamily{"H", "ACL", "ACL"},
    ReportFamily{"I", "HCCL", "collective communication"},
    ReportFamily{"J", "HCCP", "network set-up of collective communication"},
    ReportFamily{"K", "Profiling", "profiling"},
    ReportFamily{"L", "Driver", "the driver"},
    ReportFamily{"M", "Queue Schedule", "queue scheduling"},
    ReportFamily{"N", "report", "an older family, its texts are not published"},
    ReportFamily{"O", "AMCT", "model compression and operator debugging"},
    ReportFamily{"P", "DUMP", "data and graph execution"},
    ReportFamily{"Z", "Operator", "operators: aclnn, TBE and AI Core reports"},
};

constexpr std::array<std::string_view, 5> kTorchModules = {
    "torch_npu framework", "operator call", "collective communication", "graph mode", "profiler"};

/// "; of these 100000 to 100045 are known" where the table has rows of the range.
std::string known_part(const Range& range) {
  std::string first;
  std::string last;
  const auto number_of = [](Row row) { return parse_number(row.cell(0)); };
  const auto is_before = [&](Row row) {
    const std::string_view code = row.cell(0);
    const size_t colon = code.find(':');
    const auto number = parse_number(colon == code.npos ? code : code.substr(colon + 1));
    return number.value_or(0) < range.first;
  };
  Table(kErrorNumbers).each_from(is_before, [&](Row row) {
    const auto number = number_of(row);
    if (!number) return true;
    if (*number > range.last) return false;
    if (row.cell(2) == "ACL-hex") return true;
    if (first.empty()) first = row.cell(0);
    last = row.cell(0);
    return true;
  });
  return first.empty() ? "" : fmt::format("; the known ones run from {} to {}", first, last);
}

/// runtime:2 type:2 level:3 system:8 module:5 value:12, most significant first.
std::optional<CodeFamily> ge_inner(unsigned long long number) {
  constexpr unsigned kGraphEngine = 8;
  constexpr unsigned long long kMost = 0xFFFFFFFF;
  if (number > kMost || (number >> 17U & 0xFFU) != kGraphEngine) return std::nullopt;
  const auto where = static_cast<unsigned>(number >> 30U);
  if (where != 1 && where != 2) return std::nullopt;
  const auto module = static_cast<unsigned>(number >> 12U & 0x1FU);
  const std::string_view name = module_name(kGeModules, module);
  return CodeFamily{
      "GE",
      fmt::format("an inner code of the Graph Engine on the {}: module {}{}, value {}",
                  where == 1 ? "host" : "device", module,
                  name.empty() ? "" : fmt::format(" ({})", name), number & 0xFFFU),
      "ACL shows it as 500002; read the lines around it, an assertion names what was expected"};
}

bool all_digits(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](unsigned char c) { return std::isdigit(c) != 0; });
}

}  // namespace

std::optional<CodeFamily> family_of_number(unsigned long long number) {
  for (const Range& range : kRanges) {
    if (number < range.first || number > range.last) continue;
    std::string meaning = fmt::format("not in the catalogue; its range ({} to {}) means {}",
                                      range.first, range.last, range.meaning);
    if (range.first >= 0x03320000) {
      meaning = fmt::format("not in the catalogue; its range (0x{:08x} to 0x{:08x}) means {}",
                            range.first, range.last, range.meaning);
    }
    const auto module = static_cast<unsigned>(number >> 16U);
    const std::string_view name =
        range.component == "Runtime" ? module_name(kRuntimeModules, module) : std::string_view();
    if (!name.empty()) meaning += fmt::format(" ({})", name);
    return CodeFamily{std::string(range.component), meaning + known_part(range),
                      "Read the first ERROR line of the same thread in plog"};
  }
  if (auto inner = ge_inner(number)) {
    inner->meaning = "not in the catalogue; by its fields it is " + inner->meaning;
    return inner;
  }
  return std::nullopt;
}

std::optional<CodeFamily> family_of_report(std::string_view code) {
  if (!is_report_code(code)) return std::nullopt;
  if (code.starts_with("ERR")) {
    const auto module = static_cast<size_t>((code[3] - '0') * 10 + code[4] - '0');
    if (module >= kTorchModules.size()) {
      return CodeFamily{"PTA",
                        "not in the catalogue; codes ERRmmkkk come from torch_npu, this one "
                        "from no module that is known",
                        ""};
    }
    return CodeFamily{"PTA",
                      fmt::format("not in the catalogue; codes ERR{:02}kkk come from torch_npu: {}",
                                  module, kTorchModules.at(module)),
                      "Read the text behind the code, and the EZ or EE block above it"};
  }
  const bool warning = code[0] == 'W';
  for (const ReportFamily& family : kReports) {
    if (!code.substr(1).starts_with(family.prefix)) continue;
    return CodeFamily{
        std::string(family.component),
        fmt::format("not in the catalogue; {} {}{}… are about {}", warning ? "warnings" : "reports",
                    code[0], family.prefix, family.meaning),
        "Read the text that follows the code"};
  }
  return CodeFamily{"report",
                    "not in the catalogue; its form is that of a report code, its family "
                    "is not known",
                    "Read the text that follows the code"};
}

bool is_report_code(std::string_view text) {
  constexpr size_t kErr = 8;
  constexpr size_t kReport = 6;
  if (text.starts_with("ERR") && text.size() == kErr) return all_digits(text.substr(3));
  if (text.size() != kReport || (text[0] != 'E' && text[0] != 'W')) return false;
  const auto second = static_cast<unsigned char>(text[1]);
  return (std::isdigit(second) != 0 || std::isupper(second) != 0) && all_digits(text.substr(2));
}

}  // namespace omscope::diagnose
