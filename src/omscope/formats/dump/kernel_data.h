// What kernels print and dump while they run (printf, assert, DumpTensor, timestamps).
//
//   old: a `space` of a dump, in blocks       |  new: a file per core
//   offset  of each block                     |  offset
//   0   u32 length, core, blocks, remaining   |  0   u32 length, core, blocks, remaining
//   16  u32 magic 0x5AA5BCCD                  |  16  u16 magic 0xAE86, u16 kind of core
//   20  u32 7: the space ran out              |  20  u32
//   24  u64 address                           |  24  u64 address, debug address
//   32  meta, 16 bytes: u32 type, u32 8, u16  |  40  16 bytes
//       block dim, u8 kind of core (1 AIC, 2  |  56  TLVs
//       AIV), u8 mix flag, u32                |
//   48  TLVs: length - 48 - remaining bytes   |
//
// A TLV is u32 type, u32 length, value; the types are in kernel_records.h. Blocks are 1 MiB on
// devices; nothing relies on that. The new layout was never seen from a device.
#pragma once

#include <memory>

#include "omscope/ir/tensor_file.h"

namespace omscope::dump {

bool looks_like_printf_space(ByteView space);
/// Adds what the blocks of a `space` hold to the tables and tensors of `out`.
void read_printf_space(ByteView space, uint64_t offset, ir::TensorFile& out);

/// A file asc_kernel_data_<core>_<n>.bin.
bool looks_like_kernel_data(ByteView start);
std::unique_ptr<ir::TensorFile> read_kernel_data(const std::shared_ptr<const FileBytes>& file);

}  // namespace omscope::dump
