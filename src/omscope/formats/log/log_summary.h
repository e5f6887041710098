// What a log is, for `inspect`: span of time, levels, processes, modules, codes. What failed and
// why is told by `diagnose`.
#pragma once

#include <memory>

#include "omscope/core/bytes.h"
#include "omscope/ir/tensor_file.h"

namespace omscope::log {

/// A line with the head of a log, or the first line of a report or of PyTorch's tail, among the
/// first lines.
bool looks_like_log(ByteView bytes);

std::unique_ptr<ir::TensorFile> read_log_summary(const std::shared_ptr<const FileBytes>& file);

}  // namespace omscope::log
