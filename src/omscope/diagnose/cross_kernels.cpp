#include "omscope/diagnose/cross_kernels.h"

#include <algorithm>
#include <filesystem>

#include "omscope/core/files_below.h"
#include "omscope/core/text.h"
#include "omscope/diagnose/kernel_checks.h"

namespace omscope::diagnose {
namespace {

namespace fs = std::filesystem;

void append(std::vector<Finding> from, Report& report) {
  for (Finding& each : from) report.findings.push_back(std::move(each));
}

/// Whether a kernel of this name is in one of the incidents: names in logs have a tiling key or a
/// core behind that of the file.
bool is_of_incident(const Incident& incident, std::string_view stem) {
  return stem.size() > 8 && incident.kernel.find(stem) != std::string::npos;
}

bool has_failed(const std::string& path, const Report& report) {
  const std::string stem = fs::path(path).stem().string();
  return std::any_of(report.incidents.begin(), report.incidents.end(),
                     [&](const Incident& each) { return is_of_incident(each, stem); });
}

/// Logs and files write '/' of a node's name as '_'.
std::string flat(std::string_view name) {
  std::string out(name);
  std::replace(out.begin(), out.end(), '/', '_');
  return out;
}

/// Ops that failed with this kernel, by the names that the model has for them.
std::vector<std::string_view> failed_ops(const Description& description, const ir::Model& model,
                                         const Report& report) {
  std::vector<std::string_view> names;
  const std::string stem = fs::path(description.path).stem().string();
  for (const Incident& incident : report.incidents) {
    if (incident.op_name.empty() || !is_of_incident(incident, stem)) continue;
    const std::string wanted = flat(incident.op_name);
    for (const ir::Graph& graph : model.graphs) {
      for (const ir::Op& op : graph.ops) {
        if (op.name.size() == wanted.size() && flat(op.name) == wanted) names.push_back(op.name);
      }
    }
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

/// "conv_2_d.json" for Conv2D: names of files are irregular.
std::string bare(std::string_view name) {
  std::string out = lower_case(name);
  std::erase(out, '_');
  return out;
}

}  // namespace

std::vector<std::string> files_of(const std::string& path) {
  std::error_code failed;
  if (!fs::is_directory(path, failed)) return {path};
  return files_below(path).files;
}

std::vector<Description> look_at_descriptions(const InputOptions& options,
                                              const SortedInputs& inputs, const Target& target,
                                              Report& report) {
  constexpr size_t kMost = 64;
  std::vector<std::string> files;
  for (const std::string& path : inputs.others) {
    // Without logs it is the files themselves that were asked about.
    const bool named =
        report.looked.files == 0 ||
        std::find(options.paths.begin(), options.paths.end(), path) != options.paths.end();
    if (named || has_failed(path, report)) files.push_back(path);
  }
  if (!options.kernel_meta.empty()) {
    for (const std::string& path : files_of(options.kernel_meta)) {
      if (path.ends_with(".json")) files.push_back(path);
    }
  }
  if (!options.cann.empty() && !report.incidents.empty()) {
    for (const std::string& path : files_of(options.cann)) {
      if (path.ends_with(".json") && has_failed(path, report)) files.push_back(path);
    }
  }
  if (files.size() > kMost) files.resize(kMost);
  std::vector<Description> descriptions;
  for (const std::string& path : files) {
    const auto file = FileBytes::open(path);
    if (!file) continue;
    std::vector<Finding> findings = preflight_file(**file, target.soc);
    if (auto check = check_of_file(**file, findings)) report.checks.push_back(std::move(*check));
    append(std::move(findings), report);
    const std::string_view text = as_text((*file)->bytes());
    if (!kernelmeta::looks_like_kernel_json(text)) continue;
    auto json = kernelmeta::read_kernel_json(text, path);
    if (json) descriptions.push_back({path, std::move(*json)});
  }
  return descriptions;
}

void look_at_clearing(const ir::Model& model, const std::vector<Description>& descriptions,
                      Report& report) {
  for (const Description& each : descriptions) {
    std::vector<Finding> found = check_clearing(each.json, each.path, model);
    // The compiler need not say which kernel an op runs; the log does.
    for (const std::string_view op : failed_ops(each, model, report)) {
      for (Finding& more : check_clearing(each.json, each.path, model, op)) {
        const bool known = std::any_of(found.begin(), found.end(), [&](const Finding& one) {
          return one.message.en == more.message.en;
        });
        if (!known) found.push_back(std::move(more));
      }
    }
    append(std::move(found), report);
  }
}

void look_at_package(const InputOptions& options, const Target& target, Report& report) {
  const bool wanted = std::any_of(report.incidents.begin(), report.incidents.end(),
                                  [](const Incident& each) { return !each.integral_key.empty(); });
  if (options.cann.empty() || !wanted) return;
  const std::vector<std::string> files = files_of(options.cann);
  for (Incident& incident : report.incidents) {
    const auto key = parse_integral_key(incident.integral_key);
    if (!key) continue;
    for (const std::string& path : files) {
      const std::string stem = fs::path(path).stem().string();
      const bool of_op = bare(stem) == bare(incident.op_type);
      if (!path.ends_with(".json") || (!of_op && stem != "binary_info_config")) continue;
      const auto file = FileBytes::open(path);
      if (!file) continue;
      const auto config =
          kernelmeta::read_kernel_config(as_text((*file)->bytes()), incident.op_type, path);
      if (!config || config->combinations.empty()) continue;
      report.findings.push_back(check_key(*key, *config, path, target.soc));
      break;
    }
  }
}

}  // namespace omscope::diagnose
