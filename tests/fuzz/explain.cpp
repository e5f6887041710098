// What users paste, and the texts that describe a machine or a kernel.

#include "omscope/diagnose/aipp_checks.h"
#include "omscope/diagnose/explain_line.h"
#include "omscope/diagnose/kernel_checks.h"
#include "omscope/formats/config/aipp_config.h"
#include "omscope/formats/config/cann_versions.h"
#include "omscope/formats/config/npu_smi.h"

#include "fuzz/check.h"
#include "fuzz/targets.h"

namespace omscope::fuzz {
namespace {

/// "first line\nrest": what to look for, and where.
std::pair<std::string_view, std::string_view> halves(std::string_view input) {
  const size_t end = input.find('\n');
  if (end == std::string_view::npos) return {{}, input};
  return {input.substr(0, end), input.substr(end + 1)};
}

}  // namespace

void explain(std::string_view input) {
  for (const diagnose::Lang lang : {diagnose::Lang::kEnglish, diagnose::Lang::kChinese}) {
    const auto entries = diagnose::explain(input, lang);
    require(!entries.empty(), "something is said of any text");
    for (const diagnose::CatalogueEntry& entry : entries) {
      require(!entry.meaning.empty() || !entry.symbol.empty(), "an entry says something");
    }
  }
}

void kernel_texts(std::string_view input) {
  const auto [op, text] = halves(input);
  const auto json = kernelmeta::read_kernel_json(text, "f");
  if (json) {
    (void)diagnose::check_kernel(*json, "f.json", nullptr, diagnose::find_soc("Ascend310P3"));
    const auto file = as_file(text);
    (void)diagnose::check_kernel(*json, "f.json", file.get(), std::nullopt);
  }
  (void)kernelmeta::looks_like_kernel_json(text);
  (void)kernelmeta::looks_like_kernel_config(text);
  const auto config = kernelmeta::read_kernel_config(text, op, "f");
  const auto key = diagnose::parse_integral_key("0/1/|float16/ND/int64/ND/");
  if (config && key) (void)diagnose::check_key(*key, *config, "f", std::nullopt);
}

void machine_texts(std::string_view input) {
  (void)config::looks_like_npu_smi(input);
  for (const config::NpuChip& chip : config::read_npu_smi(input).chips) {
    require(!chip.name.empty() && !chip.bus_id.empty(), "a chip has a name and a bus id");
  }
  (void)config::read_version_file(input, "");
  (void)config::read_version_file(input, "opp");
  const auto [a, b] = halves(input);
  const int order = config::compare_versions(a.substr(0, 1000), b.substr(0, 1000));
  require(order == -config::compare_versions(b.substr(0, 1000), a.substr(0, 1000)),
          "versions have one order");
  (void)config::looks_like_aipp_config(input);
  (void)diagnose::check_aipp(input, "f", nullptr);
}

}  // namespace omscope::fuzz
