// Every instruction set that this machine has gives the bits of the baseline.

#include "omscope/numeric/kernels/kernels.h"

#include <array>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <random>
#include <span>
#include <vector>

#include <gtest/gtest.h>

#include "omscope/numeric/instruction_set.h"
#include "omscope/tensor/decode.h"

namespace omscope::numeric {
namespace {

constexpr std::array<IeeeBits, 2> kBits = {
    IeeeBits{0x8000, 0x7C00, 0x0400, 0x7BFF},
    IeeeBits{0x80000000, 0x7F800000, 0x00800000, 0x7F7FFFFF}};

template <class T>
bool same_bits(const T& a, const T& b) {
  return std::memcmp(&a, &b, sizeof(T)) == 0;
}

struct Block {
  std::array<std::byte, kBlockSize * 8 + 8> bytes;
  int64_t size;
  size_t misaligned;
  const void* data() const { return bytes.data() + misaligned; }
};

Block random_block(std::mt19937& random, int round) {
  Block block;
  for (std::byte& byte : block.bytes) byte = static_cast<std::byte>(random());
  block.size = round < 20       ? round
               : round % 2 == 0 ? kBlockSize
                                : static_cast<int64_t>(random() % kBlockSize);
  block.misaligned = random() % 8;
  return block;
}

void compare_widening(const Kernels& set, const Kernels& base, const Block& block) {
  const auto compare = [&](auto widen) {
    std::array<float, kBlockSize> got{};
    std::array<float, kBlockSize> wanted{};
    (set.*widen)(block.data(), block.size, got.data());
    (base.*widen)(block.data(), block.size, wanted.data());
    EXPECT_TRUE(same_bits(got, wanted));
  };
  compare(&Kernels::half_to_float);
  compare(&Kernels::normal_half_to_float);
  compare(&Kernels::bfloat16_to_float);
}

void compare_sums(const Kernels& set, const Kernels& base, std::mt19937& random, int64_t size) {
  std::array<float, kBlockSize> floats;
  std::array<double, kBlockSize> doubles;
  std::normal_distribution<double> normal(3, 100);
  for (size_t i = 0; i < doubles.size(); ++i) {
    doubles[i] = normal(random);
    floats[i] = static_cast<float>(doubles[i]);
  }
  const Sums of_floats = set.float_sums(floats.data(), size, 2.7, {});
  EXPECT_TRUE(same_bits(of_floats, base.float_sums(floats.data(), size, 2.7, {})));
  const Sums of_doubles = set.double_sums(doubles.data(), size, 2.7, {});
  EXPECT_TRUE(same_bits(of_doubles, base.double_sums(doubles.data(), size, 2.7, {})));
  long double sum = 0;
  for (int64_t i = 0; i < size; ++i) sum += doubles[static_cast<size_t>(i)] - 2.7L;
  EXPECT_NEAR(of_doubles.sum, static_cast<double>(sum), 1e-9);
}

/// Codes of every magnitude, denormal ones included.
void compare_short_sums(const Kernels& set, const Kernels& base, std::mt19937& random,
                        int64_t size) {
  std::array<uint16_t, kBlockSize> codes;
  for (uint16_t& code : codes) code = static_cast<uint16_t>(random() & 0xBBFFU);
  const ByteView bytes = std::as_bytes(std::span(codes));
  const std::pair<DType, ShortOutline (*Kernels::*)(const void*, int64_t)> kTypes[] = {
      {DType::kFloat16, &Kernels::half_outline}, {DType::kBFloat16, &Kernels::bfloat16_outline}};
  for (const auto& [dtype, outline] : kTypes) {
    const ShortOutline seen = (set.*outline)(codes.data(), size);
    const ShortOutline wanted_outline = (base.*outline)(codes.data(), size);
    EXPECT_TRUE(same_bits(seen.sums, wanted_outline.sums));
    const Sums& got = seen.sums;
    const KeyRange range = set.ieee_counts[k16Bits](codes.data(), size, kBits[k16Bits]).finite;
    EXPECT_EQ(seen.least, range.least);
    EXPECT_EQ(seen.largest, range.largest);
    uint16_t least = 0x7FFF;
    for (int64_t i = 0; i < size; ++i) {
      least = std::min<uint16_t>(least, codes[static_cast<size_t>(i)] & 0x7FFFU);
    }
    EXPECT_EQ(seen.least_magnitude, least);
    std::vector<double> values(static_cast<size_t>(size));
    tensor::decode(dtype, bytes, 0, values);
    long double sum = 0;
    long double squares = 0;
    for (const double value : values) {
      sum += value;
      squares += static_cast<long double>(value) * value;
    }
    const auto wanted = static_cast<double>(squares);
    EXPECT_NEAR(got.sum, static_cast<double>(sum), 1e-13 * std::sqrt(wanted * 2048));
    EXPECT_NEAR(got.squares, wanted, 1e-13 * wanted);
  }
}

void compare_patterns(const Kernels& set, const Kernels& base, const Block& block) {
  const auto* data = block.data();
  const int64_t size = block.size;
  for (const Width width : {k16Bits, k32Bits}) {
    EXPECT_TRUE(same_bits(set.ieee_counts[width](data, size, kBits[width]),
                          base.ieee_counts[width](data, size, kBits[width])));
  }
  for (const Width width : {k16Bits, k32Bits, k64Bits}) {
    EXPECT_TRUE(same_bits(set.integer_range[width](data, size, 0),
                          base.integer_range[width](data, size, 0)));
    EXPECT_EQ(set.equal_count[width](data, size, 7), base.equal_count[width](data, size, 7));
  }
}

TEST(Kernels, SameBitsOnEveryInstructionSet) {
  const Kernels& base = *instruction_sets().front().kernels;
  for (const InstructionSet& set : instruction_sets()) {
    if (!set.runs_here()) continue;
    SCOPED_TRACE(set.name);
    std::mt19937 random(1);
    for (int round = 0; round < 200; ++round) {
      const Block block = random_block(random, round);
      compare_widening(*set.kernels, base, block);
      compare_sums(*set.kernels, base, random, block.size);
      compare_short_sums(*set.kernels, base, random, block.size);
      compare_patterns(*set.kernels, base, block);
    }
  }
}

// What is counted, by plain loops over values.
TEST(Kernels, CountsOfHalves) {
  std::array<uint16_t, kBlockSize> codes;
  for (uint32_t begin = 0; begin < 65536; begin += kBlockSize) {
    IeeeCounts wanted = {};
    for (uint32_t i = 0; i < kBlockSize; ++i) {
      codes[i] = static_cast<uint16_t>(begin + i);
      const uint32_t magnitude = codes[i] & 0x7FFFU;
      wanted.nan += magnitude > 0x7C00 ? 1 : 0;
      wanted.pos_inf += codes[i] == 0x7C00 ? 1 : 0;
      wanted.neg_inf += codes[i] == 0xFC00 ? 1 : 0;
      wanted.zeros += magnitude == 0 ? 1 : 0;
      wanted.denormals += magnitude > 0 && magnitude < 0x400 ? 1 : 0;
      wanted.saturated += magnitude == 0x7BFF ? 1 : 0;
    }
    const IeeeCounts got =
        kernels_in_use().ieee_counts[k16Bits](codes.data(), kBlockSize, kBits[0]);
    wanted.finite = got.finite;
    EXPECT_TRUE(same_bits(got, wanted)) << begin;
  }
}

TEST(InstructionSet, IsTheOneThatWasAskedFor) {
  EXPECT_EQ(choose_instruction_set("baseline").name, "baseline");
  EXPECT_TRUE(choose_instruction_set("").runs_here());
  EXPECT_EQ(&choose_instruction_set("no such set"), &choose_instruction_set(""));
  const char* wanted = std::getenv("OMSCOPE_ISA");
  EXPECT_EQ(&instruction_set(), &choose_instruction_set(wanted == nullptr ? "" : wanted));
  EXPECT_TRUE(instruction_set_in_use().starts_with(instruction_set().name));
}

}  // namespace
}  // namespace omscope::numeric
