// A tensor in fixed chunks, on all threads, with a result that does not depend on their number.
#pragma once

#include <cstdint>

#include <tbb/blocked_range.h>
#include <tbb/parallel_reduce.h>

#include "omscope/core/bytes.h"

namespace omscope::numeric {

/// Elements that one task takes: a multiple of kBlockSize and, packed densely, of whole bytes.
constexpr uint64_t kChunk = uint64_t{1} << 18U;

/// Asks the kernel to map that part of a file at once: it is read next. Without effect on memory of
/// the heap, and where it is not possible.
void read_ahead(ByteView bytes);

/// Calls `add(first, size, part)` for each chunk of `count` elements, and `merge(part, later)` in a
/// tree that depends on `count` alone.
template <class Part, class Add, class Merge>
Part reduce_chunks(uint64_t count, Add add, Merge merge) {
  if (count <= kChunk) {  // not worth a thread
    Part part{};
    if (count > 0) add(uint64_t{0}, count, part);
    return part;
  }
  const uint64_t chunks = count / kChunk + (count % kChunk != 0 ? 1 : 0);
  return tbb::parallel_deterministic_reduce(
      tbb::blocked_range<uint64_t>(0, chunks), Part{},
      [&](const tbb::blocked_range<uint64_t>& range, Part part) {
        for (uint64_t chunk = range.begin(); chunk != range.end(); ++chunk) {
          const uint64_t first = chunk * kChunk;
          add(first, count - first < kChunk ? count - first : kChunk, part);
        }
        return part;
      },
      [&](Part part, const Part& later) {
        merge(part, later);
        return part;
      },
      tbb::simple_partitioner());
}

}  // namespace omscope::numeric
