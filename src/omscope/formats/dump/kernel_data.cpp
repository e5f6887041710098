#include "omscope/formats/dump/kernel_data.h"

#include <algorithm>

#include <fmt/format.h>

#include "omscope/core/byte_cursor.h"
#include "omscope/formats/dump/kernel_records.h"
#include "omscope/formats/dump/read_dump.h"

namespace omscope::dump {
namespace {

constexpr uint64_t kBlockHead = 48;
constexpr uint64_t kMagicAt = 16;
constexpr uint32_t kBlockMagic = 0x5AA5BCCD;
constexpr uint32_t kRanOut = 7;

constexpr uint64_t kFileHead = 56;
constexpr uint16_t kFileMagic = 0xAE86;
constexpr uint16_t kSimt = 2;

/// A block's words, all of which are known to be there.
struct Block {
  uint32_t length;
  uint32_t core;
  uint32_t remaining;
  uint32_t state;
  uint8_t core_kind;
};

std::optional<Block> block_at(ByteView space) {
  if (space.size() < kBlockHead) return std::nullopt;
  if (load_le<uint32_t>(space.data() + kMagicAt) != kBlockMagic) return std::nullopt;
  const auto word = [&](size_t at) { return load_le<uint32_t>(space.data() + at); };
  return Block{word(0), word(4), word(12), word(20), load_le<uint8_t>(space.data() + 42)};
}

std::string core_name(const Block& block) {
  const char* kind = block.core_kind == 1 ? "AIC " : block.core_kind == 2 ? "AIV " : "";
  return fmt::format("{}{}", kind, block.core);
}

}  // namespace

bool looks_like_printf_space(ByteView space) {
  return block_at(space).has_value();
}

void read_printf_space(ByteView space, uint64_t offset, ir::TensorFile& out) {
  KernelRecords records(out);
  uint64_t at = 0;
  while (const auto block = block_at(space.subspan(at))) {
    const ByteView rest = space.subspan(at);
    if (block->length < kBlockHead || block->remaining > block->length - kBlockHead) {
      out.problems.error(
          Code::kBadLength, offset + at, "kernel block",
          fmt::format("{} bytes of which {} are free cannot be", block->length, block->remaining));
      break;
    }
    const uint64_t used = block->length - block->remaining;
    if (used > rest.size()) {
      out.problems.error(Code::kTruncated, offset + at, "kernel block",
                         fmt::format("wants {} bytes, {} are left", used, rest.size()));
    }
    if (block->state == kRanOut) {
      out.problems.info(Code::kBadValue, offset + at, "kernel block",
                        "its space ran out; later prints of this core are lost");
    }
    records.read(rest.subspan(kBlockHead, std::min<uint64_t>(used, rest.size()) - kBlockHead),
                 offset + at + kBlockHead, RecordLayout::kOld, core_name(*block));
    at += std::min<uint64_t>(block->length, rest.size());
  }
  records.finish();
}

bool looks_like_kernel_data(ByteView start) {
  if (start.size() < kFileHead) return false;
  const auto word = [&](size_t at) { return load_le<uint32_t>(start.data() + at); };
  constexpr uint32_t kMostCores = 4096;
  return load_le<uint16_t>(start.data() + kMagicAt) == kFileMagic &&
         load_le<uint16_t>(start.data() + kMagicAt + 2) <= kSimt && word(0) >= kFileHead &&
         word(4) <= kMostCores && word(12) <= word(0);
}

std::unique_ptr<ir::TensorFile> read_kernel_data(const std::shared_ptr<const FileBytes>& file) {
  auto out = std::make_unique<ir::TensorFile>(file, Kind::kKernelData);
  const ByteView bytes = file->bytes();
  if (bytes.size() < kFileHead) {
    out->problems.error(Code::kTruncated, 0, "header",
                        fmt::format("wants {} bytes, {} are left; the copy was cut, get it again",
                                    kFileHead, bytes.size()));
    finish(*out);
    return out;
  }
  constexpr std::array<std::string_view, 3> kKinds = {"AIC", "AIV", "SIMT"};
  const auto kind = load_le<uint16_t>(bytes.data() + kMagicAt + 2);
  const auto core = load_le<uint32_t>(bytes.data() + 4);
  out->attrs.emplace_back("core", fmt::format("{}", core));
  out->attrs.emplace_back(
      "core kind", kind < kKinds.size() ? std::string(kKinds.at(kind)) : fmt::format("{}", kind));
  out->byte_map.add(0, kFileHead, "header");
  out->byte_map.add(kFileHead, bytes.size() - kFileHead, "records");
  KernelRecords records(*out);
  records.read(
      bytes.subspan(kFileHead), kFileHead, RecordLayout::kNew,
      kind < kKinds.size() ? fmt::format("{} {}", kKinds.at(kind), core) : fmt::format("{}", core));
  records.finish();
  finish(*out);
  return out;
}

}  // namespace omscope::dump
