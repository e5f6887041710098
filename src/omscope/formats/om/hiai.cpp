#include "omscope/formats/om/hiai.h"

#include "omscope/core/byte_cursor.h"
#include "omscope/core/text.h"
#include "omscope/formats/ge/readers.h"
#include "omscope/formats/om/kernel_store.h"
#include "omscope/formats/om/tasks.h"

namespace omscope::om {
namespace {

constexpr uint32_t kRegionMagic = 0xABCDABCD;
constexpr uint32_t kRegionHeader = 32;
constexpr uint32_t kRecordHeader = 8;

enum RegionRecord : uint32_t { kTasks = 1, kKernels = 2, kCompilerVersion = 3 };
enum KernelRecord : uint32_t { kKernelName = 1, kKernelBinary = 2 };

struct Record {
  uint32_t type;
  ByteCursor payload;
};

Result<Record> read_record(ByteCursor& at) {
  const uint64_t offset = at.offset();
  const auto type = at.read<uint32_t>("record type");
  if (!type) return type.error();
  const auto size = at.read<uint32_t>("record length");
  if (!size) return size.error();
  if (*size < kRecordHeader) {
    return Problem{
        Severity::kError,       Code::kBadTlv,
        std::string(at.file()), offset,
        "record length",        fmt::format("{} is shorter than the record's own header", *size)};
  }
  auto payload = at.take_cursor(*size - kRecordHeader, "record");
  if (!payload) return payload.error();
  return Record{*type, *payload};
}

std::string_view until_nul(ByteView bytes) {
  const std::string_view text = as_text(bytes);
  return text.substr(0, text.find('\0'));
}

Result<Done> read_kernels(ir::Model& model, ByteCursor at) {
  constexpr uint64_t kBeforeName = 16;
  std::string_view name;
  while (!at.at_end()) {
    auto record = read_record(at);
    if (!record) return record.error();
    const ByteView payload = record->payload.rest();
    if (record->type == kKernelName && payload.size() > kBeforeName) {
      name = until_nul(payload.subspan(kBeforeName));
    } else if (record->type == kKernelBinary) {
      ir::Kernel kernel;
      kernel.name = name;
      kernel.store = "TASK_INFO";
      kernel.offset = record->payload.offset();
      kernel.binary = payload;
      add_kernel(model, std::move(kernel));
    }
  }
  return Done{};
}

Result<Done> read_npu_region(ir::Model& model, ByteCursor at, uint32_t first_inner) {
  const auto header = at.skip(kRegionHeader, "region header");
  if (!header) return header;
  while (!at.at_end()) {
    auto record = read_record(at);
    if (!record) return record.error();
    if (record->type == kTasks) {
      read_tasks(model, record->payload.rest(),
                 {0, first_inner, static_cast<uint32_t>(model.graphs.size()), {}});
    } else if (record->type == kKernels) {
      const auto kernels = read_kernels(model, record->payload);
      if (!kernels) return kernels;
    } else if (record->type == kCompilerVersion) {
      model.info.metadata.emplace_back("npu_compiler_version", until_nul(record->payload.rest()));
    }
  }
  return Done{};
}

const ir::Partition* task_partition(const ir::Model& model) {
  for (const ir::Partition& partition : model.container.partitions) {
    if (partition.type == 2) return &partition;
  }
  return nullptr;
}

/// The first graph held by `owner`; none: kNone.
uint32_t inner_graph(const ir::Model& model, ir::OpRef owner) {
  for (uint32_t g = 0; g < model.graphs.size(); ++g) {
    const ir::OpRef parent = model.graphs[g].parent;
    if (parent.graph == owner.graph && parent.op == owner.op) return g;
  }
  return ir::kNowhere;
}

void read_region(ir::Model& model, const ByteCursor& tasks, ir::OpRef owner, const ir::Op& op) {
  const auto offset = ir::get<int64_t>(op.attrs, "graphop_task_offset").value_or(0);
  const auto size = ir::get<int64_t>(op.attrs, "graphop_task_size").value_or(0);
  const std::string where = "TASK_INFO of " + for_terminal(op.name);
  if (size <= 0) return;
  auto region = tasks.sub(static_cast<uint64_t>(offset), static_cast<uint64_t>(size), where);
  if (!region) {
    model.problems.add(region.error());
    return;
  }
  uint32_t inner = inner_graph(model, owner);
  if (region->peek<uint32_t>() == kRegionMagic) {
    const uint32_t first = inner == ir::kNowhere ? 0 : inner;
    const auto read = read_npu_region(model, *region, first);
    if (!read) {
      model.problems.error(Code::kBadTlv, read.error().offset, where + ": " + read.error().where,
                           read.error().message);
    }
  } else if (inner == ir::kNowhere) {
    ge::Context context(model, where);
    inner = ge::read_graph(context, region->rest(), owner);
    context.report();
  }
}

/// Regions that no op tells of, because the model's description is damaged. Each says its size.
void read_regions_in_a_row(ir::Model& model, ByteCursor tasks) {
  constexpr uint64_t kSizeAt = 8;
  while (tasks.remaining() > kRegionHeader && tasks.peek<uint32_t>() == kRegionMagic) {
    const uint32_t size = tasks.peek<uint32_t>(kSizeAt).value_or(0);
    const auto region = tasks.take_cursor(size, "region");
    if (size <= kRegionHeader || !region) return;
    if (!read_npu_region(model, *region, 0)) return;
  }
}

/// What the chip is stands on an op of the inner graph only (seen in .omc files of 2025).
void note_soc_version(ir::Model& model) {
  if (!model.info.soc_version.empty()) return;
  for (const ir::Graph& graph : model.graphs) {
    for (const ir::Op& op : graph.ops) {
      const std::string_view soc = ir::get_text(op.attrs, "soc_version");
      if (!soc.empty()) model.info.soc_version = soc;
    }
  }
}

}  // namespace

void read_hiai_payload(ir::Model& model) {
  note_soc_version(model);
  const ir::Partition* partition = task_partition(model);
  if (partition == nullptr) return;
  const ByteCursor tasks(model.file->path(), partition->bytes, partition->offset);
  // Regions lie side by side; a hostile file could make them overlap and be read again and again.
  uint64_t budget = partition->bytes.size();
  const ir::List<ir::Op> ops = model.graphs.empty() ? ir::List<ir::Op>{} : model.graphs[0].ops;
  bool told = false;
  for (uint32_t at = 0; at < ops.size(); ++at) {
    if (ops[at].type != "GraphOp") continue;
    told = true;
    const auto size = ir::get<int64_t>(ops[at].attrs, "graphop_task_size").value_or(0);
    if (size < 0 || static_cast<uint64_t>(size) > budget) {
      model.problems.error(Code::kBadLength, partition->offset, "TASK_INFO",
                           "the regions of its ops are larger than the partition");
      return;
    }
    budget -= static_cast<uint64_t>(size);
    read_region(model, tasks, {0, at}, ops[at]);
  }
  if (!told) read_regions_in_a_row(model, tasks);
}

}  // namespace omscope::om
