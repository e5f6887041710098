#include "omscope/tensor/decode.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <limits>

#include "omscope/tensor/code_table.h"

namespace omscope::tensor {
namespace {

enum class Encoding : uint8_t {
  kCodes,  ///< see code_table.h
  kHalf,
  kBFloat16,
  kFloat,
  kDouble,
  kInt16,
  kUInt16,
  kInt32,
  kUInt32,
  kInt64,
  kUInt64,
  kComplexHalf,
  kComplexFloat,
  kComplexDouble,
};

struct Rule {
  DType dtype;
  Encoding encoding;
  Limits limits;
};

constexpr double kInfinity = std::numeric_limits<double>::infinity();

template <class T>
constexpr Limits kIntegerLimits = {static_cast<double>(std::numeric_limits<T>::lowest()),
                                   static_cast<double>(std::numeric_limits<T>::max()), 0};

template <class T>
constexpr Limits kFloatLimits = {static_cast<double>(std::numeric_limits<T>::lowest()),
                                 static_cast<double>(std::numeric_limits<T>::max()),
                                 static_cast<double>(std::numeric_limits<T>::min())};

constexpr Limits kHalfLimits = {-65504, 65504, 0x1p-14};

// The six and four bit floats follow the OCP's microscaling formats; no decoder of the producer
// was found to check them with.
constexpr std::array kRules = {
    Rule{DType::kFloat32, Encoding::kFloat, kFloatLimits<float>},
    Rule{DType::kFloat64, Encoding::kDouble, kFloatLimits<double>},
    Rule{DType::kFloat16, Encoding::kHalf, kHalfLimits},
    Rule{DType::kBFloat16, Encoding::kBFloat16, {-0x1.fep127, 0x1.fep127, 0x1p-126}},
    Rule{DType::kHiFloat8, Encoding::kCodes, {-32768, 32768, 0x1p-15}},
    Rule{DType::kFloat8E5M2, Encoding::kCodes, {-57344, 57344, 0x1p-14}},
    Rule{DType::kFloat8E4M3FN, Encoding::kCodes, {-448, 448, 0x1p-6}},
    Rule{DType::kFloat8E5M2FNUZ, Encoding::kCodes, {-57344, 57344, 0x1p-15}},
    Rule{DType::kFloat8E4M3FNUZ, Encoding::kCodes, {-240, 240, 0x1p-7}},
    Rule{DType::kFloat8E8M0, Encoding::kCodes, {-kInfinity, 0x1p127, 0}},
    Rule{DType::kFloat6E3M2, Encoding::kCodes, {-28, 28, 0x1p-2}},
    Rule{DType::kFloat6E2M3, Encoding::kCodes, {-7.5, 7.5, 1}},
    Rule{DType::kFloat4E2M1, Encoding::kCodes, {-6, 6, 1}},
    Rule{DType::kFloat4E1M2, Encoding::kCodes, {-1.75, 1.75, 1}},
    Rule{DType::kInt8, Encoding::kCodes, kIntegerLimits<int8_t>},
    Rule{DType::kUInt8, Encoding::kCodes, kIntegerLimits<uint8_t>},
    Rule{DType::kInt16, Encoding::kInt16, kIntegerLimits<int16_t>},
    Rule{DType::kUInt16, Encoding::kUInt16, kIntegerLimits<uint16_t>},
    Rule{DType::kInt32, Encoding::kInt32, kIntegerLimits<int32_t>},
    Rule{DType::kUInt32, Encoding::kUInt32, kIntegerLimits<uint32_t>},
    Rule{DType::kInt64, Encoding::kInt64, kIntegerLimits<int64_t>},
    Rule{DType::kUInt64, Encoding::kUInt64, kIntegerLimits<uint64_t>},
    Rule{DType::kQInt8, Encoding::kCodes, kIntegerLimits<int8_t>},
    Rule{DType::kQUInt8, Encoding::kCodes, kIntegerLimits<uint8_t>},
    Rule{DType::kQInt16, Encoding::kInt16, kIntegerLimits<int16_t>},
    Rule{DType::kQUInt16, Encoding::kUInt16, kIntegerLimits<uint16_t>},
    Rule{DType::kQInt32, Encoding::kInt32, kIntegerLimits<int32_t>},
    Rule{DType::kDualSubInt8, Encoding::kCodes, kIntegerLimits<int8_t>},
    Rule{DType::kDualSubUInt8, Encoding::kCodes, kIntegerLimits<uint8_t>},
    Rule{DType::kBool, Encoding::kCodes, {-kInfinity, kInfinity, 0}},
    Rule{DType::kUInt1, Encoding::kCodes, {-kInfinity, kInfinity, 0}},
    Rule{DType::kInt2, Encoding::kCodes, {-2, 1, 0}},
    Rule{DType::kUInt2, Encoding::kCodes, {0, 3, 0}},
    Rule{DType::kInt4, Encoding::kCodes, {-8, 7, 0}},
    Rule{DType::kUInt4, Encoding::kCodes, {0, 15, 0}},
    Rule{DType::kComplex32, Encoding::kComplexHalf, kHalfLimits},
    Rule{DType::kComplex64, Encoding::kComplexFloat, kFloatLimits<float>},
    Rule{DType::kComplex128, Encoding::kComplexDouble, kFloatLimits<double>},
};

const Rule* find_rule(DType dtype) {
  for (const Rule& rule : kRules) {
    if (rule.dtype == dtype) return &rule;
  }
  return nullptr;
}

template <class T, class Out>
void plain(const std::byte* bytes, uint64_t first, std::span<Out> out) {
  const std::byte* at = bytes + first * sizeof(T);
  for (size_t i = 0; i < out.size(); ++i) {
    out[i] = static_cast<Out>(load_le<T>(at + i * sizeof(T)));
  }
}

/// Without branches, so that it is vectorised; denormals as (1.m x 2^-14) - 2^-14.
float half_value(uint16_t half) {
  constexpr uint32_t kRebias = uint32_t{127 - 15} << 23U;
  const uint32_t code = half;
  const uint32_t magnitude = (code & 0x7FFFU) << 13U;
  const uint32_t exponent = code & 0x7C00U;
  const float denormal = std::bit_cast<float>(magnitude + kRebias + (1U << 23U)) - 0x1p-14F;
  const uint32_t rebias = exponent == 0x7C00U ? 2 * kRebias : kRebias;
  const uint32_t bits = exponent == 0 ? std::bit_cast<uint32_t>(denormal) : magnitude + rebias;
  return std::bit_cast<float>(bits | (code & 0x8000U) << 16U);
}

template <class Out>
void half(const std::byte* bytes, uint64_t first, std::span<Out> out) {
  const std::byte* at = bytes + first * 2;
  for (size_t i = 0; i < out.size(); ++i) {
    out[i] = half_value(load_le<uint16_t>(at + i * 2));
  }
}

template <class Out>
void bfloat16(const std::byte* bytes, uint64_t first, std::span<Out> out) {
  const std::byte* at = bytes + first * 2;
  for (size_t i = 0; i < out.size(); ++i) {
    const uint32_t code = load_le<uint16_t>(at + i * 2);
    out[i] = std::bit_cast<float>(code << 16U);
  }
}

template <class Out>
const Out* values_of(const CodeTable& table) {
  if constexpr (std::is_same_v<Out, float>) {
    return table.as_float.data();
  } else {
    return table.value.data();
  }
}

/// Eight codes to a load: the loop is bound by what the caches deliver.
template <class Out>
void whole_bytes(const Out* values, const std::byte* at, std::span<Out> out) {
  constexpr size_t kStep = 8;
  const size_t whole = out.size() / kStep * kStep;
  for (size_t i = 0; i < whole; i += kStep) {
    const auto codes = load_le<uint64_t>(at + i);
    for (size_t k = 0; k < kStep; ++k) out[i + k] = values[codes >> (8 * k) & 0xFFU];
  }
  for (size_t i = whole; i < out.size(); ++i) out[i] = values[static_cast<uint8_t>(at[i])];
}

template <class Out>
void codes(DType dtype, ByteView bytes, uint64_t first, std::span<Out> out) {
  const CodeTable& table = *code_table(dtype);
  const Out* values = values_of<Out>(table);
  if (table.bits == 8) {
    return whole_bytes(values, bytes.data() + first, out);
  }
  std::array<uint8_t, 512> block;
  for (size_t begin = 0; begin < out.size(); begin += block.size()) {
    const size_t size = std::min(block.size(), out.size() - begin);
    unpack_codes(table, bytes, first + begin, std::span(block).first(size));
    for (size_t i = 0; i < size; ++i) out[begin + i] = values[block[i]];
  }
}

std::complex<double> complex_value(Encoding encoding, const std::byte* bytes, uint64_t index) {
  if (encoding == Encoding::kComplexHalf) {
    const std::byte* at = bytes + index * 4;
    return {half_value(load_le<uint16_t>(at)), half_value(load_le<uint16_t>(at + 2))};
  }
  if (encoding == Encoding::kComplexFloat) {
    const std::byte* at = bytes + index * 8;
    return {load_le<float>(at), load_le<float>(at + 4)};
  }
  const std::byte* at = bytes + index * 16;
  return {load_le<double>(at), load_le<double>(at + 8)};
}

template <class Out>
void magnitudes(Encoding encoding, const std::byte* bytes, uint64_t first, std::span<Out> out) {
  for (size_t i = 0; i < out.size(); ++i) {
    const std::complex<double> value = complex_value(encoding, bytes, first + i);
    // The magnitude of (infinity, NaN) is infinity for C, but the number is none for NumPy.
    const bool nan = std::isnan(value.real()) || std::isnan(value.imag());
    out[i] = nan ? std::numeric_limits<Out>::quiet_NaN() : static_cast<Out>(std::abs(value));
  }
}

template <class Out>
void decode_as(DType dtype, ByteView bytes, uint64_t first, std::span<Out> out) {
  const Rule* rule = find_rule(dtype);
  if (rule == nullptr) return;
  const std::byte* data = bytes.data();
  switch (rule->encoding) {
    case Encoding::kCodes: return codes(dtype, bytes, first, out);
    case Encoding::kHalf: return half(data, first, out);
    case Encoding::kBFloat16: return bfloat16(data, first, out);
    case Encoding::kFloat: return plain<float>(data, first, out);
    case Encoding::kDouble: return plain<double>(data, first, out);
    case Encoding::kInt16: return plain<int16_t>(data, first, out);
    case Encoding::kUInt16: return plain<uint16_t>(data, first, out);
    case Encoding::kInt32: return plain<int32_t>(data, first, out);
    case Encoding::kUInt32: return plain<uint32_t>(data, first, out);
    case Encoding::kInt64: return plain<int64_t>(data, first, out);
    case Encoding::kUInt64: return plain<uint64_t>(data, first, out);
    case Encoding::kComplexHalf:
    case Encoding::kComplexFloat:
    case Encoding::kComplexDouble: return magnitudes(rule->encoding, data, first, out);
  }
}

bool holds_integers(const Rule& rule) {
  switch (rule.encoding) {
    case Encoding::kInt16:
    case Encoding::kUInt16:
    case Encoding::kInt32:
    case Encoding::kUInt32:
    case Encoding::kInt64:
    case Encoding::kUInt64: return true;
    // No float of eight bits is without denormals, but for the scales of e8m0.
    case Encoding::kCodes:
      return rule.limits.smallest_normal == 0 && rule.dtype != DType::kFloat8E8M0;
    default: return false;
  }
}

}  // namespace

std::optional<Limits> limits_of(DType dtype) {
  const Rule* rule = find_rule(dtype);
  return rule == nullptr ? std::nullopt : std::optional<Limits>(rule->limits);
}

bool can_decode(DType dtype) {
  return find_rule(dtype) != nullptr;
}

bool is_complex(DType dtype) {
  const Rule* rule = find_rule(dtype);
  return rule != nullptr && rule->encoding >= Encoding::kComplexHalf;
}

bool is_integer(DType dtype) {
  const Rule* rule = find_rule(dtype);
  return rule != nullptr && dtype != DType::kBool && holds_integers(*rule);
}

uint64_t packed_count(DType dtype, ByteView bytes) {
  const uint64_t bits = dtype_info(dtype).bits;
  if (bits == 0) return 0;
  return bytes.size() / bits * 8 + bytes.size() % bits * 8 / bits;
}

void decode(DType dtype, ByteView bytes, uint64_t first, std::span<double> out) {
  decode_as(dtype, bytes, first, out);
}

void decode(DType dtype, ByteView bytes, uint64_t first, std::span<float> out) {
  decode_as(dtype, bytes, first, out);
}

bool decode_integers(DType dtype, ByteView bytes, uint64_t first, std::span<int64_t> out) {
  const Rule* rule = find_rule(dtype);
  if (rule == nullptr || !holds_integers(*rule)) return false;
  const std::byte* data = bytes.data();
  switch (rule->encoding) {
    case Encoding::kInt16: plain<int16_t>(data, first, out); break;
    case Encoding::kUInt16: plain<uint16_t>(data, first, out); break;
    case Encoding::kInt32: plain<int32_t>(data, first, out); break;
    case Encoding::kUInt32: plain<uint32_t>(data, first, out); break;
    case Encoding::kInt64:
    case Encoding::kUInt64: plain<int64_t>(data, first, out); break;
    default: {
      const CodeTable& table = *code_table(dtype);
      uint8_t code = 0;
      for (size_t i = 0; i < out.size(); ++i) {
        unpack_codes(table, bytes, first + i, std::span(&code, 1));
        out[i] = static_cast<int64_t>(table.value[code]);
      }
    }
  }
  return true;
}

void decode_complex(DType dtype, ByteView bytes, uint64_t first,
                    std::span<std::complex<double>> out) {
  const Rule* rule = find_rule(dtype);
  if (rule == nullptr) return;
  if (rule->encoding >= Encoding::kComplexHalf) {
    for (size_t i = 0; i < out.size(); ++i) {
      out[i] = complex_value(rule->encoding, bytes.data(), first + i);
    }
    return;
  }
  double value = 0;
  for (size_t i = 0; i < out.size(); ++i) {
    decode(dtype, bytes, first + i, std::span(&value, 1));
    out[i] = value;
  }
}

}  // namespace omscope::tensor
