#include "omscope/numeric/pair_text.h"

#include <fmt/format.h>

#include "omscope/core/told_apart.h"

namespace omscope::numeric {

std::string worst_values_text(const PairMetrics& metrics, int fewest) {
  if (!metrics.max_abs_index || !metrics.max_abs_error) return {};
  const auto values = told_apart({metrics.max_abs_run, metrics.max_abs_golden}, fewest);
  std::string text = fmt::format("run {}, golden {}", values[0], values[1]);
  if (metrics.magnitudes) {
    text += " in magnitude";
  } else if (values[0] != values[1]) {
    return text;
  }
  const std::string error = metrics.exact_max_abs.empty()
                                ? fmt::format("{:.6g}", *metrics.max_abs_error)
                                : metrics.exact_max_abs;
  return text + ", off by " + error;
}

}  // namespace omscope::numeric
