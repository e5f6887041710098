// Where the wrong elements are, in one pass over all elements.

#include <algorithm>
#include <array>
#include <limits>
#include <numeric>

#include <fmt/format.h>

#include "omscope/numeric/blocks.h"
#include "omscope/numeric/pattern_input.h"
#include "omscope/tensor/decode.h"

namespace omscope::numeric {
namespace {

/// Longer axes are known by their first and last wrong coordinate only.
constexpr uint64_t kLongAxis = 4096;
/// Within a block, some elements are right by chance.
constexpr double kDense = 0.5;
constexpr size_t kMostListed = 8;
/// What rounding in another order makes of a value; errors of a block are larger, or it is only
/// where the tolerance happens to cut through them.
constexpr double kRoundingUlps = 4;

struct AxisFaults {
  uint64_t first = std::numeric_limits<uint64_t>::max();
  uint64_t last = 0;
  std::vector<bool> wrong;  ///< by coordinate, of axes that are not long

  void add(uint64_t at) {
    first = std::min(first, at);
    last = std::max(last, at);
    if (at >= kLongAxis) return;
    if (wrong.size() <= at) wrong.resize(at + 1);
    wrong[at] = true;
  }
  void merge(const AxisFaults& other) {
    first = std::min(first, other.first);
    last = std::max(last, other.last);
    wrong.resize(std::max(wrong.size(), other.wrong.size()));
    for (size_t i = 0; i < other.wrong.size(); ++i) {
      if (other.wrong[i]) wrong[i] = true;
    }
  }
};

struct Faults {
  uint64_t wrong = 0;
  uint64_t not_finite = 0;  ///< of one side or both
  uint64_t run_not_finite = 0;
  uint64_t golden_not_finite = 0;
  uint64_t saturated = 0;
  uint64_t flushed = 0;
  uint64_t rounded = 0;  ///< off by no more than rounding may be
  uint64_t first = std::numeric_limits<uint64_t>::max();
  uint64_t last = 0;
  std::vector<AxisFaults> axes;

  void merge(const Faults& other) {
    wrong += other.wrong;
    not_finite += other.not_finite;
    run_not_finite += other.run_not_finite;
    golden_not_finite += other.golden_not_finite;
    saturated += other.saturated;
    flushed += other.flushed;
    rounded += other.rounded;
    first = std::min(first, other.first);
    last = std::max(last, other.last);
    axes.resize(std::max(axes.size(), other.axes.size()));
    for (size_t i = 0; i < other.axes.size(); ++i) axes[i].merge(other.axes[i]);
  }
};

class FaultFinder {
 public:
  FaultFinder(const PatternInput& input, const Closeness& is_close)
      : input_(input),
        is_close_(is_close),
        limits_(tensor::limits_of(input.reader.run().dtype).value_or(tensor::Limits{})) {}

  void add(uint64_t first, uint64_t size, Faults& faults) const {
    PairReader::Task task(input_.reader);
    faults.axes.resize(input_.shape.size());
    uint64_t row = std::numeric_limits<uint64_t>::max();
    for (uint64_t done = 0; done < size; done += kBlockSize) {
      const auto some = static_cast<int64_t>(std::min<uint64_t>(kBlockSize, size - done));
      const PairBlock<double> block = task.doubles(first + done, some);
      for (int64_t i = 0; i < some; ++i) {
        const double run = block.run_at(i);
        const double golden = block.golden_at(i);
        // Beyond 2^53 integers may differ although their doubles do not.
        if (is_close_(run, golden) && !(run == golden && block.error[i] != 0)) continue;
        add_wrong(block.index_of(i), run, golden, row, faults);
      }
    }
  }

