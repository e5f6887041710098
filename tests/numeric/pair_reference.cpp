#include "numeric/pair_reference.h"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

namespace omscope::numeric {
namespace {

Quad size_of(Quad value) {
  return value < 0 ? -value : value;
}

struct Sums {
  Quad n, run, golden, run_size, golden_size;
};

Quad relative(double run, double golden) {
  return size_of((Quad(run) - Quad(golden)) / Quad(golden));
}

double ulp_of(double run, double golden, ReferenceGrid grid) {
  int exponent = grid.least_exponent;
  if (golden != 0) exponent = std::max(exponent, std::ilogb(golden));
  return std::ldexp(std::abs(run - golden), grid.digits - exponent);
}

void count(std::span<const double> run, std::span<const double> golden, const PairOptions& options,
           ReferenceGrid grid, PairReference& out) {
  Quad accumulated = 0;
  Quad ulps = 0;
  for (size_t i = 0; i < run.size(); ++i) {
    const double d = std::abs(run[i] - golden[i]);
    const double share = options.rtol * std::abs(golden[i]);
    const bool over = options.rule == ToleranceRule::kSum ? d > options.atol + share
                                                          : d > options.atol && d > share;
    out.differing += run[i] != golden[i] ? 1 : 0;
    out.over_tolerance += over ? 1 : 0;
    if (d > out.max_abs_error) {
      out.max_abs_error = d;
      out.max_abs_index = i;
    }
    const double ulp = ulp_of(run[i], golden[i], grid);
    ulps += ulp;
    out.ulp_max = std::max(out.ulp_max, ulp);
    if (golden[i] == 0) {
      ++out.zero_golden;
      out.within_1_permille += d == 0 ? 1 : 0;
      out.within_5_permille += d == 0 ? 1 : 0;
      continue;
    }
    const double rel = d / std::abs(golden[i]);
    accumulated += relative(run[i], golden[i]);
    out.within_1_permille += rel < 0.001 ? 1 : 0;
    out.within_5_permille += rel < 0.005 ? 1 : 0;
    if (rel > out.max_rel_error) {
      out.max_rel_error = rel;
      out.max_rel_index = i;
    }
  }
  const auto n = static_cast<Quad>(run.size());
  const auto divisor = static_cast<Quad>(run.size() - out.zero_golden);
  out.accumulated_rel_error = {accumulated, accumulated};
  if (divisor > 0) out.mean_rel_error = {accumulated / divisor, accumulated / divisor};
  out.ulp_mean = {ulps / n, ulps / n};
}

struct Shares {
  Quad least;
  Quad factor;
};

Shares shares_of(std::span<const double> values) {
  double least = values[0];
  double largest = values[0];
  for (const double value : values) {
    least = std::min(least, value);
    largest = std::max(largest, value);
  }
  if (least == largest) return {0, 1};
  return {least, 1 / (Quad(largest) - Quad(least))};
}

Quad share(const Shares& shares, double value) {
  const Quad scaled = (Quad(value) - shares.least) * shares.factor;
  return scaled < Quad(0x1p-23) ? Quad(0x1p-23) : scaled;
}

void diverge(std::span<const double> run, std::span<const double> golden, PairReference& out) {
  const Shares run_shares = shares_of(run);
  const Shares golden_shares = shares_of(golden);
  Quad run_sum = 0;
  Quad golden_sum = 0;
  for (size_t i = 0; i < run.size(); ++i) {
    run_sum += share(run_shares, run[i]);
    golden_sum += share(golden_shares, golden[i]);
  }
  for (size_t i = 0; i < run.size(); ++i) {
    const Quad p = share(run_shares, run[i]) / run_sum;
    const Quad term = p * logarithm(p / (share(golden_shares, golden[i]) / golden_sum));
    out.kl_divergence.value += term;
    out.kl_divergence.terms += size_of(term);
  }
}

void fit(std::span<const double> run, std::span<const double> golden, const Sums& sums,
         PairReference& out) {
  const Quad run_mean = sums.run / sums.n;
  const Quad golden_mean = sums.golden / sums.n;
  Quad run_spread = 0;
  Quad golden_spread = 0;
  Quad error_spread = 0;
  Quad product = 0;
  Quad product_terms = 0;
  for (size_t i = 0; i < run.size(); ++i) {
    const Quad u = run[i] - run_mean;
    const Quad v = golden[i] - golden_mean;
    run_spread += u * u;
    golden_spread += v * v;
    error_spread += (u - v) * (u - v);
    product += u * v;
    product_terms += size_of(u * v);
  }
  const Quad run_std = square_root(run_spread / sums.n);
  const Quad golden_std = square_root(golden_spread / sums.n);
  out.run_mean = {run_mean, sums.run_size / sums.n};
  out.golden_mean = {golden_mean, sums.golden_size / sums.n};
  out.run_std = {run_std, run_std};
  out.golden_std = {golden_std, golden_std};
  if (golden_spread == 0) return;
  const Quad scale = product / golden_spread;
  out.scale = {scale, product_terms / golden_spread};
  out.offset = {run_mean - scale * golden_mean,
                out.run_mean.terms + out.scale.terms * out.golden_mean.terms};
  const Quad residual = run_spread - product * scale;
  // The terms are sums of squares, of which the result is a root.
  const Quad known = run_spread < error_spread ? run_spread : error_spread;
  out.residual_rmse = {residual / sums.n, known / sums.n};
}

void multiply(std::span<const double> run, std::span<const double> golden, const Sums& sums,
              PairReference& out) {
  Quad errors = 0;
  Quad error_sizes = 0;
  Quad products = 0;
  Quad product_terms = 0;
  Quad run_squares = 0;
  Quad golden_squares = 0;
  for (size_t i = 0; i < run.size(); ++i) {
    const Quad d = Quad(run[i]) - Quad(golden[i]);
    errors += d * d;
    error_sizes += size_of(d);
    products += Quad(run[i]) * Quad(golden[i]);
    product_terms += size_of(Quad(run[i]) * Quad(golden[i]));
    run_squares += Quad(run[i]) * Quad(run[i]);
    golden_squares += Quad(golden[i]) * Quad(golden[i]);
  }
  out.mean_abs_error = {error_sizes / sums.n, error_sizes / sums.n};
  out.rmse.value = out.rmse.terms = square_root(errors / sums.n);
  if (golden_squares == 0) return;
  Reference& distance = out.relative_euclidean_distance;
  distance.value = distance.terms = square_root(errors / golden_squares);
  const Quad scale = products / golden_squares;
  out.scale_only = {scale, product_terms / golden_squares};
  const Quad known = run_squares < errors ? run_squares : errors;
  out.scale_only_rmse = {(run_squares - products * scale) / sums.n, known / sums.n};
  if (run_squares == 0) return;
  const Quad norms = square_root(run_squares) * square_root(golden_squares);
  out.one_minus_cosine = {1 - products / norms, errors / norms};
}

void expect_near(const char* what, const std::optional<double>& got, const Reference& wanted,
                 int power = 1) {
  if (!got) return;
  const Quad value = power == 2 ? Quad(*got) * Quad(*got) : Quad(*got);
  const Quad off = size_of(value - wanted.value);
  // 128 bits, too, leave something of what is nothing.
  EXPECT_LE(static_cast<double>(off), static_cast<double>(wanted.terms) * 1e-12 + 1e-33)
      << what << ": " << *got << ", and not " << static_cast<double>(wanted.value);
}

}  // namespace

Quad square_root(Quad value) {
  if (value <= 0) return 0;
  Quad root = std::sqrt(static_cast<long double>(value));
  for (int i = 0; i < 3; ++i) root = (root + value / root) / 2;
  return root;
}

/// Newton's steps to exp(y) = x, with exp as its series near 0.
Quad logarithm(Quad value) {
  Quad y = std::log(static_cast<long double>(value));
  for (int step = 0; step < 2; ++step) {
    // exp(y) = exp(y / 2^12)^(2^12)
    const Quad small = y / 4096;
    Quad term = 1;
    Quad exp = 1;
    for (int i = 1; i < 16; ++i) exp += term = term * small / i;
    for (int i = 0; i < 12; ++i) exp *= exp;
    y += 2 * (value - exp) / (value + exp);
  }
  return y;
}

PairReference reference_of(std::span<const double> run, std::span<const double> golden,
                           const PairOptions& options, ReferenceGrid grid) {
  PairReference out;
  Sums sums{static_cast<Quad>(run.size()), 0, 0, 0, 0};
  for (size_t i = 0; i < run.size(); ++i) {
    sums.run += run[i];
    sums.golden += golden[i];
    sums.run_size += size_of(run[i]);
    sums.golden_size += size_of(golden[i]);
  }
  count(run, golden, options, grid, out);
  fit(run, golden, sums, out);
  multiply(run, golden, sums, out);
  if (options.kl) diverge(run, golden, out);
  return out;
}

void expect_reference(const PairMetrics& got, const PairReference& wanted) {
  EXPECT_EQ(got.differing, wanted.differing);
  EXPECT_EQ(got.over_tolerance, wanted.over_tolerance);
  EXPECT_EQ(got.zero_golden, wanted.zero_golden);
  const auto n = static_cast<double>(got.compared);
  EXPECT_EQ(got.ratio_1_permille, static_cast<double>(wanted.within_1_permille) / n);
  EXPECT_EQ(got.ratio_5_permille, static_cast<double>(wanted.within_5_permille) / n);
  EXPECT_EQ(got.max_abs_error, wanted.max_abs_error);
  if (wanted.max_abs_error > 0) EXPECT_EQ(got.max_abs_index, wanted.max_abs_index);
  if (got.max_rel_error) EXPECT_EQ(*got.max_rel_error, wanted.max_rel_error);
  if (wanted.max_rel_error > 0) EXPECT_EQ(got.max_rel_index, wanted.max_rel_index);
  constexpr double kLargest = std::numeric_limits<double>::max();
  if (got.ulp_max) EXPECT_EQ(*got.ulp_max, std::min(wanted.ulp_max, kLargest));
  if (wanted.ulp_max < 1e300) expect_near("ulp_mean", got.ulp_mean, wanted.ulp_mean);
  expect_near("mean_abs_error", got.mean_abs_error, wanted.mean_abs_error);
  expect_near("rmse", got.rmse, wanted.rmse);
  expect_near("relative_euclidean_distance", got.relative_euclidean_distance,
              wanted.relative_euclidean_distance);
  expect_near("accumulated_rel_error", got.accumulated_rel_error, wanted.accumulated_rel_error);
  expect_near("mean_rel_error", got.mean_rel_error, wanted.mean_rel_error);
  expect_near("one_minus_cosine", got.one_minus_cosine, wanted.one_minus_cosine);
  expect_near("scale", got.scale, wanted.scale);
  expect_near("offset", got.offset, wanted.offset);
  expect_near("residual_rmse", got.residual_rmse, wanted.residual_rmse, 2);
  expect_near("scale_only", got.scale_only, wanted.scale_only);
  expect_near("scale_only_rmse", got.scale_only_rmse, wanted.scale_only_rmse, 2);
  expect_near("kl_divergence", got.kl_divergence, wanted.kl_divergence);
  expect_near("run mean", got.run.mean, wanted.run_mean);
  expect_near("run std", got.run.std, wanted.run_std);
  expect_near("golden mean", got.golden.mean, wanted.golden_mean);
  expect_near("golden std", got.golden.std, wanted.golden_std);
}

}  // namespace omscope::numeric
