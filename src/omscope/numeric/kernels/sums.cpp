// Sums of floating-point numbers in fixed lanes.

#include "omscope/numeric/kernels/sums.h"

#include "omscope/numeric/kernels/vectors.h"

namespace omscope::numeric::kernels::OMSCOPE_KERNELS {
namespace {

template <class T>
Sums sums(const void* x, int64_t n, double shift, ReadNext next) {
  const auto* at = static_cast<const char*>(x);
  const int64_t whole = n - n % kLanes;
  Lanes sum = {};
  Lanes squares = {};
  for (int64_t i = 0; i < whole; i += kLanes) {
    __builtin_prefetch(next.at + i * next.stride);
    for (int64_t part = 0; part < kParts; ++part) {
      const Doubles value = load_part<T>(at, i + part * kPart) - shift;
      sum.part[part] += value;
      squares.part[part] += value * value;
    }
  }
  double sum_lane[kLanes];
  double square_lane[kLanes];
  __builtin_memcpy(sum_lane, &sum, sizeof(sum));
  __builtin_memcpy(square_lane, &squares, sizeof(squares));
  for (int64_t i = whole; i < n; ++i) {
    const double value = static_cast<double>(static_cast<const AnyWhere<T>*>(x)[i]) - shift;
    sum_lane[i - whole] += value;
    square_lane[i - whole] += value * value;
  }
  __builtin_memcpy(&sum, sum_lane, sizeof(sum));
  __builtin_memcpy(&squares, square_lane, sizeof(squares));
  return {sum_of(sum), sum_of(squares)};
}

}  // namespace

Sums float_sums(const void* x, int64_t n, double shift, ReadNext next) {
  return sums<float>(x, n, shift, next);
}

Sums double_sums(const void* x, int64_t n, double shift, ReadNext next) {
  return sums<double>(x, n, shift, next);
}

}  // namespace omscope::numeric::kernels::OMSCOPE_KERNELS
