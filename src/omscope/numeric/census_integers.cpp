#include <array>
#include <bit>
#include <cmath>

#include "omscope/numeric/census_part.h"
#include "omscope/numeric/instruction_set.h"
#include "omscope/tensor/decode.h"

namespace omscope::numeric {
namespace {

__extension__ using Int128 = __int128;

Width width_of(DType dtype) {
  switch (dtype_info(dtype).bits) {
    case 16: return k16Bits;
    case 32: return k32Bits;
    default: return k64Bits;
  }
}

bool is_unsigned(DType dtype) {
  return tensor::limits_of(dtype)->lowest == 0;
}

/// Numbers beyond 2^53 are no doubles: their distances from one among them are taken as integers.
/// `origin` is what the key 0 stands for.
RunningMoments distant_moments(const int64_t* keys, int64_t size, Int128 origin) {
  Int128 sum = 0;
  for (int64_t i = 0; i < size; ++i) sum += keys[i];
  const Int128 middle = sum / size;
  double rest = 0;
  double squares = 0;
  for (int64_t i = 0; i < size; ++i) {
    const auto off = static_cast<double>(keys[i] - middle);
    rest += off;
    squares += off * off;
  }
  const auto count = static_cast<double>(size);
  return {count, static_cast<double>(middle + origin) + rest / count,
          std::max(squares - rest * rest / count, 0.0)};
}

}  // namespace

IntegerBlocks::IntegerBlocks(DType dtype, ByteView bytes)
    : dtype_(dtype), bytes_(bytes), width_(width_of(dtype)) {
  const unsigned bits = 16U << width_;
  flip_ = is_unsigned(dtype) ? uint64_t{1} << (bits - 1) : 0;
  limits_.largest = static_cast<int64_t>(UINT64_MAX >> (65 - bits));
  limits_.least = -1 - limits_.largest;
}

IntegerRange IntegerBlocks::range_of_keys(const KeyRange& keys) const {
  // Subtraction wraps, as the bits of uint64 shall.
  const auto value = [&](int64_t key) {
    return static_cast<int64_t>(static_cast<uint64_t>(key) + flip_);
  };
  return {value(keys.least), value(keys.largest), flip_ != 0};
}

RunningMoments IntegerBlocks::moments(uint64_t first, int64_t size, const KeyRange& keys) const {
  const auto span_size = static_cast<size_t>(size);
  const IntegerRange range = range_of_keys(keys);
  constexpr int64_t kExact = int64_t{1} << 53U;
  if (range.min < -kExact || range.max > kExact || (flip_ != 0 && range.max < 0)) {
    std::array<int64_t, kBlockSize> values;
    tensor::decode_integers(dtype_, bytes_, first, std::span(values).first(span_size));
    for (size_t i = 0; i < span_size; ++i) {
      values[i] = static_cast<int64_t>(static_cast<uint64_t>(values[i]) ^ flip_);
    }
    return distant_moments(values.data(), size, Int128{flip_});
  }
  std::array<double, kBlockSize> values;
  tensor::decode(dtype_, bytes_, first, std::span(values).first(span_size));
  const double shift = values[0];
  const Sums few =
      kernels_in_use().double_sums(values.data(), std::min(size, kBlockSize / 32), shift, {});
  const double near = shift + few.sum / static_cast<double>(std::min(size, kBlockSize / 32));
  const Sums all = kernels_in_use().double_sums(values.data(), size, near, {});
  const auto count = static_cast<double>(size);
  return {count, near + all.sum / count, std::max(all.squares - all.sum * all.sum / count, 0.0)};
}

void IntegerBlocks::add(uint64_t first, int64_t size, CensusPart& part) const {
  const void* x = bytes_.data() + first * (size_t{2} << width_);
  const Kernels& kernels = kernels_in_use();
  const KeyRange keys = kernels.integer_range[width_](x, size, flip_);
  part.keys = {std::min(part.keys.least, keys.least), std::max(part.keys.largest, keys.largest)};
  const auto zero = static_cast<int64_t>(flip_ != 0 ? static_cast<uint64_t>(limits_.least) : 0);
  if (keys.least <= zero && keys.largest >= zero) {
    part.zeros += kernels.equal_count[width_](x, size, 0);
  }
  if (keys.least == limits_.least || keys.largest == limits_.largest) {
    const uint64_t lowest = static_cast<uint64_t>(limits_.least) ^ flip_;
    const uint64_t largest = static_cast<uint64_t>(limits_.largest) ^ flip_;
    part.saturated += kernels.equal_count[width_](x, size, lowest);
    part.saturated += kernels.equal_count[width_](x, size, largest);
    for (int64_t i = 0; i < size && part.first_saturated == kNever; ++i) {
      const auto* at = static_cast<const std::byte*>(x) + static_cast<size_t>(i) * (2U << width_);
      const KeyRange one = kernels.integer_range[width_](at, 1, flip_);
      if (one.least == limits_.least || one.least == limits_.largest) {
        part.first_saturated = first + static_cast<uint64_t>(i);
      }
    }
  }
  part.moments.merge(moments(first, size, keys));
  add_distinct(width_, x, size, part.distinct);
}

}  // namespace omscope::numeric
