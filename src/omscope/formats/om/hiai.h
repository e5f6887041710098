// TASK_INFO of compiled HiAI models: one region per GraphOp of the root graph, at
// graphop_task_offset / graphop_task_size.
//
// A region of a CPU class (CPUCL…) is a serialized ge GraphDef. A region of the NPU class starts
// with u32 0xABCDABCD, u32 0, u32 region size, u32 kind, 16 zero bytes; then records of u32 type,
// u32 length *including these 8 bytes*:
//   1  ge.mobile.proto.ModelTaskDef: as domi's, what follows KernelDef field 15 is numbered anew
//   2  kernels: nested records of the same shape: 1 = {u32 0, "EBUC", u32 size, u32 0, name NUL},
//      2 = the ELF file of the kernel just named
//   3  compiler version, NUL-terminated
//   4  48 bytes, perhaps a signature; 5  a few words; both unknown
// Observed in four files, which it consumes exactly; no public description exists.
#pragma once

#include "omscope/ir/model.h"

namespace omscope::om {

/// Reads tasks, kernels and, where an op does not hold it itself, the inner graph of each GraphOp.
void read_hiai_payload(ir::Model& model);

}  // namespace omscope::om
