// Which kind of dump some bytes are, and its reader.
#pragma once

#include <memory>

#include "omscope/ir/tensor_file.h"

namespace omscope::dump {

/// kDump stands for standard dumps of any kind: reading tells exception dumps and overflow records.
/// kUnknown: no dump. Bytes that begin like a dump and are damaged behind are one.
Kind recognise(ByteView bytes);

/// Reads any kind of this folder; kUnknown with an error when it is none.
std::unique_ptr<ir::TensorFile> read_any(const std::shared_ptr<const FileBytes>& file);

}  // namespace omscope::dump
