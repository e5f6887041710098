#include "omscope/compare/policy_file.h"

#include <array>
#include <cmath>

#include <fmt/format.h>

#include "omscope/compare/metric_bounds.h"
#include "omscope/core/file_bytes.h"
#include "omscope/core/text.h"
#include "omscope/formats/dump/name_parts.h"

#define TOML_EXCEPTIONS 0
#define TOML_HEADER_ONLY 1
#define TOML_ENABLE_FORMATTERS 0
#include <toml++/impl/preprocessor.h>
// toml++ 3.3 asserts, and in release assumes, that a dotted key goes on with a character of a key,
// which a wrong file need not do ("[a. = 1"). What follows the assertions handles that.
#undef TOML_ASSERT
#undef TOML_ASSERT_ASSUME
#define TOML_ASSERT(expression) static_assert(true)
#define TOML_ASSERT_ASSUME(expression) static_assert(true)
#include <toml++/toml.h>

namespace omscope::compare {
namespace {

/// Reads tables, and keeps the first fault.
class Reader {
 public:
  explicit Reader(std::string path) { file_.path = std::move(path); }

  omscope::Result<PolicyFile> read(const toml::table& root) {
    for (const auto& [key, node] : root) {
      if (key.str() == "default") {
        read_defaults(node);
      } else if (key.str() == "rule") {
        each_table(node, "rule", [&](const toml::table& table) { read_rule(table); });
      } else if (key.str() == "ignore") {
        each_table(node, "ignore", [&](const toml::table& table) { read_ignore(table); });
      } else {
        unknown(key, "[default], [[rule]] and [[ignore]]");
      }
    }
    if (fault_) return *fault_;
    return std::move(file_);
  }

 private:
  void refuse(const toml::source_region& where, std::string why, Code code = Code::kBadValue) {
    if (fault_) return;
    if (why.find("; ") == std::string::npos) why += "; correct this line";
    fault_ = Problem{
        Severity::kError, code, file_.path, std::nullopt, fmt::format("line {}", where.begin.line),
        std::move(why)};
  }

  void unknown(const toml::key& key, std::string_view known) {
    refuse(key.source(),
           fmt::format("'{}' is no key here; known are {}", for_terminal(key.str()), known));
  }

  template <class Read>
  void each_table(const toml::node& node, const char* what, Read read) {
    const toml::array* list = node.as_array();
    if (list == nullptr) {
      refuse(node.source(), fmt::format("write [[{}]], with two brackets", what));
      return;
    }
    for (const toml::node& item : *list) {
      if (const toml::table* table = item.as_table()) {
        read(*table);
      } else {
        refuse(item.source(), fmt::format("is no table; write [[{}]] before its keys", what));
      }
    }
  }

  void read_defaults(const toml::node& node) {
    const toml::table* table = node.as_table();
    if (table == nullptr) {
      refuse(node.source(), "'default' is a table; write [default] before its keys");
      return;
    }
    for (const auto& [key, value] : *table) {
      const toml::table* inner = value.as_table();
      if (inner == nullptr) {
        setting(key, value, file_.defaults);
        continue;
      }
      if (dump::dtype_by_name(key.str()) == DType::kUndefined) {
        refuse(key.source(), fmt::format("'{}' is no dtype; write one as float16, bfloat16, int8",
                                         for_terminal(key.str())));
      }
      Settings settings;
      for (const auto& [name, item] : *inner) setting(name, item, settings);
      check_shares(*inner, settings);
      file_.by_dtype.emplace_back(std::string(to_string(dump::dtype_by_name(key.str()))),
                                  std::move(settings));
    }
    check_shares(*table, file_.defaults);
  }

  void check_shares(const toml::table& table, const Settings& settings) {
    if (!settings.warn_share || *settings.warn_share <= settings.fail_share.value_or(1)) return;
    refuse(table.source(),
           "warn_share is above fail_share: what fails would not even warn; raise fail_share or "
           "lower warn_share");
  }

  void read_rule(const toml::table& table) {
    Rule rule;
    rule.line = table.source().begin.line;
    rule.source = fmt::format("{} line {}", file_.path, rule.line);
    for (const auto& [key, value] : table) {
      if (!selector(key, value, rule.applies_to)) setting(key, value, rule.settings);
    }
    check_shares(table, rule.settings);
    file_.rules.push_back(std::move(rule));
  }

  void read_ignore(const toml::table& table) {
    Ignore ignore;
    ignore.line = table.source().begin.line;
    for (const auto& [key, value] : table) {
      if (selector(key, value, ignore.applies_to)) continue;
      if (key.str() != "reason") {
        unknown(key, "name, op_type, dtype and reason");
      } else {
        ignore.reason = text(key, value);
      }
    }
    if (ignore.reason.find_first_not_of(" \t\n") == std::string::npos) {
      refuse(table.source(), "an [[ignore]] needs a reason; add reason = \"…\"");
    }
    const Selector& all = ignore.applies_to;
    if (all.name.empty() && all.op_type.empty() && all.dtype.empty()) {
      refuse(table.source(),
             "an [[ignore]] needs a name, op_type or dtype; to ignore everything, "
             "write name = \"*\"");
    }
    file_.ignores.push_back(std::move(ignore));
  }

