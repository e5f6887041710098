// The records of kernel data: u32 type, u32 length, value.
//
//   | type | value, old layout                                   | new layout                    |
//   |-----:|-----------------------------------------------------|-------------------------------|
//   |    1 | printf: u64 offset of the format, u64 arguments, texts | 8 bytes before              |
//   |    2 | tensor: u32 address, data type (ge::DataType), desc, buffer id, position, elements;
//   data | u32 ×4 as old, u16 position, block, u32 dims, u32[8], u32, u32 bytes; data | |    3 |
//   shape of the next tensor: u32 dims, u32[8], u32     |                               | |    4 |
//   assert, as printf                                   | as printf                     | |    5 |
//   meta                                                |                               | |    6 |
//   timestamp: u32 desc, u32, u64 cycles, u64 pc        | u32 desc, u16 block, u16, u64 cycles, pc,
//   entry | |    7 | SIMT area                                           | | | 8, 9, 10 | | ring
//   control, skip            | | 0xF0E00F0E, 0xF0F00F0F |                                   | SIMT
//   assert, printf; 40 bytes before | | 0xF0A55A0F | | wait                          |
#pragma once

#include <string>
#include <vector>

#include "omscope/ir/tensor_file.h"

namespace omscope::dump {

enum class RecordLayout : uint8_t { kOld, kNew };

/// Collects the records of all cores; `finish` adds them as tables.
class KernelRecords {
 public:
  explicit KernelRecords(ir::TensorFile& out);

  /// `core` is what to call the core that wrote them, "AIV 3".
  void read(ByteView tlvs, uint64_t offset, RecordLayout layout, const std::string& core);
  void finish();

 private:
  struct Record {
    uint32_t type;
    ByteView value;
    uint64_t offset;
  };

  bool read_one(const Record& record);
  void add_line(const char* kind, ByteView value, uint64_t before);
  void add_tensor(const Record& record);
  void set_shape(ir::StoredTensor& tensor, uint64_t elements, const Record& record);
  void add_timestamp(const Record& record);

  ir::TensorFile& out_;
  ir::RecordTable lines_{"Printed by kernels", {"core", "kind", "text"}, {}};
  ir::RecordTable times_{"Timestamps of kernels", {"core", "desc", "cycles", "pc"}, {}};
  RecordLayout layout_ = RecordLayout::kOld;
  std::string core_;
  std::vector<uint64_t> dims_;  ///< for the next tensor
  uint64_t text_ = 0;
  uint64_t left_out_ = 0;
  size_t tensors_ = 0;
};

}  // namespace omscope::dump
