// What a dump says about its tensors, without touching their bytes.
//
//   standard dump              | nano dump (nano.h)
//   ---------------------------|------------------------
//    0  u64 header length H    |  0  u64 header length H
//    8  DumpData, H bytes      |  8  head, H bytes
//    8+H  payloads, one behind the other: inputs, outputs, buffers, spaces
//
// No alignment, no marks between payloads; H is 1 to 2^31-1. The file should end with the last
// payload, but for what producers do:
//   - a tensor with address 0 keeps its size in the header, its bytes are not written;
//   - exception dumps write only size mod 2^32 bytes of a tensor of 4 GiB or more;
//   - a second dump of the same name within one tick is appended to the first.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "omscope/core/byte_map.h"
#include "omscope/core/result.h"
#include "omscope/ir/tensor_file.h"

namespace omscope::dump {

struct DumpHeader {
  explicit DumpHeader(std::string path) : problems(std::move(path)) {}

  Kind kind = Kind::kDump;
  std::string version;
  std::string message;
  ir::RunPlace place;
  std::vector<std::pair<std::string, std::string>> attrs;
  /// Without bytes: `offset` and `stored` say where they are in the file.
  std::vector<ir::StoredTensor> tensors;
  std::vector<uint64_t> stored;         ///< bytes of each tensor that the file holds
  std::vector<ByteMap::Range> headers;  ///< what in the file is no payload
  Problems problems;
};

/// At most `size` bytes of the file at `offset`, fewer where it ends. A view may end with the next
/// call.
using Fetch = std::function<ByteView(uint64_t offset, uint64_t size)>;

/// Header of a standard or nano dump, whichever the bytes are.
DumpHeader parse_dump_header(const std::string& path, uint64_t file_size, const Fetch& fetch);

/// Opens the file and reads no more than its header, for folders of a hundred thousand dumps. Fails
/// with unknown-kind for every other kind: those must be opened whole.
Result<DumpHeader> read_dump_header(const std::string& path);

/// Length word and header of a standard dump; also of one that is cut or damaged behind its
/// header's first bytes.
bool looks_like_dump(ByteView start, uint64_t file_size);

}  // namespace omscope::dump
