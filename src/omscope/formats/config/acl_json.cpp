#include "omscope/formats/config/acl_json.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "omscope/core/byte_order_mark.h"
#include "omscope/core/text.h"
#include "omscope/formats/config/acl_json_rules.h"

namespace omscope::config {
namespace {

/// Hand-written files of a few hundred bytes; this leaves room for long lists of ops, and bounds
/// what the document costs.
constexpr uint64_t kMostBytes = uint64_t{2} << 20;
constexpr size_t kMostDepth = 16;

/// Members beside "dump" that aclInit reads.
constexpr std::array<std::string_view, 9> kOtherMembers = {
    "profiler",     "defaultDevice",   "event_mode", "StackSize",      "opcompile_switch",
    "err_msg_mode", "max_opqueue_num", "acl_graph",  "multi_thread_op"};

/// "{}" with nothing but space in it: what applications without a dump give to aclInit.
bool is_empty_object(std::string_view text) {
  text = trimmed(text);
  return text.size() >= 2 && text.front() == '{' && text.back() == '}' &&
         trimmed(text.substr(1, text.size() - 2)).empty();
}

/// The key of the first member of an object.
std::string_view first_key(std::string_view text) {
  text = trimmed(text);
  if (!text.starts_with('{')) return {};
  text = trimmed(text.substr(1));
  if (!text.starts_with('"')) return {};
  const size_t end = text.find('"', 1);
  return end == std::string_view::npos ? std::string_view() : text.substr(1, end - 1);
}

std::string value_text(const Json& value) {
  constexpr size_t kWidth = 200;
  if (value.is_string()) return shortened(as_utf8(value.get<std::string>()), kWidth);
  return shortened(value.dump(-1, ' ', false, Json::error_handler_t::replace), kWidth);
}

void read_stats(const Json& value, DumpConfig& config, Problems& problems) {
  config.has_stats = true;
  if (!value.is_array()) {
    problems.error(Code::kBadValue, std::nullopt, "dump.dump_stats", "is no list; write [\"Max\"]");
    return;
  }
  for (const Json& item : value) {
    config.stats.push_back(item.is_string() ? item.get<std::string>() : value_text(item));
  }
}

void read_list(const Json& value, DumpConfig& config, Problems& problems) {
  if (value.is_array()) {
    config.list = &value;
    return;
  }
  problems.error(Code::kBadValue, std::nullopt, "dump.dump_list", "is no list; write []");
}

void read_member(const std::string& key, const Json& value, DumpConfig& config,
                 ir::RecordTable& table, Problems& problems) {
  const Setting* setting = find_setting(key);
  std::string meaning(setting == nullptr ? "" : setting->meaning);
  if (key == "dump_stats") {
    meaning = "which statistics";
    read_stats(value, config, problems);
  } else if (key == "dump_list") {
    meaning = "which models and ops";
    read_list(value, config, problems);
  } else if (setting == nullptr) {
    meaning = "not known; no effect";
    problems.warning(Code::kUnknownField, std::nullopt, "dump",
                     fmt::format("'{}' is not known and has no effect; check its spelling",
                                 for_terminal(shortened(as_utf8(key), 60))));
  } else if (value.is_string()) {
    config.words[key] = value.get<std::string>();
  } else {
    problems.error(Code::kBadValue, std::nullopt, "dump." + key,
                   "is no text; write it in quotation marks");
  }
  table.rows.push_back({shortened(as_utf8(key), 100), value_text(value), meaning});
}

void read_dump(const Json& dump, ir::TensorFile& out) {
  ir::RecordTable table{"settings", {"setting", "value", "meaning"}, {}};
  DumpConfig config;
  for (const auto& [key, value] : dump.items()) {
    read_member(key, value, config, table, out.problems);
  }
  for (const Setting& setting : settings()) {
    if (config.has(setting.name) || setting.fallback.empty()) continue;
    table.rows.push_back({std::string(setting.name), fmt::format("{} (default)", setting.fallback),
                          std::string(setting.meaning)});
  }
  out.records.push_back(std::move(table));
  check(config, out.problems);
  ir::RecordTable words{"what will be dumped", {"in words"}, {}};
  for (std::string& sentence : explain(config)) words.rows.push_back({std::move(sentence)});
  out.records.push_back(std::move(words));
}

void read_document(const Json& document, ir::TensorFile& out) {
  for (const auto& [key, value] : document.items()) {
    if (key == "dump") continue;
    const bool known =
        std::find(kOtherMembers.begin(), kOtherMembers.end(), key) != kOtherMembers.end();
    const auto severity = known ? Severity::kInfo : Severity::kWarning;
    out.problems.add(severity, Code::kUnknownField, std::nullopt,
                     for_terminal(shortened(as_utf8(key), 60)),
                     known ? "is a setting beside the dump; not checked"
                           : "is no setting that is known; check its spelling");
  }
  static const Json kNothing = Json::object();
  const auto dump = document.find("dump");
  if (dump == document.end()) return read_dump(kNothing, out);
  if (!dump->is_object()) {
    out.problems.error(Code::kBadValue, std::nullopt, "dump", "is no object; write \"dump\": {}");
    return;
  }
  read_dump(*dump, out);
}

}  // namespace

bool looks_like_acl_json(ByteView bytes) {
  const std::string_view text = without_byte_order_mark(as_text(bytes));
  if (is_empty_object(text)) return true;
  const std::string_view key = first_key(text);
  return key == "dump" ||
         std::find(kOtherMembers.begin(), kOtherMembers.end(), key) != kOtherMembers.end();
}

std::unique_ptr<ir::TensorFile> read_acl_json(const std::shared_ptr<const FileBytes>& file) {
  auto out = std::make_unique<ir::TensorFile>(file, Kind::kAclJson);
  const std::string_view text = without_byte_order_mark(as_text(file->bytes()));
  out->byte_map.add(0, file->size(), "JSON");
  out->account = out->byte_map.account(file->bytes());
  if (file->size() > kMostBytes || json_depth(text) > kMostDepth) {
    out->problems.error(Code::kTooLarge, std::nullopt, "",
                        fmt::format("is larger than {} or nested deeper than any configuration; "
                                    "not read",
                                    human_bytes(kMostBytes)));
    return out;
  }
  const Json document = Json::parse(text, nullptr, false);
  if (document.is_discarded()) {
    out->problems.error(Code::kBadJson, std::nullopt, "",
                        "is no JSON; aclInit fails with it. Check commas and quotation marks");
  } else if (!document.is_object()) {
    out->problems.error(Code::kBadJson, std::nullopt, "", "is no JSON object; write {}");
  } else {
    read_document(document, *out);
  }
  return out;
}

}  // namespace omscope::config
