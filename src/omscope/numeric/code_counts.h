// How often each code of a type of at most eight bits occurs.
#pragma once

#include <array>
#include <cstdint>

#include "omscope/core/bytes.h"
#include "omscope/tensor/code_table.h"

namespace omscope::numeric {

using CodeCounts = std::array<uint64_t, 256>;

/// Of the first `count` elements, which `bytes` must hold; with all threads.
CodeCounts count_codes(const tensor::CodeTable& table, ByteView bytes, uint64_t count);

}  // namespace omscope::numeric
