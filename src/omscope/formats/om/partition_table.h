// The partition tables of an offline model.
//
//   32-bit                                64-bit
//      0  u32  num                           0  u32  num, u32 padding
//      4 + 12 i  u32  type                   8 + 24 i  u32  type, u32 padding (may hold garbage)
//      8 + 12 i  u32  mem_offset            16 + 24 i  u64  mem_offset
//     12 + 12 i  u32  mem_size              24 + 24 i  u64  mem_size
//
// mem_offset counts from the end of the table (in a bundle: from the end of the file header).
// The official loader ignores it and adds up the sizes; both agree in every ordinary file, not in
// nano models, whose partitions are aligned to 8.
//
// Which width: 64-bit for flow models and where the header has a model_length, else 32-bit. That
// rule picked the right one in all 43 real files it was tried on; where it gives an impossible
// table and the other width gives a possible one, that one is taken, with a warning.
#pragma once

#include "omscope/formats/om/header.h"

namespace omscope::om {

enum PartitionType : uint32_t {
  kModelDef = 0,
  kWeightsData = 1,
  kTaskInfo = 2,
  kTbeKernels = 3,
  kCustAicpuKernels = 4,
  kSoBins = 5,
  kFlowModel = 6,
  kFlowSubmodel = 7,
  kModelInoutInfo = 8,
  kStaticTaskDesc = 9,
  kDynamicTaskDesc = 10,
  kTaskParam = 11,
  kTilingData = 12,
  kPreModelDesc = 20,
  kPreModelSqe = 21,
  kPreKernelArgs = 22,
  kPreModelDescExtend = 23,
  kBundleModelInfo = 24,
  kBundleModelVarInfo = 25,
  kCustomOps = 26,
};

/// The name of a partition type; empty when it has none. HiAI gives some numbers another meaning.
std::string_view partition_name(uint32_t type, bool hiai);

enum class Width : uint8_t { k32, k64 };

struct TableEntry {
  uint32_t type = 0;
  uint64_t mem_offset = 0;
  uint64_t mem_size = 0;
};

struct PartitionTable {
  Width width = Width::k32;
  uint64_t offset = 0;  ///< from the start of the model, as are all offsets here
  uint64_t size = 0;    ///< of the table itself
  std::vector<TableEntry> entries;

  uint64_t data_offset() const { return offset + size; }
};

/// The table at `offset` of `model`, a cursor at the model's first byte. Nothing but its own bytes
/// is checked.
Result<PartitionTable> parse_table(const ByteCursor& model, uint64_t offset, Width width);

/// Whether every entry has a possible type and lies inside of the model.
bool is_plausible(const PartitionTable& table, uint64_t model_size);

/// Whether each partition starts where the one before it ends.
bool is_contiguous(const PartitionTable& table);

/// The table at `offset`, of the official width or else the other one (see above).
Result<PartitionTable> find_table(const ByteCursor& model, uint64_t offset, Width official,
                                  Problems& problems);

}  // namespace omscope::om
