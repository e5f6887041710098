// What the kernels share: numbers at any address, vectors of the instruction set's own width.
// OMSCOPE_KERNELS names the instruction set that a source is compiled for.
#pragma once

#include "omscope/numeric/kernels/kernels.h"

#ifndef OMSCOPE_KERNELS
#error "kernels are compiled through omscope_kernels() in src/CMakeLists.txt"
#endif

namespace omscope::numeric::kernels::OMSCOPE_KERNELS {
namespace {  // NOLINT: included by kernels alone; nothing here may have a symbol

#if defined(__AVX512F__)
constexpr int64_t kVectorBytes = 64;
#elif defined(__AVX__)
constexpr int64_t kVectorBytes = 32;
#else
constexpr int64_t kVectorBytes = 16;
#endif

/// Doubles in one vector; kParts vectors hold the lanes.
constexpr int64_t kPart = kVectorBytes / 8;
constexpr int64_t kParts = kLanes / kPart;

using Doubles [[gnu::vector_size(kVectorBytes)]] = double;
using Longs [[gnu::vector_size(kVectorBytes)]] = int64_t;

/// One number for each lane.
struct Lanes {
  Doubles part[kParts];
};

/// Lanes added pairwise: the same order whatever the width of a vector is.
inline double sum_of(const Lanes& lanes) {
  double lane[kLanes];
  __builtin_memcpy(lane, &lanes, sizeof(lane));
  for (int64_t half = kLanes / 2; half > 0; half /= 2) {
    for (int64_t i = 0; i < half; ++i) lane[i] += lane[i + half];
  }
  return lane[0];
}

/// Of numbers, or lane by lane of vectors.
template <class T>
T larger(T a, T b) {
  return a > b ? a : b;
}
template <class T>
T smaller(T a, T b) {
  return a < b ? a : b;
}

inline double largest_of(Doubles lanes) {
  double most = lanes[0];
  for (int64_t i = 1; i < kPart; ++i) most = lanes[i] > most ? lanes[i] : most;
  return most;
}
inline double least_of(Doubles lanes) {
  double least = lanes[0];
  for (int64_t i = 1; i < kPart; ++i) least = lanes[i] < least ? lanes[i] : least;
  return least;
}

/// Of counters that go down by one for each true comparison.
inline uint32_t count_of(Longs lanes) {
  int64_t count = 0;
  for (int64_t i = 0; i < kPart; ++i) count -= lanes[i];
  return static_cast<uint32_t>(count);
}

inline Longs bits_of(Doubles x) {
  return __builtin_bit_cast(Longs, x);
}
inline Doubles from_bits(Longs bits) {
  return __builtin_bit_cast(Doubles, bits);
}
inline Doubles magnitude(Doubles x) {
  return from_bits(bits_of(x) & INT64_MAX);
}
/// V is Doubles, or what comparisons of them give.
template <class V>
V only_where(Longs mask, V x) {
  return __builtin_bit_cast(V, __builtin_bit_cast(Longs, x) & mask);
}

/// Elements [i, i + kPart) as doubles. GCC 12 makes one instruction of the loop for vectors of up
/// to four doubles, and of the builtin for none.
template <class T>
Doubles load_part(const char* at, int64_t i) {
  using Piece [[gnu::vector_size(kPart * sizeof(T))]] = T;
  Piece piece;
  __builtin_memcpy(&piece, at + i * static_cast<int64_t>(sizeof(T)), sizeof(Piece));
#if defined(__AVX512F__) || defined(__clang__)
  return __builtin_convertvector(piece, Doubles);
#else
  Doubles wide;
  for (int64_t lane = 0; lane < kPart; ++lane) wide[lane] = static_cast<double>(piece[lane]);
  return wide;
#endif
}

/// T at any address, and an alias of whatever is there.
template <class T>
struct Unaligned {
  using type [[gnu::aligned(1), gnu::may_alias]] = T;
};
template <class T>
using AnyWhere = typename Unaligned<T>::type;

}  // namespace
}  // namespace omscope::numeric::kernels::OMSCOPE_KERNELS
