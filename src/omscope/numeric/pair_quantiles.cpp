// Exact quantiles of errors, without sorting or keeping them: the bits of a positive double are in
// the order of its value, so that each pass counts twelve more bits of those that share the bits
// known so far; once these are few, they are collected and sorted.

#include <bit>
#include <cmath>

#include <tbb/enumerable_thread_specific.h>
#include <tbb/parallel_for.h>

#include "omscope/numeric/blocks.h"
#include "omscope/numeric/pair_part.h"

namespace omscope::numeric {
namespace {

constexpr std::array kProbabilities = {0.5, 0.9, 0.99, 0.999};
constexpr int kStepBits = 12;
constexpr size_t kBins = size_t{1} << kStepBits;
constexpr int kKeyBits = 63;
constexpr uint64_t kFew = uint64_t{1} << 16U;

/// Errors that share their highest bits with the quantile that is searched.
struct Group {
  uint64_t prefix = 0;  ///< the bits known, lowest bit last
  uint64_t size = 0;
  uint64_t rank = 0;  ///< of the quantile among them, from 0
};

/// The search for one kind of error.
struct Search {
  std::array<Group, kProbabilities.size()> groups;
  std::array<std::optional<double>, kProbabilities.size()> values;

  bool done() const {
    return std::all_of(values.begin(), values.end(), [](const auto& value) { return !!value; });
  }
};

/// Nearest rank: the least value that at least this share of all does not exceed.
uint64_t rank_of(double probability, uint64_t count) {
  const auto rank = static_cast<uint64_t>(std::ceil(probability * static_cast<double>(count)));
  return std::clamp<uint64_t>(rank, 1, count) - 1;
}

Search search_among(uint64_t count) {
  Search search;
  for (size_t i = 0; i < kProbabilities.size(); ++i) {
    search.groups[i] = {0, count, count == 0 ? 0 : rank_of(kProbabilities[i], count)};
  }
  return search;
}

/// What one pass finds out about one group.
struct Tally {
  std::vector<uint64_t> bins;   ///< by the next bits, of large groups
  std::vector<double> members;  ///< of small ones
};
using Tallies = std::array<Tally, kProbabilities.size()>;

/// Where the next bits of a key are; the last step has fewer.
struct Step {
  int known;
  int bits() const { return std::min(kStepBits, kKeyBits - known); }
  int shift() const { return kKeyBits - known - bits(); }
  bool is_in(uint64_t key, uint64_t prefix) const { return key >> (kKeyBits - known) == prefix; }
  size_t bin(uint64_t key) const { return (key >> shift()) & ((uint64_t{1} << bits()) - 1); }
};

/// The first group with the same prefix does the work for all of them.
bool is_searched(const Search& search, size_t i) {
  if (search.values[i]) return false;
  for (size_t before = 0; before < i; ++before) {
    if (!search.values[before] && search.groups[before].prefix == search.groups[i].prefix) {
      return false;
    }
  }
  return true;
}

size_t searched_for(const Search& search, size_t i) {
  size_t first = i;
  for (size_t before = i; before-- > 0;) {
    if (!search.values[before] && search.groups[before].prefix == search.groups[i].prefix) {
      first = before;
    }
  }
  return first;
}

class Counter {
 public:
  Counter(const Search& search, Step step) : search_(search), step_(step) {
    for (size_t i = 0; i < kProbabilities.size(); ++i) {
      if (is_searched(search, i)) searched_[count_++] = i;
    }
  }

  void add(double error, Tallies& tallies) const {
    const auto key = std::bit_cast<uint64_t>(error);
    for (size_t s = 0; s < count_; ++s) {
      const size_t i = searched_[s];
      const Group& group = search_.groups[i];
      if (!step_.is_in(key, group.prefix)) continue;
      Tally& tally = tallies[i];
      if (group.size <= kFew) {
        tally.members.push_back(error);
      } else {
        if (tally.bins.empty()) tally.bins.resize(kBins);
        ++tally.bins[step_.bin(key)];
      }
    }
  }

