// Ranges and counts of bit patterns: all that a census needs besides sums.
#pragma once

#include "omscope/numeric/kernels/kernels.h"

namespace omscope::numeric::kernels::OMSCOPE_KERNELS {

IeeeCounts ieee_counts16(const void* x, int64_t n, const IeeeBits& bits);
IeeeCounts ieee_counts32(const void* x, int64_t n, const IeeeBits& bits);
IeeeCounts ieee_counts64(const void* x, int64_t n, const IeeeBits& bits);

KeyRange integer_range16(const void* x, int64_t n, uint64_t flip);
KeyRange integer_range32(const void* x, int64_t n, uint64_t flip);
KeyRange integer_range64(const void* x, int64_t n, uint64_t flip);

uint32_t equal_count16(const void* x, int64_t n, uint64_t value);
uint32_t equal_count32(const void* x, int64_t n, uint64_t value);
uint32_t equal_count64(const void* x, int64_t n, uint64_t value);

}  // namespace omscope::numeric::kernels::OMSCOPE_KERNELS
