// Tiles of a conversion: small rectangles that are read and written while they are in the cache.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace omscope::tensor {

/// `rows` x `length` elements: element (r, i) is read at from + r·row_step + i·step and written at
/// r·out_step + i of the output. All in elements.
struct Tile {
  int64_t from = 0;
  int64_t row_step = 0;
  int64_t step = 0;
  int64_t out_step = 0;
  int64_t rows = 0;
  int64_t length = 0;
};

/// A tile whose rows are made of `runs` runs of `length` elements that lie `run_step` apart in the
/// source and follow each other in the output.
struct RunTile {
  Tile tile;
  int64_t runs = 1;
  int64_t run_step = 0;
};

template <size_t kBytes>
void copy_fixed_runs(const std::byte* source, std::byte* out, const RunTile& runs, int64_t size) {
  const Tile& tile = runs.tile;
  for (int64_t r = 0; r < tile.rows; ++r) {
    const std::byte* from = source + (tile.from + r * tile.row_step) * size;
    std::byte* to = out + r * tile.out_step * size;
    for (int64_t run = 0; run < runs.runs; ++run) {
      std::memcpy(to, from, kBytes);
      to += kBytes;
      from += runs.run_step * size;
    }
  }
}

/// Whole runs; those of a block of elements have few lengths, which the compiler then knows.
inline void copy_runs(const std::byte* source, std::byte* out, const RunTile& runs, int64_t size) {
  const Tile& tile = runs.tile;
  switch (tile.length * size) {
    case 8: return copy_fixed_runs<8>(source, out, runs, size);
    case 16: return copy_fixed_runs<16>(source, out, runs, size);
    case 32: return copy_fixed_runs<32>(source, out, runs, size);
    case 64: return copy_fixed_runs<64>(source, out, runs, size);
    default: break;
  }
  for (int64_t r = 0; r < tile.rows; ++r) {
    const std::byte* from = source + (tile.from + r * tile.row_step) * size;
    std::byte* to = out + r * tile.out_step * size;
    for (int64_t run = 0; run < runs.runs; ++run) {
      std::memcpy(to, from, static_cast<size_t>(tile.length * size));
      to += tile.length * size;
      from += runs.run_step * size;
    }
  }
}

template <class T>
void copy_element(const std::byte* from, std::byte* to) {
  T value;
  std::memcpy(&value, from, sizeof(T));
  std::memcpy(to, &value, sizeof(T));
}

/// A square of 8 bytes x 8 / sizeof(T) rows, transposed inside of registers by halves (Hacker's
/// Delight, 7-3): fewer and wider stores than element by element.
template <class T>
void transpose_square(const std::byte* from, int64_t step, std::byte* to, int64_t out_step) {
  constexpr unsigned kBits = sizeof(T) * 8;
  constexpr size_t kSide = 8 / sizeof(T);
  std::array<uint64_t, kSide> rows;
  for (size_t i = 0; i < kSide; ++i) {
    std::memcpy(&rows[i], from + static_cast<int64_t>(i) * step, 8);
  }
  uint64_t mask = 0xFFFFFFFF;
  for (unsigned width = 32; width >= kBits; width /= 2, mask ^= mask << width) {
    const size_t apart = width / kBits;
    for (size_t i = 0; i < kSide; ++i) {
      if ((i & apart) != 0) continue;
      const uint64_t moved = ((rows[i] >> width) ^ rows[i + apart]) & mask;
      rows[i + apart] ^= moved;
      rows[i] ^= moved << width;
    }
  }
  for (size_t i = 0; i < kSide; ++i) {
    std::memcpy(to + static_cast<int64_t>(i) * out_step, &rows[i], 8);
  }
}

template <class T>
void copy_tile(const std::byte* source, std::byte* out, const Tile& tile) {
  constexpr auto kSize = static_cast<int64_t>(sizeof(T));
  const std::byte* base = source + tile.from * kSize;
  int64_t done = 0;       // elements of each row
  int64_t done_rows = 0;  // of those columns
  if constexpr (sizeof(T) <= 4) {
    constexpr int64_t kSide = 8 / kSize;
    if (tile.row_step == 1) {
      done = tile.length / kSide * kSide;
      done_rows = tile.rows / kSide * kSide;
      for (int64_t i = 0; i < done; i += kSide) {
        for (int64_t r = 0; r < done_rows; r += kSide) {
          transpose_square<T>(base + (i * tile.step + r) * kSize, tile.step * kSize,
                              out + (r * tile.out_step + i) * kSize, tile.out_step * kSize);
        }
      }
    }
  }
  for (int64_t r = 0; r < tile.rows; ++r) {
    const std::byte* from = base + r * tile.row_step * kSize;
    std::byte* to = out + r * tile.out_step * kSize;
    for (int64_t i = r < done_rows ? done : 0; i < tile.length; ++i) {
      copy_element<T>(from + i * tile.step * kSize, to + i * kSize);
    }
  }
}

/// Elements of whole bytes.
template <class T>
struct WholeSource {
  using Element = T;
  const std::byte* bytes;

  void copy(std::byte* out, const Tile& tile) const { copy_tile<T>(bytes, out, tile); }
  void copy_runs(std::byte* out, const RunTile& runs) const {
    tensor::copy_runs(bytes, out, runs, static_cast<int64_t>(sizeof(T)));
  }
  void copy_one(std::byte* out, int64_t from) const {
    copy_element<T>(bytes + from * static_cast<int64_t>(sizeof(T)), out);
  }
};

/// Where the bits of an element below eight bits are. UINT1 is stored most significant bit first,
/// by the convention of Huawei's own converter; the others from the least significant bit on (known
/// of four bits, assumed of two and six).
struct PackedBits {
  unsigned bits = 4;
  bool msb_first = false;

  uint8_t get(const std::byte* bytes, uint64_t element) const {
    unsigned value = 0;
    for (unsigned b = 0; b < bits; ++b) {
      const uint64_t at = element * bits + b;
      const auto byte = static_cast<unsigned>(bytes[at / 8]);
      value |= (byte >> shift(at) & 1U) << b;
    }
    return static_cast<uint8_t>(value);
  }
  /// The bits must be zero before.
  void put(std::byte* bytes, uint64_t element, uint8_t value) const {
    for (unsigned b = 0; b < bits; ++b) {
      const uint64_t at = element * bits + b;
      bytes[at / 8] |= static_cast<std::byte>((value >> b & 1U) << shift(at));
    }
  }

 private:
  unsigned shift(uint64_t at) const {
    const auto bit = static_cast<unsigned>(at % 8);
    return msb_first ? 7 - bit : bit;
  }
};

/// Elements below eight bits; the output has one byte for each.
struct PackedSource {
  using Element = uint8_t;
  const std::byte* bytes;
  PackedBits packing;

  void copy(std::byte* out, const Tile& tile) const {
    for (int64_t r = 0; r < tile.rows; ++r) {
      for (int64_t i = 0; i < tile.length; ++i) {
        copy_one(out + r * tile.out_step + i, tile.from + r * tile.row_step + i * tile.step);
      }
    }
  }
  void copy_runs(std::byte* out, const RunTile& runs) const {
    Tile tile = runs.tile;
    tile.step = 1;
    for (int64_t run = 0; run < runs.runs; ++run) {
      copy(out + run * tile.length, tile);
      tile.from += runs.run_step;
    }
  }
  void copy_one(std::byte* out, int64_t from) const {
    *out = static_cast<std::byte>(packing.get(bytes, static_cast<uint64_t>(from)));
  }
};

}  // namespace omscope::tensor
