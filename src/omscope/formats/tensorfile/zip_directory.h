// Where the members of a zip archive lie.
//
// Archives of arrays (npz, pt) hold gigabytes that are stored, not compressed, so they can be used
// where they are; libzip only hands out copies. The directory is therefore read here, and libzip
// unpacks what is compressed.
//
//   end of central directory   "PK\5\6"  u16 entries @10, u32 size @12, u32 offset @16
//   zip64 locator              "PK\6\7"  20 bytes before it; u64 offset @8 of the zip64 end record
//   zip64 end record           "PK\6\6"  u64 entries @32, u64 size @40, u64 offset @48
//   central entry              "PK\1\2"  u16 flags @8, method @10, u32 packed @20, size @24,
//                                        u16 name @28, extra @30, comment @32, u32 header @42
//   local header               "PK\3\4"  u16 flags @6, method @8, u32 packed @18, size @22,
//                                        u16 name @26, extra @28; the data follow the extra field
//   extra field 1 (zip64)      u64 for each of size, packed, header that is 0xFFFFFFFF, in order
//
// Source: PKWARE's APPNOTE.TXT.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "omscope/core/bytes.h"
#include "omscope/core/result.h"
#include "omscope/formats/tensorfile/budget.h"

struct zip;

namespace omscope::tensorfile {

struct ZipMember {
  std::string_view name;
  uint64_t index = 0;   ///< in the directory, as libzip counts
  uint64_t size = 0;    ///< unpacked
  uint64_t packed = 0;  ///< as stored
  uint64_t header_offset = 0;
  uint64_t data_offset = 0;       ///< 0: outside of the file
  ByteView data;                  ///< as stored; shorter than `packed` where the file is cut
  bool stored = false;            ///< neither compressed nor encrypted
  std::optional<uint32_t> crc32;  ///< of the unpacked bytes; only the directory is sure to have it
};

struct ZipDirectory {
  std::vector<ZipMember> members;
  uint64_t offset = 0;    ///< of the central directory
  bool salvaged = false;  ///< there is none: the members were found one after the other
  std::optional<Problem> fault;
};

bool starts_like_zip(ByteView bytes);

ZipDirectory read_zip_directory(std::string_view file, ByteView bytes, Budget& budget);

/// Unpacks compressed members of one archive.
class Unpacker {
 public:
  explicit Unpacker(ByteView archive) : archive_(archive) {}

  /// Fills `content` with the start of a member; its checksum is tested when that is all of it.
  Result<Done> unpack(const ZipMember& member, std::span<std::byte> content);

 private:
  struct Closer {
    void operator()(zip* archive) const;
  };
  bool open();

  ByteView archive_;
  bool tried_ = false;
  std::unique_ptr<zip, Closer> zip_;
};

}  // namespace omscope::tensorfile
