// The rules of acl.json's "dump" part.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "omscope/core/json.h"
#include "omscope/core/problem.h"

namespace omscope::config {

/// One member of "dump" that takes a word.
struct Setting {
  std::string_view name;
  std::vector<std::string_view> values;  ///< what is accepted; empty: any text
  std::string_view fallback;             ///< what holds when it is not there
  std::string_view meaning;
};

const std::vector<Setting>& settings();
const Setting* find_setting(std::string_view name);

/// The "dump" part with what its members say.
struct DumpConfig {
  std::map<std::string, std::string, std::less<>> words;  ///< settings that hold a text
  std::vector<std::string> stats;
  bool has_stats = false;
  const Json* list = nullptr;  ///< dump_list, when it is an array

  /// The value that holds.
  std::string_view get(std::string_view name) const;
  bool has(std::string_view name) const { return words.contains(name); }
  bool is_on(std::string_view name) const { return get(name) == "on"; }
  /// Whether tensors of ops are dumped by this configuration at all.
  bool dumps_ops() const;
};

/// Values that are refused, combinations that conflict, settings without effect.
void check(const DumpConfig& config, Problems& problems);

/// What will be dumped, a sentence each.
std::vector<std::string> explain(const DumpConfig& config);

}  // namespace omscope::config
