// Compares two models of any kind.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "omscope/diff/result.h"
#include "omscope/ir/model.h"

namespace omscope::diff {

enum class WeightMode : uint8_t {
  kNone,    ///< constants are not looked at
  kHash,    ///< equal when their bytes are
  kValues,  ///< also equal after layout, padding and precision are seen through
};

struct Options {
  WeightMode weights = WeightMode::kValues;
  double rtol = 0;  ///< constants that differ by less count as rounded
  double atol = 0;
  std::vector<std::pair<std::string, std::string>> map;  ///< names of ops that are the same
  std::vector<Class> ignore;                             ///< classes that do not fail the gate
  /// What fails the gate. Neither given: everything but identical and equivalent.
  std::optional<Severity> fail_on_severity;
  std::vector<Class> fail_on_class;
  std::string op;   ///< only differences of subjects that match this glob fail the gate
  int threads = 0;  ///< 0: as many as the machine has
};

/// `a` is the reference, `b` the one in doubt. Both models must outlive nothing: the result holds
/// its own texts.
Result diff(const ir::Model& a, const ir::Model& b, const Options& options);

/// Whether a difference is about an op whose name matches the glob.
bool is_about(const Difference& difference, std::string_view glob);

}  // namespace omscope::diff
