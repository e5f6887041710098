#include <array>
#include <bit>
#include <cmath>

#include "omscope/numeric/census_part.h"
#include "omscope/numeric/instruction_set.h"
#include "omscope/tensor/decode.h"

namespace omscope::numeric {
namespace {

constexpr IeeeBits kHalf = {0x8000, 0x7C00, 0x0400, 0x7BFF};
constexpr IeeeBits kBFloat16 = {0x8000, 0x7F80, 0x0080, 0x7F7F};
constexpr IeeeBits kFloat = {0x80000000, 0x7F800000, 0x00800000, 0x7F7FFFFF};
constexpr uint64_t kDoubleInfinity = uint64_t{0x7FF} << 52U;

/// Complex numbers are seen as doubles with the limits of their parts.
IeeeBits double_bits(DType dtype) {
  const tensor::Limits limits = *tensor::limits_of(dtype);
  return {uint64_t{1} << 63U, kDoubleInfinity, std::bit_cast<uint64_t>(limits.smallest_normal),
          std::bit_cast<uint64_t>(limits.largest)};
}

template <class U>
uint64_t pattern_at(const void* x, int64_t i) {
  return load_le<U>(static_cast<const std::byte*>(x) + static_cast<size_t>(i) * sizeof(U));
}

uint64_t pattern_at(Width width, const void* x, int64_t i) {
  switch (width) {
    case k16Bits: return pattern_at<uint16_t>(x, i);
    case k32Bits: return pattern_at<uint32_t>(x, i);
    default: return pattern_at<uint64_t>(x, i);
  }
}

/// Only for blocks that are known to have some, and until the part has one of each.
void find_first(Width width, const IeeeBits& bits, const void* x, uint64_t first, int64_t size,
                const IeeeCounts& counts, CensusPart& part) {
  bool wants_nan = counts.nan > 0 && part.first_nan == kNever;
  bool wants_inf = counts.pos_inf + counts.neg_inf > 0 && part.first_inf == kNever;
  bool wants_saturated = counts.saturated > 0 && part.first_saturated == kNever;
  for (int64_t i = 0; i < size && (wants_nan || wants_inf || wants_saturated); ++i) {
    const uint64_t magnitude = pattern_at(width, x, i) & (bits.sign - 1);
    const uint64_t index = first + static_cast<uint64_t>(i);
    if (wants_nan && magnitude > bits.infinity) {
      part.first_nan = index;
      wants_nan = false;
    } else if (wants_inf && magnitude == bits.infinity) {
      part.first_inf = index;
      wants_inf = false;
    } else if (wants_saturated && magnitude == bits.largest) {
      part.first_saturated = index;
      wants_saturated = false;
    }
  }
}

template <class T>
using SumsOf = Sums (*)(const void*, int64_t, double, ReadNext);

/// Sums are taken of x - shift, where shift is near the mean of the block: with the mean of the
/// first n/32 elements the deviations of all exceed those from the true mean 32-fold at most.
template <class T>
RunningMoments block_moments(SumsOf<T> sums, const T* x, int64_t size, ReadNext next) {
  const auto* bytes = reinterpret_cast<const std::byte*>(x);
  const auto first = static_cast<double>(load_le<T>(bytes));
  const int64_t few = std::min(size, kBlockSize / 32);
  const double shift = first + sums(x, few, first, {}).sum / static_cast<double>(few);
  const Sums all = sums(x, size, shift, next);
  const auto count = static_cast<double>(size);
  const double squares = all.squares - all.sum * all.sum / count;
  return {count, shift + all.sum / count, std::max(squares, 0.0)};
}

/// Keeps the finite ones, in order.
template <class T>
int64_t drop_not_finite(const T* x, int64_t size, T* out) {
  int64_t kept = 0;
  for (int64_t i = 0; i < size; ++i) {
    const T value = load_le<T>(reinterpret_cast<const std::byte*>(x + i));
    out[kept] = value;
    kept += std::isfinite(value) ? 1 : 0;
  }
  return kept;
}

template <class T>
RunningMoments finite_moments(SumsOf<T> sums, const T* x, int64_t size, const IeeeCounts& counts,
                              ReadNext next) {
  if (counts.nan + counts.pos_inf + counts.neg_inf == 0)
    return block_moments<T>(sums, x, size, next);
  std::array<T, kBlockSize> finite;
  const int64_t kept = drop_not_finite(x, size, finite.data());
  return kept == 0 ? RunningMoments{} : block_moments<T>(sums, finite.data(), kept, next);
}

/// Multiplied by the count before it is subtracted, so that integers stay integers.
RunningMoments unshifted_moments(const Sums& sums, int64_t size) {
  const auto count = static_cast<double>(size);
  const double squares = (count * sums.squares - sums.sum * sums.sum) / count;
  return {count, sums.sum / count, std::max(squares, 0.0)};
}

}  // namespace

FloatBlocks::FloatBlocks(DType dtype, ByteView bytes, double scale)
    : dtype_(dtype), bytes_(bytes), scale_(scale) {
  switch (dtype) {
    case DType::kFloat16:
      width_ = k16Bits;
      bits_ = kHalf;
      break;
    case DType::kBFloat16:
      width_ = k16Bits;
      bits_ = kBFloat16;
      break;
    case DType::kFloat32:
      width_ = k32Bits;
      bits_ = kFloat;
      break;
    default: bits_ = double_bits(dtype);
  }
}

double FloatBlocks::value_of_key(int64_t key) const {
  // A key of fewer bits was sign-extended: its pattern has the sign at bit 63.
  const auto pattern = static_cast<uint64_t>(ieee_key(key));
  const uint64_t magnitude = pattern & (bits_.sign - 1);
  const auto narrow = static_cast<uint32_t>(magnitude);
  double value = 0;
  if (dtype_ == DType::kFloat16) {
    const auto half = static_cast<uint16_t>(magnitude);
    tensor::decode(dtype_, as_bytes({reinterpret_cast<const char*>(&half), sizeof(half)}), 0,
                   std::span(&value, 1));
  } else if (dtype_ == DType::kBFloat16) {
    value = static_cast<double>(std::bit_cast<float>(narrow << 16U));
  } else if (dtype_ == DType::kFloat32) {
    value = static_cast<double>(std::bit_cast<float>(narrow));
  } else {
    value = std::bit_cast<double>(magnitude);
  }
  return key < 0 && value != 0 ? -value : value;
}

const void* FloatBlocks::patterns(uint64_t first, int64_t size, double* buffer) const {
  if (tensor::is_complex(dtype_)) {
    tensor::decode(dtype_, bytes_, first, std::span(buffer, static_cast<size_t>(size)));
    return buffer;
  }
  return bytes_.data() + first * (size_t{2} << width_);
}

void FloatBlocks::add_moments(const void* x, int64_t size, const IeeeCounts& counts,
                              CensusPart& part) const {
  const Kernels& kernels = kernels_in_use();
  const int64_t stride = int64_t{2} << width_;
  const ReadNext next = {static_cast<const char*>(x) + size * stride, stride};
  if (width_ == k64Bits) {
    const auto* doubles = static_cast<const double*>(x);
    std::array<double, kBlockSize> scaled;
    if (scale_ != 1) {
      for (int64_t i = 0; i < size; ++i) {
        scaled[static_cast<size_t>(i)] =
            load_le<double>(reinterpret_cast<const std::byte*>(doubles + i)) * scale_;
      }
      doubles = scaled.data();
    }
    part.moments.merge(finite_moments<double>(kernels.double_sums, doubles, size, counts, next));
    return;
  }
  const auto* floats = static_cast<const float*>(x);
  std::array<float, kBlockSize> widened;
  if (width_ == k16Bits) {
    const bool is_brain = dtype_ == DType::kBFloat16;
    const bool is_plain = counts.denormals + counts.nan + counts.pos_inf + counts.neg_inf == 0;
    const auto widen = is_brain   ? kernels.bfloat16_to_float
                       : is_plain ? kernels.normal_half_to_float
                                  : kernels.half_to_float;
    widen(x, size, widened.data());
    floats = widened.data();
  }
  part.moments.merge(finite_moments<float>(kernels.float_sums, floats, size, counts, next));
}

/// Most blocks of 16-bit floats are finite: one pass gives their moments, and tells whether there
/// is anything to count.
bool FloatBlocks::add_finite_shorts(const void* x, uint64_t first, int64_t size,
                                    CensusPart& part) const {
  if (width_ != k16Bits || part.has_denormals) return false;
  const Kernels& kernels = kernels_in_use();
  const ShortOutline outline =
      (dtype_ == DType::kBFloat16 ? kernels.bfloat16_outline : kernels.half_outline)(x, size);
  const auto saturated = static_cast<int64_t>(bits_.largest);
  if (outline.largest > saturated || outline.least < -1 - saturated) return false;
  part.moments.merge(unshifted_moments(outline.sums, size));
  const bool is_plain = outline.least_magnitude >= static_cast<int64_t>(bits_.smallest_normal) &&
                        outline.largest < saturated && outline.least > -1 - saturated;
  if (is_plain) {
    part.keys = {std::min<int64_t>(part.keys.least, outline.least),
                 std::max<int64_t>(part.keys.largest, outline.largest)};
  } else {
    count(x, first, size, part);
  }
  return true;
}

void FloatBlocks::add(uint64_t first, int64_t size, CensusPart& part) const {
  std::array<double, kBlockSize> buffer;
  const void* x = patterns(first, size, buffer.data());
  if (!add_finite_shorts(x, first, size, part)) {
    add_moments(x, size, count(x, first, size, part), part);
  }
  if (!tensor::is_complex(dtype_)) add_distinct(width_, x, size, part.distinct);
}

IeeeCounts FloatBlocks::count(const void* x, uint64_t first, int64_t size, CensusPart& part) const {
  const IeeeCounts counts = kernels_in_use().ieee_counts[width_](x, size, bits_);
  part.nan += counts.nan;
  part.pos_inf += counts.pos_inf;
  part.neg_inf += counts.neg_inf;
  part.zeros += counts.zeros;
  part.denormals += counts.denormals;
  part.has_denormals = counts.denormals > size / 32;
  part.saturated += counts.saturated;
  part.keys = {std::min(part.keys.least, counts.finite.least),
               std::max(part.keys.largest, counts.finite.largest)};
  if (counts.nan + counts.pos_inf + counts.neg_inf + counts.saturated > 0) {
    find_first(width_, bits_, x, first, size, counts, part);
  }
  return counts;
}

}  // namespace omscope::numeric
