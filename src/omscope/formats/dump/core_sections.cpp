#include "omscope/formats/dump/core_sections.h"

#include <algorithm>

#include <fmt/format.h>

namespace omscope::dump {
namespace {

constexpr uint64_t kElfHeader = 64;
constexpr uint64_t kRow = 64;
constexpr uint32_t kAscendTypes = 0x80000000;
constexpr uint32_t kExtended = 0xFFFF;

struct Table {
  uint64_t offset = 0;
  uint64_t count = 0;
  uint64_t names = 0;
};

template <class T>
T at(ByteView bytes, size_t offset) {
  return load_le<T>(bytes.data() + offset);
}

/// Where the table is and how much of it the file has; counts beyond 16 bits stand in section 0.
std::optional<Table> find_table(ByteView file, Problems& problems) {
  if (file.size() < kElfHeader) {
    problems.error(Code::kTruncated, 0, "ELF header",
                   fmt::format("wants {} bytes, {} are left; the copy was cut, get it again",
                               kElfHeader, file.size()));
    return std::nullopt;
  }
  Table table{at<uint64_t>(file, 40), at<uint16_t>(file, 60), at<uint16_t>(file, 62)};
  if (at<uint16_t>(file, 58) != kRow) {
    problems.error(Code::kBadHeader, 58, "ELF header: section entry size",
                   fmt::format("is {}, not {}", at<uint16_t>(file, 58), kRow));
    return std::nullopt;
  }
  const uint64_t room = table.offset <= file.size() ? (file.size() - table.offset) / kRow : 0;
  if (table.count == 0 && room > 0) table.count = at<uint64_t>(file, table.offset + 32);
  if (table.names == kExtended && room > 0) table.names = at<uint32_t>(file, table.offset + 40);
  if (table.count > room) {
    problems.error(Code::kTruncated, 40, "section table",
                   fmt::format("{} sections at {:#x}, the file holds {} of them; the copy was cut "
                               "or is damaged",
                               table.count, table.offset, room));
    table.count = room;
  }
  return table;
}

ByteView clipped(ByteView file, uint64_t offset, uint64_t size) {
  if (offset > file.size()) return {};
  return file.subspan(offset, std::min<uint64_t>(size, file.size() - offset));
}

std::string_view name_at(ByteView names, uint32_t offset) {
  if (offset >= names.size()) return {};
  constexpr size_t kMostName = 256;
  const std::string_view text = as_text(names.subspan(offset)).substr(0, kMostName);
  return text.substr(0, text.find('\0'));
}

}  // namespace

std::vector<CoreSection> read_core_sections(ir::TensorFile& out) {
  const ByteView file = out.file->bytes();
  std::vector<CoreSection> sections;
  const auto table = find_table(file, out.problems);
  if (!table) return sections;
  out.byte_map.add(0, kElfHeader, "ELF header");
  out.byte_map.add(table->offset, table->count * kRow, "section table");
  sections.reserve(table->count);
  std::vector<uint32_t> names;
  names.reserve(table->count);
  for (uint64_t i = 0; i < table->count; ++i) {
    const ByteView row = file.subspan(table->offset + i * kRow, kRow);
    CoreSection& section = sections.emplace_back();
    names.push_back(at<uint32_t>(row, 0));
    section.type = at<uint32_t>(row, 4) - kAscendTypes;
    section.address = at<uint64_t>(row, 16);
    section.offset = at<uint64_t>(row, 24);
    section.size = at<uint64_t>(row, 32);
    section.entry_size = at<uint64_t>(row, 56);
    if (i > 0) section.bytes = clipped(file, section.offset, section.size);
  }
  const ByteView text = table->names < sections.size() ? sections[table->names].bytes : ByteView();
  for (size_t i = 1; i < sections.size(); ++i) {
    CoreSection& section = sections[i];
    section.name = name_at(text, names[i]);
    out.byte_map.add(section.offset, section.bytes.size(),
                     section.name.empty() ? "section" : std::string(section.name.substr(0, 64)));
    if (section.bytes.size() < section.size) {
      out.problems.error(Code::kTruncated, section.offset, std::string(section.name.substr(0, 64)),
                         fmt::format("wants {} bytes, {} are left; the copy was cut, get it again",
                                     section.size, section.bytes.size()));
    }
  }
  return sections;
}

}  // namespace omscope::dump
