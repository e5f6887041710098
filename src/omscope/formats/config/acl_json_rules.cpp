#include "omscope/formats/config/acl_json_rules.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

#include "omscope/core/text.h"

namespace omscope::config {
namespace {

constexpr size_t kMostSteps = 100;
constexpr size_t kMostNames = 100;
constexpr size_t kMostPath = 512;

constexpr std::array<std::string_view, 7> kStats = {"Max",          "Min",          "Avg",   "Nan",
                                                    "Negative Inf", "Positive Inf", "L2norm"};

constexpr std::array<std::string_view, 6> kListMembers = {
    "model_name", "layer", "watcher_nodes", "optype_blacklist", "opname_blacklist", "opname_range"};

void error(Problems& problems, std::string where, std::string message) {
  problems.error(Code::kBadValue, std::nullopt, "dump." + std::move(where), std::move(message));
}
void warning(Problems& problems, std::string where, std::string message) {
  problems.warning(Code::kBadValue, std::nullopt, "dump." + std::move(where), std::move(message));
}

std::string in_quotes(std::string_view text) {
  return fmt::format("'{}'", for_terminal(shortened(as_utf8(text), 60)));
}

void check_words(const DumpConfig& config, Problems& problems) {
  for (const auto& [name, value] : config.words) {
    const Setting* setting = find_setting(name);
    if (setting == nullptr || setting->values.empty()) continue;
    // Several kinds of kernel data may be named.
    const bool several = name == "dump_kernel_data";
    for (const std::string_view word :
         several ? split(value, ',') : std::vector<std::string_view>{value}) {
      if (std::find(setting->values.begin(), setting->values.end(), word) !=
          setting->values.end()) {
        continue;
      }
      error(problems, name,
            fmt::format("{} is not accepted; use one of: {}", in_quotes(word),
                        fmt::join(setting->values, ", ")));
    }
  }
}

bool parse_number(std::string_view text, uint64_t& number) {
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
  return fault == std::errc() && end == text.data() + text.size();
}

bool is_step(std::string_view item) {
  uint64_t first = 0;
  uint64_t last = 0;
  const size_t dash = item.find('-');
  if (dash == std::string_view::npos) return parse_number(item, first);
  return parse_number(item.substr(0, dash), first) && parse_number(item.substr(dash + 1), last) &&
         first <= last;
}

void check_steps(const DumpConfig& config, Problems& problems) {
  if (config.get("dump_step").empty()) return;
  const auto items = split(config.get("dump_step"), '|');
  if (items.size() > kMostSteps) {
    error(problems, "dump_step",
          fmt::format("has {} items, {} are accepted; use ranges", items.size(), kMostSteps));
  }
  for (const std::string_view item : items) {
    if (is_step(item)) continue;
    error(problems, "dump_step",
          fmt::format("{} is no step and no range from a smaller to a larger one; write 0|3-5",
                      in_quotes(item)));
    return;
  }
}

void check_stats(const DumpConfig& config, Problems& problems) {
  for (const std::string& name : config.stats) {
    if (std::find(kStats.begin(), kStats.end(), name) != kStats.end()) continue;
    error(problems, "dump_stats",
          fmt::format("{} is not accepted; use: {}", in_quotes(name), fmt::join(kStats, ", ")));
  }
  if (!config.has_stats) return;
  if (config.stats.empty()) {
    error(problems, "dump_stats", "is an empty list; name statistics or remove it");
  }
  if (config.get("dump_data") != "stats") {
    error(problems, "dump_stats", "needs \"dump_data\": \"stats\"; add it or remove dump_stats");
  }
}

void check_conflicts(const DumpConfig& config, Problems& problems) {
  const bool scene = config.has("dump_scene");
  if (config.is_on("dump_debug") && config.is_on("dump_op_switch")) {
    error(problems, "dump_debug", "cannot be combined with dump_op_switch; switch one of them off");
  }
  for (const std::string_view name : {"dump_debug", "dump_op_switch"}) {
    if (scene && config.is_on(name)) {
      error(problems, "dump_scene",
            fmt::format("cannot be combined with {}; remove one of them", name));
    }
  }
  if (config.get("dump_scene") == "watcher" && config.get("dump_mode") != "output") {
    error(problems, "dump_scene", "watcher needs \"dump_mode\": \"output\"");
  }
}

void check_path(const DumpConfig& config, Problems& problems) {
  const std::string_view path = config.get("dump_path");
  if (path.size() > kMostPath) {
    error(problems, "dump_path",
          fmt::format("has {} characters, {} are accepted", path.size(), kMostPath));
  }
  const bool needs = config.is_on("dump_op_switch") || config.is_on("dump_debug") ||
                     (config.list != nullptr && !config.list->empty());
  if (needs && path.empty() && !config.has("dump_scene")) {
    // ASCEND_DUMP_PATH or ASCEND_WORK_PATH may stand in for it, so this is no error.
    warning(problems, "dump_path",
            "is not set; the dump needs it, or ASCEND_DUMP_PATH in the environment");
  }
}

void check_list_entry(const Json& entry, size_t index, const DumpConfig& config,
                      Problems& problems) {
  const std::string where = fmt::format("dump_list[{}]", index);
  if (!entry.is_object()) {
    error(problems, where, "is no object; write {\"model_name\": \"…\"}");
    return;
  }
  for (const auto& [key, value] : entry.items()) {
    if (std::find(kListMembers.begin(), kListMembers.end(), key) == kListMembers.end()) {
      problems.warning(Code::kUnknownField, std::nullopt, "dump." + where,
                       fmt::format("{} is not known and has no effect", in_quotes(key)));
    } else if (key.ends_with("_blacklist")) {
      if (config.get("dump_level") != "op") {
        error(problems, where, fmt::format("{} needs \"dump_level\": \"op\"", key));
      }
      if (value.size() > kMostNames) {
        error(problems, where,
              fmt::format("{} has {} entries, {} are accepted", key, value.size(), kMostNames));
      }
    } else if (key == "watcher_nodes" && config.get("dump_scene") != "watcher") {
      warning(problems, where, "watcher_nodes have no effect without \"dump_scene\": \"watcher\"");
    }
  }
}

void check_list(const DumpConfig& config, Problems& problems) {
  if (config.list == nullptr) return;
  constexpr size_t kMostShown = 50;
  for (size_t i = 0; i < std::min(config.list->size(), kMostShown); ++i) {
    check_list_entry((*config.list)[i], i, config, problems);
  }
}

bool has_watcher_nodes(const DumpConfig& config) {
  if (config.list == nullptr) return false;
  return std::any_of(config.list->begin(), config.list->end(), [](const Json& entry) {
    return entry.is_object() && entry.contains("watcher_nodes");
  });
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
  return "The outputs of the watched nodes are kept and written when something fails.";
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

const std::vector<Setting>& settings() {
  static const std::vector<Setting> kSettings = {
      {"dump_path", {}, "", "where the files go"},
      {"dump_mode", {"input", "output", "all"}, "output", "which tensors of an op"},
      {"dump_data", {"tensor", "stats"}, "tensor", "values or statistics of them"},
      {"dump_step", {}, "", "which iterations; all when empty"},
      {"dump_op_switch", {"on", "off"}, "off", "ops that are called one by one (aclnn, aclop)"},
      {"dump_level", {"op", "kernel", "all"}, "all", "what counts as one op"},
      {"dump_debug", {"on", "off"}, "off", "records of overflow"},
      {"dump_scene",
       {"aic_err_brief_dump", "lite_exception", "aic_err_norm_dump", "aic_err_detail_dump",
        "watcher"},
       "",
       "what is written when a kernel fails"},
      {"dump_kernel_data",
       {"all", "printf", "tensor", "assert", "timestamp"},
       "",
       "what kernels print or dump themselves"},
  };
  return kSettings;
}

const Setting* find_setting(std::string_view name) {
  for (const Setting& setting : settings()) {
    if (setting.name == name) return &setting;
  }
  return nullptr;
}

std::string_view DumpConfig::get(std::string_view name) const {
  const auto found = words.find(name);
  if (found != words.end()) return found->second;
  const Setting* setting = find_setting(name);
  return setting == nullptr ? std::string_view() : setting->fallback;
}

bool DumpConfig::dumps_ops() const {
  // An empty list, too, means the ops of all models: the first samples of the field use it so.
  return is_on("dump_op_switch") || list != nullptr;
}

void check(const DumpConfig& config, Problems& problems) {
  check_words(config, problems);
  check_steps(config, problems);
  check_stats(config, problems);
  check_conflicts(config, problems);
  check_path(config, problems);
  check_list(config, problems);
  if (config.get("dump_scene") == "watcher" && !has_watcher_nodes(config)) {
    error(problems, "dump_scene", "watcher needs watcher_nodes in dump_list");
  }
}

std::vector<std::string> explain(const DumpConfig& config) {
  constexpr size_t kMostModels = 20;
  std::vector<std::string> out;
  const std::string_view scene = config.get("dump_scene");
  if (!scene.empty()) out.push_back(scene_sentence(scene));
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
      const std::string sentence = model_sentence((*config.list)[i]);
      if (!sentence.empty()) out.push_back(sentence);
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
