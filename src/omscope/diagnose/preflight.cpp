#include "omscope/diagnose/preflight.h"

#include <algorithm>

#include <fmt/format.h>

#include "omscope/core/text.h"
#include "omscope/diagnose/aipp_checks.h"
#include "omscope/diagnose/kernel_checks.h"
#include "omscope/formats/config/aipp_config.h"
#include "omscope/formats/config/key_values.h"
#include "omscope/formats/config/npu_smi.h"
#include "omscope/formats/kernelmeta/kernel_json.h"

namespace omscope::diagnose {
namespace {

constexpr uint64_t kMegabyte = uint64_t{1} << 20U;

std::optional<uint64_t> in_bytes(std::optional<uint64_t> megabytes) {
  constexpr uint64_t kMost = uint64_t{1} << 40U;
  if (!megabytes || *megabytes > kMost) return std::nullopt;
  return *megabytes * kMegabyte;
}

void read_chips(std::string_view text, Target& target) {
  const config::NpuSmi smi = config::read_npu_smi(text);
  target.driver = as_utf8(smi.version);
  for (const config::NpuChip& chip : smi.chips) {
    target.chips.push_back({as_utf8(chip.name), as_utf8(chip.health), in_bytes(chip.memory_used_mb),
                            in_bytes(chip.memory_total_mb), chip.line});
  }
}

void read_platform(std::string_view text, Target& target) {
  const auto values = config::read_key_values(text);
  const auto name = config::find_value(values, "SoC_version");
  if (!name) return;
  TargetChip chip;
  chip.name = as_utf8(*name);
  target.chips.push_back(std::move(chip));
}

bool more_serious(const Finding& a, const Finding& b) {
  return static_cast<int>(a.severity) > static_cast<int>(b.severity);
}

}  // namespace

Result<Target> read_target(const std::string& file, const std::string& cann_folder) {
  Target target;
  target.file = file;
  target.cann_folder = cann_folder;
  if (!file.empty()) {
    const auto bytes = FileBytes::open(file);
    if (!bytes) return bytes.error();
    const std::string_view text = as_text((*bytes)->bytes());
    if (config::looks_like_npu_smi(text)) read_chips(text, target);
    if (target.chips.empty()) read_platform(text, target);
    if (target.chips.empty()) {
      return Problem{Severity::kError,
                     Code::kUnknownKind,
                     file,
                     std::nullopt,
                     "--target",
                     "names no chip; give what 'npu-smi info' prints, or the platform file of a "
                     "chip"};
    }
    target.soc = find_soc(target.chips.front().name);
  }
  if (!cann_folder.empty()) {
    target.cann = config::read_cann_folder(cann_folder);
    if (target.cann.components.empty()) {
      return Problem{Severity::kError,
                     Code::kUnknownKind,
                     cann_folder,
                     std::nullopt,
                     "--cann",
                     "has no file that tells a version; give the folder that holds version.cfg, or "
                     "runtime, compiler and opp"};
    }
  }
  return target;
}

void check_target(const Target& target, std::vector<Finding>& findings) {
  for (const TargetChip& chip : target.chips) {
    if (chip.health.empty() || chip.health == "OK") continue;
    findings.push_back({Severity::kWarning,
                        "chip-health",
                        {fmt::format("Chip {} is in state {}, not OK", chip.name, chip.health),
                         fmt::format("芯片 {} 的状态为 {}，不是 OK", chip.name, chip.health)},
                        {{target.file, chip.line, fmt::format("{} {}", chip.name, chip.health)}}});
  }
  const config::ComponentVersion* first = nullptr;
  for (const config::ComponentVersion& each : target.cann.components) {
    if (each.product.empty()) continue;
    if (first == nullptr) first = &each;
    if (first->product == each.product) continue;
    findings.push_back(
        {Severity::kWarning,
         "mixed-versions",
         {fmt::format(
              "The installation mixes versions: {} is of {}, {} of {}; models may fail when "
              "they run. Install all packages in the same version",
              first->component, first->product, each.component, each.product),
          fmt::format("安装中混用了版本：{} 为 {}，{} 为 "
                      "{}；模型运行时可能出错。请把所有软件包装成同一版本",
                      first->component, first->product, each.component, each.product)},
         {{first->file, first->line, first->product}, {each.file, each.line, each.product}}});
    break;
  }
}

std::vector<Finding> preflight(const ir::Model& model, const Target& target) {
  std::vector<Finding> findings;
  check_chip(model, target, findings);
  check_versions(model, target, findings);
  check_memory(model, target, findings);
  check_target(target, findings);
  std::stable_sort(findings.begin(), findings.end(), more_serious);
  return findings;
}

std::vector<Finding> preflight_file(const FileBytes& file, const std::optional<Soc>& soc) {
  const std::string_view text = as_text(file.bytes());
  if (config::looks_like_aipp_config(text)) return check_aipp(text, file.path(), nullptr);
  if (!kernelmeta::looks_like_kernel_json(text)) return {};
  const auto json = kernelmeta::read_kernel_json(text, file.path());
  if (!json) return {};
  // The description names its binary itself; names that lead out of the folder are not followed.
  const auto binary = open_beside(file.path(), json->bin_file_name + json->bin_file_suffix);
  return check_kernel(*json, file.path(), binary ? binary->get() : nullptr, soc);
}

}  // namespace omscope::diagnose