  bool selector(const toml::key& key, const toml::node& value, Selector& out) {
    if (key.str() == "name") {
      out.name = text(key, value);
    } else if (key.str() == "op_type") {
      out.op_type = text(key, value);
    } else if (key.str() == "dtype") {
      out.dtype = text(key, value);
      const bool glob = out.dtype.find_first_of("*?[") != std::string::npos;
      if (!glob && dump::dtype_by_name(out.dtype) == DType::kUndefined) {
        refuse(value.source(), fmt::format("'{}' is no dtype", for_terminal(out.dtype)));
      }
    } else {
      return false;
    }
    return true;
  }

  std::string text(const toml::key& key, const toml::node& value) {
    if (const auto* found = value.as_string()) return found->get();
    refuse(value.source(), fmt::format("'{}' must be a text; write it in quotes", key.str()));
    return {};
  }

  double number(const toml::key& key, const toml::node& value, bool any_sign) {
    const auto found = value.value<double>();
    const bool numeric = value.is_integer() || value.is_floating_point();
    if (!found || !numeric || !(any_sign || *found >= 0)) {
      refuse(value.source(), fmt::format("'{}' must be a number{}, as 1e-3", key.str(),
                                         any_sign ? "" : " that is not negative"));
      return 0;
    }
    if (*found != *found) refuse(value.source(), fmt::format("'{}' must not be NaN", key.str()));
    return *found;
  }

  double share(const toml::key& key, const toml::node& value) {
    const double found = number(key, value, false);
    if (found > 1) {
      refuse(value.source(), fmt::format("'{}' must be a share from 0 to 1", key.str()));
    }
    return found;
  }

  Status status(const toml::key& key, const toml::node& value) {
    const std::string word = text(key, value);
    for (const Status each : {Status::kPass, Status::kWarn, Status::kFail}) {
      if (word == to_string(each)) return each;
    }
    refuse(value.source(), fmt::format("'{}' must be \"pass\", \"warn\" or \"fail\"", key.str()));
    return Status::kFail;
  }

  void setting(const toml::key& key, const toml::node& value, Settings& out) {
    const std::string_view name = key.str();
    if (name == "rtol") {
      out.rtol = number(key, value, false);
      if (std::isinf(*out.rtol)) {
        refuse(value.source(),
               "'rtol' must be finite; atol = inf leaves all to the bounds of metrics");
      }
    } else if (name == "atol") {
      out.atol = number(key, value, false);
    } else if (name == "warn_share") {
      out.warn_share = share(key, value);
    } else if (name == "fail_share") {
      out.fail_share = share(key, value);
    } else if (name == "peak_error") {
      out.peak_error = number(key, value, false);
    } else if (name == "both_nan") {
      out.both_nan = status(key, value);
    } else if (name == "both_inf") {
      out.both_inf = status(key, value);
    } else if (name == "tolerance") {
      out.rule = tolerance(key, value);
    } else if (name == "atol_scaled") {
      const auto* flag = value.as_boolean();
      if (flag == nullptr) refuse(value.source(), "'atol_scaled' must be true or false");
      out.atol_scaled = flag != nullptr && flag->get();
    } else if (find_bounded(name) != nullptr) {
      out.bounds.emplace_back(std::string(name), number(key, value, true));
    } else {
      unknown(key,
              "rtol, atol, tolerance, atol_scaled, warn_share, fail_share, peak_error, both_nan, "
              "both_inf, metrics such as cosine and rmse, and in rules name, op_type, dtype");
    }
  }

  numeric::ToleranceRule tolerance(const toml::key& key, const toml::node& value) {
    const std::string word = text(key, value);
    if (word == "either") return numeric::ToleranceRule::kEither;
    if (word != "sum") refuse(value.source(), "'tolerance' must be \"sum\" or \"either\"");
    return numeric::ToleranceRule::kSum;
  }

  PolicyFile file_;
  std::optional<Problem> fault_;
};

}  // namespace

omscope::Result<PolicyFile> parse_policy(std::string_view text, const std::string& path) {
  constexpr size_t kMostBytes = size_t{1} << 20;  // rules take many times their text
  if (text.size() > kMostBytes) {
    return Problem{Severity::kError,
                   Code::kTooLarge,
                   path,
                   std::nullopt,
                   "",
                   "is larger than any policy; check which file it is"};
  }
  const toml::parse_result parsed = toml::parse(text, std::string_view(path));
  if (!parsed) {
    const toml::parse_error& error = parsed.error();
    return Problem{Severity::kError,
                   Code::kBadText,
                   path,
                   std::nullopt,
                   fmt::format("line {}", error.source().begin.line),
                   fmt::format("is no TOML: {}; correct this line", error.description())};
  }
  return Reader(path).read(parsed.table());
}

omscope::Result<PolicyFile> read_policy(const std::string& path) {
  const auto file = FileBytes::open(path);
  if (!file) return file.error();
  return parse_policy(as_text((*file)->bytes()), path);
}

}  // namespace omscope::compare
