// Types of at most eight bits: every code has its value in a table.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "omscope/core/bytes.h"
#include "omscope/core/dtype.h"

namespace omscope::tensor {

/// What the code with the largest exponent means.
enum class Specials : uint8_t {
  kNone,          ///< a number as any other
  kIeee,          ///< infinity, and NaN with a mantissa
  kNanAllOnes,    ///< NaN where all bits but the sign are set, no infinity ("fn")
  kNanMinusZero,  ///< NaN is -0, no infinity ("fnuz")
};

/// Sign, exponent, mantissa, from the highest bit down; exponent 0 is denormal.
struct FloatFormat {
  unsigned exponent_bits;
  unsigned mantissa_bits;
  int bias;
  Specials specials;
};

constexpr FloatFormat kHalfFormat = {5, 10, 15, Specials::kIeee};
constexpr FloatFormat kBFloat16Format = {8, 7, 127, Specials::kIeee};

double float_value(uint32_t code, const FloatFormat& format);

/// sign(1), then a prefix that says how many bits the exponent has: 11 four, 10 three, 01 two,
/// 001 one, 0001 none; the rest is mantissa, 1, 2, 3, 3 and 3 bits. The exponent is its own sign
/// bit and a magnitude whose highest bit, a one, is not stored. 0000 is the denormal 2^(m - 23).
/// 0x80 is NaN, 0x6F and 0xEF are infinities. Found equal to the runtime's decoder for all codes.
double hifloat8_value(uint8_t code);

struct CodeTable {
  unsigned bits;                  ///< of a code; codes below eight bits are packed densely
  bool high_bits_first;           ///< else the first element has the lowest bits of a byte
  std::array<double, 256> value;  ///< 2^bits of them
  std::array<float, 256> as_float;

  unsigned codes() const { return 1U << bits; }
};

/// nullptr for wider types and for those without a known rule.
const CodeTable* code_table(DType dtype);

/// Whether no writer is known that documents the order of the packed elements.
bool order_is_assumed(DType dtype);

/// Codes [first, first + out.size()) of densely packed `bytes`, which must hold them.
void unpack_codes(const CodeTable& table, ByteView bytes, uint64_t first, std::span<uint8_t> out);

/// The other way; `bytes` holds all of them from its first bit on, unused bits at its end are 0.
void pack_codes(const CodeTable& table, std::span<const uint8_t> codes, std::span<std::byte> bytes);

}  // namespace omscope::tensor
