// Every code of every small type, against rules that are written down here a second time.

#include "omscope/tensor/decode.h"

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "omscope/tensor/code_table.h"

namespace omscope::tensor {
namespace {

constexpr double kInf = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

template <class T>
ByteView bytes_of(const std::vector<T>& values) {
  return {reinterpret_cast<const std::byte*>(values.data()), values.size() * sizeof(T)};
}

std::vector<double> decoded(DType dtype, ByteView bytes, size_t count, uint64_t first = 0) {
  std::vector<double> out(count);
  decode(dtype, bytes, first, std::span(out));
  return out;
}

std::vector<uint8_t> all_bytes() {
  std::vector<uint8_t> codes(256);
  for (size_t i = 0; i < codes.size(); ++i) codes[i] = static_cast<uint8_t>(i);
  return codes;
}

std::vector<uint16_t> all_words() {
  std::vector<uint16_t> codes(65536);
  for (size_t i = 0; i < codes.size(); ++i) codes[i] = static_cast<uint16_t>(i);
  return codes;
}

/// The bits of a code as text, from the highest.
std::string bits_of(unsigned code, unsigned bits) {
  std::string text;
  for (unsigned bit = bits; bit-- > 0;) text += (code >> bit & 1U) != 0 ? '1' : '0';
  return text;
}

unsigned number(const std::string& bits) {
  return bits.empty() ? 0 : static_cast<unsigned>(std::stoul(bits, nullptr, 2));
}

/// Sign, exponent and mantissa by power and product.
double by_text(const std::string& bits, size_t exponent_bits, int bias) {
  const unsigned exponent = number(bits.substr(1, exponent_bits));
  const std::string mantissa = bits.substr(1 + exponent_bits);
  const double fraction = number(mantissa) / std::pow(2.0, mantissa.size());
  const double magnitude = exponent == 0
                               ? fraction * std::pow(2.0, 1 - bias)
                               : (1 + fraction) * std::pow(2.0, static_cast<int>(exponent) - bias);
  return bits[0] == '1' ? -magnitude : magnitude;
}

double ieee_by_text(const std::string& bits, size_t exponent_bits, int bias) {
  if (bits.substr(1, exponent_bits).find('0') != std::string::npos) {
    return by_text(bits, exponent_bits, bias);
  }
  if (number(bits.substr(1 + exponent_bits)) != 0) return kNan;
  return bits[0] == '1' ? -kInf : kInf;
}

void expect_same(double got, double wanted, unsigned code) {
  if (std::isnan(wanted)) {
    EXPECT_TRUE(std::isnan(got)) << code;
  } else {
    EXPECT_EQ(got, wanted) << code;
    EXPECT_EQ(std::signbit(got), std::signbit(wanted)) << code;
  }
}

template <class Rule>
void expect_bytes(DType dtype, Rule rule) {
  const auto codes = all_bytes();
  const auto got = decoded(dtype, bytes_of(codes), codes.size());
  std::vector<float> floats(codes.size());
  decode(dtype, bytes_of(codes), 0, std::span(floats));
  for (unsigned code = 0; code < 256; ++code) {
    const double wanted = rule(bits_of(code, 8));
    expect_same(got[code], wanted, code);
    expect_same(floats[code], wanted, code);
  }
}

template <class Rule>
void expect_words(DType dtype, Rule rule) {
  const auto codes = all_words();
  const auto got = decoded(dtype, bytes_of(codes), codes.size());
  std::vector<float> floats(codes.size());
  decode(dtype, bytes_of(codes), 0, std::span(floats));
  for (unsigned code = 0; code < 65536; ++code) {
    const double wanted = rule(bits_of(code, 16));
    expect_same(got[code], wanted, code);
    expect_same(floats[code], wanted, code);
  }
}

TEST(Decode, EveryFloat16) {
  expect_words(DType::kFloat16, [](const std::string& b) { return ieee_by_text(b, 5, 15); });
}

TEST(Decode, EveryBFloat16) {
  expect_words(DType::kBFloat16, [](const std::string& b) { return ieee_by_text(b, 8, 127); });
}

TEST(Decode, EveryInteger16) {
  const auto codes = all_words();
  const auto plain = decoded(DType::kUInt16, bytes_of(codes), codes.size());
  const auto with_sign = decoded(DType::kInt16, bytes_of(codes), codes.size());
  for (int code = 0; code < 65536; ++code) {
    EXPECT_EQ(plain[static_cast<size_t>(code)], code);
    EXPECT_EQ(with_sign[static_cast<size_t>(code)], code < 32768 ? code : code - 65536);
  }
  EXPECT_EQ(decoded(DType::kQInt16, bytes_of(codes), codes.size()), with_sign);
  EXPECT_EQ(decoded(DType::kQUInt16, bytes_of(codes), codes.size()), plain);
}

TEST(Decode, EveryFloat8E5M2) {
  expect_bytes(DType::kFloat8E5M2, [](const std::string& b) { return ieee_by_text(b, 5, 15); });
}

TEST(Decode, EveryFloat8E4M3FN) {
  expect_bytes(DType::kFloat8E4M3FN, [](const std::string& b) {
    return b.substr(1) == "1111111" ? kNan : by_text(b, 4, 7);
  });
}

TEST(Decode, EveryFloat8OfOneZero) {
  expect_bytes(DType::kFloat8E4M3FNUZ,
               [](const std::string& b) { return b == "10000000" ? kNan : by_text(b, 4, 8); });
  expect_bytes(DType::kFloat8E5M2FNUZ,
               [](const std::string& b) { return b == "10000000" ? kNan : by_text(b, 5, 16); });
}

TEST(Decode, EveryFloat8E8M0) {
  expect_bytes(DType::kFloat8E8M0, [](const std::string& b) {
    return b == "11111111" ? kNan : std::pow(2.0, static_cast<int>(number(b)) - 127);
  });
}

/// Prefix, bits of the exponent, bits of the mantissa.
struct Dot {
  const char* prefix;
  size_t exponent;
  size_t mantissa;
};

double hifloat8_by_text(const std::string& b) {
  if (b == "00000000") return 0;
  if (b == "10000000") return kNan;
  const double sign = b[0] == '1' ? -1 : 1;
  const std::string rest = b.substr(1);
  if (rest == "1101111") return sign * kInf;
  if (rest.starts_with("0000")) {
    return sign * std::pow(2.0, static_cast<int>(number(rest.substr(4))) - 23);
  }
  for (const Dot& dot :
       {Dot{"11", 4, 1}, Dot{"10", 3, 2}, Dot{"01", 2, 3}, Dot{"001", 1, 3}, Dot{"0001", 0, 3}}) {
    const std::string prefix = dot.prefix;
    if (!rest.starts_with(prefix)) continue;
    const std::string field = rest.substr(prefix.size(), dot.exponent);
    const std::string mantissa = rest.substr(prefix.size() + dot.exponent);
    EXPECT_EQ(mantissa.size(), dot.mantissa);
    int exponent = 0;
    if (!field.empty()) {
      exponent = static_cast<int>(number("1" + field.substr(1)));
      if (field[0] == '1') exponent = -exponent;
    }
    const double fraction = number(mantissa) / std::pow(2.0, mantissa.size());
    return sign * std::pow(2.0, exponent) * (1 + fraction);
  }
  ADD_FAILURE() << b;
  return 0;
}

TEST(Decode, EveryHiFloat8) {
  expect_bytes(DType::kHiFloat8, hifloat8_by_text);
  EXPECT_EQ(hifloat8_value(0x08), 1);
  EXPECT_EQ(hifloat8_value(0x10), 2);
  EXPECT_EQ(hifloat8_value(0x18), 0.5);
  EXPECT_EQ(hifloat8_value(0x6E), 32768);
  EXPECT_EQ(hifloat8_value(0xEF), -kInf);
}

TEST(Decode, EveryInteger8) {
  expect_bytes(DType::kUInt8, [](const std::string& b) { return number(b); });
  const auto with_sign = [](const std::string& b) {
    return static_cast<double>(number(b)) - (b[0] == '1' ? 256 : 0);
  };
  for (const DType dtype : {DType::kInt8, DType::kQInt8, DType::kDualSubInt8}) {
    expect_bytes(dtype, with_sign);
  }
  expect_bytes(DType::kBool, [](const std::string& b) { return number(b) == 0 ? 0 : 1; });
}

/// All codes of a packed type, packed here bit by bit.
std::vector<uint8_t> packed(unsigned bits, bool high_first) {
  std::vector<uint8_t> bytes((bits << bits) / 8 + 1);
  size_t at = 0;
  for (unsigned code = 0; code < 1U << bits; ++code) {
    for (unsigned bit = 0; bit < bits; ++bit, ++at) {
      const unsigned place = high_first ? 7 - at % 8 : at % 8;
      if ((code >> bit & 1U) != 0) bytes[at / 8] |= static_cast<uint8_t>(1U << place);
    }
  }
  return bytes;
}

template <class Rule>
void expect_packed(DType dtype, unsigned bits, Rule rule) {
  const auto bytes = packed(bits, dtype == DType::kUInt1);
  const size_t count = size_t{1} << bits;
  const auto got = decoded(dtype, bytes_of(bytes), count);
  for (unsigned code = 0; code < count; ++code) {
    expect_same(got[code], rule(bits_of(code, bits)), code);
    // A start inside of a byte.
    expect_same(decoded(dtype, bytes_of(bytes), 1, code)[0], got[code], code);
  }
}

double signed_by_text(const std::string& b) {
  return static_cast<double>(number(b)) - (b[0] == '1' ? std::pow(2.0, b.size()) : 0);
}

TEST(Decode, EveryPackedCode) {
  expect_packed(DType::kFloat6E3M2, 6, [](const std::string& b) { return by_text(b, 3, 3); });
  expect_packed(DType::kFloat6E2M3, 6, [](const std::string& b) { return by_text(b, 2, 1); });
  expect_packed(DType::kFloat4E2M1, 4, [](const std::string& b) { return by_text(b, 2, 1); });
  expect_packed(DType::kFloat4E1M2, 4, [](const std::string& b) { return by_text(b, 1, 1); });
  expect_packed(DType::kInt4, 4, signed_by_text);
  expect_packed(DType::kInt2, 2, signed_by_text);
  expect_packed(DType::kUInt4, 4, number);
  expect_packed(DType::kUInt2, 2, number);
  expect_packed(DType::kUInt1, 1, number);
  EXPECT_EQ(limits_of(DType::kFloat6E3M2)->largest, by_text("011111", 3, 3));
}

TEST(Decode, NibblesLowFirstAndBitsHighFirst) {
  const std::vector<uint8_t> bytes = {0xF1, 0x08};
  EXPECT_EQ(decoded(DType::kInt4, bytes_of(bytes), 3), (std::vector<double>{1, -1, -8}));
  EXPECT_EQ(decoded(DType::kUInt1, bytes_of(bytes), 9),
            (std::vector<double>{1, 1, 1, 1, 0, 0, 0, 1, 0}));
}

TEST(Decode, SixtyFourBitsExactly) {
  const std::vector<int64_t> values = {INT64_MIN, -1, (int64_t{1} << 53) + 1, INT64_MAX};
  std::vector<int64_t> got(values.size());
  EXPECT_TRUE(decode_integers(DType::kInt64, bytes_of(values), 0, got));
  EXPECT_EQ(got, values);
  EXPECT_TRUE(decode_integers(DType::kUInt64, bytes_of(values), 0, got));
  EXPECT_EQ(got, values);
  EXPECT_FALSE(decode_integers(DType::kFloat32, bytes_of(values), 0, got));
}

TEST(Decode, ComplexNumbers) {
  const std::vector<uint16_t> halves = {0x4200, 0xC400};  // 3 - 4i
  std::vector<std::complex<double>> got(1);
  decode_complex(DType::kComplex32, bytes_of(halves), 0, got);
  EXPECT_EQ(got[0], std::complex<double>(3, -4));
  EXPECT_EQ(decoded(DType::kComplex32, bytes_of(halves), 1)[0], 5);
  const std::vector<float> floats = {0, 0, 6, 8};
  EXPECT_EQ(decoded(DType::kComplex64, bytes_of(floats), 1, 1)[0], 10);
  const std::vector<double> doubles = {0, 0, 5, -12};
  EXPECT_EQ(decoded(DType::kComplex128, bytes_of(doubles), 1, 1)[0], 13);
}

TEST(Decode, TypesWithoutARule) {
  for (const DType dtype : {DType::kHiFloat4, DType::kHiFloat4Scale, DType::kString, DType::kDual,
                            DType::kResource, DType::kVariant, DType::kUndefined}) {
    EXPECT_FALSE(can_decode(dtype)) << to_string(dtype);
    EXPECT_FALSE(limits_of(dtype).has_value());
  }
}

}  // namespace
}  // namespace omscope::tensor