 private:
  const Search& search_;
  Step step_;
  std::array<size_t, kProbabilities.size()> searched_{};
  size_t count_ = 0;
};

void merge(const Tallies& more, Tallies& tallies) {
  for (size_t i = 0; i < tallies.size(); ++i) {
    Tally& to = tallies[i];
    to.members.insert(to.members.end(), more[i].members.begin(), more[i].members.end());
    to.bins.resize(std::max(to.bins.size(), more[i].bins.size()));
    for (size_t bin = 0; bin < more[i].bins.size(); ++bin) to.bins[bin] += more[i].bins[bin];
  }
}

/// The bits of a value are known to the last: all of its group are equal.
void narrow(const Tally& tally, Step step, Group& group, std::optional<double>& value) {
  if (group.size <= kFew) {
    std::vector<double> members = tally.members;
    const auto at = members.begin() + static_cast<std::ptrdiff_t>(group.rank);
    std::nth_element(members.begin(), at, members.end());
    value = *at;
    return;
  }
  size_t bin = 0;
  while (group.rank >= tally.bins[bin]) group.rank -= tally.bins[bin++];
  group.prefix = group.prefix << step.bits() | bin;
  group.size = tally.bins[bin];
  if (step.known + step.bits() == kKeyBits) value = std::bit_cast<double>(group.prefix);
}

void narrow_all(const Tallies& tallies, Step step, Search& search) {
  std::array<size_t, kProbabilities.size()> from{};
  for (size_t i = 0; i < from.size(); ++i) from[i] = searched_for(search, i);
  for (size_t i = 0; i < from.size(); ++i) {
    if (!search.values[i]) narrow(tallies[from[i]], step, search.groups[i], search.values[i]);
  }
}

struct Both {
  Tallies abs;
  Tallies rel;
};

void count_chunk(const PairReader& reader, uint64_t first, uint64_t size, const Counter& abs,
                 const Counter& rel, Both& tallies) {
  PairReader::Task task(reader);
  for (uint64_t done = 0; done < size; done += kBlockSize) {
    const auto some = static_cast<int64_t>(std::min<uint64_t>(kBlockSize, size - done));
    const PairBlock<double> block = task.doubles(first + done, some);
    for (int64_t i = 0; i < some; ++i) {
      const double golden = block.golden_at(i);
      if (!std::isfinite(block.run_at(i)) || !std::isfinite(golden)) continue;
      const double error = std::abs(block.error[i]);
      abs.add(error, tallies.abs);
      if (golden != 0) rel.add(error / std::abs(golden), tallies.rel);
    }
  }
}

/// Counts do not depend on which thread counts what.
Both count_all(const PairReader& reader, const Search& abs, const Search& rel, Step step) {
  const Counter abs_counter(abs, step);
  const Counter rel_counter(rel, step);
  Both all;
  if (reader.count() <= kChunk) {
    count_chunk(reader, 0, reader.count(), abs_counter, rel_counter, all);
    return all;
  }
  tbb::enumerable_thread_specific<Both> parts;
  const uint64_t chunks = (reader.count() - 1) / kChunk + 1;
  tbb::parallel_for(uint64_t{0}, chunks, [&](uint64_t chunk) {
    const uint64_t first = chunk * kChunk;
    count_chunk(reader, first, std::min(kChunk, reader.count() - first), abs_counter, rel_counter,
                parts.local());
  });
  for (const Both& part : parts) {
    merge(part.abs, all.abs);
    merge(part.rel, all.rel);
  }
  return all;
}

}  // namespace

void add_quantiles(const PairReader& reader, PairMetrics& metrics) {
  if (metrics.compared == 0) return;
  Search abs = search_among(metrics.compared);
  Search rel = search_among(metrics.compared - metrics.zero_golden);
  const bool has_rel = metrics.compared > metrics.zero_golden;
  if (!has_rel) rel.values.fill(0.0);
  for (Step step{0}; !abs.done() || !rel.done(); step.known += step.bits()) {
    const Both tallies = count_all(reader, abs, rel, step);
    narrow_all(tallies.abs, step, abs);
    narrow_all(tallies.rel, step, rel);
  }
  const auto bounded = [](double value) {
    return std::min(value, std::numeric_limits<double>::max());
  };
  for (size_t i = 0; i < kProbabilities.size(); ++i) {
    ErrorQuantile quantile{kProbabilities[i], bounded(*abs.values[i]), std::nullopt};
    if (has_rel) quantile.rel_error = bounded(*rel.values[i]);
    metrics.quantiles.push_back(quantile);
  }
}

}  // namespace omscope::numeric
