#include "omscope/formats/tensorfile/npz.h"

#include <algorithm>

#include <fmt/format.h>

#include "omscope/core/text.h"
#include "omscope/formats/tensorfile/elements.h"
#include "omscope/formats/tensorfile/npy.h"
#include "omscope/formats/tensorfile/zip_directory.h"

namespace omscope::tensorfile {
namespace {

constexpr std::string_view kSuffix = ".npy";
/// Enough of a member that is too large to unpack to know its type and shape.
constexpr uint64_t kHead = 4096;

/// Arrays of one value pack to a thousandth: what is beyond the memory that an archive may cost
/// goes to a file without a name, which has a limit of its own.
class Spill {
 public:
  bool take(const ZipMember& member) {
    constexpr uint64_t kMostRatio = 1032;  // of deflate
    const bool possible = member.size / kMostRatio <= member.packed;
    if (!possible || member.size > left_) return false;
    left_ -= member.size;
    return true;
  }

 private:
  uint64_t left_ = uint64_t{1} << 30U;
};

void too_large(ir::TensorFile& out, const ZipMember& member, const std::string& name) {
  out.problems.error(Code::kTooLarge, member.header_offset, name,
                     fmt::format("unpacks to {}, far more than an archive of this size can justify "
                                 "and than is unpacked to a temporary file; only its header was "
                                 "read. Unpack it with unzip and give the .npy file",
                                 human_bytes(member.size)));
}

void add_deflated(ir::TensorFile& out, const ZipMember& member, NpySource source,
                  Unpacker& unpacker, Budget& budget, Spill& spill) {
  out.byte_map.add(member.data_offset, member.data.size(), "packed " + source.name);
  const bool affordable = budget.take(member.size) || spill.take(member);
  if (!affordable) too_large(out, member, source.name);
  const auto room = own_room(out, affordable ? member.size : std::min(member.size, kHead));
  if (!room) return out.problems.add(room.error());
  auto unpacked = unpacker.unpack(member, *room);
  if (!unpacked) {
    unpacked.error().file = out.file->path();
    return out.problems.add(unpacked.error());
  }
  source.content = *room;
  source.whole = member.size;
  source.base = 0;
  source.mapped = false;
  const size_t before = out.tensors.size();
  add_npy_array(out, source, budget);
  for (size_t i = before; i < out.tensors.size(); ++i) {
    // Offsets inside of an unpacked member are not the file's.
    out.tensors[i].offset = member.data_offset;
    if (!affordable) out.tensors[i].note = "packed in the archive, and too large to unpack";
    if (out.tensors[i].note.empty()) out.tensors[i].note = "packed in the archive";
  }
}

void add_member(ir::TensorFile& out, const ZipMember& member, Unpacker& unpacker, Budget& budget,
                Spill& spill) {
  NpySource source;
  source.name = as_utf8(member.name.substr(0, member.name.size() - kSuffix.size()));
  if (member.data_offset == 0) {
    out.problems.error(Code::kBadArchive, member.header_offset, source.name,
                       "its header is not where the directory says; get the archive again");
    return;
  }
  if (!member.stored) {
    add_deflated(out, member, std::move(source), unpacker, budget, spill);
    return;
  }
  source.content = member.data;
  source.base = member.data_offset;
  const size_t before = out.tensors.size();
  add_npy_array(out, source, budget);
  if (!member.crc32 || member.data.size() < member.size) return;
  for (size_t i = before; i < out.tensors.size(); ++i) {
    out.tensors[i].checksum = ir::Checksum{member.data, *member.crc32};
  }
}

}  // namespace

bool looks_like_npz(ByteView bytes) {
  if (!starts_like_zip(bytes)) return false;
  Budget budget(bytes.size());
  for (const ZipMember& member : read_zip_directory("", bytes, budget).members) {
    if (member.name.ends_with(kSuffix)) return true;
  }
  return false;
}

std::unique_ptr<ir::TensorFile> read_npz(const std::shared_ptr<const FileBytes>& file) {
  auto out = std::make_unique<ir::TensorFile>(file, Kind::kNpz);
  Budget budget(file->size());
  const ZipDirectory directory = read_zip_directory(file->path(), file->bytes(), budget);
  if (directory.fault) out->problems.add(*directory.fault);
  Unpacker unpacker(file->bytes());
  Spill spill;
  out->tensors.reserve(directory.members.size());
  for (const ZipMember& member : directory.members) {
    if (member.data_offset > 0) {
      out->byte_map.add(member.header_offset, member.data_offset - member.header_offset,
                        "zip header");
    }
    if (!member.name.ends_with(kSuffix)) {
      out->byte_map.add(member.data_offset, member.data.size(), "member that is no array");
      out->problems.info(Code::kUnknownField, member.header_offset,
                         for_terminal(as_utf8(member.name)), "is no array; left out");
      continue;
    }
    if (!budget.take(2 * sizeof(ir::StoredTensor))) {
      out->problems.error(Code::kTooLarge, member.header_offset, "",
                          "more arrays than the archive has room for; the rest was left out");
      break;
    }
    add_member(*out, member, unpacker, budget, spill);
  }
  if (directory.offset > 0) {
    out->byte_map.add(directory.offset, file->size() - directory.offset, "zip directory");
  }
  out->version.clear();
  out->account = out->byte_map.account(file->bytes());
  return out;
}

}  // namespace omscope::tensorfile
