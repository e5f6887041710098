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

/// T at any address, and an alias of whatever is there.
template <class T>
struct Unaligned {
  using type [[gnu::aligned(1), gnu::may_alias]] = T;
};
template <class T>
using AnyWhere = typename Unaligned<T>::type;

}  // namespace
}  // namespace omscope::numeric::kernels::OMSCOPE_KERNELS
