// Dumps of nano chips.
//
//   |  offset | content                                                              |
//   |--------:|----------------------------------------------------------------------|
//   |       0 | u64 head length H                                                    |
//   |       8 | head: u32 magic 0x5A5A5A5A, u32 version, then u32 tag, u32 length, value |
//   |     8+H | payloads of the inputs, then of the outputs; the file ends with them |
//
//   tag 4  u32 count, then inputs: i32 data type, format, address type; u64 address, offset, size;
//          u32 length of sub-TLVs, sub-TLVs
//   tag 5  u32 count, then outputs: i32 data type, format, address type, original index, original
//          data type, original format; u64 address, offset, size; u32 length, sub-TLVs
//   sub    0 shape (u64 dims), 1 original shape, 2 original name
//
// Nothing is aligned. Data types are ge::DataType, not those of DumpData.
#pragma once

#include "omscope/formats/dump/dump_header.h"

namespace omscope::dump {

bool looks_like_nano(ByteView start, uint64_t file_size);

DumpHeader parse_nano_header(const std::string& path, uint64_t file_size, const Fetch& fetch);

}  // namespace omscope::dump
