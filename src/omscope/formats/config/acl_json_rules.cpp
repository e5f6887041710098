#include "omscope/formats/config/acl_json_rules.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include <fmt/format.h>
#include <fmt/ranges.h>

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

/// What is wrong is what somebody wrote: no other copy of the file would be better.
void error(Problems& problems, std::string where, std::string message) {
  if (message.find("; ") == std::string::npos) message += "; correct the setting";
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
  if (config.is_on("dump_debug") && config.list != nullptr && !config.list->empty()) {
    // [S] as with dump_op_switch: the search for overflow is of its own.
    error(problems, "dump_debug",
          "cannot be combined with models in dump_list; switch it off or empty the list");
  }
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
    error(problems, "dump_scene", "watcher needs \"dump_mode\": \"output\"; set it so");
  }
}

/// [S] Besides letters and digits of ASCII.
constexpr std::string_view kPathSigns = "-=[];\\,./!@#$%^&*()_+{}:?";

/// The first character that is not taken, whole.
std::optional<std::string> stranger_in(std::string_view path) {
  for (size_t at = 0; at < path.size(); ++at) {
    const char c = path[at];
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (letter || is_digit(c) || kPathSigns.find(c) != std::string_view::npos) continue;
    size_t end = at + 1;
    while (end < path.size() && (static_cast<unsigned char>(path[end]) & 0xC0U) == 0x80U) ++end;
    return std::string(path.substr(at, end - at));
  }
  return std::nullopt;
}

/// An address may stand before the path: "192.0.2.1:/path".
std::string_view without_address(std::string_view path) {
  const size_t colon = path.find(':');
  if (colon == std::string_view::npos) return path;
  return path.find_first_not_of("0123456789.") == colon ? path.substr(colon + 1) : path;
}

void check_path(const DumpConfig& config, Problems& problems) {
  const std::string_view path = config.get("dump_path");
  if (path.size() > kMostPath) {
    error(problems, "dump_path",
          fmt::format("has {} characters, {} are accepted; choose a shorter one", path.size(),
                      kMostPath));
  }
  if (const auto stranger = stranger_in(without_address(path))) {
    error(problems, "dump_path",
          fmt::format("has {} in it, which Graph Engine does not take; it takes letters, digits "
                      "and {}",
                      in_quotes(*stranger), kPathSigns));
  }
  if (config.is_on("dump_debug") && path.empty()) {
    // [S] unlike other dumps, which may go where the environment says.
    error(problems, "dump_path", "is not set; dump_debug needs it");
    return;
  }
  const bool needs = config.is_on("dump_op_switch") || config.is_on("dump_debug") ||
                     (config.list != nullptr && !config.list->empty());
  if (needs && path.empty() && !config.has("dump_scene")) {
    // ASCEND_DUMP_PATH or ASCEND_WORK_PATH may stand in for it, so this is no error.
    warning(problems, "dump_path",
            "is not set; the dump needs it, or ASCEND_DUMP_PATH in the environment");
  }
}

/// [S] Between `begin` and `end`, both included; of one model, op by op.
void check_range(const Json& entry, const Json& ranges, const std::string& where,
                 const DumpConfig& config, Problems& problems) {
  const auto text = [](const Json& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_string() ? found->get<std::string>() : "";
  };
  if (config.get("dump_level") != "op") {
    error(problems, where, "opname_range needs \"dump_level\": \"op\"; set it so");
  }
  if (text(entry, "model_name").empty()) {
    error(problems, where, "opname_range needs a model_name beside it; name the model");
  }
  const bool sound =
      ranges.is_array() && std::all_of(ranges.begin(), ranges.end(), [&](const Json& range) {
        return range.is_object() && !text(range, "begin").empty() && !text(range, "end").empty();
      });
  if (!sound) {
    error(problems, where,
          "opname_range has no begin or no end; write [{\"begin\": \"OP\", \"end\": \"OP\"}]");
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
        error(problems, where,
              fmt::format("{} needs \"dump_level\": \"op\"; set it so, or remove the list", key));
      }
      if (value.size() > kMostNames) {
        error(problems, where,
              fmt::format("{} has {} entries, {} are accepted; remove some", key, value.size(),
                          kMostNames));
      }
    } else if (key == "opname_range") {
      check_range(entry, value, where, config, problems);
    } else if (key == "watcher_nodes" && config.get("dump_scene") != "watcher") {
      warning(problems, where, "watcher_nodes have no effect without \"dump_scene\": \"watcher\"");
    }
  }
}

void check_list(const DumpConfig& config, Problems& problems) {
  if (config.list == nullptr) return;
  if (config.list->empty() && !config.is_on("dump_op_switch") && !config.is_on("dump_debug") &&
      !config.has("dump_scene")) {
    // [S] Releases differ: the check of early ones fails where neither names anything.
    warning(problems, "dump_list",
            "is empty while dump_op_switch is off; older releases refuse that, name a model or "
            "switch it on");
  }
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
    error(problems, "dump_scene", "watcher needs watcher_nodes in dump_list; name them there");
  }
}

}  // namespace omscope::config
