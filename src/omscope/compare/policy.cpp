#include "omscope/compare/policy.h"

#include <algorithm>
#include <array>
#include <limits>

#include <fmt/format.h>

#include "omscope/core/text.h"
#include "omscope/tensor/decode.h"

namespace omscope::compare {
namespace {

struct Default {
  DType dtype;
  double rtol;
  double atol;  ///< of golden's root mean square
};

// policy.h says why.
constexpr std::array kDefaults = {
    Default{DType::kFloat64, 1e-10, 1e-10},
    Default{DType::kComplex128, 1e-10, 1e-10},
    Default{DType::kFloat32, 1e-5, 1e-5},
    Default{DType::kComplex64, 1e-5, 1e-5},
    Default{DType::kFloat16, 1e-2, 1e-2},
    Default{DType::kComplex32, 1e-2, 1e-2},
    Default{DType::kBFloat16, 3e-2, 3e-2},
    Default{DType::kFloat8E4M3FN, 0.25, 0.0625},
    Default{DType::kFloat8E4M3FNUZ, 0.25, 0.0625},
    Default{DType::kFloat8E5M2, 0.5, 0.125},
    Default{DType::kFloat8E5M2FNUZ, 0.5, 0.125},
    Default{DType::kHiFloat8, 0.5, 0.125},
    Default{DType::kFloat6E3M2, 0.5, 0.25},
    Default{DType::kFloat6E2M3, 0.5, 0.25},
    Default{DType::kFloat4E2M1, 0.5, 0.25},
    Default{DType::kFloat4E1M2, 0.5, 0.25},
    Default{DType::kFloat8E8M0, 1, 0},
};
constexpr double kFailShare = 0.1;
/// An error as large as the largest value is none of a few that may be off.
constexpr double kLargestPeak = 1;

bool is_quantised_type(DType dtype) {
  switch (dtype) {
    case DType::kQInt8:
    case DType::kQUInt8:
    case DType::kQInt16:
    case DType::kQUInt16:
    case DType::kQInt32: return true;
    default: return false;
  }
}

bool names(const Selector& selector, const Subject& subject) {
  if (selector.name.empty()) return true;
  for (const std::string* op : {&subject.op, &subject.golden_op}) {
    if (glob_match(selector.name, *op) || glob_match(selector.name, *op + ":" + subject.tensor)) {
      return true;
    }
  }
  return false;
}

bool matches(const Selector& selector, const Subject& subject) {
  const auto glob = [](const std::string& pattern, std::string_view text) {
    return pattern.empty() || glob_match(pattern, text);
  };
  return glob(selector.op_type, subject.op_type) &&
         glob(selector.dtype, to_string(subject.dtype)) && names(selector, subject);
}

/// As if it was judged by what the files have.
Subject as_stored(Subject subject) {
  if (subject.stored != DType::kUndefined) subject.dtype = subject.stored;
  return subject;
}

std::string words_of(const Selector& selector) {
  std::string out;
  const auto add = [&](const char* key, const std::string& value) {
    if (!value.empty()) out += fmt::format("{}{} {}", out.empty() ? "" : ", ", key, value);
  };
  add("name", selector.name);
  add("op_type", selector.op_type);
  add("dtype", selector.dtype);
  return out.empty() ? "all" : out;
}

bool bounds_divergence(const Settings& settings) {
  return std::any_of(settings.bounds.begin(), settings.bounds.end(), [](const auto& bound) {
    return bound.first == "kl_divergence" || bound.first == "msaccucmp_kl";
  });
}

}  // namespace

Thresholds default_thresholds(DType dtype, bool quantised) {
  Thresholds out;
  if (quantised || is_quantised_type(dtype)) {
    out.atol = tensor::is_integer(dtype) ? 1 : 0;
    out.source = "default: one step of quantised values";
    if (out.atol > 0) return out;
  }
  const auto* found = std::find_if(kDefaults.begin(), kDefaults.end(),
                                   [&](const Default& each) { return each.dtype == dtype; });
  if (found == kDefaults.end()) {
    out.source = "default: exact";
    return out;
  }
  out.rtol = found->rtol;
  out.atol = found->atol;
  out.atol_scaled = true;
  out.fail_share = kFailShare;
  out.peak_error = found->rtol;
  out.source = fmt::format("default for {}", to_string(dtype));
  return out;
}

void apply(const Settings& settings, Thresholds& thresholds) {
  const bool states_tolerance = settings.rtol || settings.atol;
  if (states_tolerance) {
    thresholds.warn_share = 0;
    thresholds.fail_share = 0;
  }
  if (settings.atol) thresholds.atol_scaled = false;
  const auto set = [](auto& own, const auto& stated) {
    if (stated) own = *stated;
  };
  set(thresholds.rtol, settings.rtol);
  set(thresholds.atol, settings.atol);
  set(thresholds.rule, settings.rule);
  if (states_tolerance) thresholds.peak_error = std::max(thresholds.rtol, kLargestPeak);
  set(thresholds.warn_share, settings.warn_share);
  set(thresholds.fail_share, settings.fail_share);
  set(thresholds.peak_error, settings.peak_error);
  set(thresholds.atol_scaled, settings.atol_scaled);
  set(thresholds.both_nan, settings.both_nan);
  set(thresholds.both_inf, settings.both_inf);
  for (const auto& bound : settings.bounds) {
    std::erase_if(thresholds.bounds, [&](const auto& own) { return own.first == bound.first; });
    thresholds.bounds.push_back(bound);
  }
}

Policy::Policy(std::string_view preset) : preset_(preset) {}

void Policy::add(PolicyFile file) {
  file_ = std::move(file);
}

void Policy::add_command_line(std::optional<double> rtol, std::optional<double> atol) {
  if (!rtol && !atol) return;
  command_line_.rtol = rtol.value_or(0);
  command_line_.atol = atol.value_or(0);
  has_command_line_ = true;
}

const Rule* Policy::last_rule(const Subject& subject) const {
  const auto found = std::find_if(file_.rules.rbegin(), file_.rules.rend(), [&](const Rule& each) {
    return matches(each.applies_to, subject);
  });
  return found == file_.rules.rend() ? nullptr : &*found;
}

const Settings* Policy::section(DType dtype) const {
  const auto found = std::find_if(file_.by_dtype.rbegin(), file_.by_dtype.rend(),
                                  [&](const auto& each) { return each.first == to_string(dtype); });
  return found == file_.by_dtype.rend() ? nullptr : &found->second;
}

/// Whether the file speaks of the dtype that is stored and not of the one that would judge. Users
/// see what is stored; what they state for it holds.
bool Policy::speaks_of_stored(const Subject& subject) const {
  const Rule* rule = last_rule(as_stored(subject));
  if (rule != nullptr && !rule->applies_to.dtype.empty() && last_rule(subject) != rule) return true;
  return section(subject.dtype) == nullptr && section(subject.stored) != nullptr;
}

Thresholds Policy::thresholds(const Subject& asked) const {
  const Subject subject = speaks_of_stored(asked) ? as_stored(asked) : asked;
  Thresholds out = default_thresholds(subject.dtype, subject.quantised);
  if (auto preset = preset_thresholds(preset_)) out = std::move(*preset);
  const auto state = [&](const Settings& settings, const std::string& source) {
    apply(settings, out);
    out.source = source;
  };
  const auto says = [](const Settings& s) {
    return s.rtol || s.atol || s.rule || s.warn_share || s.fail_share || s.peak_error ||
           s.atol_scaled || s.both_nan || s.both_inf || !s.bounds.empty();
  };
  if (says(file_.defaults)) state(file_.defaults, file_.path + " [default]");
  if (const Settings* own = section(subject.dtype)) {
    state(*own, fmt::format("{} [default.{}]", file_.path, to_string(subject.dtype)));
  }
  if (has_command_line_) state(command_line_, "--rtol, --atol");
  if (const Rule* rule = last_rule(subject)) state(rule->settings, rule->source);
  out.dtype = subject.dtype;
  return out;
}

const Ignore* Policy::ignored(const Subject& subject) const {
  const auto found =
      std::find_if(file_.ignores.rbegin(), file_.ignores.rend(),
                   [&](const Ignore& each) { return matches(each.applies_to, subject); });
  return found == file_.ignores.rend() ? nullptr : &*found;
}

void Policy::report_unused(const std::vector<Subject>& subjects, Problems& problems) const {
  if (subjects.empty()) return;
  const auto check = [&](const Selector& selector, size_t line, const char* what) {
    const bool used = std::any_of(subjects.begin(), subjects.end(),
                                  [&](const Subject& each) { return names(selector, each); });
    if (used) return;
    problems.add({Severity::kWarning, Code::kBadUsage, file_.path, std::nullopt,
                  fmt::format("line {}", line),
                  fmt::format("[[{}]] name \"{}\" fits no tensor of either side", what,
                              for_terminal(selector.name))});
  };
  for (const Ignore& each : file_.ignores) check(each.applies_to, each.line, "ignore");
  for (const Rule& each : file_.rules) check(each.applies_to, each.line, "rule");
}

bool Policy::needs_kl() const {
  if (preset_ == "msaccucmp" || bounds_divergence(file_.defaults)) return true;
  for (const auto& [dtype, settings] : file_.by_dtype) {
    if (bounds_divergence(settings)) return true;
  }
  return std::any_of(file_.rules.begin(), file_.rules.end(),
                     [](const Rule& rule) { return bounds_divergence(rule.settings); });
}

void Policy::describe(Result& result) const {
  const auto add = [&](Thresholds thresholds, std::string name) {
    result.policy.push_back(std::move(thresholds));
    result.policy_names.push_back(std::move(name));
  };
  if (auto preset = preset_thresholds(preset_)) {
    add(std::move(*preset), "all");
  } else {
    for (const Default& each : kDefaults) {
      add(default_thresholds(each.dtype, false), std::string(to_string(each.dtype)));
    }
    add(default_thresholds(DType::kInt32, false), "integers, bool");
    add(default_thresholds(DType::kInt8, true), "quantised integers");
  }
  const auto stated = [&](const Settings& settings, const std::string& source, std::string name) {
    Thresholds out;
    apply(settings, out);
    out.source = source;
    add(std::move(out), std::move(name));
  };
  if (!file_.path.empty()) stated(file_.defaults, file_.path + " [default]", "all");
  for (const auto& [dtype, settings] : file_.by_dtype) {
    stated(settings, fmt::format("{} [default.{}]", file_.path, dtype), dtype);
  }
  if (has_command_line_) stated(command_line_, "--rtol, --atol", "all");
  for (const Rule& rule : file_.rules)
    stated(rule.settings, rule.source, words_of(rule.applies_to));
}

const std::vector<std::string>& presets() {
  static const std::vector<std::string> kNames = {"msaccucmp", "polygraphy", "allclose"};
  return kNames;
}

std::optional<Thresholds> preset_thresholds(std::string_view preset) {
  Thresholds out;
  out.source = fmt::format("preset {}", preset);
  if (preset == "allclose") {
    // numpy.allclose: |d| <= 1e-8 + 1e-5 |golden|; NaN equals nothing.
    out.rtol = 1e-5;
    out.atol = 1e-8;
    out.both_nan = Status::kFail;
    return out;
  }
  if (preset == "polygraphy") {
    // Its "simple" comparison: over only when both tolerances are exceeded, which NaN and
    // infinities on both sides are (their difference is NaN).
    out.rtol = 1e-5;
    out.atol = 1e-5;
    out.rule = numeric::ToleranceRule::kEither;
    out.both_nan = Status::kFail;
    out.both_inf = Status::kFail;
    return out;
  }
  if (preset == "msaccucmp") {
    // What msquickcmp flags in the tables of msaccucmp; no bound for single elements.
    out.atol = std::numeric_limits<double>::infinity();
    out.bounds = {{"cosine", 0.99},
                  {"relative_euclidean_distance", 0.05},
                  {"kl_divergence", 0.005},
                  {"rmse", 1.0},
                  {"mean_rel_error", 1.0}};
    return out;
  }
  return std::nullopt;
}

}  // namespace omscope::compare
