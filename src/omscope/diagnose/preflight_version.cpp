// Whether a model was made by a CANN that fits the one it shall run with.
#include <algorithm>

#include <fmt/format.h>

#include "omscope/core/text.h"
#include "omscope/diagnose/preflight.h"

namespace omscope::diagnose {
namespace {

using config::compare_versions;
using config::ComponentVersion;

/// The value of an attribute of the model or of its graphs.
const ir::AttrValue* find_attr(const ir::Model& model, std::string_view name) {
  if (const ir::AttrValue* found = ir::find(model.attrs, name)) return found;
  for (const ir::Graph& graph : model.graphs) {
    if (const ir::AttrValue* found = ir::find(graph.attrs, name)) return found;
  }
  return nullptr;
}

std::string text_attr(const ir::Model& model, std::string_view name) {
  const ir::AttrValue* value = find_attr(model, name);
  const auto* text = value == nullptr ? nullptr : std::get_if<std::string_view>(value);
  return text == nullptr ? std::string() : as_utf8(*text);
}

std::optional<uint64_t> header_number(const ir::Model& model, std::string_view name) {
  for (const ir::HeaderField& field : model.container.header) {
    const auto* number = std::get_if<uint64_t>(&field.value);
    if (field.name == name && number != nullptr) return *number;
  }
  return std::nullopt;
}

bool has_shared_objects(const ir::Model& model) {
  return std::any_of(
      model.container.partitions.begin(), model.container.partitions.end(),
      [](const ir::Partition& part) { return part.type_name == "SO_BINS" && part.size > 0; });
}

/// The first two numbers, "7.6" of "7.6.T11.0.B080": releases that differ in them differ in what
/// models hold.
std::string release_of(std::string_view version) {
  const size_t first = version.find('.');
  if (first == std::string_view::npos) return std::string(version);
  return std::string(version.substr(0, version.find('.', first + 1)));
}

/// What the target's part of this name says of itself; opp may only be there as opp_kernel.
const ComponentVersion* installed(const Target& target,
                                  std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names) {
    if (const ComponentVersion* found = target.cann.find(name)) return found;
  }
  return nullptr;
}

void check_opp(const ir::Model& model, const Target& target, std::vector<Finding>& findings) {
  const std::string wanted = as_utf8(model.info.opp_version);
  const ComponentVersion* opp = installed(target, {"opp", "ops", "opp_kernel"});
  if (wanted.empty() || opp == nullptr || opp->version == wanted) return;
  const bool dynamic = header_number(model, "is_unknow_model").value_or(0) == 1;
  if (!dynamic || has_shared_objects(model)) return;
  findings.push_back(
      {Severity::kError,
       "opp-version",
       {fmt::format("The model has dynamic shapes and was built with opp {}, {} is installed: it "
                    "will not load, since its tiling needs the same opp. Convert the model again "
                    "with the installed CANN",
                    wanted, opp->version),
        fmt::format("模型含动态 shape，用 opp {} 转换，安装的是 {}：tiling 需要相同的 "
                    "opp，因此无法加载。请用已安装的 CANN 重新转换",
                    wanted, opp->version)},
       {{model.file->path(), 0, "opp_version " + wanted}, {opp->file, opp->line, opp->version}}});
}

void check_atc(const ir::Model& model, const Target& target, std::vector<Finding>& findings) {
  const std::string built = as_utf8(model.info.atc_version);
  const ComponentVersion* runtime =
      installed(target, {"runtime", "nnrt", "fwkacllib", "compiler", "toolkit"});
  if (built.empty() || runtime == nullptr) return;
  // Components count apart from the product up to 8.1; "8.0.0" of a toolkit is no component number.
  const bool same_count = runtime->component != "toolkit" && runtime->component != "nnrt";
  if (!same_count || release_of(built) == release_of(runtime->version)) return;
  const bool newer = compare_versions(built, runtime->version) > 0;
  findings.push_back(
      {newer ? Severity::kWarning : Severity::kInfo,
       "atc-version",
       {fmt::format("The model was built by atc {}, the installed {} is {}{}. Convert it with the "
                    "CANN that runs it, or install the same version",
                    built, runtime->component, runtime->version,
                    newer ? ", which is older and may refuse it (500002)" : ""),
        fmt::format(
            "模型由 atc {} 转换，安装的 {} 为 {}{}。请用运行环境的 CANN 转换，或安装相同版本",
            built, runtime->component, runtime->version,
            newer ? "，版本较旧，可能拒绝加载（500002）" : "")},
       {{model.file->path(), 0, "atc_version " + built},
        {runtime->file, runtime->line, runtime->version}}});
}

/// Entries of sub_memory_info have three numbers up to 8.0.RC1 (7.2), whose Graph Engine asserts
/// that; later ones write four, and read both. Which release in between changed the reader is not
/// known for certain; 8.0.RC3 (7.5) reads them.
void check_memory_info(const ir::Model& model, const Target& target,
                       std::vector<Finding>& findings) {
  constexpr std::string_view kLastThatAsserts = "7.2";
  constexpr std::string_view kFirstThatReads = "7.5";
  const ir::AttrValue* value = find_attr(model, "sub_memory_info");
  const auto* rows = value == nullptr ? nullptr : std::get_if<ir::List<ir::List<int64_t>>>(value);
  if (rows == nullptr || rows->empty() || (*rows)[0].size() <= 3) return;
  const ComponentVersion* runtime = installed(target, {"runtime", "fwkacllib", "compiler"});
  if (runtime == nullptr) return;
  const std::string release = release_of(runtime->version);
  if (compare_versions(release, kFirstThatReads) >= 0) return;
  const bool certain = compare_versions(release, kLastThatAsserts) <= 0;
  findings.push_back(
      {certain ? Severity::kError : Severity::kWarning,
       "memory-info-width",
       {fmt::format("Entries of the model's sub_memory_info have {} numbers; the installed runtime "
                    "{} {} three: loading fails with 1343225857, shown as 500002. Upgrade the "
                    "runtime, or convert the model with its CANN",
                    (*rows)[0].size(), runtime->version, certain ? "takes" : "may take only"),
        fmt::format("模型的 sub_memory_info 每项有 {} 个数，安装的 runtime {} "
                    "{}三个：加载会失败（1343225857，"
                    "显示为 500002）。请升级 runtime，或用其 CANN 重新转换模型",
                    (*rows)[0].size(), runtime->version, certain ? "只接受" : "可能只接受")},
       {{model.file->path(), 0, fmt::format("sub_memory_info of width {}", (*rows)[0].size())},
        {runtime->file, runtime->line, runtime->version}}});
}

void check_host(const ir::Model& model, const Target& target, std::vector<Finding>& findings) {
  const std::string cpu = text_attr(model, "host_env_cpu");
  const bool asked = header_number(model, "need_check_os_cpu_info").value_or(0) != 0;
  if (cpu.empty() || target.cann.cpus.empty()) return;
  const auto& there = target.cann.cpus;
  if (std::find(there.begin(), there.end(), cpu) != there.end()) return;
  findings.push_back(
      {asked ? Severity::kError : Severity::kWarning,
       "host-cpu",
       {fmt::format("The model carries libraries for hosts of {}, the target's CANN is for {}{}",
                    cpu, there.front(),
                    asked ? ": it will not load. Convert it on such a host, or with "
                            "--host_env_cpu"
                          : ""),
        fmt::format("模型带有 {} 主机的库，目标 CANN 为 {}{}", cpu, there.front(),
                    asked ? "：无法加载。请在相应主机上转换，或使用 --host_env_cpu" : "")},
       {{model.file->path(), 0, "host_env_cpu " + cpu},
        {target.cann_folder, 0, there.front() + "-linux"}}});
}

}  // namespace

void check_versions(const ir::Model& model, const Target& target, std::vector<Finding>& findings) {
  check_opp(model, target, findings);
  check_memory_info(model, target, findings);
  check_atc(model, target, findings);
  check_host(model, target, findings);
}

}  // namespace omscope::diagnose
