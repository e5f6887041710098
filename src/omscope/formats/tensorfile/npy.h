// NumPy arrays: .npy files, read. The layout stands in npy_header.h.
#pragma once

#include <memory>
#include <string>

#include "omscope/formats/tensorfile/budget.h"
#include "omscope/ir/tensor_file.h"

namespace omscope::tensorfile {

/// Also true of files whose first byte was lost or replaced by a program that took them for text:
/// they are named for what they are.
bool looks_like_npy(ByteView bytes);

/// One array, or several that were saved into one file one after the other. They are "output:0",
/// "output:1", …: the format has no names.
std::unique_ptr<ir::TensorFile> read_npy(const std::shared_ptr<const FileBytes>& file);

/// Bytes that hold one array: a file, or a member of an archive.
struct NpySource {
  ByteView content;
  uint64_t base = 0;   ///< offset of `content` in `file`
  bool mapped = true;  ///< `content` is part of the result's file: its bytes are accounted for
  std::string name;    ///< for the tensor
  std::string file;    ///< as StoredTensor::file; empty: the result's file
  uint64_t whole = 0;  ///< size of the source when `content` is only its beginning; 0: all of it
};

/// Adds the array in `source` to `out`, faults to its problems. Returns the bytes that header and
/// elements take, 0 when there is no telling.
uint64_t add_npy_array(ir::TensorFile& out, const NpySource& source, Budget& budget);

}  // namespace omscope::tensorfile
