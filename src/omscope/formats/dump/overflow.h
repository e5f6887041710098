// Overflow records: what the device writes into the one output of the op Node_OpDebug.
//
//   old layout: u64 numbers           |  new layout
//   offset  content                   |  offset  content
//   0       DHA atomic add record     |  0       u32 magic 0x5A5A5A5A
//   128     L2 atomic add record      |  4       u32 version
//   256     AI Core record            |  8       u32 valid
//   512     DHA status                |  12      u32 unit: 0 AIC, 1 AIV, 2 AICPU, 3 SDMA
//   768     L2 status                 |  20      u32 length of the fields
//   1024    AI Core kernel_code, block_idx, status |  24  u64 fields, which depend on the unit
//
// A record of the old layout is model_id, stream_id, task_id, task_type, pc_start, para_base; its
// unit overflowed when its status is not zero.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "omscope/ir/tensor_file.h"

namespace omscope::dump {

/// One unit that overflowed.
struct OverflowRecord {
  std::string unit;                                      ///< "AI Core", "DHA atomic add", …
  std::vector<std::pair<std::string, uint64_t>> fields;  ///< in file order, `status` last
  std::optional<uint64_t> field(std::string_view name) const;
  /// What the status says, as far as it is known; several faults are separated by "; ".
  std::string meaning() const;
};

/// Empty: no unit overflowed. What is damaged is told in `problems`.
std::vector<OverflowRecord> overflow_records(ByteView payload, uint64_t offset, Problems& problems);

/// The records as a table each, and one sentence per record in `message`.
void report_overflow(ByteView payload, uint64_t offset, ir::TensorFile& out);

}  // namespace omscope::dump
