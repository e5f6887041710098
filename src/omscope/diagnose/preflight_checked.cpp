// What was looked at before anything failed, and what came of it: silence alone would not tell a
// sound model from one of which nothing was known.
#include <algorithm>

#include <fmt/format.h>

#include "omscope/core/text.h"
#include "omscope/diagnose/preflight.h"
#include "omscope/formats/config/aipp_config.h"
#include "omscope/formats/kernelmeta/kernel_json.h"

namespace omscope::diagnose {
namespace {

/// The worst that was found by one of the rules.
std::optional<Severity> worst_of(const std::vector<Finding>& findings,
                                 std::initializer_list<std::string_view> rules) {
  std::optional<Severity> worst;
  for (const Finding& each : findings) {
    if (std::find(rules.begin(), rules.end(), each.rule) == rules.end()) continue;
    if (!worst || each.severity > *worst) worst = each.severity;
  }
  return worst;
}

Outcome outcome_of(std::optional<Severity> worst) {
  return worst && *worst != Severity::kInfo ? Outcome::kFailed : Outcome::kOk;
}

Check chip_check(const ir::Model& model, const Target& target,
                 const std::vector<Finding>& findings) {
  Check check{model.file->path(), {"chip", "芯片"}, Outcome::kUnknown, {}};
  if (target.chips.empty()) {
    check.detail = {"give --target FILE", "请用 --target 给出 npu-smi info 的输出"};
    return check;
  }
  const std::string& there = target.chips.front().name;
  if (const auto worst = worst_of(findings, {"model-kind", "bfloat16"})) {
    check.outcome = Outcome::kFailed;
    check.detail.en = fmt::format("target {}", there);
    check.detail.zh = fmt::format("目标 {}", there);
    return check;
  }
  const std::string wanted = as_utf8(model.info.soc_version);
  if (wanted.empty()) {
    check.detail = {"the model does not name the chip it was built for", "模型未注明目标芯片"};
    return check;
  }
  const auto worst = worst_of(findings, {"soc-version"});
  const bool known = !architecture_of(wanted).empty() && !architecture_of(there).empty();
  // Whether two chips nobody knows are of one architecture is told by a warning.
  check.outcome = worst == Severity::kWarning && !known ? Outcome::kUnknown : outcome_of(worst);
  check.detail = {fmt::format("built for {}, target {}", wanted, there),
                  fmt::format("为 {} 转换，目标 {}", wanted, there)};
  return check;
}

Check version_check(const ir::Model& model, const Target& target,
                    const std::vector<Finding>& findings) {
  Check check{model.file->path(), {"versions", "版本"}, Outcome::kUnknown, {}};
  if (target.cann.components.empty()) {
    check.detail = {"give --cann FOLDER", "请用 --cann 给出 CANN 安装目录"};
    if (!target.cann_folder.empty()) {
      check.detail = {"the folder has no file that tells a version", "该目录没有版本文件"};
    }
    return check;
  }
  const std::string built = as_utf8(model.info.atc_version);
  if (built.empty() && model.info.opp_version.empty()) {
    check.detail = {"the model does not say what built it", "模型未注明转换所用版本"};
    return check;
  }
  const config::ComponentVersion* runtime = target.cann.find("runtime");
  if (runtime == nullptr) runtime = &target.cann.components.front();
  check.outcome = outcome_of(
      worst_of(findings, {"opp-version", "atc-version", "memory-info-width", "host-cpu"}));
  check.detail = {fmt::format("built by atc {}, installed {} {}", built.empty() ? "?" : built,
                              runtime->component, runtime->version),
                  fmt::format("由 atc {} 转换，安装的 {} 为 {}", built.empty() ? "?" : built,
                              runtime->component, runtime->version)};
  return check;
}

Check memory_check(const ir::Model& model, const Target& target,
                   const std::vector<Finding>& findings) {
  Check check{model.file->path(), {"memory", "内存"}, Outcome::kUnknown, {}};
  const auto balance = memory_balance(model, target);
  if (!balance) {
    check.detail = {"the target does not say how much it has", "目标未注明内存大小"};
    return check;
  }
  if (balance->need == 0) {
    check.detail = {"the model does not say how much it needs", "模型未注明所需内存"};
    return check;
  }
  check.outcome = outcome_of(worst_of(findings, {"memory"}));
  check.detail = {
      fmt::format("needs {}, {} free", human_bytes(balance->need), human_bytes(balance->free)),
      fmt::format("需要 {}，空闲 {}", human_bytes(balance->need), human_bytes(balance->free))};
  return check;
}

}  // namespace

std::vector<Check> checks_of(const ir::Model& model, const Target& target,
                             const std::vector<Finding>& findings) {
  return {chip_check(model, target, findings), version_check(model, target, findings),
          memory_check(model, target, findings)};
}

std::optional<Check> check_of_installation(const Target& target,
                                           const std::vector<Finding>& findings) {
  if (target.cann.components.empty()) return std::nullopt;
  const config::ComponentVersion& first = target.cann.components.front();
  Check check{first.file, {"installation", "安装"}, Outcome::kUnknown, {}};
  check.outcome =
      outcome_of(worst_of(findings, {"mixed-versions", "component-versions", "driver-firmware",
                                     "driver-toolkit", "running-driver", "operator-package"}));
  std::string list;
  for (const config::ComponentVersion& each : target.cann.components) {
    list += fmt::format("{}{} {}", list.empty() ? "" : ", ", each.component, each.version);
  }
  check.detail = {list, list};
  return check;
}

std::optional<Check> check_of_file(const FileBytes& file, const std::vector<Finding>& findings) {
  const std::string_view text = as_text(file.bytes());
  Check check{file.path(), {}, Outcome::kOk, {}};
  if (config::looks_like_aipp_config(text)) {
    check.subject = {"AIPP configuration", "AIPP 配置"};
  } else if (kernelmeta::looks_like_kernel_json(text)) {
    check.subject = {"kernel description", "核函数描述"};
  } else {
    return std::nullopt;
  }
  std::optional<Severity> worst;
  for (const Finding& each : findings) worst = std::max(worst, std::optional(each.severity));
  check.outcome = outcome_of(worst);
  return check;
}

}  // namespace omscope::diagnose
