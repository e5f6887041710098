#include "omscope/formats/om/tiling.h"

#include "omscope/core/byte_cursor.h"

namespace omscope::om {
namespace {

constexpr uint32_t kTilingMagic = 0xDD776EFE;
constexpr uint64_t kRunInfoSize = 56;

enum RecordType : uint8_t { kRunInfo = 0, kTilingBytes = 1, kIds = 2 };

struct Prefix {
  uint64_t tiling_key;
  uint64_t tiling_size;
  uint32_t block_dim;
};

Result<Done> read_record(ir::Model& model, ByteCursor& at) {
  const auto type = at.read<uint8_t>("record type");
  if (!type) return type.error();
  const auto size = at.read<uint32_t>("record length");
  if (!size) return size.error();
  auto payload = at.take_cursor(*size, "record");
  if (!payload) return payload.error();
  if (*type == kRunInfo) {
    if (payload->remaining() < kRunInfoSize) {
      return Problem{Severity::kError,  Code::kBadTlv, std::string(at.file()),
                     payload->offset(), "run info",    "is shorter than its fixed part"};
    }
    ir::Tiling& tiling = model.tilings.emplace_back();
    tiling.key = payload->peek<uint64_t>(offsetof(Prefix, tiling_key)).value_or(0);
    tiling.block_dim = payload->peek<uint32_t>(offsetof(Prefix, block_dim)).value_or(0);
  } else if (*type == kTilingBytes && !model.tilings.empty()) {
    model.tilings.back().data = payload->rest();
  } else if (*type == kIds && !model.tilings.empty()) {
    model.tilings.back().id_count = payload->remaining() / sizeof(int64_t);
  }
  return Done{};
}

Result<Done> read_records(ir::Model& model, ByteCursor at) {
  const auto magic = at.read<uint32_t>("magic");
  if (!magic) return magic.error();
  if (*magic != kTilingMagic) {
    return Problem{Severity::kError,
                   Code::kBadTlv,
                   std::string(at.file()),
                   at.offset() - sizeof(uint32_t),
                   "magic",
                   fmt::format("0x{:08x} starts no tiling data", *magic)};
  }
  const auto version = at.read<uint32_t>("version");
  if (!version) return version.error();
  const auto size = at.read<uint32_t>("length");
  if (!size) return size.error();
  auto records = at.take_cursor(*size, "records");
  if (!records) return records.error();
  while (!records->at_end()) {
    const auto read = read_record(model, *records);
    if (!read) return read.error();
  }
  return Done{};
}

}  // namespace

void read_tiling(ir::Model& model, const ir::Partition& partition) {
  const auto read =
      read_records(model, ByteCursor(model.file->path(), partition.bytes, partition.offset));
  if (!read) {
    model.problems.error(Code::kBadTlv, read.error().offset, "TILING_DATA: " + read.error().where,
                         read.error().message);
  }
}

}  // namespace omscope::om
