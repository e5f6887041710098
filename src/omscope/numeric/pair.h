// How two tensors of the same shape differ, in one pass over both.
//
// All sums are kept in float64 or wider, or in exact integers; the elements are decoded exactly, so
// that pairs of different dtypes are compared without going through a common narrower type.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "omscope/core/bytes.h"
#include "omscope/core/dtype.h"

namespace omscope::tensor {
class Conversion;
}

namespace omscope::numeric {

/// Elements in C order of the shape that both sides share.
struct PairSide {
  DType dtype = DType::kUndefined;
  ByteView bytes;  ///< densely packed; of the stored layout when there is a `conversion`
  /// Undoes layout and padding while reading; null: `bytes` are in order already.
  const tensor::Conversion* conversion = nullptr;
};

enum class ToleranceRule : uint8_t {
  kSum,     ///< an element is over when |d| > atol + rtol |g| (numpy allclose)
  kEither,  ///< an element is over when |d| > atol and |d| > rtol |g| (Polygraphy)
};

struct PairOptions {
  double rtol = 0;
  double atol = 0;
  ToleranceRule rule = ToleranceRule::kSum;
  bool kl = false;         ///< a second pass
  bool quantiles = false;  ///< of absolute and relative errors
  bool ulp_histogram = false;
  uint32_t worst = 0;  ///< how many of the worst elements to keep
  /// Elements of one channel that lie together, and channels: index / inner % channels. 0: none.
  /// At most 65536 channels are told apart.
  uint64_t channel_inner = 0;
  uint64_t channels = 0;
};

struct WorstElement {
  uint64_t index = 0;  ///< flat, C order
  double run = 0;
  double golden = 0;
  double abs_error = 0;  ///< infinite where the sides are not finite in the same way
};

/// Of one side alone: all its finite elements count, whatever their partners are.
struct Moments {
  std::optional<double> min;  ///< of the finite elements; nothing when there are none
  std::optional<double> max;
  std::optional<double> mean;
  std::optional<double> std;  ///< ddof 0
  uint64_t nan = 0;
  uint64_t pos_inf = 0;
  uint64_t neg_inf = 0;
  uint64_t zeros = 0;
};

/// One quantile of each kind of error: the least error of an element that at least this share of
/// all errors does not exceed. Exact.
struct ErrorQuantile {
  double probability = 0;
  double abs_error = 0;
  std::optional<double> rel_error;  ///< over the elements whose golden is not zero
};

/// Over the elements that are finite on both sides, where nothing else is said. d = run - golden.
/// Complex numbers: |d| is the magnitude of the complex difference. Nothing: undefined for the pair
/// (no such elements, a zero divisor). What is beyond the largest double is the largest double.
struct PairMetrics {
  uint64_t count = 0;           ///< all elements
  uint64_t compared = 0;        ///< finite on both sides
  uint64_t differing = 0;       ///< of all elements: values differ; -0 equals +0, NaN equals NaN
  uint64_t over_tolerance = 0;  ///< non-finite mismatches included
  uint64_t nonfinite_mismatch = 0;  ///< other kind or sign of a non-finite value on the two sides
  uint64_t zero_golden = 0;         ///< golden is zero: not part of the relative metrics
  double max_abs_at_zero_golden = 0;

  std::optional<double> max_abs_error;
  std::optional<uint64_t> max_abs_index;  ///< the first one; nothing when all are equal
  double max_abs_run = 0;  ///< of complex numbers the magnitude, as all values here are
  double max_abs_golden = 0;
  /// |d| / |golden| over the elements whose golden is not zero; their number, compared -
  /// zero_golden, is the divisor of mean_rel_error.
  std::optional<double> max_rel_error;
  std::optional<uint64_t> max_rel_index;
  double max_rel_run = 0;
  double max_rel_golden = 0;
  std::optional<double> mean_rel_error;
  std::optional<double> accumulated_rel_error;
  std::optional<double> mean_abs_error;
  std::optional<double> rmse;
  std::optional<double> relative_euclidean_distance;
  std::optional<double> cosine;  ///< nothing for a single element or when a norm is zero
  std::optional<double> one_minus_cosine;
  std::optional<double> scale;  ///< least squares: run ~ scale * golden + offset
  std::optional<double> offset;
  std::optional<double> residual_rmse;  ///< of that fit
  std::optional<double> scale_only;     ///< least squares without an offset
  std::optional<double> scale_only_rmse;
  /// Share of all compared elements with |d| / |golden| below 0.001 and 0.005. Where golden is
  /// zero, an element is within when run is zero, too.
  std::optional<double> ratio_1_permille;
  std::optional<double> ratio_5_permille;
  /// In units of the last place of the lower precision's grid at golden; nothing for integers.
  std::optional<double> ulp_max;
  std::optional<double> ulp_mean;
  Moments run;
  Moments golden;
  bool magnitudes = false;  ///< a side is complex
  /// Of integers whose largest difference a double cannot hold: its digits.
  std::string exact_max_abs;

  /// Of run from golden, each scaled to [0, 1] by its own range, clamped at 2^-23 and divided by
  /// its sum: blind for scale and shift. Sums of terms that are not negative.
  std::optional<double> kl_divergence;
  /// The same as msaccucmp gives it: 0 below 2^-52, nothing where any element is not finite.
  std::optional<double> msaccucmp_kl;
  std::vector<ErrorQuantile> quantiles;
  std::array<uint64_t, 24> ulp_counts{};  ///< bin 0: 0 ULP; bin k: up to 2^(k-1); the last: more
  std::vector<WorstElement> worst;        ///< the worst first, lower index first among equals
  std::optional<uint64_t> worst_channel;
  std::optional<double> worst_channel_rmse;
  std::optional<double> snr;   ///< dB, golden against d
  std::optional<double> psnr;  ///< dB, peak = max |golden|

  bool equal() const { return differing == 0; }
};

/// Nothing when a dtype has no rule for its elements, or the sides hold different numbers of
/// elements (of packed elements below eight bits, a last byte that is not full may hide some).
/// Reads both once (twice with kl), with all threads; memory does not grow with their size; the
/// same result for any number of threads.
std::optional<PairMetrics> compare_pair(const PairSide& run, const PairSide& golden,
                                        const PairOptions& options);

/// The dtype whose grid is coarser where they overlap: what ULP and default tolerances go by.
DType lower_precision(DType a, DType b);

}  // namespace omscope::numeric
