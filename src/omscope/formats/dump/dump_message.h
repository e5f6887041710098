// The message DumpData, the header of standard dumps and all of an old one.
//
//   | field | type                | of DumpData                    |
//   |------:|---------------------|--------------------------------|
//   |     1 | string              | version, "2.0"                 |
//   |     2 | uint64              | dump_time, us since the epoch  |
//   |     3 | repeated OpOutput   | output                         |
//   |     4 | repeated OpInput    | input                          |
//   |     5 | repeated OpBuffer   | buffer                         |
//   |     6 | string              | op_name                        |
//   |     7 | repeated OpAttr     | attr                           |
//   |     8 | repeated Workspace  | space                          |
//   |     9 | string              | dfx_message (exception dumps)  |
//
// schemas/dump_data.proto has all of it. Enums are open; unknown fields are passed over. Field 11
// of OpOutput is `offset` in one copy of the schema and `arg_index` in another, so it is left
// alone.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "omscope/core/bytes.h"
#include "omscope/ir/tensor_file.h"

namespace omscope::dump {

/// In the order in which payloads follow the header, which is not that of the field numbers.
enum class Part : uint8_t { kInput, kOutput, kBuffer, kSpace };

struct RawTensor {
  Part part = Part::kInput;
  ir::StoredTensor tensor;     ///< without shape, offset and bytes
  std::vector<uint64_t> dims;  ///< at most one more than `kMostDims`
  std::vector<uint64_t> origin_dims;
  uint64_t address = 0;
  bool has_origin_dims = false;
  ByteView data;        ///< embedded in the message (old dumps)
  uint64_t offset = 0;  ///< of its message in the file
};

struct Message {
  std::string version;
  uint64_t time = 0;
  std::string op_name;
  std::vector<std::pair<std::string, std::string>> attrs;
  std::string dfx_message;
  std::vector<RawTensor> tensors;  ///< in payload order, named and numbered
  bool is_exception = false;       ///< has fields that only exception dumps have
};

/// Reads what is sound; `offset` is where `bytes` start in the file.
Message read_message(ByteView bytes, uint64_t offset, Problems& problems);

/// Whether the bytes start as messages of every known writer do: with a version such as "2.0".
bool starts_with_version(ByteView bytes);

/// Whether the bytes are one whole message with known fields only.
bool is_plain_message(ByteView bytes);

}  // namespace omscope::dump
