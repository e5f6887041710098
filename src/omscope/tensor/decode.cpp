#include "omscope/tensor/decode.h"

#include <array>
#include <bit>
#include <cmath>
#include <complex>
#include <limits>

namespace omscope::tensor {
namespace {

using Decode = void (*)(const std::byte* bytes, uint64_t first, std::span<double> out);

template <class T>
void plain(const std::byte* bytes, uint64_t first, std::span<double> out) {
  const std::byte* at = bytes + first * sizeof(T);
  for (size_t i = 0; i < out.size(); ++i) {
    out[i] = static_cast<double>(load_le<T>(at + i * sizeof(T)));
  }
}

void boolean(const std::byte* bytes, uint64_t first, std::span<double> out) {
  for (size_t i = 0; i < out.size(); ++i) out[i] = bytes[first + i] == std::byte{0} ? 0 : 1;
}

template <class T>
void complex(const std::byte* bytes, uint64_t first, std::span<double> out) {
  const std::byte* at = bytes + first * 2 * sizeof(T);
  for (size_t i = 0; i < out.size(); ++i) {
    const T real = load_le<T>(at + (2 * i) * sizeof(T));
    const T imaginary = load_le<T>(at + (2 * i + 1) * sizeof(T));
    out[i] = std::abs(std::complex<double>(real, imaginary));
  }
}

void half(const std::byte* bytes, uint64_t first, std::span<double> out) {
  for (size_t i = 0; i < out.size(); ++i) {
    out[i] = small_float(load_le<uint16_t>(bytes + (first + i) * 2), 5, 10, true);
  }
}

void bfloat16(const std::byte* bytes, uint64_t first, std::span<double> out) {
  for (size_t i = 0; i < out.size(); ++i) {
    const auto code = static_cast<uint32_t>(load_le<uint16_t>(bytes + (first + i) * 2));
    out[i] = static_cast<double>(std::bit_cast<float>(code << 16U));
  }
}

/// e5m2 has infinities as IEEE types do; e4m3fn has none, and NaN only where all bits are set.
void float8_e5m2(const std::byte* bytes, uint64_t first, std::span<double> out) {
  for (size_t i = 0; i < out.size(); ++i) {
    out[i] = small_float(static_cast<uint8_t>(bytes[first + i]), 5, 2, true);
  }
}

void float8_e4m3fn(const std::byte* bytes, uint64_t first, std::span<double> out) {
  for (size_t i = 0; i < out.size(); ++i) {
    out[i] = small_float(static_cast<uint8_t>(bytes[first + i]), 4, 3, false);
  }
}

template <bool kSigned>
void nibble(const std::byte* bytes, uint64_t first, std::span<double> out) {
  for (size_t i = 0; i < out.size(); ++i) {
    const uint64_t at = first + i;
    const auto pair = static_cast<uint8_t>(bytes[at / 2]);
    const int code = at % 2 == 0 ? pair & 0xF : pair >> 4;
    out[i] = kSigned && code >= 8 ? code - 16 : code;
  }
}

struct Rule {
  DType dtype;
  Decode decode;
  Limits limits;
};

template <class T>
constexpr Limits integer_limits() {
  return {static_cast<double>(std::numeric_limits<T>::lowest()),
          static_cast<double>(std::numeric_limits<T>::max()), 0};
}

template <class T>
constexpr Limits float_limits() {
  return {static_cast<double>(std::numeric_limits<T>::lowest()),
          static_cast<double>(std::numeric_limits<T>::max()),
          static_cast<double>(std::numeric_limits<T>::min())};
}

// Quantised integers are shown as their stored integers: scale and offset stand elsewhere.
constexpr std::array kRules = {
    Rule{DType::kFloat32, plain<float>, float_limits<float>()},
    Rule{DType::kFloat64, plain<double>, float_limits<double>()},
    Rule{DType::kFloat16, half, {-65504, 65504, 0x1p-14}},
    Rule{DType::kBFloat16, bfloat16, {-0x1.fep127, 0x1.fep127, 0x1p-126}},
    Rule{DType::kFloat8E5M2, float8_e5m2, {-57344, 57344, 0x1p-14}},
    Rule{DType::kFloat8E4M3FN, float8_e4m3fn, {-448, 448, 0x1p-6}},
    Rule{DType::kInt8, plain<int8_t>, integer_limits<int8_t>()},
    Rule{DType::kUInt8, plain<uint8_t>, integer_limits<uint8_t>()},
    Rule{DType::kInt16, plain<int16_t>, integer_limits<int16_t>()},
    Rule{DType::kUInt16, plain<uint16_t>, integer_limits<uint16_t>()},
    Rule{DType::kInt32, plain<int32_t>, integer_limits<int32_t>()},
    Rule{DType::kUInt32, plain<uint32_t>, integer_limits<uint32_t>()},
    Rule{DType::kInt64, plain<int64_t>, integer_limits<int64_t>()},
    Rule{DType::kUInt64, plain<uint64_t>, integer_limits<uint64_t>()},
    Rule{DType::kQInt8, plain<int8_t>, integer_limits<int8_t>()},
    Rule{DType::kQUInt8, plain<uint8_t>, integer_limits<uint8_t>()},
    Rule{DType::kQInt16, plain<int16_t>, integer_limits<int16_t>()},
    Rule{DType::kQUInt16, plain<uint16_t>, integer_limits<uint16_t>()},
    Rule{DType::kQInt32, plain<int32_t>, integer_limits<int32_t>()},
    Rule{DType::kBool, boolean, {0, std::numeric_limits<double>::infinity(), 0}},
    Rule{DType::kInt4, nibble<true>, {-8, 7, 0}},
    Rule{DType::kUInt4, nibble<false>, {0, 15, 0}},
    Rule{DType::kComplex64, complex<float>, float_limits<float>()},
    Rule{DType::kComplex128, complex<double>, float_limits<double>()},
};

const Rule* find_rule(DType dtype) {
  for (const Rule& rule : kRules) {
    if (rule.dtype == dtype) return &rule;
  }
  return nullptr;
}

}  // namespace

double small_float(uint32_t code, unsigned exponent_bits, unsigned mantissa_bits,
                   bool has_infinity) {
  const uint32_t most_mantissa = (1U << mantissa_bits) - 1;
  const uint32_t most_exponent = (1U << exponent_bits) - 1;
  const uint32_t mantissa = code & most_mantissa;
  const uint32_t exponent = (code >> mantissa_bits) & most_exponent;
  const double sign = ((code >> (mantissa_bits + exponent_bits)) & 1U) != 0 ? -1 : 1;
  const int bias = static_cast<int>(most_exponent >> 1U);
  const auto scale = [&](double value, int power) { return sign * std::ldexp(value, power); };
  const int last = static_cast<int>(mantissa_bits);
  if (exponent == most_exponent && has_infinity) {
    return mantissa == 0 ? sign * std::numeric_limits<double>::infinity()
                         : std::numeric_limits<double>::quiet_NaN();
  }
  if (exponent == most_exponent && mantissa == most_mantissa) {
    return std::numeric_limits<double>::quiet_NaN();
  }
  if (exponent == 0) return scale(mantissa, 1 - bias - last);
  return scale(mantissa + most_mantissa + 1, static_cast<int>(exponent) - bias - last);
}

std::optional<Limits> limits_of(DType dtype) {
  const Rule* rule = find_rule(dtype);
  return rule == nullptr ? std::nullopt : std::optional<Limits>(rule->limits);
}

bool can_decode(DType dtype) {
  return find_rule(dtype) != nullptr;
}

void decode(DType dtype, ByteView bytes, uint64_t first, std::span<double> out) {
  if (const Rule* rule = find_rule(dtype)) rule->decode(bytes.data(), first, out);
}

}  // namespace omscope::tensor
