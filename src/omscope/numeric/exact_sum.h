// Sums of doubles without any rounding, for means of numbers that cancel each other.
#pragma once

#include <array>
#include <cstdint>

#include "omscope/core/bytes.h"
#include "omscope/core/dtype.h"
#include "omscope/numeric/census.h"

namespace omscope::numeric {

/// A fixed-point number as wide as all doubles, in digits of 32 bits that carry late (Neal, "Fast
/// exact summation using small and large superaccumulators", 2015). The order in which numbers are
/// added does not matter.
class ExactSum {
 public:
  void add(double finite);
  void add(const ExactSum& other);

  /// Rounded twice: the sum to a double of any exponent, and its quotient.
  double divided_by(uint64_t count) const;

 private:
  static constexpr unsigned kDigitBits = 32;
  /// The lowest bit of digit 0 is worth 2^-1074; 2^1024 and the carries of 2^64 numbers fit.
  static constexpr size_t kDigits = 70;

  void carry();

  std::array<int64_t, kDigits> digits_{};
  uint32_t since_carry_ = 0;
};

/// Whether rounding of sums may be seen in the mean: it is tiny beside the spread.
bool mean_cancels(const Census& census);

/// Adds the first `count` elements, but those that are not finite; integers of 64 bits exactly.
void add_elements(DType dtype, ByteView bytes, uint64_t count, ExactSum& sum);

/// The mean of all elements of a dtype of whole bytes, `finite` of which are; with all threads.
double exact_mean(DType dtype, ByteView bytes, uint64_t finite);

}  // namespace omscope::numeric
