// Tensors for tests of pairs.
#pragma once

#include <complex>
#include <vector>

#include "omscope/numeric/pair.h"
#include "omscope/tensor/decode.h"
#include "omscope/tensor/encode.h"

namespace omscope::numeric {

using Values = std::vector<double>;

/// Elements of a dtype at an odd address, and the values that they hold after rounding.
struct Stored {
  DType dtype;
  std::vector<std::byte> memory;
  Values values;

  Stored(DType type, const Values& wanted) : Stored(Room{type, wanted.size()}) {
    tensor::encode(type, std::span<const double>(wanted), room());
    tensor::decode(type, side().bytes, 0, std::span(values));
  }

  static Stored integers(DType type, const std::vector<int64_t>& wanted) {
    Stored stored(Room{type, wanted.size()});
    tensor::encode_integers(type, wanted, type == DType::kUInt64, stored.room());
    return stored;
  }

  static Stored complex(DType type, const std::vector<std::complex<double>>& wanted) {
    Stored stored(Room{type, wanted.size()});
    tensor::encode_complex(type, wanted, stored.room());
    return stored;
  }

  PairSide side() const { return {dtype, ByteView(memory).subspan(1, memory.size() - 1), nullptr}; }

 private:
  struct Room {
    DType type;
    size_t count;
  };
  explicit Stored(Room room)
      : dtype(room.type), memory(*dtype_bytes(room.type, room.count) + 1), values(room.count) {}

  std::span<std::byte> room() { return std::span(memory).subspan(1); }
};

inline PairMetrics compare(const Stored& run, const Stored& golden,
                           const PairOptions& options = {}) {
  return compare_pair(run.side(), golden.side(), options).value();
}

}  // namespace omscope::numeric
