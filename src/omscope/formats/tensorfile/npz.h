// NumPy's .npz: a zip archive of .npy members, one array each, stored (savez) or deflated
// (savez_compressed).
#pragma once

#include <memory>

#include "omscope/ir/tensor_file.h"

namespace omscope::tensorfile {

/// Whether a member of the archive is named "….npy".
bool looks_like_npz(ByteView bytes);

/// The tensors are named as the members, without ".npy". Stored members stay where they are;
/// deflated ones are unpacked as long as that fits the size of the file.
std::unique_ptr<ir::TensorFile> read_npz(const std::shared_ptr<const FileBytes>& file);

}  // namespace omscope::tensorfile
