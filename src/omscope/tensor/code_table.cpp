#include "omscope/tensor/code_table.h"

#include <cmath>
#include <limits>

namespace omscope::tensor {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

using Value = double (*)(uint8_t code);

template <unsigned kBits>
double unsigned_value(uint8_t code) {
  return code;
}

template <unsigned kBits>
double signed_value(uint8_t code) {
  return code >= (1U << (kBits - 1)) ? code - static_cast<int>(1U << kBits) : code;
}

double bool_value(uint8_t code) {
  return code == 0 ? 0 : 1;
}

/// A scale of a block: no sign, no zero.
double e8m0_value(uint8_t code) {
  return code == 0xFF ? kNan : std::ldexp(1.0, code - 127);
}

template <unsigned kExponent, unsigned kMantissa, int kBias, Specials kSpecials>
double small_value(uint8_t code) {
  return float_value(code, {kExponent, kMantissa, kBias, kSpecials});
}

struct Row {
  DType dtype;
  Value value;
  bool high_bits_first = false;
};

// The order of packed elements is known for four bits; two and six bits are assumed to be packed
// alike. uint1 has the first element in the highest bit, as the vendor's own converter reads it.
// Quantised integers are shown as their stored integers: scale and offset stand elsewhere. Of the
// "dual" types the two halves are plain bytes; the forty bits of DT_DUAL itself are not known.
constexpr std::array kRows = {
    Row{DType::kInt8, signed_value<8>},
    Row{DType::kUInt8, unsigned_value<8>},
    Row{DType::kQInt8, signed_value<8>},
    Row{DType::kQUInt8, unsigned_value<8>},
    Row{DType::kDualSubInt8, signed_value<8>},
    Row{DType::kDualSubUInt8, unsigned_value<8>},
    Row{DType::kBool, bool_value},
    Row{DType::kInt4, signed_value<4>},
    Row{DType::kUInt4, unsigned_value<4>},
    Row{DType::kInt2, signed_value<2>},
    Row{DType::kUInt2, unsigned_value<2>},
    Row{DType::kUInt1, unsigned_value<1>, true},
    Row{DType::kHiFloat8, hifloat8_value},
    Row{DType::kFloat8E5M2, small_value<5, 2, 15, Specials::kIeee>},
    Row{DType::kFloat8E4M3FN, small_value<4, 3, 7, Specials::kNanAllOnes>},
    Row{DType::kFloat8E5M2FNUZ, small_value<5, 2, 16, Specials::kNanMinusZero>},
    Row{DType::kFloat8E4M3FNUZ, small_value<4, 3, 8, Specials::kNanMinusZero>},
    Row{DType::kFloat8E8M0, e8m0_value},
    Row{DType::kFloat6E3M2, small_value<3, 2, 3, Specials::kNone>},
    Row{DType::kFloat6E2M3, small_value<2, 3, 1, Specials::kNone>},
    Row{DType::kFloat4E2M1, small_value<2, 1, 1, Specials::kNone>},
    Row{DType::kFloat4E1M2, small_value<1, 2, 1, Specials::kNone>},
};

using Tables = std::array<CodeTable, kRows.size()>;

Tables all_tables() {
  Tables tables{};
  for (size_t i = 0; i < kRows.size(); ++i) {
    CodeTable& table = tables[i];
    table.bits = dtype_info(kRows[i].dtype).bits;
    table.high_bits_first = kRows[i].high_bits_first;
    for (unsigned code = 0; code < table.codes(); ++code) {
      table.value[code] = kRows[i].value(static_cast<uint8_t>(code));
      table.as_float[code] = static_cast<float>(table.value[code]);
    }
  }
  return tables;
}

}  // namespace

