// Scale and shift. The sums of the first pass are over all elements that are finite on both sides,
// so that a fit which leaves little of the error is shown for the whole tensor.

#include <fmt/format.h>

#include "omscope/numeric/pattern_input.h"

namespace omscope::numeric {
namespace {

/// A fit explains an error of which it leaves at most this part.
constexpr double kLeft = 0.05;

struct Fit {
  Pattern pattern;
  std::string what;
  double left;  ///< root mean square of what the fit leaves
};

bool explains(double left, const PairMetrics& metrics) {
  const double size = std::hypot(metrics.run.mean.value_or(0), metrics.run.std.value_or(0));
  return left <= kLeft * *metrics.rmse && left <= kLeft * size;
}

/// Without a scale, all that the deviations of d from their mean leave.
double left_by_shift(const PairMetrics& metrics, double shift) {
  const double squares = *metrics.rmse * *metrics.rmse - shift * shift;
  return squares > 0 ? std::sqrt(squares) : 0;
}

std::optional<Fit> scale_of(const PairMetrics& metrics) {
  if (!metrics.scale_only || !explains(*metrics.scale_only_rmse, metrics)) return std::nullopt;
  const double scale = *metrics.scale_only;
  const bool flipped = std::abs(scale + 1) < 1e-3;
  return Fit{flipped ? Pattern::kSignFlip : Pattern::kScale,
             flipped ? "run = -golden" : fmt::format("run = {} x golden", number_text(scale)),
             *metrics.scale_only_rmse};
}

std::optional<Fit> shift_of(const PairMetrics& metrics) {
  if (metrics.compared != metrics.count) return std::nullopt;  // means of other elements, too
  const double shift = *metrics.run.mean - *metrics.golden.mean;
  const double left = left_by_shift(metrics, shift);
  if (!explains(left, metrics)) return std::nullopt;
  return Fit{Pattern::kShift,
             fmt::format("run = golden {} {}", shift < 0 ? '-' : '+', number_text(std::abs(shift))),
             left};
}

std::optional<Fit> both_of(const PairMetrics& metrics) {
  if (!metrics.scale || !explains(*metrics.residual_rmse, metrics)) return std::nullopt;
  // Of a golden that hardly moves, any scale fits.
  if (*metrics.residual_rmse > kLeft * metrics.run.std.value_or(0)) return std::nullopt;
  const double offset = *metrics.offset;
  return Fit{Pattern::kScaleShift,
             fmt::format("run = {} x golden {} {}", number_text(*metrics.scale),
                         offset < 0 ? '-' : '+', number_text(std::abs(offset))),
             *metrics.residual_rmse};
}

}  // namespace

PatternFinding find_fit(const PatternInput& input) {
  const PairMetrics& metrics = input.metrics;
  // A few numbers fit anything; what is not finite is no matter of scale.
  if (metrics.compared < 4 || metrics.nonfinite_mismatch > 0) return {};
  std::optional<Fit> best = scale_of(metrics);
  if (const auto shift = shift_of(metrics); shift && (!best || shift->left < best->left)) {
    best = shift;
  }
  if (!best) best = both_of(metrics);
  if (!best) return {};
  const double part = *metrics.rmse > 0 ? best->left / *metrics.rmse : 0;
  // The sums hold about eight digits of what a perfect fit leaves.
  const std::string left = part < 1e-6 ? "nothing" : fmt::format("{:.2g} %", 100 * part);
  return {best->pattern, fmt::format("{}: over all {} elements that leaves {} of the error",
                                     best->what, metrics.compared, left)};
}

}  // namespace omscope::numeric
