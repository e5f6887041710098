#include "omscope/diagnose/cross_evidence.h"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "omscope/core/text.h"
#include "omscope/diagnose/cross_kernels.h"
#include "omscope/diagnose/kernel_checks.h"
#include "omscope/diagnose/preflight.h"
#include "omscope/diagnose/rules/rules.h"
#include "omscope/formats/read_input.h"
#include "omscope/formats/read_model.h"
#include "omscope/numeric/census.h"

namespace omscope::diagnose {
namespace {

namespace fs = std::filesystem;

/// Models of one run share what is wrong with its machine; that is told once.
void append(std::vector<Finding> from, Report& report) {
  for (Finding& each : from) {
    const bool known =
        std::any_of(report.findings.begin(), report.findings.end(), [&](const Finding& other) {
          return other.rule == each.rule && other.message.en == each.message.en;
        });
    if (!known) report.findings.push_back(std::move(each));
  }
}

void append_checks(std::vector<Check> from, Report& report) {
  for (Check& each : from) report.checks.push_back(std::move(each));
}

std::string file_name(std::string_view path) {
  return std::string(path.substr(path.rfind('/') + 1));
}

std::string shape_of(const ir::TensorType& type) {
  std::string dims;
  for (const int64_t dim : type.shape) dims += fmt::format("{}{}", dims.empty() ? "" : ",", dim);
  return fmt::format("{} [{}] {}", to_string(type.dtype), dims, type.format.base);
}

/// Logs and files write '/' of a node's name as '_'.
std::string flat(std::string_view name) {
  std::string out(name);
  std::replace(out.begin(), out.end(), '/', '_');
  return out;
}

const ir::Op* find_op(const ir::Model& model, const std::string& name) {
  if (name.empty()) return nullptr;
  const std::string wanted = flat(name);
  for (const ir::Graph& graph : model.graphs) {
    for (const ir::Op& op : graph.ops) {
      if (op.name == name || (op.name.size() == name.size() && flat(op.name) == wanted)) return &op;
    }
  }
  return nullptr;
}

void describe_op(const ir::Op& op, const std::string& file, Incident& incident) {
  constexpr size_t kMost = 6;
  std::string inputs;
  for (size_t i = 0; i < std::min(op.inputs.size(), kMost); ++i) {
    if (op.inputs[i].type == nullptr) continue;
    inputs += fmt::format("{}{}", inputs.empty() ? "" : "; ", shape_of(*op.inputs[i].type));
  }
  std::string outputs;
  for (size_t i = 0; i < std::min<size_t>(op.outputs.size(), kMost); ++i) {
    if (op.outputs[i] == nullptr) continue;
    outputs += fmt::format("{}{}", outputs.empty() ? "" : "; ", shape_of(*op.outputs[i]));
  }
  std::string origin;
  for (const std::string_view each : op.origin_ops) {
    origin += fmt::format("{}{}", origin.empty() ? "" : ", ", each);
  }
  if (!op.type.empty()) incident.op_type = op.type;
  const std::string of = origin.empty() ? "" : fmt::format(", of {}", origin);
  add_cause(
      incident,
      say(fmt::format("In the graph it is {} ({}){}; in: {}; out: {}.", op.name, op.type, of,
                      inputs.empty() ? "nothing" : inputs, outputs.empty() ? "nothing" : outputs),
          fmt::format("图中该节点为 {}（{}），输入：{}；输出：{}。", op.name, op.type,
                      inputs.empty() ? "无" : inputs, outputs.empty() ? "无" : outputs)));
  incident.evidence.push_back({file, 0, fmt::format("{} {}{}", op.type, op.name, of)});
}

void look_at_models(const InputOptions& options, const SortedInputs& inputs, const Target& target,
                    const std::vector<Description>& descriptions, Report& report) {
  constexpr size_t kMost = 64;
  std::vector<std::string> models = inputs.models;
  if (!options.model.empty()) models.insert(models.begin(), options.model);
  if (models.size() > kMost) models.resize(kMost);
  std::vector<bool> found(report.incidents.size());
  for (const std::string& path : models) {
    const auto read = read_model(path);
    if (!read) {
      report.problems.push_back(read.error());
      continue;
    }
    const ir::Model& model = *read->model;
    if (model.kind == Kind::kUnknown) {
      for (const Problem& problem : model.problems.list()) report.problems.push_back(problem);
      continue;
    }
    const bool machine = !target.file.empty() || !target.cann_folder.empty();
    if (machine) {
      std::vector<Finding> findings = preflight(model, target);
      append_checks(checks_of(model, target, findings), report);
      append(std::move(findings), report);
    } else {
      check_clearing(model, report.findings);
    }
    look_at_clearing(model, descriptions, report);
    for (size_t i = 0; i < report.incidents.size(); ++i) {
      Incident& incident = report.incidents[i];
      const ir::Op* op = found[i] ? nullptr : find_op(model, incident.op_name);
      if (op == nullptr) continue;
      found[i] = true;
      incident.model_file = path;
      describe_op(*op, path, incident);
    }
  }
}

/// NaN and Inf among what was fed: the kernel may be innocent.
void census_of(const std::string& path, Incident& incident) {
  const auto input = read_input(path);
  if (!input || input->tensors == nullptr) return;
  bool bad = false;
  for (const ir::StoredTensor& tensor : input->tensors->tensors) {
    if (!tensor.name.starts_with("input")) continue;
    const auto census = numeric::census(tensor.dtype, tensor.bytes);
    if (!census || census->nan + census->pos_inf + census->neg_inf == 0) continue;
    bad = true;
    const uint64_t infinite = census->pos_inf + census->neg_inf;
    incident.evidence.push_back({path, 0,
                                 fmt::format("{}: {} NaN, {} Inf of {} values", tensor.name,
                                             census->nan, infinite, census->count)});
    add_cause(
        incident,
        say(fmt::format("The dump shows {} with {} NaN and {} Inf of {} values: look "
                        "at the op that made it.",
                        tensor.name, census->nan, infinite, census->count),
            fmt::format("dump 中 {} 共 {} 个数，含 {} 个 NaN、{} 个 Inf：请检查产生它的算子。",
                        tensor.name, census->count, census->nan, infinite)));
  }
  if (!bad) {
    incident.evidence.push_back({path, 0, "the dump of this op: no NaN or Inf among its inputs"});
  }
}

void look_at_dumps(const InputOptions& options, const SortedInputs& inputs, Report& report) {
  std::vector<std::string> files = inputs.others;
  if (!options.dump.empty()) {
    const auto more = files_of(options.dump);
    files.insert(files.end(), more.begin(), more.end());
  }
  for (Incident& incident : report.incidents) {
    if (incident.dump_file.empty()) continue;
    const std::string wanted = file_name(incident.dump_file);
    const auto there = std::find_if(files.begin(), files.end(), [&](const std::string& path) {
      return file_name(path) == wanted;
    });
    if (there == files.end()) continue;
    census_of(*there, incident);
    std::erase_if(report.missing_evidence,
                  [](const MissingEvidence& each) { return each.how.en == "--dump FOLDER"; });
  }
}

/// The machine, as files beside the logs and options tell of it.
Target target_of(const InputOptions& options, const SortedInputs& inputs, Report& report) {
  std::string file = options.target;
  if (file.empty() && !inputs.machines.empty()) file = inputs.machines.front();
  Target target;
  if (!file.empty() || !options.cann.empty()) {
    auto read = read_target(file, options.cann);
    if (read) {
      target = std::move(*read);
    } else {
      report.problems.push_back(read.error());
    }
  }
  for (const std::string& path : inputs.versions) config::add_version_file(path, target.cann);
  return target;
}

}  // namespace

void add_cross_evidence(const InputOptions& options, const SortedInputs& inputs, Report& report) {
  const Target target = target_of(options, inputs, report);
  check_target(target, report.findings);
  if (!inputs.versions.empty()) {
    if (auto check = check_of_installation(target, report.findings)) {
      report.checks.push_back(std::move(*check));
    }
  }
  check_operator_package(target, report);
  const std::vector<Description> descriptions =
      look_at_descriptions(options, inputs, target, report);
  look_at_models(options, inputs, target, descriptions, report);
  look_at_dumps(options, inputs, report);
  look_at_package(options, target, report);
  std::stable_sort(report.findings.begin(), report.findings.end(),
                   [](const Finding& a, const Finding& b) { return a.severity > b.severity; });
}

}  // namespace omscope::diagnose
