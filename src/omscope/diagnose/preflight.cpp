#include "omscope/diagnose/preflight.h"

#include <algorithm>
#include <filesystem>

#include "omscope/core/files_below.h"
#include "omscope/core/text.h"
#include "omscope/diagnose/aipp_checks.h"
#include "omscope/diagnose/kernel_checks.h"
#include "omscope/formats/config/aipp_config.h"
#include "omscope/formats/config/key_values.h"
#include "omscope/formats/config/npu_smi.h"
#include "omscope/formats/kernelmeta/kernel_json.h"

namespace omscope::diagnose {
namespace {

namespace fs = std::filesystem;

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

void note_family(const fs::path& folder, Target& target) {
  const std::string name = folder.string();
  auto& list = target.kernel_families;
  if (!name.starts_with("ascend") || socs_of_family(name).empty()) return;
  if (std::find(list.begin(), list.end(), name) == list.end()) list.push_back(name);
}

/// Notes which chips the kernels of the folder are for: they lie in folders called "ascend910b".
/// False where there are none at all.
bool read_kernel_folders(const std::string& folder, Target& target) {
  bool any = false;
  for (const std::string& path : files_below(folder).files) {
    if (!path.ends_with(".json") && !path.ends_with(".o")) continue;
    if (!any) note_family(fs::path(folder).lexically_normal().filename(), target);
    any = true;
    const fs::path below = fs::path(path).parent_path().lexically_relative(folder);
    // Every installation tells of all chips there, whatever kernels it has.
    if (below.string().find("tbe/config") != std::string::npos) continue;
    for (const fs::path& part : below) note_family(part, target);
  }
  return any;
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
    const bool has_kernels = read_kernel_folders(cann_folder, target);
    if (target.cann.components.empty() && !has_kernels) {
      return Problem{Severity::kError,
                     Code::kUnknownKind,
                     cann_folder,
                     std::nullopt,
                     "--cann",
                     "has neither a file that tells a version nor kernels; give the folder that "
                     "holds version.cfg, or runtime, compiler and opp, or a folder of kernels"};
    }
  }
  return target;
}

std::vector<Finding> preflight(const ir::Model& model, const Target& target) {
  std::vector<Finding> findings;
  check_chip(model, target, findings);
  check_versions(model, target, findings);
  check_memory(model, target, findings);
  check_clearing(model, findings);
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
