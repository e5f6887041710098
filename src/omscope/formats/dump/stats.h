// Statistics instead of tensors (dump_data "stats").
//
// The csv begins with Input/Output,Index,Data Size,Data Type,Format,Shape; the columns behind
// depend on what was asked for, and the place of Count varies: columns are found by their titles.
// Missing values are empty or "NA".
//
// The raw packet is what the device sends, normally turned into csv on the host. 6496 bytes:
//
//   |  0 | i32 tensors (at most 10), i32 result,                                           |
//   |    | u64 items: bit 0 max, 1 min, 2 avg, 3 nan, 4 -inf, 5 +inf, 6 l2norm             |
//   | 16 | ten records of 648 bytes: i64 size, i32 dtype, format, dims, u32 shape[25],     |
//   |    | u32 failed (at 120), i32 items that were computed, i64 stats[64] (at 128),      |
//   |    | i32 io (at 640; 0 input), i32 index                                             |
//
// The dtype is numbered as in dumps. The csv's Count is the number of elements of the shape.
// Max and min are float32 in the low half for floating types, i64 for INT64, the low i32 for all
// others (the producer itself misreads UINT32, UINT64 and DOUBLE); avg and l2norm are float32,
// counts the low i32. No packet of a device was seen.
#pragma once

#include <memory>

#include "omscope/ir/tensor_file.h"

namespace omscope::dump {

bool looks_like_stats_csv(ByteView start);
std::unique_ptr<ir::TensorFile> read_stats_csv(const std::shared_ptr<const FileBytes>& file);

bool looks_like_stats_raw(ByteView bytes);
std::unique_ptr<ir::TensorFile> read_stats_raw(const std::shared_ptr<const FileBytes>& file);

}  // namespace omscope::dump
