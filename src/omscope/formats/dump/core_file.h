// Core files: memory and registers of an AI Core whose kernel failed.
//
// ELF64, little endian, e_type 4, e_machine 0x1029, without program headers; sections are packed
// behind the header, names repeat. sh_type - 0x80000000 tells what a section is:
//
//   |  1 | .ascend.global           | device memory; sh_addr its address, sh_link the entries | |
//   2 | .ascend.local.<core>     | on-chip buffer                                                |
//   |  3 | .ascend.regs.<core>      | registers: u64 address, u8 flag (0 valid), 6 bytes, u8 width,
//   value[16] or [32] | |  4 | .ascend.devtbl           | u64[4] bitmaps, u32 device id, u32 device
//   type                | |  5 | .ascend.auxinfo.global   | 232 bytes each: u64 address, u64 size
//   (bit 63: invalid), u32 section, u16 kind, u16, then u16 core of a stack, or u32 dims, u32,
//   u64[25] | |  6 | .ascend.auxinfo.local.<core> | 24 bytes each: u64 size, u32 section, u32
//   global section, u32 kind, u32 | | 7–9 | host_kernel_object, file_kernel_object,
//   file_kernel_json | files                        | | 10 | .ascend.kernel_info      | u32 length,
//   kernel name                                       |
//
// Known from the producer's code; no file of a device was seen.
#pragma once

#include <memory>

#include "omscope/ir/tensor_file.h"

namespace omscope::dump {

bool looks_like_core(ByteView start);

/// Device memory and on-chip buffers as tensors (without a dtype: the file knows none), registers,
/// memory ranges and sections as tables.
std::unique_ptr<ir::TensorFile> read_core(const std::shared_ptr<const FileBytes>& file);

}  // namespace omscope::dump
