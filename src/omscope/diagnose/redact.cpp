#include "omscope/diagnose/redact.h"

#include <algorithm>
#include <functional>
#include <map>

#include <fmt/format.h>

#include "omscope/core/text.h"
#include "omscope/diagnose/mask_text.h"

namespace omscope::diagnose {
namespace {

using Change = std::function<void(std::string&)>;

/// All texts of the report; names of the inputs go to `file`.
void for_each_text(Report& report, const Change& change, const Change& file) {
  const auto both = [&](Text& text) {
    change(text.en);
    change(text.zh);
  };
  const auto all = [&](std::vector<Evidence>& list) {
    for (Evidence& each : list) {
      file(each.file);
      change(each.text);
    }
  };
  for (Incident& each : report.incidents) {
    change(each.kernel);
    change(each.op_name);
    change(each.dump_file);
    both(each.conclusion);
    both(each.cause);
    for (Text& action : each.actions) both(action);
    for (auto& [name, value] : each.registers.words) change(value);
    all(each.evidence);
  }
  for (Finding& each : report.findings) {
    both(each.message);
    all(each.evidence);
  }
  for (Check& each : report.checks) {
    file(each.file);
    both(each.detail);
  }
  for (MissingEvidence& each : report.missing_evidence) both(each.what);
  for (Problem& each : report.problems) {
    file(each.file);
    change(each.message);
    change(each.where);
  }
}

/// The input's own name may tell as much as its folder; what it ends with says what it is.
class FileLabels {
 public:
  void label(std::string& name) {
    if (name.empty() || name == "-" || name.starts_with("--")) return;
    auto found = labels_.find(name);
    if (found == labels_.end()) {
      found =
          labels_.emplace(name, fmt::format("<file {}>{}", labels_.size() + 1, ending(name))).first;
    }
    name = found->second;
  }

 private:
  static std::string_view ending(std::string_view name) {
    constexpr size_t kLongest = 6;
    const size_t dot = name.find_last_of("./\\ ");
    if (dot == std::string_view::npos || name[dot] != '.') return {};
    const std::string_view end = name.substr(dot);
    const bool plain =
        end.size() > 1 && end.size() <= kLongest &&
        std::none_of(end.begin() + 1, end.end(), [](char c) { return c < '0' || c > 'z'; });
    return plain && !is_digits(end.substr(1)) ? end : std::string_view();
  }

  std::map<std::string, std::string> labels_;
};

}  // namespace

void redact(Report& report) {
  PrivateNames names;
  const auto collect = [&](std::string& text) { collect_names(text, names); };
  for_each_text(report, collect, collect);
  FileLabels labels;
  for_each_text(
      report,
      [&](std::string& text) {
        text = mask_addresses(mask_paths(text));
        mask_names(text, names);
      },
      [&](std::string& file) { labels.label(file); });
}

}  // namespace omscope::diagnose
