// FFTS+ runs an op as several threads, each with a slice of its tensors and a dump of its own.
//
// Attribute 0 of each dump is JSON: threadMode, slice_instance_num (threads), outputCutList, and
// input_tensor_slice / output_tensor_slice [thread][tensor][dim] with lower and higher.
#pragma once

#include <memory>
#include <span>

#include "omscope/ir/tensor_file.h"

namespace omscope::dump {

/// The dump is one thread's slice.
bool is_thread_slice(const ir::TensorFile& dump);

/// The whole tensors of one op, put together from the dumps of all its threads. Threads are told
/// by `place.thread_id`, where it is not set by their order. What cannot be put together is an
/// error in the result and stays out. `threads` must not be empty.
std::unique_ptr<ir::TensorFile> join_threads(std::span<const ir::TensorFile* const> threads);

}  // namespace omscope::dump
