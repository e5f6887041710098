// TILING_DATA: results of tiling that was done at build time. Known from public sources only; no
// real file with it was seen.
//
// u32 magic 0xDD776EFE, u32 version, u32 length, then records of u8 type, u32 length, payload:
//   0  run info, 56 bytes and then i64 × workspace_num: u64 tiling_key, u64 tiling_size,
//      u32 block_dim, u8 clear_atomic + 3, i32 tiling_cond, u32 schedule_mode, u32 workspace_num, …
//   1  tiling bytes
//   2  i64 ids of the ops that share the result (version 1: op ids)
#pragma once

#include "omscope/ir/model.h"

namespace omscope::om {

/// Adds the tiling results to the model; a damaged record ends the reading.
void read_tiling(ir::Model& model, const ir::Partition& partition);

}  // namespace omscope::om
