#include "omscope/tensor/encode.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <limits>
#include <memory>

#include "omscope/tensor/code_table.h"
#include "omscope/tensor/decode.h"
#include "omscope/tensor/round_code.h"

namespace omscope::tensor {
namespace {

/// Elements at a time: a multiple of eight, so that packed types start at a byte.
constexpr size_t kStep = 1024;

template <class T>
void store(std::byte* at, T value) {
  std::memcpy(at, &value, sizeof(T));
}

const NearestCode& nearest_code(DType dtype) {
  static const auto kAll = [] {
    std::array<std::unique_ptr<const NearestCode>, 256> all;
    for (size_t i = 0; i <= static_cast<size_t>(DType::kHiFloat4Scale); ++i) {
      const auto each = static_cast<DType>(i);
      if (code_table(each) != nullptr) all[i] = std::make_unique<const NearestCode>(each);
    }
    return all;
  }();
  return *kAll[static_cast<size_t>(dtype)];
}

template <class T>
T to_integer(double value, EncodeLoss& loss) {
  if (std::isnan(value)) {
    ++loss.nan_lost;
    return 0;
  }
  const double rounded = std::nearbyint(value);
  // 2^63 and 2^64 are doubles, the largest integers below are not.
  constexpr double kAbove = 2.0 * (std::numeric_limits<T>::max() / 2 + 1);
  constexpr auto kLowest = static_cast<double>(std::numeric_limits<T>::lowest());
  if (rounded >= kAbove || rounded < kLowest) {
    ++loss.overflowed;
    return rounded < 0 ? std::numeric_limits<T>::lowest() : std::numeric_limits<T>::max();
  }
  return static_cast<T>(rounded);
}

float to_float(double value, EncodeLoss& loss) {
  const auto nearest = static_cast<float>(value);
  if (std::isinf(nearest) && !std::isinf(value)) ++loss.overflowed;
  return nearest;
}

template <class T, class In, class Convert>
EncodeLoss each(std::span<const In> values, std::span<std::byte> out, size_t stride,
                Convert convert) {
  EncodeLoss loss;
  for (size_t i = 0; i < values.size(); ++i) {
    store<T>(out.data() + i * stride, convert(static_cast<double>(values[i]), loss));
  }
  return loss;
}

template <class In>
EncodeLoss codes(DType dtype, std::span<const In> values, std::span<std::byte> out) {
  const CodeTable& table = *code_table(dtype);
  const NearestCode& nearest = nearest_code(dtype);
  EncodeLoss loss;
  std::array<uint8_t, kStep> block;
  for (size_t begin = 0; begin < values.size(); begin += kStep) {
    const size_t size = std::min(kStep, values.size() - begin);
    for (size_t i = 0; i < size; ++i) {
      const auto value = static_cast<double>(values[begin + i]);
      block[i] = dtype == DType::kBool ? uint8_t{value != 0} : nearest(value, loss);
    }
    const size_t bytes = (size * table.bits + 7) / 8;
    pack_codes(table, std::span(block).first(size), out.subspan(begin / 8 * table.bits, bytes));
  }
  return loss;
}

template <class In>
EncodeLoss encode_as(DType dtype, std::span<const In> values, std::span<std::byte> out) {
  const auto half = [](double value, EncodeLoss& loss) {
    return round_ieee(value, kHalfFormat, loss);
  };
  const auto bfloat = [](double value, EncodeLoss& loss) {
    return round_ieee(value, kBFloat16Format, loss);
  };
  const auto same = [](double value, EncodeLoss&) { return value; };
  if (code_table(dtype) != nullptr) return codes(dtype, values, out);
  if (is_complex(dtype)) std::fill(out.begin(), out.end(), std::byte{0});
  switch (dtype) {
    case DType::kFloat16: return each<uint16_t>(values, out, 2, half);
    case DType::kBFloat16: return each<uint16_t>(values, out, 2, bfloat);
    case DType::kFloat32: return each<float>(values, out, 4, to_float);
    case DType::kFloat64: return each<double>(values, out, 8, same);
    case DType::kInt16:
    case DType::kQInt16: return each<int16_t>(values, out, 2, to_integer<int16_t>);
    case DType::kUInt16:
    case DType::kQUInt16: return each<uint16_t>(values, out, 2, to_integer<uint16_t>);
    case DType::kInt32:
    case DType::kQInt32: return each<int32_t>(values, out, 4, to_integer<int32_t>);
    case DType::kUInt32: return each<uint32_t>(values, out, 4, to_integer<uint32_t>);
    case DType::kInt64: return each<int64_t>(values, out, 8, to_integer<int64_t>);
    case DType::kUInt64: return each<uint64_t>(values, out, 8, to_integer<uint64_t>);
    case DType::kComplex32: return each<uint16_t>(values, out, 4, half);
    case DType::kComplex64: return each<float>(values, out, 8, to_float);
    case DType::kComplex128: return each<double>(values, out, 16, same);
    default: return {};
  }
}

/// As a double whose last bit is set when bits were lost, so that rounding it once more rounds as
/// the integer itself would.
double odd_double(uint64_t magnitude) {
  unsigned shift = 0;
  while (magnitude >> shift >> 53U != 0) ++shift;
  const uint64_t kept = magnitude >> shift;
  const bool lost = kept << shift != magnitude;
  return std::ldexp(static_cast<double>(kept | (lost ? 1U : 0U)), static_cast<int>(shift));
}

EncodeLoss integers_to_floats(DType dtype, std::span<const int64_t> values, bool is_unsigned,
                              std::span<std::byte> out) {
  EncodeLoss loss;
  std::array<double, kStep> block;
  const uint64_t bits = dtype_info(dtype).bits;
  const bool rounds_itself = dtype == DType::kFloat64 || dtype == DType::kComplex128;
  for (size_t begin = 0; begin < values.size(); begin += kStep) {
    const size_t size = std::min(kStep, values.size() - begin);
    for (size_t i = 0; i < size; ++i) {
      const int64_t value = values[begin + i];
      const bool negative = value < 0 && !is_unsigned;
      const auto bit_pattern = static_cast<uint64_t>(value);
      const uint64_t magnitude = negative ? 0 - bit_pattern : bit_pattern;
      const double exact = rounds_itself ? static_cast<double>(magnitude) : odd_double(magnitude);
      block[i] = negative ? -exact : exact;
    }
    const std::span<const double> some(block.data(), size);
    loss.add(encode(dtype, some, out.subspan(begin / 8 * bits, (size * bits + 7) / 8)));
  }
  return loss;
}

/// Of the same bits: exactly, or the nearest that the type has.
int64_t clamped(int64_t value, bool is_unsigned, DType to, const Limits& limits, EncodeLoss& loss) {
  const bool is_big = is_unsigned && value < 0;
  if (to == DType::kUInt64) {
    if (value >= 0 || is_unsigned) return value;
    ++loss.overflowed;
    return 0;
  }
  if (to == DType::kInt64) {
    if (!is_big) return value;
    ++loss.overflowed;
    return INT64_MAX;
  }
  const auto lowest = std::isinf(limits.lowest) ? 0 : static_cast<int64_t>(limits.lowest);
  const auto largest = std::isinf(limits.largest) ? 1 : static_cast<int64_t>(limits.largest);
  const int64_t inside = is_big ? largest : std::clamp(value, lowest, largest);
  if (inside != value) ++loss.overflowed;
  return inside;
}

}  // namespace

EncodeLoss encode(DType dtype, std::span<const double> values, std::span<std::byte> out) {
  return encode_as(dtype, values, out);
}

EncodeLoss encode(DType dtype, std::span<const float> values, std::span<std::byte> out) {
  return encode_as(dtype, values, out);
}

EncodeLoss encode_integers(DType dtype, std::span<const int64_t> values, bool is_unsigned,
                           std::span<std::byte> out) {
  if (!is_integer(dtype)) return integers_to_floats(dtype, values, is_unsigned, out);
  EncodeLoss loss;
  const Limits limits = *limits_of(dtype);
  const size_t bytes = dtype_info(dtype).bits / 8;
  for (size_t i = 0; bytes > 0 && i < values.size(); ++i) {
    const int64_t value = clamped(values[i], is_unsigned, dtype, limits, loss);
    std::memcpy(out.data() + i * bytes, &value, bytes);  // little-endian: the low bytes
  }
  if (bytes > 0) return loss;
  const CodeTable& table = *code_table(dtype);
  std::array<uint8_t, kStep> block;
  for (size_t begin = 0; begin < values.size(); begin += kStep) {
    const size_t size = std::min(kStep, values.size() - begin);
    for (size_t i = 0; i < size; ++i) {
      const int64_t value = clamped(values[begin + i], is_unsigned, dtype, limits, loss);
      block[i] = static_cast<uint8_t>(value & (table.codes() - 1));
    }
    pack_codes(table, std::span(block).first(size),
               out.subspan(begin / 8 * table.bits, (size * table.bits + 7) / 8));
  }
  return loss;
}

EncodeLoss encode_complex(DType dtype, std::span<const std::complex<double>> values,
                          std::span<std::byte> out) {
  const DType part = dtype == DType::kComplex32   ? DType::kFloat16
                     : dtype == DType::kComplex64 ? DType::kFloat32
                                                  : DType::kFloat64;
  // The standard lays a complex number out as an array of two.
  return encode(part, {reinterpret_cast<const double*>(values.data()), values.size() * 2}, out);
}

bool can_convert(DType from, DType to) {
  return can_decode(from) && can_decode(to) && (!is_complex(from) || is_complex(to));
}

EncodeLoss convert_elements(DType from, ByteView bytes, DType to, std::span<std::byte> out) {
  EncodeLoss loss;
  if (!can_convert(from, to)) return loss;
  const uint64_t count = packed_count(from, bytes);
  const uint64_t bits = dtype_info(to).bits;
  if (from == to) {
    std::copy_n(bytes.begin(), dtype_bytes(to, count).value_or(0), out.begin());
    return loss;
  }
  std::array<double, kStep> numbers;
  std::array<int64_t, kStep> integers;
  std::array<std::complex<double>, kStep> pairs;
  for (uint64_t first = 0; first < count; first += kStep) {
    const size_t size = std::min<uint64_t>(kStep, count - first);
    const auto to_bytes = out.subspan(first / 8 * bits, (size * bits + 7) / 8);
    if (is_complex(from)) {
      decode_complex(from, bytes, first, std::span(pairs).first(size));
      loss.add(encode_complex(to, std::span(pairs).first(size), to_bytes));
    } else if (decode_integers(from, bytes, first, std::span(integers).first(size))) {
      const bool is_unsigned = from == DType::kUInt64;
      loss.add(encode_integers(to, std::span(integers).first(size), is_unsigned, to_bytes));
    } else {
      decode(from, bytes, first, std::span(numbers).first(size));
      loss.add(encode(to, std::span<const double>(numbers).first(size), to_bytes));
    }
  }
  return loss;
}

}  // namespace omscope::tensor
