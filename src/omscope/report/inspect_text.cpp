#include "omscope/report/inspect_text.h"

#include <algorithm>

#include <fmt/format.h>

#include "omscope/core/text.h"
#include "omscope/report/summary.h"
#include "omscope/report/tensor_text.h"

namespace omscope::report {
namespace {

std::string joined(const std::vector<std::string>& parts, std::string_view separator) {
  return fmt::format("{}", fmt::join(parts, separator));
}

std::string safe(std::string_view text) {
  return for_terminal(text);
}

void title(TextPage& page, const ir::Model& model) {
  page.line(fmt::format("{}: {}, {}", safe(model.file->path()), describe(model.kind),
                        human_bytes(model.file->size())),
            Tone::kHeading);
}

void identity(TextPage& page, const ir::Model& model, const InspectOptions& options) {
  const ir::ModelInfo& info = model.info;
  std::vector<std::string> network;
  if (!info.name.empty()) network.push_back(safe(info.name));
  if (!info.framework.empty()) network.push_back("from " + safe(info.framework));
  if (!info.soc_version.empty()) network.push_back("for " + safe(info.soc_version));
  if (!network.empty()) page.row("network", joined(network, ", "));

  std::vector<std::string> built;
  if (!info.atc_version.empty()) built.push_back("atc " + safe(info.atc_version));
  if (!info.opp_version.empty()) built.push_back("operators " + safe(info.opp_version));
  if (!info.compiler_date.empty()) built.push_back("kernel compiler of " + info.compiler_date);
  if (!info.producer.empty()) built.push_back(safe(info.producer));
  if (info.ir_version) built.push_back(fmt::format("IR version {}", *info.ir_version));
  for (const ir::OpsetImport& opset : info.opsets) {
    built.push_back(fmt::format("opset {}{}{}", safe(opset.domain), opset.domain.empty() ? "" : " ",
                                opset.version));
  }
  if (!built.empty()) page.row("built by", joined(built, ", "));
  if (!info.atc_cmdline.empty()) {
    page.row("command", options.attrs ? safe(info.atc_cmdline) : masked_command(info.atc_cmdline));
  }
}

std::string dtype_text(const ir::Port& port) {
  const std::string name(port.dtype == DType::kUndefined ? "?" : to_string(port.dtype));
  if (port.value_kind == ir::ValueKind::kTensor) return name;
  return fmt::format("{} of {}", value_kind_name(port.value_kind), name);
}

void ports(TextPage& page, std::string_view heading, const std::vector<ir::Port>& list) {
  constexpr size_t kMost = 8;
  page.line(heading, Tone::kHeading);
  std::vector<std::vector<std::string>> rows;
  for (size_t i = 0; i < std::min(list.size(), kMost); ++i) {
    const ir::Port& port = list[i];
    rows.push_back({std::to_string(i), safe(port.name), dtype_text(port),
                    port.has_shape ? shape_text(port.shape, port.dim_names) : "?",
                    layout_text(port.format), port_size_text(port, human_bytes)});
  }
  page.table(rows, {true, false, false, false, false, true});
  if (list.size() > kMost) {
    page.line(fmt::format("  … {} more; --show io lists them", list.size() - kMost), Tone::kDim);
  }
  if (list.empty()) page.line("  none stated", Tone::kDim);
}

std::string gear_text(const std::vector<int64_t>& gear, ir::DynamicKind kind) {
  return fmt::format("{}", fmt::join(gear, kind == ir::DynamicKind::kImage ? "x" : ","));
}

void dynamic(TextPage& page, const ir::Model& model) {
  if (model.dynamic.kind == ir::DynamicKind::kNone) return;
  if (model.dynamic.gears.empty()) {
    page.row("dynamic", "dims shown as ? or by a name may vary from run to run");
    return;
  }
  std::vector<std::string> gears;
  for (const auto& gear : model.dynamic.gears) {
    gears.push_back(gear_text(gear, model.dynamic.kind));
  }
  page.row("dynamic", fmt::format("{}, one of {}: {}", dynamic_kind_name(model.dynamic.kind),
                                  gears.size(), joined(gears, "  ")));
}

void aipp(TextPage& page, const ir::Model& model) {
  for (const ir::Aipp& each : model.aipp) {
    std::vector<std::string> parts;
    if (!each.mode.empty()) parts.emplace_back(each.mode);
    if (!each.image_format.empty()) parts.emplace_back(each.image_format);
    if (each.src_w && each.src_h) parts.push_back(fmt::format("{}x{}", *each.src_w, *each.src_h));
    if (each.size) {
      parts.push_back((each.mode == "dynamic" ? "at most " : "") + human_bytes(*each.size));
    }
    page.row("AIPP", fmt::format("{}: feed an image, {}", safe(each.input), joined(parts, ", ")));
  }
}

void budget(TextPage& page, const ir::Model& model) {
  const ir::ModelInfo& info = model.info;
  const bool planned = info.memory_size.value_or(0) != 0 || info.weight_size.value_or(0) != 0 ||
                       info.stream_num.value_or(0) != 0;
  if (!planned) return;  // not compiled: the numbers are there and mean nothing
  std::vector<std::string> parts;
  const auto bytes = [](int64_t size) {
    return human_bytes(static_cast<uint64_t>(std::max(size, int64_t{0})));
  };
  if (info.memory_size) parts.push_back(bytes(*info.memory_size) + " for features");
  if (info.weight_size) parts.push_back(bytes(*info.weight_size) + " for weights");
  if (info.stream_num)
    parts.push_back(
        counted(static_cast<uint64_t>(std::max(*info.stream_num, int64_t{0})), "stream"));
  if (info.event_num)
    parts.push_back(counted(static_cast<uint64_t>(std::max(*info.event_num, int64_t{0})), "event"));
  if (!parts.empty()) page.row("memory", joined(parts, ", "));
}

void constants(TextPage& page, const ir::Model& model) {
  if (model.weights.empty()) return;
  std::vector<std::string> parts;
  for (const auto& [dtype, share] : weights_by_dtype(model)) {
    const bool here = share.bytes > 0 || share.elements == 0;
    parts.push_back(fmt::format(
        "{} {} ({})", dtype == DType::kUndefined ? "unknown dtype" : to_string(dtype),
        grouped(share.elements), here ? human_bytes(share.bytes) : "values not in the file"));
  }
  page.row("constants", fmt::format("{} with {}: {}", grouped(model.weights.size()),
                                    counted(count_parameters(model).value_or(0), "parameter"),
                                    joined(parts, ", ")));
}

std::string census_text(const std::map<std::string_view, uint64_t>& census) {
  constexpr size_t kMost = 24;
  std::vector<std::pair<std::string_view, uint64_t>> order(census.begin(), census.end());
  std::stable_sort(order.begin(), order.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  std::vector<std::string> parts;
  for (size_t i = 0; i < std::min(order.size(), kMost); ++i) {
    parts.push_back(fmt::format("{} {}", shortened(safe(order[i].first), 40), order[i].second));
  }
  if (order.size() > kMost) parts.push_back(fmt::format("… {} more types", order.size() - kMost));
  return joined(parts, ", ");
}

void ops(TextPage& page, const ir::Model& model) {
  const auto census = op_census(model);
  uint64_t total = 0;
  uint64_t constant = 0;
  size_t graphs = 0;
  for (const auto& [type, count] : census) {
    total += count;
    if (type == "Const" || type == "Constant" || type == "FileConstant") constant += count;
  }
  for (const ir::Graph& graph : model.graphs) graphs += graph.is_function ? 0U : 1U;
  if (graphs == 0) return;
  std::string head = counted(total, "op");
  if (constant > 0) head += fmt::format(", {} without constants", grouped(total - constant));
  if (graphs > 1) head += fmt::format(", in {} graphs", graphs);
  page.row("ops", total == 0 ? head : head + ": " + census_text(census));
  if (!model.functions.empty()) page.row("functions", counted(model.functions.size(), "function"));
}

void tasks(TextPage& page, const ir::Model& model) {
  if (model.tasks.empty() && model.kernels.empty()) return;
  std::map<std::string_view, uint64_t> census;
  for (const ir::Task& task : model.tasks) ++census[task.type_name];
  std::string text = counted(model.tasks.size(), "task");
  if (!census.empty()) text += " (" + census_text(census) + ")";
  page.row("device", text + ", " + counted(model.kernels.size(), "kernel"));
}

void submodels(TextPage& page, const ir::Model& model) {
  for (const auto& inner : model.submodels) {
    uint64_t ops = 0;
    for (const ir::Graph& graph : inner->graphs) ops += graph.ops.size();
    page.row("submodel", fmt::format("{}: {}, {}, {} in, {} out", safe(inner->submodel_name),
                                     describe(inner->kind), counted(ops, "op"),
                                     inner->inputs.size(), inner->outputs.size()));
  }
}

Tone tone_of(Severity severity) {
  switch (severity) {
    case Severity::kInfo: return Tone::kDim;
    case Severity::kWarning: return Tone::kWarning;
    case Severity::kError: return Tone::kError;
  }
  return Tone::kPlain;
}

/// The message of a problem as part of the page; the file is in its title.
std::string problem_text(const Problem& problem, const std::string& title) {
  std::string text = fmt::format("{}: ", to_string(problem.severity));
  if (!problem.file.empty() && problem.file != title) text += problem.file + ": ";
  if (!problem.where.empty()) text += problem.where + ": ";
  return safe(text + problem.message);
}

void unknown(TextPage& page, const Inspected& input) {
  page.line(fmt::format("{}: nothing that can be read", safe(input.path)), Tone::kHeading);
  page.row("it is", input.read.detection.detected);
  page.row("why", input.read.detection.explanation);
}

void overview(TextPage& page, const ir::Model& model, const InspectOptions& options) {
  identity(page, model, options);
  page.blank();
  ports(page, "feed", model.inputs);
  ports(page, "get", model.outputs);
  page.blank();
  dynamic(page, model);
  aipp(page, model);
  budget(page, model);
  constants(page, model);
  ops(page, model);
  tasks(page, model);
  submodels(page, model);
  write_problems(page, model.problems);
}

bool any_section(const InspectOptions& options) {
  return options.header || options.partitions || options.io || options.attrs || options.ops ||
         options.weights || options.tasks || options.kernels || options.aipp ||
         !options.op_globs.empty();
}

}  // namespace

void write_problems(TextPage& page, const Problems& problems) {
  constexpr size_t kMost = 6;
  std::vector<const Problem*> order;
  for (const Problem& problem : problems.list()) order.push_back(&problem);
  std::stable_sort(order.begin(), order.end(),
                   [](const Problem* a, const Problem* b) { return a->severity > b->severity; });
  const size_t shown =
      page.style().most_lines > 1000 ? order.size() : std::min(order.size(), kMost);
  for (size_t i = 0; i < shown; ++i) {
    page.row(i == 0 ? "odd" : "", problem_text(*order[i], problems.file()),
             tone_of(order[i]->severity));
  }
  if (order.size() > shown) {
    page.row("", fmt::format("… {} more; --all shows them", order.size() - shown), Tone::kDim);
  }
}

std::string shape_text(ir::List<int64_t> shape, ir::List<std::string_view> names) {
  std::vector<std::string> dims;
  for (size_t i = 0; i < shape.size(); ++i) {
    const bool named = i < names.size() && !names[i].empty();
    if (shape[i] == ir::kUnknownRank && shape.size() == 1) return "[any rank]";
    dims.push_back(named ? safe(names[i]) : shape[i] < 0 ? "?" : std::to_string(shape[i]));
  }
  return fmt::format("[{}]", fmt::join(dims, ","));
}

std::string layout_text(const Layout& layout) {
  std::string text = safe(layout.base);
  if (layout.groups != 0) text += fmt::format(":{}", layout.groups);
  return text;
}

std::string masked_command(std::string_view command) {
  std::string out;
  for (const std::string_view word : split(command, ' ')) {
    if (!out.empty()) out += ' ';
    const size_t start = word.find('/');
    const size_t last = word.rfind('/');
    const bool path = start != std::string_view::npos && (start == 0 || word[start - 1] == '=');
    if (path) {
      out += fmt::format("{}…/{}", safe(word.substr(0, start)), safe(word.substr(last + 1)));
    } else {
      out += safe(word);
    }
  }
  return out;
}

void write_inspect_text(TextPage& page, const Inspected& input, const InspectOptions& options) {
  if (input.read.folder) return write_folder_text(page, *input.read.folder, options);
  if (input.read.tensors) return write_tensors_text(page, *input.read.tensors, options);
  if (!input.read.model) return;  // the error line says all there is
  const ir::Model& model = *input.read.model;
  if (model.kind == Kind::kUnknown) return unknown(page, input);
  title(page, model);
  if (!any_section(options)) overview(page, model, options);
  if (any_section(options) || options.stats) write_sections(page, model, options);
}

}  // namespace omscope::report
