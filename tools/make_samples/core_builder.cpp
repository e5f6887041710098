#include "make_samples/core_builder.h"

#include "make_samples/om_builder.h"

namespace omscope::samples {
namespace {

struct Section {
  std::string name;
  uint32_t type;
  std::string content;
  uint64_t address = 0;
  uint64_t entry_size = 0;
};

constexpr uint32_t kAscend = 0x80000000;

std::string global_entry(const CoreMemory& memory, uint32_t section) {
  const uint64_t invalid = memory.invalid ? uint64_t{1} << 63U : 0;
  std::string entry = u64(memory.address) + u64(memory.content.size() | invalid) + u32(section) +
                      u32(memory.type) + u32(static_cast<uint32_t>(memory.dims.size())) + u32(0);
  for (const uint64_t dim : memory.dims) entry += u64(dim);
  entry.resize(232);
  return entry;
}

std::string register_entry(const CoreRegister& each, bool wide) {
  std::string entry = u64(each.address);
  entry += each.valid ? '\0' : '\1';
  entry.append(6, '\0');
  entry += '\x08';
  entry += u64(each.value);
  entry.resize(wide ? 48 : 32);
  return entry;
}

std::string section_row(const Section& section, uint32_t name, uint64_t offset) {
  return u32(name) + u32(section.type) + u64(0) + u64(section.address) + u64(offset) +
         u64(section.content.size()) + u64(0) + u64(0) + u64(section.entry_size);
}

std::string elf_file(std::vector<Section> sections) {
  std::string names(1, '\0');
  std::vector<uint32_t> name_offsets;
  sections.push_back({".shstrtab", 3, ""});
  for (const Section& section : sections) {
    name_offsets.push_back(static_cast<uint32_t>(names.size()));
    names += section.name + '\0';
  }
  sections.back().content = names;
  std::string body;
  std::string rows(64, '\0');
  for (size_t i = 0; i < sections.size(); ++i) {
    rows += section_row(sections[i], name_offsets[i], 64 + body.size());
    body += sections[i].content;
  }
  body.resize((body.size() + 15) / 16 * 16);
  const auto count = static_cast<uint32_t>(sections.size() + 1);
  std::string header =
      "\x7f"
      "ELF"
      "\x02\x01\x01";
  header.resize(16);
  header += u32(0x10290004) + u32(1) + u64(0) + u64(0) + u64(64 + body.size()) + u32(0) + u32(64) +
            u32(64U << 16U) + u32(count | (count - 1) << 16U);
  return header + body + rows;
}

}  // namespace

std::string CoreFile::build() const {
  std::vector<Section> sections;
  std::string entries;
  for (const CoreMemory& each : memory) {
    sections.push_back({".ascend.global", kAscend + 1, each.content, each.address, 0});
    entries += global_entry(each, static_cast<uint32_t>(sections.size()));
  }
  sections.push_back({".ascend.auxinfo.global", kAscend + 5, entries, 0, 232});
  sections.push_back({".ascend.local.0", kAscend + 2, unified_buffer});
  const auto local = static_cast<uint32_t>(sections.size());
  sections.push_back({".ascend.auxinfo.local.0", kAscend + 6,
                      u64(unified_buffer.size()) + u32(local) + u32(0) + u32(4) + u32(0), 0, 24});
  std::string values;
  for (const CoreRegister& each : registers) values += register_entry(each, wide_registers);
  sections.push_back({".ascend.regs.0", kAscend + 3, values, 0, wide_registers ? 48U : 32U});
  sections.push_back(
      {".ascend.devtbl", kAscend + 4, u64(1) + u64(0) + u64(0) + u64(0) + u32(6) + u32(2), 0, 40});
  sections.push_back(
      {".ascend.kernel_info", kAscend + 10, u32(static_cast<uint32_t>(kernel.size())) + kernel});
  return elf_file(std::move(sections));
}

}  // namespace omscope::samples
