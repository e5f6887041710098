// Numbers that dumps hold, in words.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "omscope/core/dtype.h"

namespace omscope::dump {

/// An op has at most some hundreds of tensors; a header that lists more than this is damaged or
/// hostile, and one byte of it would cost hundreds in memory.
constexpr size_t kMostTensors = 20000;
/// Graph Engine knows tensors of at most 25 dims (the arrays of core files and statistics).
constexpr size_t kMostDims = 64;

/// By the numbering of DumpData, which is TensorDescriptor's and HIFLOAT4_SCALE; kUndefined: 0 or
/// unknown.
DType dtype_from_dump(int64_t number);
/// By ge::DataType, which nano dumps, kernel printf and ATB use, and HIFLOAT4_SCALE.
DType dtype_from_ge(int64_t number);

/// What a tensor of an exception dump or a block of a core file is ("tiling data"); empty: unknown.
std::string_view argument_kind(uint64_t type);

/// The table's own text for a layout's name; empty where it has none.
std::string_view known_layout(std::string_view name);

/// Microseconds since the epoch as ISO 8601 in UTC, the zone left out; beyond the year 9999 the
/// digits.
std::string time_text(uint64_t microseconds);

/// "2 x 3 x 4", "scalar".
std::string dims_text(std::span<const uint64_t> dims);

}  // namespace omscope::dump
