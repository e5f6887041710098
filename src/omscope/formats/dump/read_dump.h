// Tensor dumps: standard, nano, exception, overflow records, and the old ones.
#pragma once

#include <memory>

#include "omscope/formats/dump/dump_header.h"

namespace omscope::dump {

/// A standard or nano dump; the kind in the result tells exception dumps and overflow records from
/// plain ones. What a kernel printed into a `space` and the fields of overflow records are among
/// the result's tables.
std::unique_ptr<ir::TensorFile> read_dump(const std::shared_ptr<const FileBytes>& file);

/// An old dump (before version 2.0): the whole file is one DumpData, payloads stand in its `data`
/// fields, and no length word comes first.
std::unique_ptr<ir::TensorFile> read_dump_v1(const std::shared_ptr<const FileBytes>& file);
bool looks_like_dump_v1(ByteView bytes);

/// The rest of a reader's work: which bytes of the file have a name.
void finish(ir::TensorFile& out);

}  // namespace omscope::dump
