// What an acl.json will do, in words.

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "omscope/core/text.h"
#include "omscope/formats/config/acl_json_rules.h"

namespace omscope::config {
namespace {

std::string in_quotes(std::string_view text) {
  return fmt::format("'{}'", for_terminal(shortened(as_utf8(text), 60)));
}

std::string names_of(const Json& list) {
  constexpr size_t kMost = 8;
  if (!list.is_array()) return "?";
  std::string out;
  for (size_t i = 0; i < std::min(list.size(), kMost); ++i) {
    if (!out.empty()) out += ", ";
    out += list[i].is_string() ? for_terminal(shortened(list[i].get<std::string>(), 60)) : "…";
  }
  if (list.size() > kMost) out += fmt::format(" and {} more", list.size() - kMost);
  return out;
}

/// "from 'conv1' to 'fc', from …"
std::string ranges_of(const Json& ranges) {
  constexpr size_t kMost = 8;
  const auto end_of = [](const Json& range, const char* key) {
    const bool there = range.is_object() && range.contains(key) && range[key].is_string();
    return there ? in_quotes(range[key].get<std::string>()) : std::string("?");
  };
  std::vector<std::string> parts;
  for (size_t i = 0; i < std::min(ranges.size(), kMost); ++i) {
    parts.push_back(
        fmt::format("those from {} to {}", end_of(ranges[i], "begin"), end_of(ranges[i], "end")));
  }
  if (ranges.size() > kMost) parts.push_back(fmt::format("{} more", ranges.size() - kMost));
  return fmt::format("{}", fmt::join(parts, ", "));
}

std::string model_sentence(const Json& entry) {
  if (!entry.is_object()) return "";
  std::string out = "Of every model";
  if (entry.contains("model_name") && entry["model_name"].is_string()) {
    out = fmt::format("Of model '{}'",
                      for_terminal(shortened(entry["model_name"].get<std::string>(), 60)));
  }
  out += entry.contains("layer") && !entry["layer"].empty()
             ? fmt::format(": the ops {}.", names_of(entry["layer"]))
             : ": all ops.";
  if (entry.contains("watcher_nodes")) {
    out += fmt::format(" Watched: {}.", names_of(entry["watcher_nodes"]));
  }
  for (const char* list : {"optype_blacklist", "opname_blacklist"}) {
    if (entry.contains(list)) out += fmt::format(" Some are left out by {}.", list);
  }
  return out;
}

std::string scene_sentence(std::string_view scene) {
  if (scene == "aic_err_brief_dump" || scene == "lite_exception") {
    return "When an AI Core kernel fails, its arguments are written (exception dump, L0).";
  }
  if (scene == "aic_err_norm_dump") {
    return "When an AI Core kernel fails, its arguments, tensors and workspaces are written "
           "(exception dump, L1).";
  }
  if (scene == "aic_err_detail_dump") {
    return "When an AI Core kernel fails, a core file with memory and registers is written (L2).";
  }
  if (scene == "watcher") {
    return "The outputs of the watched nodes are kept and written when something fails.";
  }
  return "";
}

std::string what_sentence(const DumpConfig& config) {
  const std::string_view mode = config.get("dump_mode");
  const std::string_view what = mode == "all"     ? "inputs and outputs"
                                : mode == "input" ? "inputs"
                                                  : "outputs";
  const std::string_view level = config.get("dump_level");
  const std::string_view of = level == "op"       ? "of each op of the graph"
                              : level == "kernel" ? "of each kernel"
                                                  : "of each op and kernel";
  if (config.get("dump_data") != "stats") return fmt::format("Written: the {} {}.", what, of);
  return fmt::format(
      "Written: statistics ({}) of the {} {}, no values.",
      config.stats.empty() ? "all" : fmt::format("{}", fmt::join(config.stats, ", ")), what, of);
}

}  // namespace

std::vector<std::string> explain(const DumpConfig& config) {
  constexpr size_t kMostModels = 20;
  std::vector<std::string> out;
  const std::string_view scene = config.get("dump_scene");
  if (!scene_sentence(scene).empty()) out.push_back(scene_sentence(scene));
  if (config.is_on("dump_debug")) {
    out.emplace_back("When an op overflows, a record of it is written (overflow dump).");
  }
  if (config.dumps_ops() && scene.empty()) {
    out.push_back(what_sentence(config));
    if (config.is_on("dump_op_switch")) {
      out.emplace_back("Ops that are called one by one are dumped, too.");
    }
    if (config.list != nullptr && config.list->empty() && !config.is_on("dump_op_switch")) {
      out.emplace_back("The list names no model: all ops of all models are dumped.");
    }
  }
  if (config.list != nullptr) {
    for (size_t i = 0; i < std::min(config.list->size(), kMostModels); ++i) {
      const Json& entry = (*config.list)[i];
      const std::string sentence = model_sentence(entry);
      if (!sentence.empty()) out.push_back(sentence);
      if (entry.is_object() && entry.contains("opname_range") && entry["opname_range"].is_array()) {
        out.push_back(fmt::format("Of them only {}.", ranges_of(entry["opname_range"])));
      }
    }
  }
  if (!config.get("dump_step").empty()) {
    out.push_back(fmt::format("Only in the steps {}.", for_terminal(config.get("dump_step"))));
  }
  if (config.has("dump_kernel_data")) {
    out.push_back(fmt::format("Of what kernels print or dump themselves: {}.",
                              for_terminal(config.get("dump_kernel_data"))));
  }
  if (out.empty()) out.emplace_back("Nothing: no dump is switched on.");
  if (!config.get("dump_path").empty()) {
    out.push_back(
        fmt::format("Written to '{}'.", for_terminal(shortened(config.get("dump_path"), 200))));
  }
  return out;
}

}  // namespace omscope::config
