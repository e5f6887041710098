// Options of the compiler's command line, as the models record it.
#include <array>
#include <map>

#include "omscope/core/text.h"
#include "omscope/diff/differences.h"

namespace omscope::diff {
namespace {

struct OptionRow {
  std::string_view name;
  Severity severity;
  Class kind;
  std::string_view why;
};

constexpr std::string_view kOtherPrecision =
    "the compiler was told another precision; results differ in their last digits";
constexpr std::string_view kOtherPlan = "the compiler was told to plan memory in another way";
constexpr std::string_view kOtherFusion = "the compiler was told to fuse other ops";
constexpr std::string_view kOtherPlace = "the compiler was told to use other cores";

// What the interface or the chip shows by itself, and names of files, are not here.
constexpr std::array kOptions = {
    OptionRow{"precision_mode", Severity::kWarning, Class::kPrecision, kOtherPrecision},
    OptionRow{"precision_mode_v2", Severity::kWarning, Class::kPrecision, kOtherPrecision},
    OptionRow{"op_precision_mode", Severity::kWarning, Class::kPrecision, kOtherPrecision},
    OptionRow{"op_select_implmode", Severity::kWarning, Class::kPrecision, kOtherPrecision},
    OptionRow{"optypelist_for_implmode", Severity::kWarning, Class::kPrecision, kOtherPrecision},
    OptionRow{"allow_hf32", Severity::kWarning, Class::kPrecision, kOtherPrecision},
    OptionRow{"keep_dtype", Severity::kWarning, Class::kPrecision, kOtherPrecision},
    OptionRow{"customize_dtypes", Severity::kWarning, Class::kPrecision, kOtherPrecision},
    OptionRow{"modify_mixlist", Severity::kWarning, Class::kPrecision, kOtherPrecision},
    OptionRow{"deterministic", Severity::kInfo, Class::kPrecision, kOtherPrecision},
    OptionRow{"compression_optimize_conf", Severity::kWarning, Class::kPrecision, kOtherPrecision},
    OptionRow{"enable_small_channel", Severity::kInfo, Class::kFusion, kOtherFusion},
    OptionRow{"fusion_switch_file", Severity::kInfo, Class::kFusion, kOtherFusion},
    OptionRow{"disable_reuse_memory", Severity::kInfo, Class::kMemory, kOtherPlan},
    OptionRow{"buffer_optimize", Severity::kInfo, Class::kMemory, kOtherPlan},
    OptionRow{"external_weight", Severity::kInfo, Class::kMemory, kOtherPlan},
    OptionRow{"core_type", Severity::kInfo, Class::kPlacement, kOtherPlace},
    OptionRow{"aicore_num", Severity::kInfo, Class::kPlacement, kOtherPlace},
};

/// "--name=value" and "--name value", also with one dash; the last one counts.
std::map<std::string_view, std::string_view> options_of(std::string_view command) {
  std::map<std::string_view, std::string_view> options;
  std::string_view waiting;
  for (std::string_view word : split(command, ' ')) {
    if (word.empty()) continue;
    if (word.front() != '-') {
      if (!waiting.empty()) options[waiting] = word;
      waiting = {};
      continue;
    }
    while (!word.empty() && word.front() == '-') word.remove_prefix(1);
    const size_t equals = word.find('=');
    waiting = equals == std::string_view::npos ? word : std::string_view();
    options[word.substr(0, equals)] =
        equals == std::string_view::npos ? std::string_view() : word.substr(equals + 1);
  }
  return options;
}

}  // namespace

void compare_command(Comparison& c) {
  // Where one side records no command, what it was told is unknown.
  if (c.a.info.atc_cmdline.empty() || c.b.info.atc_cmdline.empty()) return;
  const auto a = options_of(c.a.info.atc_cmdline);
  const auto b = options_of(c.b.info.atc_cmdline);
  const auto value = [](const auto& options, std::string_view name) {
    const auto found = options.find(name);
    return found == options.end() ? std::nullopt : std::optional(as_utf8(found->second));
  };
  for (const OptionRow& row : kOptions) {
    const auto x = value(a, row.name);
    const auto y = value(b, row.name);
    if (x == y) continue;
    c.add(row.severity, row.kind, "--" + std::string(row.name), x, y, std::string(row.why));
  }
}

}  // namespace omscope::diff