 private:
  void add_wrong(uint64_t index, double run, double golden, uint64_t& row, Faults& faults) const {
    ++faults.wrong;
    faults.first = std::min(faults.first, index);
    faults.last = std::max(faults.last, index);
    if (!std::isfinite(run) || !std::isfinite(golden)) ++faults.not_finite;
    if (!std::isfinite(run)) ++faults.run_not_finite;
    if (!std::isfinite(golden)) ++faults.golden_not_finite;
    const auto& grid = input_.is_close.grid;
    if (grid && std::isfinite(run) && std::isfinite(golden) &&
        ulp_error(*grid, std::abs(run - golden), golden) <= kRoundingUlps) {
      ++faults.rounded;
    }
    const bool at_limit = run == limits_.largest || run == limits_.lowest;
    if (at_limit && std::abs(golden) > std::abs(run) && golden * run > 0) ++faults.saturated;
    if (run == 0 && golden != 0 && std::abs(golden) < limits_.smallest_normal) ++faults.flushed;
    if (input_.shape.empty()) return;
    const auto inner = static_cast<uint64_t>(input_.shape.back());
    faults.axes.back().add(index % inner);
    if (index / inner == row) return;
    row = index / inner;
    uint64_t rest = row;
    for (size_t axis = input_.shape.size() - 1; axis-- > 0;) {
      const auto extent = static_cast<uint64_t>(input_.shape[axis]);
      faults.axes[axis].add(rest % extent);
      rest /= extent;
    }
  }