double float_value(uint32_t code, const FloatFormat& format) {
  const uint32_t most_mantissa = (1U << format.mantissa_bits) - 1;
  const uint32_t most_exponent = (1U << format.exponent_bits) - 1;
  const uint32_t mantissa = code & most_mantissa;
  const uint32_t exponent = (code >> format.mantissa_bits) & most_exponent;
  const bool negative = ((code >> (format.mantissa_bits + format.exponent_bits)) & 1U) != 0;
  const double sign = negative ? -1 : 1;
  if (format.specials == Specials::kIeee && exponent == most_exponent) {
    return mantissa == 0 ? sign * kInfinity : kNan;
  }
  if (format.specials == Specials::kNanAllOnes && exponent == most_exponent &&
      mantissa == most_mantissa) {
    return kNan;
  }
  if (format.specials == Specials::kNanMinusZero && negative && exponent == 0 && mantissa == 0) {
    return kNan;
  }
  const int unit = -format.bias - static_cast<int>(format.mantissa_bits);
  if (exponent == 0) return sign * std::ldexp(mantissa, unit + 1);
  return sign * std::ldexp(mantissa + most_mantissa + 1, unit + static_cast<int>(exponent));
}

double hifloat8_value(uint8_t code) {
  if (code == 0) return 0;
  if (code == 0x80) return kNan;
  const double sign = (code & 0x80U) != 0 ? -1 : 1;
  const unsigned rest = code & 0x7FU;
  if (rest == 0x6F) return sign * kInfinity;
  if (rest < 0x08) return sign * std::ldexp(1.0, static_cast<int>(rest) - 23);
  unsigned exponent_bits = 0;
  unsigned mantissa_bits = 3;
  if (rest >= 0x60) {
    exponent_bits = 4;
    mantissa_bits = 1;
  } else if (rest >= 0x40) {
    exponent_bits = 3;
    mantissa_bits = 2;
  } else if (rest >= 0x20) {
    exponent_bits = 2;
  } else if (rest >= 0x10) {
    exponent_bits = 1;
  }
  const unsigned mantissa = rest & ((1U << mantissa_bits) - 1);
  int exponent = 0;
  if (exponent_bits > 0) {
    const unsigned field = (rest >> mantissa_bits) & ((1U << exponent_bits) - 1);
    const unsigned leading = 1U << (exponent_bits - 1);
    const auto magnitude = static_cast<int>(leading | (field & (leading - 1)));
    exponent = (field & leading) != 0 ? -magnitude : magnitude;
  }
  const double fraction = static_cast<double>(mantissa) / (1U << mantissa_bits);
  return sign * std::ldexp(1 + fraction, exponent);
}

const CodeTable* code_table(DType dtype) {
  static const Tables kTables = all_tables();
  for (size_t i = 0; i < kRows.size(); ++i) {
    if (kRows[i].dtype == dtype) return &kTables[i];
  }
  return nullptr;
}

bool order_is_assumed(DType dtype) {
  const CodeTable* table = code_table(dtype);
  return table != nullptr && table->bits < 8 && dtype != DType::kInt4 && dtype != DType::kUInt1;
}

void unpack_codes(const CodeTable& table, ByteView bytes, uint64_t first, std::span<uint8_t> out) {
  const unsigned bits = table.bits;
  const unsigned mask = table.codes() - 1;
  for (size_t i = 0; i < out.size(); ++i) {
    const uint64_t element = first + i;
    // In two steps, so that no count of elements overflows.
    const uint64_t byte = element / 8 * bits + element % 8 * bits / 8;
    const auto shift = static_cast<unsigned>(element % 8 * bits % 8);
    unsigned window = static_cast<uint8_t>(bytes[byte]);
    if (shift + bits > 8) window |= static_cast<unsigned>(bytes[byte + 1]) << 8U;
    out[i] =
        static_cast<uint8_t>((window >> (table.high_bits_first ? 8 - bits - shift : shift)) & mask);
  }
}

void pack_codes(const CodeTable& table, std::span<const uint8_t> codes,
                std::span<std::byte> bytes) {
  for (std::byte& byte : bytes) byte = std::byte{0};
  const unsigned bits = table.bits;
  for (size_t i = 0; i < codes.size(); ++i) {
    const uint64_t byte = i / 8 * bits + i % 8 * bits / 8;
    const auto shift = static_cast<unsigned>(i % 8 * bits % 8);
    const unsigned window = static_cast<unsigned>(codes[i])
                            << (table.high_bits_first ? 8 - bits - shift : shift);
    bytes[byte] |= static_cast<std::byte>(window & 0xFFU);
    if (window > 0xFF) bytes[byte + 1] |= static_cast<std::byte>(window >> 8U);
  }
}

}  // namespace omscope::tensor
