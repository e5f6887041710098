// Whether the parts of an installation go together: components of CANN, driver and firmware,
// kernels and chip. No part of the product checks all of it; models then load and fail when they
// run.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "omscope/core/text.h"
#include "omscope/diagnose/preflight.h"
#include "omscope/formats/config/version_range.h"

namespace omscope::diagnose {
namespace {

using config::ComponentVersion;
using config::Condition;

Evidence said_by(const ComponentVersion& part) {
  return {part.file, part.line, part.version};
}

void check_health(const Target& target, std::vector<Finding>& findings) {
  for (const TargetChip& chip : target.chips) {
    if (chip.health.empty() || chip.health == "OK") continue;
    findings.push_back({Severity::kWarning,
                        "chip-health",
                        {fmt::format("Chip {} is in state {}, not OK", chip.name, chip.health),
                         fmt::format("芯片 {} 的状态为 {}，不是 OK", chip.name, chip.health)},
                        {{target.file, chip.line, fmt::format("{} {}", chip.name, chip.health)}}});
  }
}

/// Components that are released together and count alike, where no file names the product.
bool counts_with_runtime(std::string_view component) {
  constexpr std::array<std::string_view, 7> kNames = {"runtime",    "compiler",  "opp", "hccl",
                                                      "opp_kernel", "fwkacllib", "aoe"};
  return std::find(kNames.begin(), kNames.end(), component) != kNames.end();
}

/// "8.0.0" of the product where it is said, else "7.6" of the component.
std::string release_of(const ComponentVersion& part) {
  if (!part.product.empty()) return part.product;
  // Kernels may be older than what loads them; that has its own demands.
  if (!counts_with_runtime(part.component) || part.component == "opp_kernel") return {};
  const size_t first = part.version.find('.');
  const size_t second = first == std::string::npos ? first : part.version.find('.', first + 1);
  return part.version.substr(0, second);
}

void check_mixture(const Target& target, std::vector<Finding>& findings) {
  const ComponentVersion* first = nullptr;
  for (const ComponentVersion& each : target.cann.components) {
    const std::string release = release_of(each);
    if (release.empty()) continue;
    if (first == nullptr) first = &each;
    // A product's version does not compare with a component's.
    if (first->product.empty() != each.product.empty() || release_of(*first) == release) continue;
    findings.push_back(
        {Severity::kWarning,
         "mixed-versions",
         {fmt::format(
              "The installation mixes versions: {} is of {}, {} of {}; models may fail when "
              "they run. Install all packages in the same version",
              first->component, release_of(*first), each.component, release),
          fmt::format("安装中混用了版本：{} 为 {}，{} 为 "
                      "{}；模型运行时可能出错。请把所有软件包装成同一版本",
                      first->component, release_of(*first), each.component, release)},
         {{first->file, first->line, release_of(*first)}, {each.file, each.line, release}}});
    return;
  }
}

/// "required_package_runtime_version" of one against the version of the other.
void check_requirements(const Target& target, std::vector<Finding>& findings) {
  constexpr std::string_view kStart = "required_package_";
  constexpr std::string_view kEnd = "_version";
  for (const ComponentVersion& each : target.cann.components) {
    for (const Condition& condition : each.conditions) {
      const std::string_view key = condition.key;
      if (key.size() < kStart.size() + kEnd.size()) continue;
      if (!key.starts_with(kStart) || !key.ends_with(kEnd)) continue;
      const std::string_view name =
          key.substr(kStart.size(), key.size() - kStart.size() - kEnd.size());
      const ComponentVersion* other = target.cann.find(name);
      // "8.0.0" of a toolkit is the product's number, the demand is the component's.
      if (other == nullptr || !counts_with_runtime(other->component)) continue;
      if (config::meets(other->version, condition.value)) continue;
      findings.push_back(
          {Severity::kWarning,
           "component-versions",
           {fmt::format("{} {} wants {} {}, and {} is installed: install packages of one version",
                        each.component, each.version, name, condition.value, other->version),
            fmt::format("{} {} 要求 {} {}，实际安装的是 {}：请安装同一版本的软件包", each.component,
                        each.version, name, condition.value, other->version)},
           {{each.file, condition.line, condition.key + "=" + condition.value}, said_by(*other)}});
    }
  }
}

void do_not_match(const ComponentVersion& one, const Condition& condition,
                  const ComponentVersion& other, const std::string& version,
                  std::vector<Finding>& findings) {
  findings.push_back(
      {Severity::kError,
       "driver-firmware",
       {fmt::format("Driver and firmware do not go together: {} {} is for {} {}, and {} is "
                    "installed. Devices may not come up, or calls fail with 507899 and 207000: "
                    "upgrade the older of them",
                    one.component, one.version, other.component, condition.value, version),
        fmt::format("驱动与固件不配套：{} {} 适配 {} {}，实际为 {}。设备可能无法启动，或调用报 "
                    "507899、207000：请升级较旧的一方",
                    one.component, one.version, other.component, condition.value, version)},
       {{one.file, condition.line, condition.key + "=" + condition.value}, said_by(other)}});
}

void check_driver_and_firmware(const Target& target, std::vector<Finding>& findings) {
  const ComponentVersion* driver = target.cann.find("driver");
  const ComponentVersion* firmware = target.cann.find("firmware");
  if (driver == nullptr || firmware == nullptr) return;
  const Condition* wanted = driver->condition("compatible_version_fw");
  if (wanted != nullptr && !config::lies_in(firmware->version, wanted->value)) {
    return do_not_match(*driver, *wanted, *firmware, firmware->version, findings);
  }
  wanted = firmware->condition("compatible_version_drv");
  if (wanted != nullptr && !config::lies_in(driver->version, wanted->value)) {
    do_not_match(*firmware, *wanted, *driver, driver->version, findings);
  }
}

/// Lines of code that a part is of, "V100R001C19", and that it goes with.
bool is_among(const Condition* own, const Condition* list) {
  if (own == nullptr || list == nullptr) return false;
  const auto mine = config::code_lines(own->value);
  const auto theirs = config::code_lines(list->value);
  return !mine.empty() && std::find(theirs.begin(), theirs.end(), mine.front()) != theirs.end();
}

void check_driver_and_toolkit(const Target& target, std::vector<Finding>& findings) {
  const ComponentVersion* driver = target.cann.find("driver");
  const ComponentVersion* toolkit = target.cann.find("toolkit");
  if (driver == nullptr || toolkit == nullptr) return;
  const Condition* of_driver = driver->condition("innerversion");
  const Condition* of_toolkit = toolkit->condition("innerversion");
  const Condition* list_of_driver = driver->condition("compatible_version");
  const Condition* list_of_toolkit = toolkit->condition("compatible_version");
  if (of_driver == nullptr || of_toolkit == nullptr || list_of_driver == nullptr ||
      list_of_toolkit == nullptr) {
    return;
  }
  if (is_among(of_driver, list_of_toolkit) || is_among(of_toolkit, list_of_driver)) return;
  findings.push_back(
      {Severity::kWarning,
       "driver-toolkit",
       {fmt::format("Neither toolkit {} names driver {} ({}) as one that it goes with, nor the "
                    "other way round: install the driver of the toolkit's release, or a newer one",
                    toolkit->version, driver->version, of_driver->value),
        fmt::format("toolkit {} 与驱动 {}（{}）互不在对方的兼容列表中：请安装与 toolkit "
                    "配套或更新的驱动",
                    toolkit->version, driver->version, of_driver->value)},
       {{driver->file, of_driver->line, of_driver->value},
        {toolkit->file, list_of_toolkit->line, list_of_toolkit->value}}});
}

/// The screen is of the machine as it runs, the files of what was installed.
void check_running_driver(const Target& target, std::vector<Finding>& findings) {
  const ComponentVersion* driver = target.cann.find("driver");
  if (driver == nullptr || target.driver.empty() || driver->version == target.driver) return;
  findings.push_back(
      {Severity::kWarning,
       "running-driver",
       {fmt::format("npu-smi shows driver {}, installed is {}: the files are of another machine, "
                    "or the machine was not restarted after the driver was installed",
                    target.driver, driver->version),
        fmt::format("npu-smi 显示驱动 {}，已安装的是 {}：文件来自另一台机器，或安装驱动后未重启",
                    target.driver, driver->version)},
       {{target.file, 0, target.driver}, said_by(*driver)}});
}

/// Without kernels for its family a chip finds no binary for any op.
void check_kernel_families(const Target& target, std::vector<Finding>& findings) {
  const auto& there = target.kernel_families;
  if (!target.soc || there.empty()) return;
  const std::string wanted = lower_case(target.soc->family);
  if (std::find(there.begin(), there.end(), wanted) != there.end()) return;
  const std::string list = fmt::format("{}", fmt::join(there, ", "));
  findings.push_back(
      {Severity::kWarning,
       "kernel-package",
       {fmt::format("The folder has kernels for {}, none for {}: ops that are compiled with no "
                    "model find no binary (561103, 561112). Install the kernels package of {}",
                    list, target.soc->name, wanted),
        fmt::format("目录中只有 {} 的 kernel，没有 {} 的：单算子执行会找不到二进制（561103、"
                    "561112）。请安装 {} 的 kernels 包",
                    list, target.soc->name, wanted)},
       {{target.cann_folder, 0, list}}});
}

/// What could not be checked, where the folder is not a whole installation.
void say_what_lacks(const Target& target, std::vector<Finding>& findings) {
  if (target.cann_folder.empty() || !target.cann.components.empty()) return;
  const std::string list = fmt::format("{}", fmt::join(target.kernel_families, ", "));
  findings.push_back(
      {Severity::kInfo,
       "cann-folder",
       {fmt::format("The folder has kernels{}{} but no file that tells a version: whether versions "
                    "go together was not checked. That needs version.cfg, or version.info of "
                    "runtime, compiler and opp",
                    list.empty() ? "" : " for ", list),
        fmt::format("该目录有 kernel{}{}，但没有版本文件：未检查版本是否配套。需要 version.cfg，"
                    "或 runtime、compiler、opp 的 version.info",
                    list.empty() ? "" : "：", list)},
       {{target.cann_folder, 0, "no version.cfg, no version.info"}}});
}

}  // namespace

void check_target(const Target& target, std::vector<Finding>& findings) {
  check_health(target, findings);
  check_mixture(target, findings);
  check_requirements(target, findings);
  check_driver_and_firmware(target, findings);
  check_driver_and_toolkit(target, findings);
  check_running_driver(target, findings);
  check_kernel_families(target, findings);
  say_what_lacks(target, findings);
}

void check_operator_package(const Target& target, Report& report) {
  const ComponentVersion* opp = nullptr;
  for (const std::string_view name : {"opp_kernel", "opp", "ops"}) {
    if (opp == nullptr) opp = target.cann.find(name);
  }
  if (opp == nullptr) return;
  for (const Incident& incident : report.incidents) {
    const std::string* logged = incident.registers.find("cann_version");
    if (logged == nullptr || logged->empty()) continue;
    // The kernel may tell the component's number or the product's.
    const bool same = config::compare_to_bound(opp->version, *logged) == 0 ||
                      config::compare_to_bound(opp->product, *logged) == 0;
    if (same || *logged == opp->product) continue;
    const std::string product = opp->product.empty() ? "" : fmt::format(" ({})", opp->product);
    report.findings.push_back(
        {Severity::kWarning,
         "operator-package",
         {fmt::format("The kernel that ran is of an operator package {}, {} {}{} is installed: the "
                      "run used another installation, or a package was not upgraded",
                      *logged, opp->component, opp->version, product),
          fmt::format("运行的 kernel 属于算子包 {}，安装的是 {} {}{}：运行用的是另一套安装，"
                      "或有软件包未升级",
                      *logged, opp->component, opp->version, product)},
         {said_by(*opp)}});
    return;
  }
}

}  // namespace omscope::diagnose
