// NumPy's .npz archives and big .npy files, written block by block.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "omscope/core/bytes.h"
#include "omscope/core/result.h"

namespace omscope::tensorfile {

/// Fills `room` with the bytes from `offset` on, all of it; called in order. False: they cannot be
/// had, and nothing is written.
using BlockSource = std::function<bool(uint64_t offset, std::span<std::byte> room)>;

/// The bytes of an array, in C or Fortran order as its header says.
struct ArrayData {
  std::string header;  ///< npy_header(…)
  uint64_t size = 0;
  BlockSource read;
};

/// The same for bytes that lie in memory.
ArrayData array_in_memory(std::string header, ByteView bytes);

struct NpzArray {
  std::string
      name;  ///< without ".npy"; "/" and the like are changed, since readers make paths of it
  ArrayData data;
};

/// Writes through a temporary file beside `path`. An existing file stays unless `force`.
Result<Done> write_npy(const std::string& path, const ArrayData& array, bool force);

enum class Packing : uint8_t { kStored, kDeflated };

/// Through libzip, which streams each array. The result does not depend on the time.
Result<Done> write_npz(const std::string& path, const std::vector<NpzArray>& arrays, bool force,
                       Packing packing = Packing::kStored);

}  // namespace omscope::tensorfile
