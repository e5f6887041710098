#include "omscope/formats/dump/recognise.h"

#include <algorithm>
#include <array>

#include "omscope/core/byte_order_mark.h"
#include "omscope/formats/dump/atb.h"
#include "omscope/formats/dump/core_file.h"
#include "omscope/formats/dump/kernel_data.h"
#include "omscope/formats/dump/nano.h"
#include "omscope/formats/dump/read_dump.h"
#include "omscope/formats/dump/stats.h"

namespace omscope::dump {
namespace {

bool is_nano(ByteView bytes) {
  return looks_like_nano(bytes, bytes.size());
}
bool is_dump(ByteView bytes) {
  return looks_like_dump(bytes, bytes.size());
}

struct DumpKind {
  Kind kind;
  bool (*looks_like)(ByteView bytes);
  std::unique_ptr<ir::TensorFile> (*read)(const std::shared_ptr<const FileBytes>& file);
};

// Those with a magic number first; a new kind is a line here.
constexpr std::array kKinds = {
    DumpKind{Kind::kCore, looks_like_core, read_core},
    DumpKind{Kind::kDumpNano, is_nano, read_dump},
    DumpKind{Kind::kDump, is_dump, read_dump},
    DumpKind{Kind::kKernelData, looks_like_kernel_data, read_kernel_data},
    DumpKind{Kind::kDumpV1, looks_like_dump_v1, read_dump_v1},
    DumpKind{Kind::kAtb, looks_like_atb, read_atb},
    DumpKind{Kind::kStatsCsv, looks_like_stats_csv, read_stats_csv},
    DumpKind{Kind::kStatsRaw, looks_like_stats_raw, read_stats_raw},
};

}  // namespace

Kind recognise(ByteView bytes) {
  for (const DumpKind& each : kKinds) {
    if (each.looks_like(bytes)) return each.kind;
  }
  return Kind::kUnknown;
}

std::unique_ptr<ir::TensorFile> read_any(const std::shared_ptr<const FileBytes>& file) {
  const Kind kind = recognise(without_byte_order_mark(file->bytes()));
  for (const DumpKind& each : kKinds) {
    if (each.kind == kind) return each.read(file);
  }
  auto out = std::make_unique<ir::TensorFile>(file, Kind::kUnknown);
  out->problems.error(Code::kUnknownKind, std::nullopt, "", "is no dump of a known kind");
  finish(*out);
  return out;
}

}  // namespace omscope::dump
