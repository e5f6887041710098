// Hashes of constants' values that no layout changes.
#include <bit>
#include <cmath>

#include "omscope/diff/constant_values.h"
#include "omscope/diff/weights.h"

namespace omscope::diff {
namespace {

uint64_t scrambled(uint64_t x) {
  x ^= x >> 33;
  x *= 0xFF51AFD7ED558CCDU;
  x ^= x >> 33;
  x *= 0xC4CEB9FE1A85EC53U;
  return x ^ (x >> 33);
}

void add(Signature& signature, uint64_t code) {
  ++signature.count;
  const uint64_t mixed = scrambled(code);
  signature.sum += mixed;
  signature.other_sum += mixed * (mixed >> 32);
}

}  // namespace

Signature signature_of(const ir::Tensor& tensor, Grid grid) {
  Signature signature;
  ConstantValues values(tensor);
  if (!values.known()) return signature;
  signature.known = true;
  for (uint64_t first = 0; first < values.count(); first += ConstantValues::kChunk) {
    if (grid == Grid::kExact) {
      for (const double value : values.doubles(first)) {
        if (value == 0) continue;
        add(signature, std::isnan(value) ? 0x7FF8U : std::bit_cast<uint64_t>(value));
      }
      continue;
    }
    for (const float element : values.floats(first)) {
      const float value = on_grid(element, grid);
      if (value == 0) continue;
      add(signature, std::isnan(value) ? 0x7FC0U : std::bit_cast<uint32_t>(value));
    }
  }
  return signature;
}

bool tells_something(const ir::Tensor& tensor) {
  constexpr uint64_t kEnough = 8;
  constexpr uint64_t kMostChunks = 16;
  ConstantValues values(tensor);
  const uint64_t end = std::min(values.count(), kMostChunks * ConstantValues::kChunk);
  uint64_t found = 0;
  for (uint64_t first = 0; first < end; first += ConstantValues::kChunk) {
    for (const float value : values.floats(first)) {
      if (value != 0 && ++found == kEnough) return true;
    }
  }
  return false;
}

}  // namespace omscope::diff
