#include "omscope/formats/tensorfile/zip_directory.h"

#include <algorithm>

#include <fmt/format.h>
#include <zip.h>

#include "omscope/core/byte_cursor.h"
#include "omscope/core/text.h"

namespace omscope::tensorfile {
namespace {

constexpr uint32_t kLocal = 0x04034b50;
constexpr uint32_t kCentral = 0x02014b50;
constexpr uint32_t kEnd = 0x06054b50;
constexpr uint32_t kEnd64 = 0x06064b50;
constexpr uint32_t kLocator64 = 0x07064b50;
constexpr uint32_t kIn64 = 0xFFFFFFFF;

constexpr uint64_t kLocalSize = 30;
constexpr uint64_t kCentralSize = 46;
constexpr uint64_t kEndSize = 22;
constexpr uint64_t kLocatorSize = 20;
constexpr uint64_t kEnd64Size = 56;

Problem fault(std::string_view file, uint64_t offset, std::string why) {
  return {Severity::kError, Code::kBadArchive, std::string(file),
          offset,           "zip directory",   std::move(why)};
}

/// Numbers at fixed places of a record whose size was checked.
template <class T>
T at(ByteView record, uint64_t offset) {
  return load_le<T>(record.data() + offset);
}

std::optional<uint64_t> find_end(ByteView bytes) {
  constexpr uint64_t kMostComment = 0xFFFF;
  if (bytes.size() < kEndSize) return std::nullopt;
  const uint64_t last = bytes.size() - kEndSize;
  const uint64_t first = last - std::min(last, kMostComment);
  for (uint64_t offset = last;; --offset) {
    if (at<uint32_t>(bytes, offset) == kEnd) return offset;
    if (offset == first) return std::nullopt;
  }
}

struct Place {
  uint64_t offset = 0;
  uint64_t size = 0;
};

Place find_directory(ByteView bytes, uint64_t end) {
  Place place{at<uint32_t>(bytes, end + 16), at<uint32_t>(bytes, end + 12)};
  if (end < kLocatorSize || at<uint32_t>(bytes, end - kLocatorSize) != kLocator64) return place;
  const auto end64 = at<uint64_t>(bytes, end - kLocatorSize + 8);
  if (end64 > bytes.size() || bytes.size() - end64 < kEnd64Size) return place;
  if (at<uint32_t>(bytes, end64) != kEnd64) return place;
  return {at<uint64_t>(bytes, end64 + 48), at<uint64_t>(bytes, end64 + 40)};
}

/// Replaces sizes that do not fit 32 bits by those of the zip64 extra field.
void apply_zip64(ByteView extra, ZipMember& member) {
  while (extra.size() >= 4) {
    const auto id = at<uint16_t>(extra, 0);
    const uint64_t size = std::min<uint64_t>(at<uint16_t>(extra, 2), extra.size() - 4);
    ByteView value = extra.subspan(4, size);
    extra = extra.subspan(4 + size);
    if (id != 1) continue;
    for (uint64_t* number : {&member.size, &member.packed, &member.header_offset}) {
      if (*number != kIn64 || value.size() < 8) continue;
      *number = at<uint64_t>(value, 0);
      value = value.subspan(8);
    }
  }
}

/// Finds the data behind a local header; leaves `data_offset` 0 where there is no such header.
void locate(ByteView bytes, ZipMember& member) {
  if (member.header_offset > bytes.size()) return;
  const ByteView header = bytes.subspan(member.header_offset);
  if (header.size() < kLocalSize || at<uint32_t>(header, 0) != kLocal) return;
  const uint64_t skip = kLocalSize + at<uint16_t>(header, 26) + at<uint16_t>(header, 28);
  if (skip > header.size()) return;
  member.data_offset = member.header_offset + skip;
  const ByteView rest = header.subspan(skip);
  member.data = rest.first(std::min<uint64_t>(member.packed, rest.size()));
}

void read_central(std::string_view file, ByteView bytes, Place place, Budget& budget,
                  ZipDirectory& out) {
  out.offset = place.offset;
  ByteView left = bytes.subspan(place.offset, place.size);
  while (left.size() >= kCentralSize && at<uint32_t>(left, 0) == kCentral) {
    const uint64_t name = at<uint16_t>(left, 28);
    const uint64_t extra = at<uint16_t>(left, 30);
    const uint64_t whole = kCentralSize + name + extra + at<uint16_t>(left, 32);
    if (whole > left.size() || !budget.take(2 * sizeof(ZipMember))) break;
    ZipMember member;
    member.index = out.members.size();
    member.name = as_text(left.subspan(kCentralSize, name));
    member.crc32 = at<uint32_t>(left, 16);
    member.packed = at<uint32_t>(left, 20);
    member.size = at<uint32_t>(left, 24);
    member.header_offset = at<uint32_t>(left, 42);
    member.stored = at<uint16_t>(left, 10) == 0 && (at<uint16_t>(left, 8) & 1U) == 0;
    apply_zip64(left.subspan(kCentralSize + name, extra), member);
    locate(bytes, member);
    out.members.push_back(member);
    left = left.subspan(whole);
  }
  if (!left.empty()) {
    out.fault = fault(file, place.offset + place.size - left.size(),
                      "is damaged from here on; get the archive again");
  }
}

/// A download that stopped has no directory, but each member has a header of its own.
void salvage(std::string_view file, ByteView bytes, Budget& budget, ZipDirectory& out) {
  out.salvaged = true;
  out.fault = fault(file, bytes.size(),
                    "is missing: the archive is cut; what stands before the cut was read, get it "
                    "again");
  uint64_t offset = 0;
  while (bytes.size() - offset >= kLocalSize && at<uint32_t>(bytes, offset) == kLocal) {
    const ByteView header = bytes.subspan(offset);
    const uint64_t name = at<uint16_t>(header, 26);
    const uint64_t extra = at<uint16_t>(header, 28);
    if (name + extra > header.size() - kLocalSize || !budget.take(2 * sizeof(ZipMember))) return;
    ZipMember member;
    member.index = out.members.size();
    member.name = as_text(header.subspan(kLocalSize, name));
    member.packed = at<uint32_t>(header, 18);
    member.size = at<uint32_t>(header, 22);
    member.stored = at<uint16_t>(header, 8) == 0 && (at<uint16_t>(header, 6) & 1U) == 0;
    apply_zip64(header.subspan(kLocalSize + name, extra), member);
    // Not part of the extra field of a local header.
    member.header_offset = offset;
    locate(bytes, member);
    out.members.push_back(member);
    if (member.data.size() < member.packed || member.data_offset == 0) return;
    offset = member.data_offset + member.packed;
  }
}

Problem cannot_unpack(const ZipMember& member, std::string why) {
  return {Severity::kError,
          Code::kBadArchive,
          "",
          member.header_offset,
          for_terminal(as_utf8(member.name)),
          std::move(why)};
}

}  // namespace

bool starts_like_zip(ByteView bytes) {
  return bytes.size() >= 4 && (at<uint32_t>(bytes, 0) == kLocal || at<uint32_t>(bytes, 0) == kEnd);
}

ZipDirectory read_zip_directory(std::string_view file, ByteView bytes, Budget& budget) {
  ZipDirectory out;
  const auto end = find_end(bytes);
  if (!end) {
    salvage(file, bytes, budget, out);
    return out;
  }
  const Place place = find_directory(bytes, *end);
  if (place.offset > bytes.size() || place.size > bytes.size() - place.offset) {
    out.fault = fault(file, *end, "lies outside of the file; get the archive again");
    return out;
  }
  read_central(file, bytes, place, budget, out);
  return out;
}

void Unpacker::Closer::operator()(zip* archive) const {
  zip_discard(archive);
}

bool Unpacker::open() {
  if (tried_) return zip_ != nullptr;
  tried_ = true;
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* source = zip_source_buffer_create(archive_.data(), archive_.size(), 0, &error);
  if (source == nullptr) return false;
  zip_t* opened = zip_open_from_source(source, ZIP_RDONLY, &error);
  if (opened == nullptr) zip_source_free(source);
  zip_error_fini(&error);
  zip_.reset(opened);
  return opened != nullptr;
}

Result<Done> Unpacker::unpack(const ZipMember& member, std::span<std::byte> content) {
  if (!open()) return cannot_unpack(member, "the archive's directory is damaged; get it again");
  zip_file_t* file = zip_fopen_index(zip_.get(), member.index, 0);
  if (file == nullptr) {
    return cannot_unpack(member, fmt::format("cannot be unpacked: {}", zip_strerror(zip_.get())));
  }
  uint64_t got = 0;
  zip_int64_t step = 0;
  do {
    step = zip_fread(file, content.data() + got, content.size() - got);
    if (step > 0) got += static_cast<uint64_t>(step);
  } while (step > 0 && got < content.size());
  // The checksum is tested by the read that meets the end.
  std::byte beyond{};
  const bool sound = got == content.size() && (content.size() < member.size ||
                                               zip_fread(file, &beyond, sizeof(beyond)) == 0);
  zip_fclose(file);
  if (!sound) return cannot_unpack(member, "is damaged: it ends early or its checksum is wrong");
  return Done{};
}

}  // namespace omscope::tensorfile
