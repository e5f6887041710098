// Names of the files that tensors are written to.
#pragma once

#include <string>

#include "omscope/convert/tensor_output.h"

namespace omscope::convert {

enum class Naming : uint8_t {
  kOmscope,    ///< "<file>.output.0.npy", the same for every format
  kMsaccucmp,  ///< as msaccucmp's convert names them, so that scripts made for it find them
};

/// A name without its suffix; the name may be anything, as what is inside of files.
struct TensorName {
  std::string name;
  std::string suffix;
};

/// `file` is the last part of the input's path; `relayout` that a layout was asked for.
TensorName tensor_name(const std::string& file, const ir::TensorFile& content,
                       const ir::StoredTensor& tensor, const Rendered& rendered, FileFormat format,
                       Naming naming, bool relayout);

/// The same for formats that hold all tensors of a file.
TensorName file_name(const std::string& file, const ir::TensorFile& content, FileFormat format);

/// "input.0" of "input:0".
std::string dotted(const std::string& tensor);

}  // namespace omscope::convert
