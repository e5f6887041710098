// What comparing a run with its golden run says.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "omscope/core/problem.h"
#include "omscope/numeric/pair.h"
#include "omscope/numeric/pattern.h"

namespace omscope::compare {

enum class Status : uint8_t { kPass, kWarn, kFail, kUncomparable };
enum class Verdict : uint8_t { kPass, kFail, kNone };

std::string_view to_string(Status status);
std::string_view to_string(Verdict verdict);

/// One tensor of one side.
struct SideTensor {
  std::string file;    ///< as opened
  std::string tensor;  ///< "output:0", or the array's name
  std::string dtype;   ///< empty: not known
  std::vector<int64_t> shape;
  std::string format;  ///< layout; empty for those that have none
};

/// The bounds that decided a pair, after all rules.
struct Thresholds {
  double rtol = 0;
  double atol = 0;
  numeric::ToleranceRule rule = numeric::ToleranceRule::kSum;
  /// Share of elements that may be over tolerance: above `warn_share` warn, above `fail_share`
  /// fail.
  double warn_share = 0;
  double fail_share = 0;
  /// Elements over tolerance fail all the same when the largest error is more than this share of
  /// golden's largest magnitude; 0: that is not looked at.
  double peak_error = 0;
  /// `atol` is a share of golden's root mean square, so that it suits tensors of any magnitude. Of
  /// a pair it never is: it was multiplied, and the share stands in `atol_share`.
  bool atol_scaled = false;
  std::optional<double> atol_share;
  Status both_nan = Status::kWarn;  ///< NaN at the same place on both sides
  Status both_inf = Status::kPass;  ///< infinity of the same sign at the same place
  /// Further bounds by metric key: lower ones for "cosine", the ratios, "snr" and "psnr", upper
  /// ones for all others.
  std::vector<std::pair<std::string, double>> bounds;
  std::string source;               ///< which default, preset or rule they come from
  DType dtype = DType::kUndefined;  ///< that judges
};

struct Pair {
  std::string op;       ///< of the run's model, or the name both sides share
  std::string op_type;  ///< empty: not known
  std::string tensor;   ///< "output:0"
  SideTensor run;
  SideTensor golden;
  std::string paired_by;  ///< "provenance", "name", "normalised name", "file name", "mapping", …
  Status status = Status::kUncomparable;
  std::string reason;  ///< why it is not a pass; or why it was ignored
  numeric::PatternFinding pattern;
  std::optional<numeric::PairMetrics> metrics;
  Thresholds thresholds;
  std::vector<int64_t> shape;     ///< the one compared in
  std::string step;               ///< step, rank or batch, where there are several
  std::optional<uint64_t> order;  ///< of the op in the model
  bool is_model_output = false;
  bool from_baseline = false;  ///< compared with a sample only
  bool by_statistics = false;  ///< by statistics that both sides recorded, without values
  std::string damaged;         ///< the file whose payload is not what its archive says
  bool ignored = false;        ///< by the policy, for `reason`; it has no part in the verdict
};

/// What it means that a tensor has no partner.
enum class Absence : uint8_t {
  kByDesign,   ///< it can have none: fused away, made by the compiler, no tensor of the network
  kNotDumped,  ///< the other side should have it and does not
  kNoName,     ///< nothing of the other side has its name
};

struct Unpaired {
  std::string op;
  std::string op_type;
  SideTensor tensor;
  std::string reason;
  std::string group;  ///< the reason without names, for many at once; empty: the reason itself
  Absence absence = Absence::kNoName;
  bool ignored = false;  ///< by the policy
};

struct FirstDivergence {
  std::string op;
  std::string op_type;
  std::string tensor;
  uint64_t index_in_order = 0;
  std::optional<double> input_error;   ///< relative Euclidean distance of its worst input
  std::optional<double> output_error;  ///< of the output that fails
  std::vector<std::string> path;       ///< ops from there to an output of the model
  std::string why;                     ///< the sentence for people
};

struct RankedOp {
  std::string op;
  std::string op_type;
  double error_added = 0;  ///< output error minus input error, relative Euclidean distance
  std::optional<double> input_error;
  std::optional<double> output_error;
};

struct Summary {
  uint64_t pass = 0;
  uint64_t warn = 0;
  uint64_t fail = 0;
  uint64_t uncomparable = 0;
  uint64_t ignored = 0;
  uint64_t unpaired_run = 0;
  uint64_t unpaired_golden = 0;
  uint64_t missing = 0;  ///< of the unpaired golden ones, those that could have a partner
  uint64_t shared = 0;   ///< pairs whose golden tensor is that of an earlier pair, too

  uint64_t compared() const { return pass + warn + fail; }
  /// Golden tensors that have a partner.
  uint64_t paired() const { return compared() + uncomparable - shared; }
};

/// What the pairs are sorted by.
enum class Order : uint8_t { kModel, kTime, kNames };

struct Result {
  std::string run;     ///< as typed
  std::string golden;  ///< as typed
  std::string model;   ///< as typed; empty: none given
  Verdict verdict = Verdict::kNone;
  std::string why;  ///< the sentence for people
  /// Inputs that could not be read as a whole: the verdict is never a pass.
  std::vector<std::string> damaged;
  /// Most golden tensors that could have a partner have none: a pass says little.
  bool incomplete = false;
  std::string advice;  ///< what to do about that
  Summary summary;
  Order order = Order::kNames;
  std::vector<Pair> pairs;
  std::vector<Unpaired> unpaired_run;
  std::vector<Unpaired> unpaired_golden;
  std::optional<FirstDivergence> first_divergence;
  std::vector<RankedOp> ranking;          ///< most error added first
  std::vector<Thresholds> policy;         ///< the defaults and rules in force, in order
  std::vector<std::string> policy_names;  ///< what each of them applies to
  Problems problems{""};
};

}  // namespace omscope::compare
