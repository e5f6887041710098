// The 256-byte header of an offline model.
//
// Common part (both generations), little-endian:
//
//      0  u32      magic 0x444F4D49 "IMOD"
//      4  u32      headsize, always 256
//      8  u32      version: 0x10000000 (2018–2021, all HiAI) or 0x20000000
//     12  u8[64]   checksum, never filled
//     76  u32      length of the body; 0 where model_length is used
//     80  u8       is_encrypt
//     81  u8       is_checksum
//     82  u8       modeltype: 0 model, 3 flow, 4 nano, 5 bundle; HiAI numbers them differently
//     83  u8       genmode
//     84  char[32] name, NUL padded, may be cut
//    116  u32      ops
//    120  u8[32]   userdefineinfo
//    152  u32      om_ir_version
//
// version 0x10000000:                      version 0x20000000:
//    156  char[20] platform_version           156  u32      model_num: number of partition tables
//    176  u8       platform_type              160  char[20] platform_version
//                                             180  u8       platform_type
//                                             184  u64      model_length, 64-bit body length
//                                             192  u8       need_check_os_cpu_info
//                                             193  u8       is_unknow_model (sic)
//
// Fields behind platform_type were zero in older files, so one layout reads them all.
// platform_type: 1 in every Ascend file seen, 0 in every HiAI file.
#pragma once

#include "omscope/core/byte_cursor.h"
#include "omscope/ir/model.h"

namespace omscope::om {

constexpr uint64_t kHeaderSize = 256;
constexpr uint32_t kMagic = 0x444F4D49;
constexpr uint32_t kVersion1 = 0x10000000;
constexpr uint32_t kVersion2 = 0x20000000;

enum ModelType : uint8_t { kTypeModel = 0, kTypeFlow = 3, kTypeLite = 4, kTypeBundle = 5 };

struct Header {
  uint32_t magic = 0;
  uint32_t headsize = 0;
  uint32_t version = 0;
  uint32_t length = 0;
  uint8_t is_encrypt = 0;
  uint8_t is_checksum = 0;
  uint8_t modeltype = 0;
  uint8_t genmode = 0;
  std::string name;
  uint32_t ops = 0;
  uint32_t om_ir_version = 0;
  uint32_t model_num = 1;
  std::string platform_version;
  uint8_t platform_type = 0;
  uint64_t model_length = 0;
  uint8_t need_check_os_cpu_info = 0;
  uint8_t is_unknow_model = 0;

  bool is_bundle() const { return modeltype == kTypeBundle; }
  /// The writer of bundles leaves the version zero, but lays the header out as the newer one.
  bool second_generation() const { return version >= kVersion2 || (magic == 0 && is_bundle()); }
  /// Bytes behind the header as the header says.
  uint64_t body_length() const { return model_length != 0 ? model_length : length; }
  /// The width of partition table entries by the official rule.
  bool wide_table() const {
    return second_generation() && (modeltype == kTypeFlow || model_length != 0);
  }
  /// Whether the body is several tables back to back.
  bool multi_table() const {
    return second_generation() && !is_bundle() && (model_num > 1 || is_unknow_model == 1);
  }
};

/// `file` must hold at least 256 bytes; the values are not judged.
Result<Header> parse_header(ByteCursor file);

/// Every field by name, for people and for JSON.
std::vector<ir::HeaderField> header_fields(const Header& header);

}  // namespace omscope::om
