#include "omscope/numeric/exact_sum.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "omscope/numeric/blocks.h"
#include "omscope/numeric/kernels/kernels.h"
#include "omscope/tensor/decode.h"

namespace omscope::numeric {
namespace {

__extension__ using UInt128 = unsigned __int128;

/// Each number adds less than 2^32 to a digit of 63 bits.
constexpr uint32_t kMostLate = uint32_t{1} << 30U;
constexpr uint64_t kLow = UINT32_MAX;

}  // namespace

void ExactSum::add(double finite) {
  constexpr unsigned kFraction = 52;
  const auto bits = std::bit_cast<uint64_t>(finite);
  const uint64_t exponent = (bits >> kFraction) & 0x7FFU;
  const uint64_t fraction = bits & ((uint64_t{1} << kFraction) - 1);
  const uint64_t mantissa = exponent == 0 ? fraction : fraction | (uint64_t{1} << kFraction);
  const uint64_t position = exponent == 0 ? 0 : exponent - 1;
  const uint64_t shift = position % kDigitBits;
  const uint64_t rest = mantissa >> (kDigitBits - shift);
  const int64_t sign = (bits >> 63U) != 0 ? -1 : 1;
  int64_t* digit = digits_.data() + position / kDigitBits;
  digit[0] += sign * static_cast<int64_t>((mantissa << shift) & kLow);
  digit[1] += sign * static_cast<int64_t>(rest & kLow);
  digit[2] += sign * static_cast<int64_t>(rest >> kDigitBits);
  if (++since_carry_ == kMostLate) carry();
}

void ExactSum::add(const ExactSum& other) {
  ExactSum more = other;
  more.carry();
  carry();
  for (size_t i = 0; i < kDigits; ++i) digits_[i] += more.digits_[i];
  since_carry_ = 2;
}

/// All digits but the last one become less than 2^32 and not negative.
void ExactSum::carry() {
  for (size_t i = 0; i + 1 < kDigits; ++i) {
    const int64_t over = digits_[i] >> kDigitBits;
    digits_[i] &= static_cast<int64_t>(kLow);
    digits_[i + 1] += over;
  }
  since_carry_ = 0;
}

double ExactSum::divided_by(uint64_t count) const {
  constexpr int kLowest = -1074;
  ExactSum size = *this;
  size.carry();
  const bool negative = size.digits_.back() < 0;
  if (negative) {
    for (int64_t& digit : size.digits_) digit = -digit;
    size.carry();
  }
  size_t top = kDigits - 1;
  while (top > 2 && size.digits_[top] == 0) --top;
  UInt128 leading = 0;
  for (size_t i = 0; i < 3; ++i) {
    leading = leading << kDigitBits | static_cast<uint64_t>(size.digits_[top - i]);
  }
  // The conversion rounds to nearest: it must see whether anything follows.
  const auto below = size.digits_.begin() + static_cast<std::ptrdiff_t>(top - 2);
  if (std::any_of(size.digits_.begin(), below, [](int64_t digit) { return digit != 0; })) {
    leading |= 1U;
  }
  const double quotient = static_cast<double>(leading) / static_cast<double>(count);
  const int exponent = kLowest + static_cast<int>(kDigitBits * (top - 2));
  return std::ldexp(negative ? -quotient : quotient, exponent);
}

// Sums of blocks are right to some 2^-50 of the spread; a mean beyond this has nine digits then.
bool mean_cancels(const Census& census) {
  return census.std > 0 && std::abs(census.mean) < 0x1p-20 * census.std;
}

void add_elements(DType dtype, ByteView bytes, uint64_t count, ExactSum& sum) {
  const bool wide = tensor::is_integer(dtype) && dtype_info(dtype).bits == 64;
  const bool is_unsigned = wide && tensor::limits_of(dtype)->lowest == 0;
  std::array<double, kBlockSize> values;
  std::array<int64_t, kBlockSize> integers;
  for (uint64_t done = 0; done < count; done += kBlockSize) {
    const size_t some = std::min<uint64_t>(kBlockSize, count - done);
    if (wide) {
      tensor::decode_integers(dtype, bytes, done, std::span(integers).first(some));
      for (size_t i = 0; i < some; ++i) {
        const auto pattern = static_cast<uint64_t>(integers[i]);
        sum.add(static_cast<double>(pattern & kLow));
        const double high = is_unsigned ? static_cast<double>(pattern >> 32U)
                                        : static_cast<double>(integers[i] >> 32);
        sum.add(high * 0x1p32);
      }
      continue;
    }
    tensor::decode(dtype, bytes, done, std::span(values).first(some));
    for (size_t i = 0; i < some; ++i) {
      if (std::isfinite(values[i])) sum.add(values[i]);
    }
  }
}

double exact_mean(DType dtype, ByteView bytes, uint64_t finite) {
  const uint64_t element = dtype_info(dtype).bits / 8;
  if (element == 0 || finite == 0) return 0;
  const ExactSum sum = reduce_chunks<ExactSum>(
      bytes.size() / element,
      [&](uint64_t first, uint64_t size, ExactSum& part) {
        const ByteView chunk = bytes.subspan(first * element, size * element);
        read_ahead(chunk);
        add_elements(dtype, chunk, size, part);
      },
      [](ExactSum& part, const ExactSum& later) { part.add(later); });
  return sum.divided_by(finite);
}

}  // namespace omscope::numeric
