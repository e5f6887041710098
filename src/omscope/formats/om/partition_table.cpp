#include "omscope/formats/om/partition_table.h"

#include <algorithm>
#include <array>

namespace omscope::om {
namespace {

struct PartitionName {
  uint32_t type;
  std::string_view name;
};

// Graph Engine's ModelPartitionType.
constexpr std::array kAscendNames = {
    PartitionName{kModelDef, "MODEL_DEF"},
    PartitionName{kWeightsData, "WEIGHTS_DATA"},
    PartitionName{kTaskInfo, "TASK_INFO"},
    PartitionName{kTbeKernels, "TBE_KERNELS"},
    PartitionName{kCustAicpuKernels, "CUST_AICPU_KERNELS"},
    PartitionName{kSoBins, "SO_BINS"},
    PartitionName{kFlowModel, "FLOW_MODEL"},
    PartitionName{kFlowSubmodel, "FLOW_SUBMODEL"},
    PartitionName{kModelInoutInfo, "MODEL_INOUT_INFO"},
    PartitionName{kStaticTaskDesc, "STATIC_TASK_DESC"},
    PartitionName{kDynamicTaskDesc, "DYNAMIC_TASK_DESC"},
    PartitionName{kTaskParam, "TASK_PARAM"},
    PartitionName{kTilingData, "TILING_DATA"},
    PartitionName{kPreModelDesc, "PRE_MODEL_DESC"},
    PartitionName{kPreModelSqe, "PRE_MODEL_SQE"},
    PartitionName{kPreKernelArgs, "PRE_KERNEL_ARGS"},
    PartitionName{kPreModelDescExtend, "PRE_MODEL_DESC_EXTEND"},
    PartitionName{kBundleModelInfo, "BUNDLE_MODEL_INFO"},
    PartitionName{kBundleModelVarInfo, "BUNDLE_MODEL_VAR_INFO"},
    PartitionName{kCustomOps, "CUSTOM_OPS"},
};

// Only 0, 1 and 2 were seen in real files.
constexpr std::array kHiaiNames = {
    PartitionName{0, "MODEL_DEF"},        PartitionName{1, "WEIGHTS_DATA"},
    PartitionName{2, "TASK_INFO"},        PartitionName{3, "TASK_GRAPH"},
    PartitionName{4, "SIGNATURE_INFO"},   PartitionName{5, "MODEL_CONFIG"},
    PartitionName{6, "AIPP_CUSTOM_INFO"}, PartitionName{7, "ENCRYPT_INFO"},
    PartitionName{8, "WEIGHT_INFO"},
};

template <size_t N>
std::string_view name_in(const std::array<PartitionName, N>& names, uint32_t type) {
  const auto* found = std::find_if(names.begin(), names.end(),
                                   [&](const PartitionName& each) { return each.type == type; });
  return found == names.end() ? std::string_view{} : found->name;
}

constexpr uint64_t entry_size(Width width) {
  return width == Width::k64 ? 24 : 12;
}

Result<TableEntry> parse_entry(ByteCursor& at, Width width) {
  TableEntry entry;
  const auto type = at.read<uint32_t>("partition type");
  if (!type) return type.error();
  entry.type = *type;
  if (width == Width::k32) {
    const auto offset = at.read<uint32_t>("partition offset");
    if (!offset) return offset.error();
    const auto size = at.read<uint32_t>("partition size");
    if (!size) return size.error();
    entry.mem_offset = *offset;
    entry.mem_size = *size;
    return entry;
  }
  const auto padding = at.read<uint32_t>("padding");
  if (!padding) return padding.error();
  const auto offset = at.read<uint64_t>("partition offset");
  if (!offset) return offset.error();
  const auto size = at.read<uint64_t>("partition size");
  if (!size) return size.error();
  entry.mem_offset = *offset;
  entry.mem_size = *size;
  return entry;
}

/// Whether the partitions end exactly where the model does: true of every sound file with one
/// table.
bool reaches_end(const PartitionTable& table, uint64_t model_size) {
  uint64_t end = table.data_offset();
  for (const TableEntry& entry : table.entries) {
    if (entry.mem_size > model_size) return false;
    end += entry.mem_size;
  }
  return end == model_size;
}

}  // namespace

std::string_view partition_name(uint32_t type, bool hiai) {
  return hiai ? name_in(kHiaiNames, type) : name_in(kAscendNames, type);
}

Result<PartitionTable> parse_table(const ByteCursor& model, uint64_t offset, Width width) {
  constexpr uint32_t kMostEntries = 4096;  // the official limit, reached by flow models only
  auto rest =
      model.sub(offset, model.remaining() - std::min(offset, model.remaining()), "partition table");
  if (!rest) return rest.error();
  ByteCursor at = *rest;
  PartitionTable table;
  table.width = width;
  table.offset = offset;
  const auto count = at.read_count<uint32_t>("partition table: count", entry_size(width));
  if (!count) return count.error();
  if (*count == 0 || *count > kMostEntries) {
    return Problem{Severity::kError,
                   Code::kBadTable,
                   std::string(model.file()),
                   rest->offset(),
                   "partition table: count",
                   fmt::format("{} partitions are impossible; the file is damaged or no offline "
                               "model",
                               *count)};
  }
  if (width == Width::k64) {
    const auto padding = at.read<uint32_t>("partition table: padding");
    if (!padding) return padding.error();
  }
  for (uint32_t i = 0; i < *count; ++i) {
    auto entry = parse_entry(at, width);
    if (!entry) return entry.error();
    table.entries.push_back(*entry);
  }
  table.size = at.offset() - rest->offset();
  return table;
}

bool is_plausible(const PartitionTable& table, uint64_t model_size) {
  constexpr uint32_t kMostType = 63;
  const uint64_t room = model_size - std::min(model_size, table.data_offset());
  uint64_t sum = 0;
  for (const TableEntry& entry : table.entries) {
    if (entry.type > kMostType || entry.mem_offset > room ||
        entry.mem_size > room - entry.mem_offset) {
      return false;
    }
    sum += entry.mem_size;
  }
  return sum > 0;
}

bool is_contiguous(const PartitionTable& table) {
  uint64_t expected = 0;
  for (const TableEntry& entry : table.entries) {
    if (entry.mem_offset != expected) return false;
    expected += entry.mem_size;
  }
  return true;
}

Result<PartitionTable> find_table(const ByteCursor& model, uint64_t offset, Width official,
                                  Problems& problems) {
  const uint64_t model_size = model.remaining();
  auto table = parse_table(model, offset, official);
  // A 64-bit table read as a 32-bit one can look like a few empty partitions, so being plausible is
  // not enough.
  if (table && is_plausible(*table, model_size) && reaches_end(*table, model_size)) return table;
  const Width other = official == Width::k64 ? Width::k32 : Width::k64;
  auto second = parse_table(model, offset, other);
  const bool better = second && is_plausible(*second, model_size) && is_contiguous(*second) &&
                      reaches_end(*second, model_size);
  if (!better) return table;
  problems.warning(Code::kTableWidth, model.offset() + offset, "partition table",
                   fmt::format("the header announces a {}-bit table, the bytes are a {}-bit one; "
                               "read as such",
                               official == Width::k64 ? 64 : 32, other == Width::k64 ? 64 : 32));
  return second;
}

}  // namespace omscope::om
