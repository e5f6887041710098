// Scale and shift: from the sums of the first pass, shown by a second one, element by element. The
// sums alone could follow a few large elements.

#include <fmt/format.h>

#include "omscope/core/told_apart.h"
#include "omscope/numeric/blocks.h"
#include "omscope/numeric/pattern_input.h"

namespace omscope::numeric {
namespace {

/// A fit explains an error of which it leaves at most this part,
constexpr double kLeft = 0.05;
/// and which comes nearer to run than golden does for at least this part of the elements.
constexpr double kNearer = 0.95;

struct Fit {
  Pattern pattern = Pattern::kNone;
  double scale = 1;
  double offset = 0;
  double left = 0;  ///< root mean square of what the fit leaves
};

bool explains(double left, const PairMetrics& metrics) {
  const double size = std::hypot(metrics.run.mean.value_or(0), metrics.run.std.value_or(0));
  return left <= kLeft * *metrics.rmse && left <= kLeft * size;
}

std::optional<Fit> scale_of(const PairMetrics& metrics) {
  if (!metrics.scale_only || !explains(*metrics.scale_only_rmse, metrics)) return std::nullopt;
  const bool is_flipped = std::abs(*metrics.scale_only + 1) < 1e-3;
  return Fit{is_flipped ? Pattern::kSignFlip : Pattern::kScale, *metrics.scale_only, 0,
             *metrics.scale_only_rmse};
}

std::optional<Fit> shift_of(const PairMetrics& metrics) {
  if (metrics.compared != metrics.count) return std::nullopt;  // means of other elements, too
  const double shift = *metrics.run.mean - *metrics.golden.mean;
  // Without a scale, what the deviations of d from their mean leave.
  const double squares = *metrics.rmse * *metrics.rmse - shift * shift;
  const double left = squares > 0 ? std::sqrt(squares) : 0;
  if (!explains(left, metrics)) return std::nullopt;
  return Fit{Pattern::kShift, 1, shift, left};
}

std::optional<Fit> both_of(const PairMetrics& metrics) {
  if (!metrics.scale || !explains(*metrics.residual_rmse, metrics)) return std::nullopt;
  // Of a golden that hardly moves, any scale fits.
  if (*metrics.residual_rmse > kLeft * metrics.run.std.value_or(0)) return std::nullopt;
  return Fit{Pattern::kScaleShift, *metrics.scale, *metrics.offset, *metrics.residual_rmse};
}

/// Elements to which the fit comes nearer than golden does, or as near as it must.
uint64_t count_nearer(const PatternInput& input, const Fit& fit) {
  return reduce_chunks<uint64_t>(
      input.reader.count(),
      [&](uint64_t first, uint64_t size, uint64_t& nearer) {
        PairReader::Task task(input.reader);
        for (uint64_t done = 0; done < size; done += kBlockSize) {
          const auto some = static_cast<int64_t>(std::min<uint64_t>(kBlockSize, size - done));
          const PairBlock<double> block = task.doubles(first + done, some);
          for (int64_t i = 0; i < some; ++i) {
            const double run = block.run_at(i);
            const double fitted = fit.scale * block.golden_at(i) + fit.offset;
            const bool is_near = std::abs(run - fitted) < std::abs(block.error[i]);
            if (is_near || input.is_close(run, fitted)) ++nearer;
          }
        }
      },
      [](uint64_t& nearer, uint64_t more) { nearer += more; });
}

/// With as many digits as n elements give it whose deviation is `left`.
std::string known_digits(double value, double left, double n) {
  const double unsure = left / std::sqrt(n) / std::abs(value);
  const int digits = unsure < 1e-9 ? 9 : std::clamp(static_cast<int>(-std::log10(unsure)), 2, 9);
  std::string text = fmt::format("{:.{}g}", value, digits);
  // A scale that is not 1 must not read as if it were.
  return text == "1" && value != 1 ? told_apart({value, 1})[0] : text;
}

std::string formula(const Fit& fit, const PairMetrics& metrics) {
  if (fit.pattern == Pattern::kSignFlip) return "run = -golden";
  const auto n = static_cast<double>(metrics.compared);
  const double golden = std::hypot(metrics.golden.mean.value_or(0), metrics.golden.std.value_or(0));
  std::string text = "run = ";
  if (fit.pattern != Pattern::kShift) {
    text += known_digits(fit.scale, fit.left / std::max(golden, 1e-300), n) + " x ";
  }
  text += "golden";
  if (fit.pattern == Pattern::kScale) return text;
  return text + (fit.offset < 0 ? " - " : " + ") + known_digits(std::abs(fit.offset), fit.left, n);
}

}  // namespace

PatternFinding find_fit(const PatternInput& input) {
  const PairMetrics& metrics = input.metrics;
  // A few numbers fit anything; what is not finite is no matter of scale.
  if (metrics.compared < 4 || metrics.compared != metrics.count) return {};
  std::optional<Fit> best = scale_of(metrics);
  if (const auto shift = shift_of(metrics); shift && (!best || shift->left < best->left)) {
    best = shift;
  }
  if (!best) best = both_of(metrics);
  if (!best || (best->scale == 1 && best->offset == 0)) return {};
  const auto nearer = static_cast<double>(count_nearer(input, *best));
  const auto count = static_cast<double>(metrics.count);
  if (nearer < kNearer * count) return {};
  const double part = *metrics.rmse > 0 ? best->left / *metrics.rmse : 0;
  // The sums hold about eight digits of what a perfect fit leaves.
  const std::string left = part < 1e-6 ? "nothing" : fmt::format("{:.2g} %", 100 * part);
  return {best->pattern,
          fmt::format("{}: that leaves {} of the error, and is as near as golden or nearer for "
                      "{:.4g} % of all {} elements",
                      formula(*best, metrics), left, 100 * nearer / count, metrics.count)};
}

}  // namespace omscope::numeric
