#include "omscope/compare/compare_recorded.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "omscope/core/told_apart.h"

namespace omscope::compare {
namespace {

using Number = std::optional<double>;

double elements_of(const ir::StoredTensor& tensor) {
  const auto count = tensor.has_shape ? ir::element_count(tensor.shape) : std::nullopt;
  return count ? static_cast<double>(*count) : 0;
}

/// Compares statistic by statistic; what one side lacks is left out.
class Recorded {
 public:
  Recorded(const ir::StoredTensor& run, const ir::StoredTensor& golden,
           const Thresholds& thresholds)
      : run_(*run.recorded), golden_(*golden.recorded), thresholds_(thresholds) {
    elements_ = elements_of(golden);
    if (thresholds.fail_share > 0 && thresholds.peak_error > 0) {
      const double peak = std::max(std::abs(golden_.min.value_or(0)),  //
                                   std::abs(golden_.max.value_or(0)));
      if (std::isfinite(peak)) further_ = thresholds.peak_error * peak;
    }
  }

  void compare() {
    // With every |r - g| at most t(g) = atol + rtol |g|, and a share s of them by up to L more:
    // order statistics move by at most t + L, the mean by t + s L, the norm by that of such an
    // error.
    const double share = thresholds_.fail_share;
    one("min", run_.min, golden_.min, further_);
    one("max", run_.max, golden_.max, further_);
    const double rms = golden_.l2norm && elements_ > 0 ? *golden_.l2norm / std::sqrt(elements_)
                                                       : std::abs(golden_.mean.value_or(0));
    one("mean", run_.mean, golden_.mean, share * further_ + thresholds_.rtol * rms);
    if (elements_ > 0) {
      const double more = thresholds_.atol + std::sqrt(share) * further_;
      one("l2norm", run_.l2norm, golden_.l2norm, std::sqrt(elements_) * more);
    }
    count("NaN", run_.nan, golden_.nan);
    count("+Inf", run_.pos_inf, golden_.pos_inf);
    count("-Inf", run_.neg_inf, golden_.neg_inf);
  }

  size_t compared() const { return compared_; }
  const std::string& changed() const { return changed_; }

 private:
  void one(const char* name, const Number& run, const Number& golden, double more) {
    if (!run || !golden) return;
    ++compared_;
    if (*run == *golden || (std::isnan(*run) && std::isnan(*golden))) return;
    // Statistics are often written with the digits of a float32.
    constexpr double kDigits = 1e-6;
    const double within =
        thresholds_.atol + (thresholds_.rtol + kDigits) * std::abs(*golden) + more;
    const bool finite = std::isfinite(*run) && std::isfinite(*golden);
    if (finite && std::abs(*run - *golden) <= within) return;
    const auto values = told_apart({*run, *golden});
    add(fmt::format("{} is {}, golden {}", name, values[0], values[1]));
  }

  void count(const char* name, const std::optional<uint64_t>& run,
             const std::optional<uint64_t>& golden) {
    if (!run || !golden) return;
    ++compared_;
    if (*run != *golden) add(fmt::format("{} {}, golden {}", *run, name, *golden));
  }

  void add(const std::string& text) { changed_ += (changed_.empty() ? "" : "; ") + text; }

  const ir::RecordedStats& run_;
  const ir::RecordedStats& golden_;
  const Thresholds& thresholds_;
  double elements_ = 0;
  double further_ = 0;
  size_t compared_ = 0;
  std::string changed_;
};

std::vector<int64_t> without_ones(std::vector<int64_t> shape) {
  std::erase(shape, 1);
  return shape;
}

/// Statistics of another layout are of the same values, if of as many.
bool shapes_differ(const ir::StoredTensor& run, const ir::StoredTensor& golden) {
  if (!run.has_shape || !golden.has_shape) return false;
  if (ir::element_count(run.shape) != ir::element_count(golden.shape)) return true;
  return run.format.base == golden.format.base &&
         without_ones(run.shape) != without_ones(golden.shape);
}

bool has_any(const ir::RecordedStats& stats) {
  return stats.min || stats.max || stats.mean || stats.l2norm;
}

}  // namespace

bool is_recorded_only(const ir::StoredTensor& tensor) {
  return tensor.payload == ir::Payload::kElsewhere && tensor.recorded && has_any(*tensor.recorded);
}

double recorded_rms(const ir::StoredTensor& golden) {
  const double elements = elements_of(golden);
  if (!golden.recorded || !golden.recorded->l2norm || !(elements > 0)) return 0;
  const double rms = *golden.recorded->l2norm / std::sqrt(elements);
  return std::isfinite(rms) ? rms : 0;
}

void compare_recorded(const ir::StoredTensor& run, const ir::StoredTensor& golden,
                      const Thresholds& thresholds, Pair& pair) {
  pair.by_statistics = true;
  pair.shape = golden.shape;
  if (shapes_differ(run, golden)) {
    pair.status = Status::kFail;
    pair.reason = "shape differs";
    return;
  }
  if (run.recorded->count && golden.recorded->count &&
      *run.recorded->count != *golden.recorded->count) {
    pair.status = Status::kFail;
    pair.reason = fmt::format("{} elements were counted, {} in golden", *run.recorded->count,
                              *golden.recorded->count);
    return;
  }
  Recorded recorded(run, golden, thresholds);
  recorded.compare();
  if (recorded.compared() == 0) {
    pair.status = Status::kUncomparable;
    pair.reason = "the two sides recorded other statistics, and no values";
    return;
  }
  const bool equal = recorded.changed().empty();
  pair.status = equal ? Status::kPass : Status::kFail;
  pair.reason = equal ? "by recorded statistics only" : recorded.changed();
}

}  // namespace omscope::compare
