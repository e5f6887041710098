#include "omscope/compare/shape_mismatch.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "omscope/compare/elements.h"

namespace omscope::compare {
namespace {

constexpr uint64_t kLooks = 64;
constexpr size_t kMostRank = 6;

std::optional<double> value_at(const numeric::PairSide& side, uint64_t index) {
  double value = 0;
  if (!read_values(side, index, std::span(&value, 1))) return std::nullopt;
  return value;
}

/// Golden elements to look at: those that are not zero, spread over the tensor.
struct Probe {
  uint64_t index;
  double value;
};
std::vector<Probe> probes(const Aligned& sides) {
  std::vector<Probe> out;
  constexpr uint64_t kTries = 1024;
  const uint64_t tries = std::min(kTries, sides.count);
  for (uint64_t i = 0; i < tries && out.size() < kLooks; ++i) {
    // A step that has no factor in common with usual dims visits all of them.
    const uint64_t index = sides.count <= kTries ? i : (i * 0x9E3779B97F4A7C15ULL) % sides.count;
    const auto value = value_at(sides.golden, index);
    if (value && std::isfinite(*value) && *value != 0) out.push_back({index, *value});
  }
  return out;
}

bool varied(const std::vector<Probe>& list) {
  return std::any_of(list.begin(), list.end(),
                     [&](const Probe& each) { return each.value != list.front().value; });
}

/// Where in the run the golden element is, when the run's dim i is golden's dim order[i].
uint64_t run_index(uint64_t index, const std::vector<int64_t>& golden,
                   const std::vector<size_t>& order) {
  std::vector<uint64_t> at(golden.size());
  for (size_t dim = golden.size(); dim-- > 0;) {
    const auto size = static_cast<uint64_t>(golden[dim]);
    at[dim] = index % size;
    index /= size;
  }
  uint64_t out = 0;
  for (const size_t dim : order) out = out * static_cast<uint64_t>(golden[dim]) + at[dim];
  return out;
}

template <class Where>
bool matches(const Aligned& sides, const std::vector<Probe>& list, Where where) {
  constexpr double kClose = 0.01;
  size_t wrong = 0;
  for (const Probe& probe : list) {
    const auto value = value_at(sides.run, where(probe.index));
    const bool close = value && std::abs(*value - probe.value) <= kClose * std::abs(probe.value);
    wrong += close ? 0 : 1;
    if (wrong * 20 > list.size()) return false;
  }
  return true;
}

}  // namespace

ShapeFinding explain_shapes(const Aligned& sides, const std::vector<int64_t>& run_shape) {
  const std::vector<Probe> list = probes(sides);
  constexpr size_t kLeast = 4;
  if (list.size() < kLeast || !varied(list)) {
    return {"its values are too much alike to tell which axes changed places", false};
  }
  const bool same_rank = run_shape.size() == sides.shape.size() && run_shape.size() <= kMostRank;
  std::vector<size_t> order(sides.shape.size());
  std::iota(order.begin(), order.end(), size_t{0});
  while (same_rank && std::next_permutation(order.begin(), order.end())) {
    const bool fits =
        std::equal(order.begin(), order.end(), run_shape.begin(),
                   [&](size_t dim, int64_t size) { return sides.shape[dim] == size; });
    if (!fits) continue;
    const bool found =
        matches(sides, list, [&](uint64_t index) { return run_index(index, sides.shape, order); });
    if (found) {
      return {fmt::format("the values match when the run is golden with its axes in the order ({})",
                          fmt::join(order, ",")),
              true};
    }
  }
  if (matches(sides, list, [](uint64_t index) { return index; })) {
    return {"the values match in their order: a reshape", false};
  }
  return {"no exchange of axes makes the values match", false};
}

}  // namespace omscope::compare
