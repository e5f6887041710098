// MODEL_INOUT_INFO: the inputs and outputs as the runtime reports them (partition type 8; type 6 in
// files of atc 5.20, told from a flow model by content).
//
// Records of u32 type, u32 length, payload:
//   0 inputs, 1 outputs   u32 count, then descriptors
//   2 dynamic batch       u32 n, u64 × n
//   3 dynamic image       u32 n, u32 × n value counts, then the u64 values
//   4 dynamic dims        the same
//   5, 6                  u32 n, u32 × n lengths, texts: output shapes per gear, input order
// Descriptor, 32 bytes: u64 size (exact bytes), i32 format, i32 dtype (ge::DataType), u32 lengths
// in bytes of name, dims, dims before AIPP, and ranges; then those four. Dims are i64.
//
// Types 0 and 1 were checked on seven real builds; 2–6 come from public sources only.
#pragma once

#include "omscope/ir/model.h"

namespace omscope::om {

/// Whether a type 6 partition holds this and no flow model.
bool looks_like_inout_info(ByteView bytes);

/// Replaces the model's inputs and outputs, and gears where it has them.
void read_inout_info(ir::Model& model, const ir::Partition& partition);

}  // namespace omscope::om
