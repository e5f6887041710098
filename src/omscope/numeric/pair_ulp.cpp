#include "omscope/numeric/pair_ulp.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "omscope/numeric/pair.h"
#include "omscope/tensor/decode.h"

namespace omscope::numeric {
namespace {

struct Row {
  DType dtype;
  UlpGrid grid;
};

// Digits and least exponents of the formats; see tensor/code_table.cpp for the narrow ones.
constexpr std::array kRows = {
    Row{DType::kFloat64, {52, -1022}},     Row{DType::kFloat32, {23, -126}},
    Row{DType::kFloat16, {10, -14}},       Row{DType::kBFloat16, {7, -126}},
    Row{DType::kFloat8E4M3FN, {3, -6}},    Row{DType::kFloat8E4M3FNUZ, {3, -7}},
    Row{DType::kFloat8E5M2, {2, -14}},     Row{DType::kFloat8E5M2FNUZ, {2, -15}},
    Row{DType::kHiFloat8, {3, -22, true}}, Row{DType::kFloat6E2M3, {3, 0}},
    Row{DType::kFloat6E3M2, {2, -2}},      Row{DType::kFloat4E1M2, {2, 0}},
    Row{DType::kFloat4E2M1, {1, 0}},       Row{DType::kFloat8E8M0, {0, -127}},
};

/// Three digits up to 2^3 on either side of 1, two up to 2^7, one up to 2^15; below are powers of
/// two.
int tapered_digits(int exponent) {
  const int size = std::abs(exponent);
  if (exponent < -15) return 0;
  return size < 4 ? 3 : size < 8 ? 2 : 1;
}

/// Significant digits of what a type holds, in bits.
int significant_digits(DType dtype) {
  if (dtype == DType::kHiFloat8) return 2;
  if (const auto grid = ulp_grid(dtype)) return grid->digits + 1;
  if (dtype == DType::kComplex32) return 11;
  if (dtype == DType::kComplex64) return 24;
  if (dtype == DType::kComplex128) return 53;
  if (dtype == DType::kBool) return 1;
  return dtype_info(dtype).bits;
}

}  // namespace

std::optional<UlpGrid> ulp_grid(DType dtype) {
  for (const Row& row : kRows) {
    if (row.dtype == dtype) return row.grid;
  }
  return std::nullopt;
}

double ulp_error(const UlpGrid& grid, double d, double golden) {
  const int own = golden == 0 ? grid.least_exponent : std::ilogb(golden);
  const int exponent = std::max(own, grid.least_exponent);
  const int digits = grid.tapered ? tapered_digits(exponent) : grid.digits;
  return std::ldexp(std::abs(d), digits - exponent);
}

DType lower_precision(DType a, DType b) {
  const int left = significant_digits(a);
  const int right = significant_digits(b);
  if (left != right) return left < right ? a : b;
  const auto limits_a = tensor::limits_of(a);
  const auto limits_b = tensor::limits_of(b);
  if (!limits_a || !limits_b) return a;
  return limits_b->smallest_normal > limits_a->smallest_normal ? b : a;
}

}  // namespace omscope::numeric