  const PatternInput& input_;
  const Closeness& is_close_;
  tensor::Limits limits_;
};

Faults find_faults(const PatternInput& input, const Closeness& is_close) {
  const FaultFinder finder(input, is_close);
  return reduce_chunks<Faults>(
      input.reader.count(),
      [&](uint64_t first, uint64_t size, Faults& faults) { finder.add(first, size, faults); },
      [](Faults& faults, const Faults& later) { faults.merge(later); });
}

/// What is wrong of one axis; nothing: all of it.
struct Part {
  std::string text;
  uint64_t count = 0;         ///< coordinates
  bool is_scattered = false;  ///< these and those, not from here to there
};

Part part_of(const AxisFaults& axis, uint64_t extent) {
  const uint64_t span = axis.last - axis.first + 1;
  uint64_t wrong = 0;
  for (const bool is_wrong : axis.wrong) wrong += is_wrong ? 1 : 0;
  const bool is_known = extent <= kLongAxis;
  if (!is_known || wrong == span) {
    if (span == extent) return {"", extent};
    if (span == 1) return {fmt::format("{} of {}", axis.first, extent), 1};
    return {fmt::format("{} to {} of {}", axis.first, axis.last, extent), span};
  }
  if (wrong == extent) return {"", extent};
  std::string text;
  size_t listed = 0;
  for (size_t at = 0; at < axis.wrong.size() && listed <= kMostListed; ++at) {
    if (!axis.wrong[at]) continue;
    text += listed == kMostListed ? ", …" : fmt::format("{}{}", listed == 0 ? "" : ", ", at);
    ++listed;
  }
  return {fmt::format("{} ({} of {})", text, wrong, extent), wrong, true};
}

/// Coordinates here and there are a block when there is one axis of them, and each is many
/// elements: any scattered elements have some coordinates.
bool is_block(const std::vector<Part>& parts, double volume) {
  size_t scattered = 0;
  for (const Part& part : parts) {
    if (!part.is_scattered) continue;
    ++scattered;
    if (volume < static_cast<double>(kMostListed * part.count)) return false;
  }
  return scattered <= 1;
}

PatternFinding find_box(const PatternInput& input, const Faults& faults, std::string_view amiss) {
  if (2 * faults.rounded > faults.wrong) return {};
  const uint64_t count = input.metrics.count;
  double volume = 1;
  std::string where;
  std::vector<Part> parts;
  for (size_t axis = 0; axis < input.shape.size(); ++axis) {
    parts.push_back(part_of(faults.axes[axis], static_cast<uint64_t>(input.shape[axis])));
    const Part& part = parts.back();
    volume *= static_cast<double>(part.count);
    if (part.text.empty()) continue;
    where += fmt::format("{}axis {}: {}", where.empty() ? "" : "; ", axis, part.text);
  }
  const auto wrong = static_cast<double>(faults.wrong);
  const auto span = static_cast<double>(faults.last - faults.first + 1);
  const double most = 0.75 * static_cast<double>(count);
  // The smaller description is the better one.
  if (!where.empty() && volume <= most && wrong >= kDense * volume && volume <= span &&
      is_block(parts, volume)) {
    return {Pattern::kBlock,
            fmt::format("{} of {} elements {}, all of them at {}; there, {:.3g} % are",
                        faults.wrong, count, amiss, where, 100 * wrong / volume)};
  }
  if (span <= most && wrong >= kDense * span) {
    return {Pattern::kBlock,
            fmt::format("{} of {} elements {}, all of them from {} to {} in C order; there, {:.3g} "
                        "% are",
                        faults.wrong, count, amiss, faults.first, faults.last, 100 * wrong / span)};
  }
  return {};
}

bool shape_holds(std::span<const int64_t> shape, uint64_t count) {
  uint64_t product = 1;
  for (const int64_t extent : shape) {
    if (extent <= 0 || __builtin_mul_overflow(product, static_cast<uint64_t>(extent), &product)) {
      return false;
    }
  }
  return product == count;
}

/// "300 ([0,4,5,4])": its place in C order and its coordinates.
std::string place_of(uint64_t index, std::span<const int64_t> shape) {
  if (shape.size() < 2) return std::to_string(index);
  std::string at;
  uint64_t rest = index;
  for (size_t axis = shape.size(); axis-- > 0;) {
    const auto extent = static_cast<uint64_t>(shape[axis]);
    at.insert(0, fmt::format("{}{}", axis == 0 ? "" : ",", rest % extent));
    rest /= extent;
  }
  return fmt::format("{} ([{}])", index, at);
}

/// "run is NaN or infinite (3 NaN, 0 +Inf, 0 -Inf in all)".
std::string who_is_not_finite(const PairMetrics& metrics, const Faults& faults) {
  const auto counts = [](const Moments& side) {
    return fmt::format("{} NaN, {} +Inf, {} -Inf", side.nan, side.pos_inf, side.neg_inf);
  };
  if (faults.golden_not_finite == 0) {
    return fmt::format("run is NaN or infinite ({} in all)", counts(metrics.run));
  }
  if (faults.run_not_finite == 0) {
    return fmt::format("golden is NaN or infinite and run is not ({} in all)",
                       counts(metrics.golden));
  }
  return fmt::format("a side is NaN or infinite (run: {}; golden: {})", counts(metrics.run),
                     counts(metrics.golden));
}

PatternFinding name_faults(const PatternInput& input, const Faults& faults,
                           std::string_view amiss) {
  if (faults.wrong == 0) return {};
  const std::string wrong =
      fmt::format("{} of {} elements {}, in all of them", faults.wrong, input.metrics.count, amiss);
  const std::string first = "the first is " + place_of(faults.first, input.shape);
  const std::string_view dtype = to_string(input.reader.run().dtype);
  // First: where golden is infinite, that run is at its limit says more.
  if (faults.saturated == faults.wrong) {
    return {
        Pattern::kSaturated,
        fmt::format("{} run is at the limit of {} and golden beyond it; {}", wrong, dtype, first)};
  }
  if (faults.not_finite == faults.wrong) {
    return {Pattern::kNonFinite,
            fmt::format("{} {}; {}", wrong, who_is_not_finite(input.metrics, faults), first)};
  }
  if (faults.flushed == faults.wrong) {
    return {Pattern::kDenormals,
            fmt::format("{} golden is denormal in {} and run is 0; {}", wrong, dtype, first)};
  }
  return find_box(input, faults, amiss);
}

}  // namespace

PatternFinding find_fault(const PatternInput& input) {
  if (!shape_holds(input.shape, input.metrics.count)) return {};
  // Wrong is what is counted as over tolerance; of tolerances finer than the type's own steps, what
  // more than one step is.
  Closeness as_asked = input.is_close;
  as_asked.grid.reset();
  PatternFinding found = name_faults(input, find_faults(input, as_asked), "are wrong");
  if (found.pattern != Pattern::kNone || !input.is_close.grid) return found;
  return name_faults(input, find_faults(input, input.is_close), "are off by more than one ULP");
}

}  // namespace omscope::numeric
