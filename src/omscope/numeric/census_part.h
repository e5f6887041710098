// The census of a range of elements while it is made; parts are merged in the order of elements.
#pragma once

#include <array>
#include <limits>

#include "omscope/numeric/census.h"
#include "omscope/numeric/kernels/kernels.h"
#include "omscope/numeric/moments.h"

namespace omscope::numeric {

constexpr uint64_t kNever = UINT64_MAX;

/// The few bit patterns that a tensor has; `overflowed` once there are more.
struct DistinctPatterns {
  std::array<uint64_t, kMostDistinct> patterns{};
  uint32_t size = 0;
  bool overflowed = false;

  void add(uint64_t pattern) {
    for (uint32_t i = 0; i < size; ++i) {
      if (patterns[i] == pattern) return;
    }
    if (size == kMostDistinct) {
      overflowed = true;
    } else {
      patterns[size++] = pattern;
    }
  }

  void merge(const DistinctPatterns& other) {
    overflowed = overflowed || other.overflowed;
    for (uint32_t i = 0; i < other.size && !overflowed; ++i) add(other.patterns[i]);
  }
};

struct CensusPart {
  uint64_t nan = 0;
  uint64_t pos_inf = 0;
  uint64_t neg_inf = 0;
  uint64_t zeros = 0;
  uint64_t denormals = 0;
  uint64_t saturated = 0;
  uint64_t first_nan = kNever;
  uint64_t first_inf = kNever;
  uint64_t first_saturated = kNever;
  KeyRange keys{INT64_MAX,
                INT64_MIN};  ///< ieee_key, or integers; unsigned ones with a flipped sign
  RunningMoments moments;
  DistinctPatterns distinct;
  bool has_denormals = false;  ///< many, in the block before: what is quick without is slow there

  void merge(const CensusPart& other) {
    nan += other.nan;
    pos_inf += other.pos_inf;
    neg_inf += other.neg_inf;
    zeros += other.zeros;
    denormals += other.denormals;
    saturated += other.saturated;
    first_nan = std::min(first_nan, other.first_nan);
    first_inf = std::min(first_inf, other.first_inf);
    first_saturated = std::min(first_saturated, other.first_saturated);
    keys = {std::min(keys.least, other.keys.least), std::max(keys.largest, other.keys.largest)};
    moments.merge(other.moments);
    distinct.merge(other.distinct);
  }
};

// One file each. `first` is the index of the block's first element, at most kBlockSize elements.

/// 16, 32 and 64 bit floats, and complex numbers. `scale`, a power of two, multiplies 64 bit ones
/// before their moments are taken: squares of numbers beyond 1e154 or below 1e-154 are no doubles.
class FloatBlocks {
 public:
  FloatBlocks(DType dtype, ByteView bytes, double scale);

  void add(uint64_t first, int64_t size, CensusPart& part) const;
  double value_of_key(int64_t key) const;

 private:
  const void* patterns(uint64_t first, int64_t size, double* buffer) const;
  bool add_finite_shorts(const void* x, uint64_t first, int64_t size, CensusPart& part) const;
  IeeeCounts count(const void* x, uint64_t first, int64_t size, CensusPart& part) const;
  void add_moments(const void* x, int64_t size, const IeeeCounts& counts, CensusPart& part) const;

  DType dtype_;
  ByteView bytes_;
  double scale_;
  Width width_ = k64Bits;
  IeeeBits bits_{};
};

/// 16 to 64 bit integers.
class IntegerBlocks {
 public:
  IntegerBlocks(DType dtype, ByteView bytes);

  void add(uint64_t first, int64_t size, CensusPart& part) const;
  IntegerRange range_of_keys(const KeyRange& keys) const;

 private:
  RunningMoments moments(uint64_t first, int64_t size, const KeyRange& keys) const;

  DType dtype_;
  ByteView bytes_;
  Width width_;
  uint64_t flip_;  ///< the sign bit for unsigned types, whose keys are signed
  KeyRange limits_;
};

/// Adds the patterns of a block of `width`.
void add_distinct(Width width, const void* x, int64_t size, DistinctPatterns& distinct);

/// Types of at most eight bits, from how often each code occurs.
Census census_of_codes(DType dtype, ByteView bytes, uint64_t count);

}  // namespace omscope::numeric
