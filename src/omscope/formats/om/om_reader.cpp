#include "omscope/formats/om/om_reader.h"

#include <deque>
#include <set>

#include "omscope/core/text.h"
#include "omscope/formats/ge/facts.h"
#include "omscope/formats/om/dialect.h"
#include "omscope/formats/om/hiai.h"
#include "omscope/formats/om/inout_info.h"
#include "omscope/formats/om/kernel_store.h"
#include "omscope/formats/om/nested.h"
#include "omscope/formats/om/partition_table.h"
#include "omscope/formats/om/pre_table.h"
#include "omscope/formats/om/svp.h"
#include "omscope/formats/om/tasks.h"
#include "omscope/formats/om/tiling.h"

namespace omscope::om {
namespace {

/// Everything about one model while it is read.
struct Reading {
  ir::Model& model;
  ByteView range;
  ByteCursor start;  ///< at the model's first byte
  Header header;
  int nesting;

  uint64_t base() const { return start.offset(); }
  bool hiai() const { return model.kind == Kind::kOmHiai; }
};

std::string table_name(const Reading& reading, uint32_t table) {
  return reading.header.multi_table() ? fmt::format("table {} ", table) : "";
}

void check_length(const Reading& reading) {
  // A bundle counts the header, everything else does not.
  const bool counts_header = reading.model.kind == Kind::kOmBundle;
  const uint64_t have = reading.range.size() - (counts_header ? 0 : kHeaderSize);
  const uint64_t wanted = reading.header.body_length();
  if (wanted == have) return;
  const std::string message =
      fmt::format("the header announces a body of {} bytes, the file has {}", wanted, have);
  if (wanted > have) {
    reading.model.problems.error(Code::kTruncated, reading.base() + 76, "header: length",
                                 message + "; it is cut: copy or download it again");
  } else {
    reading.model.problems.warning(Code::kBadLength, reading.base() + 76, "header: length",
                                   message);
  }
}

/// The bytes of one partition, cut at the end of the file.
ir::Partition locate(const Reading& reading, const PartitionTable& table, uint64_t origin,
                     const TableEntry& entry, uint32_t table_index, uint32_t index) {
  ir::Partition partition;
  partition.table = table_index;
  partition.index = index;
  partition.type = entry.type;
  partition.type_name = partition_name(entry.type, reading.hiai());
  partition.size = entry.mem_size;
  const uint64_t room = reading.range.size() - std::min<uint64_t>(origin, reading.range.size());
  const uint64_t begin = origin + std::min(entry.mem_offset, room);
  partition.offset = reading.base() + begin;
  const uint64_t left = reading.range.size() - begin;
  partition.bytes = reading.range.subspan(begin, std::min(entry.mem_size, left));
  if (entry.mem_offset > room || entry.mem_size > left) {
    reading.model.problems.error(
        Code::kTruncatedPartition, reading.base() + table.offset,
        fmt::format("{}partition {} ({})", table_name(reading, table_index), index,
                    partition.type_name),
        fmt::format("has {} bytes from 0x{:x} on, the file ends {} bytes earlier; copy or download "
                    "it again",
                    entry.mem_size, reading.base() + origin + entry.mem_offset,
                    entry.mem_size - partition.bytes.size()));
  }
  return partition;
}

/// SS928 builds of atc 5.20 give MODEL_INOUT_INFO the number that flow models use.
void name_by_content(const Reading& reading, ir::Partition& partition) {
  if (partition.type == kFlowModel && reading.model.kind != Kind::kOmFlow && !reading.hiai() &&
      looks_like_inout_info(partition.bytes)) {
    partition.type_name = partition_name(kModelInoutInfo, false);
  }
}

void note_odd(const Reading& reading, const ir::Partition& partition, std::set<uint32_t>& seen) {
  Problems& problems = reading.model.problems;
  const std::string where =
      fmt::format("{}partition {}", table_name(reading, partition.table), partition.index);
  if (partition.type_name.empty()) {
    problems.warning(Code::kUnknownPartition, partition.offset, where,
                     fmt::format("type {} has no known meaning; its {} bytes were not read",
                                 partition.type, partition.size));
  }
  const bool may_repeat = partition.type == kFlowSubmodel || partition.type == kBundleModelInfo;
  if (!seen.insert(partition.type).second && !may_repeat) {
    problems.warning(
        Code::kDuplicatePartition, partition.offset, where,
        fmt::format("a second {} in one table; the first one was read", partition.type_name));
  }
}

/// Reads one table and its partitions; returns where the next table starts, 0 where there is none.
uint64_t read_table(const Reading& reading, uint64_t offset, uint32_t table_index) {
  ir::Model& model = reading.model;
  const bool bundle = model.kind == Kind::kOmBundle;
  const Width official = reading.header.wide_table() || bundle ? Width::k64 : Width::k32;
  const auto table = find_table(reading.start, offset, official, model.problems);
  if (!table) {
    model.problems.add(table.error());
    return 0;
  }
  model.byte_map.add(reading.base() + offset, table->size,
                     fmt::format("partition table {}", table_index));
  if (!is_contiguous(*table) && model.kind != Kind::kOmLite && !bundle) {
    model.problems.warning(Code::kPartitionOffset, reading.base() + offset,
                           fmt::format("partition table {}", table_index),
                           "partitions do not follow each other; the official loader, which adds "
                           "up sizes, will read other bytes than the offsets say");
  }
  const uint64_t origin = bundle ? kHeaderSize : table->data_offset();
  uint64_t end = origin;
  std::set<uint32_t> seen;
  for (uint32_t i = 0; i < table->entries.size(); ++i) {
    ir::Partition partition = locate(reading, *table, origin, table->entries[i], table_index, i);
    name_by_content(reading, partition);
    note_odd(reading, partition, seen);
    if (!partition.type_name.empty()) {
      model.byte_map.add(partition.offset, partition.bytes.size(),
                         std::string(partition.type_name));
    }
    const uint64_t partition_end =
        partition.offset - reading.base() + static_cast<uint64_t>(partition.bytes.size());
    end = std::max(end, partition_end);
    model.container.partitions.push_back(partition);
  }
  return end;
}

/// Several models stand back to back, each with its own table. The first is the root.
void read_tables(const Reading& reading) {
  const uint32_t tables = reading.header.multi_table() ? reading.header.model_num : 1;
  uint64_t offset = kHeaderSize;
  for (uint32_t table = 0; table < tables && offset != 0; ++table) {
    offset = read_table(reading, offset, table);
    const bool more = table + 1 < tables;
    if (more && offset >= reading.range.size()) {
      reading.model.problems.error(
          Code::kTruncated, reading.base() + offset, "partition table",
          fmt::format("the header announces {} tables, the file ends after {}", tables, table + 1));
      return;
    }
  }
}

/// The first partition of a type in one table, by its meaning.
const ir::Partition* find(const ir::Model& model, uint32_t table, std::string_view type_name) {
  for (const ir::Partition& partition : model.container.partitions) {
    if (partition.table == table && partition.type_name == type_name) return &partition;
  }
  return nullptr;
}

struct Tables {
  std::deque<ge::AttrDictionary> dictionaries;  ///< addresses stay: contexts refer to them
  bool has_root = false;
  ge::ModelDef root;
};

void read_table_payload(const Reading& reading, uint32_t table, Tables& tables) {
  ir::Model& model = reading.model;
  ge::Context context(model, table_name(reading, table) + "MODEL_DEF");
  context.table = table;
  context.has_weights = true;
  if (const auto* weights = find(model, table, "WEIGHTS_DATA")) context.weights = weights->bytes;
  ge::ModelDef def;
  def.first_graph = static_cast<uint32_t>(model.graphs.size());
  if (const auto* partition = find(model, table, "MODEL_DEF")) {
    const ge::AttrDictionary* root =
        tables.dictionaries.empty() ? nullptr : &tables.dictionaries.front();
    def = ge::read_model_def(context, partition->bytes, tables.dictionaries.emplace_back(), root);
    ge::collect_weights(context, def.first_graph);
    if (!tables.has_root) {
      tables.has_root = true;
      model.model_def = partition->bytes;
      tables.root = def;
      ge::read_info(model, def);
      ge::read_interface(context, def);
    }
  }
  context.report();
  if (const auto* tasks = find(model, table, "TASK_INFO"); tasks != nullptr && !reading.hiai()) {
    const auto names = ir::get<ir::List<std::string_view>>(def.attrs, "task_index_op_name");
    read_tasks(model, tasks->bytes,
               {table, def.first_graph, static_cast<uint32_t>(model.graphs.size()),
                names.value_or(ir::List<std::string_view>{})});
  }
  for (const char* store : {"TBE_KERNELS", "CUST_AICPU_KERNELS"}) {
    if (const auto* kernels = find(model, table, store)) {
      read_kernel_store(model, *kernels, kKernelMagic);
    }
  }
}

void read_payloads(const Reading& reading) {
  ir::Model& model = reading.model;
  Tables tables;
  const uint32_t count =
      model.container.partitions.empty() ? 0 : model.container.partitions.back().table + 1;
  for (uint32_t table = 0; table < count; ++table) read_table_payload(reading, table, tables);
  if (const auto* info = find(model, 0, "MODEL_INOUT_INFO"); info != nullptr && !reading.hiai()) {
    read_inout_info(model, *info);
    ge::note_free_dims(model);
  }
  if (const auto* bins = find(model, 0, "SO_BINS")) read_so_bins(model, *bins);
  if (const auto* custom = find(model, 0, "CUSTOM_OPS")) {
    read_kernel_store(model, *custom, kCustomOpMagic);
  }
  if (const auto* tiling = find(model, 0, "TILING_DATA")) read_tiling(model, *tiling);
  if (reading.hiai()) read_hiai_payload(model);
  read_nested(model, reading.nesting);
  note_compiler_date(model);
  if (!tables.has_root && model.submodels.empty()) {
    model.problems.error(Code::kBadTable, std::nullopt, "MODEL_DEF",
                         "the file holds no model description; it is damaged");
  }
}

/// Holes and overlaps of the model's part of the file: a finding each.
void account(ir::Model& model, uint64_t base) {
  model.account = model.byte_map.account(model.range, base);
  for (const ByteMap::Range& overlap : model.account.overlaps) {
    model.problems.warning(Code::kOverlap, overlap.offset, overlap.name,
                           fmt::format("{} bytes belong to another part as well", overlap.size));
  }
  for (const ByteMap::Range& hole : model.account.holes) {
    model.problems.warning(Code::kUnexplainedBytes, hole.offset, "",
                           fmt::format("{} bytes belong to no known part", hole.size));
  }
}

void read_body(const Reading& reading) {
  ir::Model& model = reading.model;
  check_length(reading);
  if (reading.header.is_encrypt != 0) {
    model.byte_map.add(reading.base() + kHeaderSize, reading.range.size() - kHeaderSize,
                       "encrypted body");
    model.problems.error(Code::kEncrypted, reading.base() + 80, "header: is_encrypt",
                         "the body is encrypted; only the header can be shown");
    return;
  }
  read_tables(reading);
  read_payloads(reading);
}

}  // namespace

std::unique_ptr<ir::Model> read_om(const std::shared_ptr<const FileBytes>& file, ByteView range,
                                   int nesting) {
  const Dialect dialect = recognise(range);
  auto model = std::make_unique<ir::Model>(file, dialect.kind);
  model->range = range;
  const uint64_t base = file->offset_of(range.data()).value_or(0);
  const ByteCursor start(file->path(), range, base);
  if (dialect.kind == Kind::kOmSvp) {
    read_svp(*model, start);
  } else if (dialect.kind == Kind::kUnknown) {
    model->problems.error(Code::kUnknownKind, base, "", std::string(dialect.remedy));
    return model;
  } else if (auto header = parse_header(start)) {
    model->container.version = header->version;
    model->container.model_type = header->modeltype;
    if (header->second_generation()) model->container.model_num = header->model_num;
    model->container.header = header_fields(*header);
    model->byte_map.add(base, kHeaderSize, "header");
    if (dialect.before_tables) {
      read_pre_table(*model, range.subspan(kHeaderSize));
    } else {
      read_body({*model, range, start, *header, nesting});
    }
    if (model->info.name.empty()) model->info.name = model->arena.text(header->name);
  } else {
    model->problems.add(header.error());
  }
  account(*model, base);
  return model;
}

}  // namespace omscope::om
