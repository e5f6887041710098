#include "omscope/numeric/kernels/widen.h"

#include "omscope/numeric/kernels/vectors.h"

namespace omscope::numeric::kernels::OMSCOPE_KERNELS {
namespace {

/// Whether all are zeros and normal numbers: twice the magnitude, less one unit of it, is beyond
/// all others for zeros.
bool is_plain(const AnyWhere<uint16_t>* codes, int64_t n) {
  uint16_t least = 0xFFFF;
  uint16_t largest = 0;
  for (int64_t i = 0; i < n; ++i) {
    const auto twice = static_cast<uint16_t>(codes[i] << 1U);
    const auto before = static_cast<uint16_t>(twice - 2);
    least = before < least ? before : least;
    largest = twice > largest ? twice : largest;
  }
  return least >= 2 * 0x0400 - 2 && largest < 2 * 0x7C00;
}

}  // namespace

// Plain integer steps, which every compiler vectorises. A denormal m x 2^-24 is made as
// (1.m x 2^-14) - 2^-14, which is exact and quicker than arithmetic on denormal floats.
void half_to_float(const void* x, int64_t n, float* __restrict out) {
  if (is_plain(static_cast<const AnyWhere<uint16_t>*>(x), n)) {
    return normal_half_to_float(x, n, out);
  }
  constexpr uint32_t kRebias = uint32_t{127 - 15} << 23U;
  constexpr uint32_t kOne = uint32_t{1} << 23U;
  const auto* codes = static_cast<const AnyWhere<uint16_t>*>(x);
  for (int64_t i = 0; i < n; ++i) {
    const uint32_t code = codes[i];
    const uint32_t magnitude = (code & 0x7FFFU) << 13U;
    const uint32_t sign = (code & 0x8000U) << 16U;
    const auto denormal = __builtin_bit_cast(float, magnitude + kRebias + kOne) - 0x1p-14F;
    const uint32_t more = code & 0x7C00U;
    const uint32_t rebias = more == 0x7C00U ? 2 * kRebias : kRebias;
    const uint32_t bits = more == 0 ? __builtin_bit_cast(uint32_t, denormal) : magnitude + rebias;
    out[i] = __builtin_bit_cast(float, bits | sign);
  }
}

// The exponent is put right by a multiplication; a denormal operand would make that slow.
void normal_half_to_float(const void* x, int64_t n, float* __restrict out) {
  const auto* codes = static_cast<const AnyWhere<int16_t>*>(x);
  for (int64_t i = 0; i < n; ++i) {
    const auto wide = static_cast<uint32_t>(static_cast<int32_t>(codes[i]));
    out[i] = __builtin_bit_cast(float, (wide << 13U) & 0x8FFFFFFFU) * 0x1p112F;
  }
}

void bfloat16_to_float(const void* x, int64_t n, float* __restrict out) {
  const auto* codes = static_cast<const AnyWhere<uint16_t>*>(x);
  for (int64_t i = 0; i < n; ++i) {
    out[i] = __builtin_bit_cast(float, static_cast<uint32_t>(codes[i]) << 16U);
  }
}

}  // namespace omscope::numeric::kernels::OMSCOPE_KERNELS
