// The partitions that hold binaries: TBE_KERNELS, CUST_AICPU_KERNELS, SO_BINS, CUSTOM_OPS.
//
// Kernel stores are records back to back until the partition ends:
//      0  u32 magic 0x5D776EFD   4 u32 name length   8 u32 binary length   12 name, binary
// CUSTOM_OPS has the same records with magic 0x4B43534B. SO_BINS starts with a u32 count; records:
//      0  u32 magic 0x5D776EFD   4 u16 name length   6 u16 type
//      8  u32 vendor length     12 u32 binary length 16 name, vendor, binary
//
// The name is the op's until 2021 (atc 1.80, 5.20), the kernel's since (1.82). The order is that of
// the writer's hash table. Kernels are ELF; nano models join them without records.
#pragma once

#include "omscope/core/byte_cursor.h"
#include "omscope/ir/model.h"

namespace omscope::om {

constexpr uint32_t kKernelMagic = 0x5D776EFD;
constexpr uint32_t kCustomOpMagic = 0x4B43534B;

/// Adds the kernels of one store to the model. A damaged record ends the store: what stood before
/// it is kept.
void read_kernel_store(ir::Model& model, const ir::Partition& partition, uint32_t magic);
void read_so_bins(ir::Model& model, const ir::Partition& partition);

/// Adds one binary, with what its ELF header says.
void add_kernel(ir::Model& model, ir::Kernel kernel);

/// The newest compiler stamp among the model's kernels becomes its compiler date.
void note_compiler_date(ir::Model& model);

}  // namespace omscope::om
