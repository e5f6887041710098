// Golden's values in another order. Hypotheses are tried on elements that a seeded generator picks:
// first on few of them, then on all that were picked.

#include <algorithm>
#include <array>
#include <functional>
#include <numeric>
#include <random>

#include <fmt/format.h>

#include "omscope/numeric/pattern_input.h"

namespace omscope::numeric {
namespace {

using Dims = std::vector<uint64_t>;

constexpr uint64_t kSample = uint64_t{1} << 16U;
constexpr size_t kMostAxes = 5;
/// As many elements of the sample, where run is not what golden has in the same place, must be
/// what the hypothesis says: of zeros, any order is right.
constexpr uint64_t kLeastTold = 8;

/// Picked elements of run.
struct Sample {
  std::vector<uint64_t> index;
  std::vector<double> run;
  std::vector<bool> is_wrong;  ///< compared with golden in the same place
  bool is_all = false;
};

Sample pick(const PatternInput& input, ElementReader& run, ElementReader& golden) {
  const uint64_t count = input.metrics.count;
  Sample sample;
  sample.is_all = count <= kSample;
  std::mt19937_64 random(count);
  for (uint64_t i = 0; i < std::min(count, kSample); ++i) {
    sample.index.push_back(sample.is_all ? i : random() % count);
  }
  if (sample.is_all) {
    std::shuffle(sample.index.begin(), sample.index.end(), random);
  }
  for (const uint64_t index : sample.index) {
    sample.run.push_back(run.at(index));
    sample.is_wrong.push_back(!input.is_close(sample.run.back(), golden.at(index)));
  }
  return sample;
}

/// Where golden should have what run has at an index; nothing: outside.
using Source = std::function<std::optional<uint64_t>(uint64_t)>;

struct Check {
  bool holds = false;
  uint64_t checked = 0;
};

Check check(const PatternInput& input, const Sample& sample, ElementReader& golden,
            const Source& source) {
  uint64_t checked = 0;
  uint64_t told = 0;
  for (size_t i = 0; i < sample.index.size(); ++i) {
    const auto from = source(sample.index[i]);
    if (!from) continue;
    if (!input.is_close(sample.run[i], golden.at(*from))) return {};
    ++checked;
    if (sample.is_wrong[i]) ++told;
  }
  return {told >= kLeastTold && 2 * checked >= sample.index.size(), checked};
}

std::string scope(const PatternInput& input, const Sample& sample, uint64_t checked) {
  if (sample.is_all) return fmt::format("true for all {} elements that are there", checked);
  return fmt::format("true for all of {} elements picked at random from {}", checked,
                     input.metrics.count);
}

/// What run has in order has golden in `dims` with its axes in the order of `order`.
struct Rearrangement {
  Dims dims;
  std::vector<size_t> order;

  uint64_t source(uint64_t index) const {
    std::array<uint64_t, 8> at{};
    for (size_t i = order.size(); i-- > 0;) {
      at[order[i]] = index % dims[order[i]];
      index /= dims[order[i]];
    }
    uint64_t from = 0;
    for (size_t axis = 0; axis < dims.size(); ++axis) from = from * dims[axis] + at[axis];
    return from;
  }
};

class OrderFinder {
 public:
  explicit OrderFinder(const PatternInput& input)
      : input_(input),
        golden_(input.reader.golden(), input.metrics.count),
        shape_(input.shape.begin(), input.shape.end()) {
    ElementReader run(input.reader.run(), input.metrics.count);
    sample_ = pick(input, run, golden_);
  }

  PatternFinding find() {
    for (const auto step :
         {&OrderFinder::find_layout, &OrderFinder::find_axes, &OrderFinder::find_slice}) {
      const PatternFinding finding = (this->*step)();
      if (finding.pattern != Pattern::kNone) return finding;
    }
    return {};
  }

 private:
  Check try_rearrangement(const Rearrangement& order) {
    return check(input_, sample_, golden_, [&](uint64_t index) { return order.source(index); });
  }

  PatternFinding named(Pattern pattern, const std::string& what, const Check& result) const {
    return {pattern, fmt::format("{}: {}", what, scope(input_, sample_, result.checked))};
  }

  PatternFinding try_layout(const Rearrangement& order, const std::string& name) {
    const Check result = try_rearrangement(order);
    if (!result.holds) return {};
    return named(Pattern::kLayout, "run holds golden's values in the order of " + name, result);
  }

  PatternFinding find_layout() {
    const size_t rank = shape_.size();
    PatternFinding finding;
    if (rank == 4) {
      finding = try_layout({shape_, {0, 2, 3, 1}}, "NHWC, golden being NCHW");
      if (finding.pattern == Pattern::kNone) {
        finding = try_layout({shape_, {0, 3, 1, 2}}, "NCHW, golden being NHWC");
      }
    }
    for (const uint64_t c0 : {16U, 32U, 8U, 4U}) {
      if (finding.pattern == Pattern::kNone && rank == 4) finding = try_blocks(c0);
      if (finding.pattern == Pattern::kNone && rank >= 2) finding = try_fractal(c0);
    }
    return finding;
  }

