// Which differences pass: defaults, presets, the user's file and command line.
//
// A pair is judged by the dtype of its lower side. The bounds that hold for it are put together in
// layers: the defaults of the dtype (or a preset), `[default]` and `[default.DTYPE]` of the policy
// file, --rtol and --atol, and the last `[[rule]]` that matches. A layer that states a tolerance is
// strict: one element over it fails, unless the layer says otherwise; where it lets a share of them
// be over, none may be by more than golden's largest magnitude, unless it says otherwise.
//
// The defaults, for values that were computed in another order and at another precision:
//
//   dtype                rtol    atol * rms   why
//   float64              1e-10   1e-10        sums of some 10^4 terms at 1e-16
//   float32, complex64   1e-5    1e-5         the same at 6e-8; what GPUs and CPUs differ by
//   float16, complex32   1e-2    1e-2         20 roundings of 5e-4, as deep networks add them up
//   bfloat16             3e-2    3e-2         8 roundings of 4e-3
//   float8_e4m3          2.5e-1  6e-2         4 roundings of 6e-2
//   float8_e5m2, hifloat8 5e-1   1.2e-1       4 roundings of 1.2e-1
//   float6, float4       5e-1    2.5e-1       one code up or down
//   float8_e8m0          1       0            a factor of two is one code
//   integers, bool       0       0            exact
//   quantised integers   0       1 step       rounding goes either way
//
// atol is a share of golden's root mean square: an error that is nothing beside activations of 100
// is everything beside gradients of 1e-8. Up to a tenth of the elements may be over tolerance, with
// a warning, as long as the largest error is below rtol times golden's largest magnitude: near
// zero, sums that cancel have large relative errors, and a real fault is large somewhere.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "omscope/compare/result.h"
#include "omscope/core/result.h"

namespace omscope::compare {

/// What one layer states.
struct Settings {
  std::optional<double> rtol;
  std::optional<double> atol;
  std::optional<numeric::ToleranceRule> rule;
  std::optional<double> warn_share;
  std::optional<double> fail_share;
  std::optional<double> peak_error;
  std::optional<bool> atol_scaled;
  std::optional<Status> both_nan;
  std::optional<Status> both_inf;
  std::vector<std::pair<std::string, double>> bounds;
};

/// Globs; an empty one matches everything.
struct Selector {
  std::string name;
  std::string op_type;
  std::string dtype;
};

struct Rule {
  Selector applies_to;
  Settings settings;
  std::string source;  ///< "policy.toml line 7"
  size_t line = 0;
};

struct Ignore {
  Selector applies_to;
  std::string reason;
  size_t line = 0;
};

/// What a policy file says.
struct PolicyFile {
  Settings defaults;
  std::vector<std::pair<std::string, Settings>> by_dtype;
  std::vector<Rule> rules;
  std::vector<Ignore> ignores;
  std::string path;
};

/// Names a pair answers to in rules.
struct Subject {
  std::string op;         ///< of the run
  std::string golden_op;  ///< of the golden run
  std::string tensor;     ///< "output:0"
  std::string op_type;
  DType dtype = DType::kUndefined;  ///< that judges
  bool quantised = false;
  DType stored = DType::kUndefined;  ///< the lower of both sides, where it is not the same
};

class Policy {
 public:
  /// `preset` is empty or one of presets().
  explicit Policy(std::string_view preset = {});

  void add(PolicyFile file);
  /// --rtol and --atol; the one that is not given is 0.
  void add_command_line(std::optional<double> rtol, std::optional<double> atol);

  Thresholds thresholds(const Subject& subject) const;
  /// Nothing: it is compared.
  const Ignore* ignored(const Subject& subject) const;

  /// Rules and ignores of the file whose name fits none of `subjects`: misspelt, or left over.
  void report_unused(const std::vector<Subject>& subjects, Problems& problems) const;

  bool needs_kl() const;
  /// All layers with what they apply to, for the report.
  void describe(Result& result) const;

 private:
  const Rule* last_rule(const Subject& subject) const;
  const Settings* section(DType dtype) const;
  bool speaks_of_stored(const Subject& subject) const;

  std::string preset_;
  PolicyFile file_;
  Settings command_line_;
  bool has_command_line_ = false;
};

const std::vector<std::string>& presets();

/// The defaults of a dtype.
Thresholds default_thresholds(DType dtype, bool quantised);
/// Those of a preset; nothing for other names.
std::optional<Thresholds> preset_thresholds(std::string_view preset);

void apply(const Settings& settings, Thresholds& thresholds);

}  // namespace omscope::compare
