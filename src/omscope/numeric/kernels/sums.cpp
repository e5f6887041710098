// Sums of floating-point numbers in fixed lanes.

#include "omscope/numeric/kernels/sums.h"

#include "omscope/numeric/kernels/vectors.h"

namespace omscope::numeric::kernels::OMSCOPE_KERNELS {
namespace {

template <class T>
Sums sums(const void* x, int64_t n, double shift, ReadNext next) {
  const auto* at = static_cast<const char*>(x);
  const int64_t whole = n - n % kLanes;
  Doubles sum[kParts] = {};
  Doubles squares[kParts] = {};
  for (int64_t i = 0; i < whole; i += kLanes) {
    __builtin_prefetch(next.at + i * next.stride);
    for (int64_t part = 0; part < kParts; ++part) {
      const Doubles off = load_part<T>(at, i + part * kPart) - shift;
      sum[part] += off;
      squares[part] += off * off;
    }
  }
  double sum_lane[kLanes];
  double square_lane[kLanes];
  __builtin_memcpy(sum_lane, sum, sizeof(sum));
  __builtin_memcpy(square_lane, squares, sizeof(squares));
  for (int64_t i = whole; i < n; ++i) {
    T value;
    __builtin_memcpy(&value, at + i * static_cast<int64_t>(sizeof(T)), sizeof(T));
    const double off = static_cast<double>(value) - shift;
    sum_lane[i - whole] += off;
    square_lane[i - whole] += off * off;
  }
  for (int64_t half = kLanes / 2; half > 0; half /= 2) {
    for (int64_t lane = 0; lane < half; ++lane) {
      sum_lane[lane] += sum_lane[lane + half];
      square_lane[lane] += square_lane[lane + half];
    }
  }
  return {sum_lane[0], square_lane[0]};
}

}  // namespace

Sums float_sums(const void* x, int64_t n, double shift, ReadNext next) {
  return sums<float>(x, n, shift, next);
}

Sums double_sums(const void* x, int64_t n, double shift, ReadNext next) {
  return sums<double>(x, n, shift, next);
}

}  // namespace omscope::numeric::kernels::OMSCOPE_KERNELS