  PatternFinding try_blocks(uint64_t c0) {
    const uint64_t n = shape_[0];
    const uint64_t c = shape_[1];
    if (c % c0 != 0) return {};
    const Dims split = {n, c / c0, c0, shape_[2], shape_[3]};
    const PatternFinding found =
        try_layout({split, {0, 1, 3, 4, 2}}, fmt::format("NC1HWC0 with C0 = {}", c0));
    if (found.pattern != Pattern::kNone || n % 16 != 0) return found;
    const Dims both = {n / 16, 16, c / c0, c0, shape_[2], shape_[3]};
    return try_layout({both, {2, 4, 5, 0, 1, 3}}, fmt::format("FRACTAL_Z with C0 = {}", c0));
  }

  PatternFinding try_fractal(uint64_t n0) {
    const uint64_t columns = shape_.back();
    const uint64_t rows = shape_[shape_.size() - 2];
    if (columns % n0 != 0 || rows % 16 != 0) return {};
    const uint64_t outer = input_.metrics.count / columns / rows;
    const Dims split = {outer, rows / 16, 16, columns / n0, n0};
    return try_layout({split, {0, 3, 1, 2, 4}}, fmt::format("FRACTAL_NZ with N0 = {}", n0));
  }

  PatternFinding find_axes() {
    const size_t rank = shape_.size();
    if (rank < 2 || rank > kMostAxes) return {};
    Rearrangement rearrangement{shape_, std::vector<size_t>(rank)};
    std::vector<size_t>& order = rearrangement.order;
    std::iota(order.begin(), order.end(), size_t{0});
    while (std::next_permutation(order.begin(), order.end())) {
      const Check result = try_rearrangement(rearrangement);
      if (!result.holds) continue;
      return named(Pattern::kTransposed,
                   fmt::format("run holds golden's values with axes in the order ({})",
                               fmt::join(order, ", ")),
                   result);
    }
    return {};
  }

  PatternFinding try_move(size_t axis, int64_t by) {
    const uint64_t extent = shape_[axis];
    uint64_t stride = 1;
    for (size_t i = axis + 1; i < shape_.size(); ++i) stride *= shape_[i];
    const Check result =
        check(input_, sample_, golden_, [&](uint64_t index) -> std::optional<uint64_t> {
          const auto at = static_cast<int64_t>(index / stride % extent) + by;
          if (at < 0 || at >= static_cast<int64_t>(extent)) return {};
          return index + static_cast<uint64_t>(by) * stride;
        });
    if (!result.holds) return {};
    return named(Pattern::kSlice,
                 fmt::format("run is golden moved by {} along axis {} (run[x] = golden[x {} {}])",
                             -by, axis, by < 0 ? '-' : '+', std::abs(by)),
                 result);
  }

  PatternFinding try_flat_move(int64_t by) {
    const auto count = static_cast<int64_t>(input_.metrics.count);
    const Check result =
        check(input_, sample_, golden_, [&](uint64_t index) -> std::optional<uint64_t> {
          const int64_t at = static_cast<int64_t>(index) + by;
          if (at < 0 || at >= count) return {};
          return static_cast<uint64_t>(at);
        });
    if (!result.holds) return {};
    return named(Pattern::kSlice, fmt::format("run is golden moved by {} elements in memory", -by),
                 result);
  }

  PatternFinding find_slice() {
    PatternFinding finding;
    for (const int64_t by : {1, -1, 2, -2, 3, -3, 4, -4, 8, -8, 16, -16, 32, -32}) {
      for (size_t axis = 0; axis < shape_.size() && finding.pattern == Pattern::kNone; ++axis) {
        finding = try_move(axis, by);
      }
      if (finding.pattern == Pattern::kNone) finding = try_flat_move(by);
      if (finding.pattern != Pattern::kNone) break;
    }
    return finding;
  }

  const PatternInput& input_;
  ElementReader golden_;
  Dims shape_;
  Sample sample_;
};

}  // namespace

PatternFinding find_order(const PatternInput& input) {
  // Other orders keep the range of the values but for rounding.
  const Moments& run = input.metrics.run;
  const Moments& golden = input.metrics.golden;
  uint64_t product = 1;
  for (const int64_t extent : input.shape) {
    if (extent <= 0 || __builtin_mul_overflow(product, static_cast<uint64_t>(extent), &product)) {
      return {};
    }
  }
  if (product != input.metrics.count || !run.min || !golden.min) return {};
  const double width = *golden.max - *golden.min;
  if (std::abs(*run.mean - *golden.mean) > 0.5 * width) return {};
  return OrderFinder(input).find();
}

}  // namespace omscope::numeric
