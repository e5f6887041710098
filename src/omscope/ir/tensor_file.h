// Tensors of a run: what dumps and tensor files hold, whatever their format.
//
// A TensorFile keeps the file's bytes alive and its tensors refer to them, so that a dump of any
// size costs no more memory than its header.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "omscope/core/byte_map.h"
#include "omscope/core/file_bytes.h"
#include "omscope/core/kind.h"
#include "omscope/core/problem.h"
#include "omscope/ir/tensor_type.h"

namespace omscope::ir {

/// How much of a tensor's payload a file holds.
enum class Payload : uint8_t {
  kComplete,
  kCut,         ///< the file ends inside of it, or its bytes are fewer than its shape needs
  kNotWritten,  ///< the header names it, the producer left its bytes out
  kElsewhere,   ///< statistics only, or in another file that is not there
};

/// Statistics that the producer recorded instead of, or beside, the values. Absent: not recorded.
struct RecordedStats {
  std::optional<uint64_t> count;
  std::optional<uint64_t> nan;
  std::optional<uint64_t> pos_inf;
  std::optional<uint64_t> neg_inf;
  std::optional<double> min;
  std::optional<double> max;
  std::optional<double> mean;
  std::optional<double> l2norm;
};

/// What an archive says of bytes that it holds as they are.
struct Checksum {
  ByteView of;  ///< the payload and what stands around it
  uint32_t crc32 = 0;
};

struct StoredTensor {
  std::string op;  ///< where a file holds tensors of several ops; else empty, see TensorFile::place
  std::string name;  ///< "input:0", "output:1", "buffer:0", "space:0"; the array's name in npz
  DType dtype = DType::kUndefined;
  int64_t dtype_number = 0;  ///< as stored, for types that have no known meaning
  Layout format;             ///< `base` refers to the table in layout.cpp; empty: none stated
  Layout origin_format;
  bool has_shape = false;  ///< false: only the number of bytes is known
  bool has_origin_shape = false;
  bool fortran_order = false;         ///< the first dim varies fastest (npy)
  std::vector<int64_t> shape;         ///< of the stored elements, padding included
  std::vector<int64_t> origin_shape;  ///< before the compiler changed the layout
  uint64_t size = 0;                  ///< bytes, as the file says
  uint64_t offset = 0;                ///< of the payload, absolute in `file` or in TensorFile::file
  ByteView bytes;                     ///< the payload; at most `size` bytes, whatever is there
  Payload payload = Payload::kComplete;
  std::string file;  ///< where the bytes are, when not in TensorFile::file
  std::string note;  ///< what else the header says of it: kind of argument, why bytes are missing
  std::string origin_op;  ///< op of the source model whose output this is, where recorded
  int64_t origin_index = -1;
  std::optional<RecordedStats> recorded;
  std::optional<Checksum> checksum;  ///< not looked at yet: that takes reading the whole payload
};

/// Anything in a file that is no tensor, as a table for people: registers, memory ranges, lines
/// that a kernel printed, the fields of an overflow record.
struct RecordTable {
  std::string title;
  std::vector<std::string> columns;
  std::vector<std::vector<std::string>> rows;
};

/// Where in a run a file comes from, as far as its name, its folders and its header tell.
struct RunPlace {
  std::string op;
  std::string op_type;
  std::string model;
  std::optional<int64_t> model_id;
  std::optional<int64_t> device;
  std::optional<int64_t> step;
  std::optional<int64_t> rank;
  std::optional<int64_t> task_id;
  std::optional<int64_t> stream_id;
  std::optional<int64_t> context_id;
  std::optional<int64_t> thread_id;
  std::string time;  ///< ISO 8601 without a zone, or the digits as found
};

struct TensorFile {
  TensorFile(std::shared_ptr<const FileBytes> bytes, Kind file_kind)
      : file(std::move(bytes)), kind(file_kind), problems(file->path()) {}

  std::shared_ptr<const FileBytes> file;
  Kind kind;
  Problems problems;
  ByteMap byte_map;
  ByteMap::Account account;  ///< of byte_map, when reading is done
  RunPlace place;
  std::string version;  ///< of the dump format
  std::vector<std::pair<std::string, std::string>> attrs;
  std::string message;  ///< text that the producer recorded (dfx_message of exception dumps)
  std::vector<StoredTensor> tensors;
  std::vector<RecordTable> records;
  /// Further bytes that the tensors refer to: unpacked members of archives, files beside this one.
  std::vector<std::shared_ptr<const void>> owners;
};

/// False: the payload is not what was put into the archive.
bool is_as_stored(const StoredTensor& tensor);
/// An error for each tensor that is not.
void check_payloads(TensorFile& file);

}  // namespace omscope::ir
