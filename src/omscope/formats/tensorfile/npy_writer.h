// NumPy's .npy files, written.
#pragma once

#include <string>

#include "omscope/core/dtype.h"
#include "omscope/ir/tensor_type.h"

namespace omscope::tensorfile {

/// The dtype of numpy ("<f2") that holds the codes of `dtype`, and whether it means the same. Types
/// that numpy lacks (bfloat16, the eight-bit floats) go out as unsigned integers of their width,
/// quantised integers as integers with their sign; types below eight bits as packed bytes.
struct NpyDType {
  std::string_view descr;
  bool same_meaning = true;
  bool packed = false;  ///< several elements in a byte: the shape is that of the bytes
};
NpyDType npy_dtype(DType dtype);

/// Everything before the data: magic, version 1.0 (2.0 for shapes whose text needs it), and the
/// header padded to 64 bytes.
std::string npy_header(std::string_view descr, ir::List<int64_t> shape, bool fortran_order = false);

}  // namespace omscope::tensorfile
