#include "omscope/formats/kernelmeta/elf_facts.h"

#include <algorithm>
#include <memory>

#include <gelf.h>
#include <libelf.h>

#include "omscope/core/text.h"

namespace omscope::kernelmeta {
namespace {

struct ElfEnd {
  void operator()(Elf* elf) const { elf_end(elf); }
};
using ElfHandle = std::unique_ptr<Elf, ElfEnd>;

/// A kernel has a handful; a hostile file must not make the list long.
constexpr size_t kMostSymbols = 1000;

void read_symbols(Elf* elf, Elf_Scn* section, const GElf_Shdr& header, ElfFacts& facts) {
  const Elf_Data* data = elf_getdata(section, nullptr);
  if (data == nullptr || header.sh_entsize == 0) return;
  const uint64_t count = data->d_size / header.sh_entsize;
  for (uint64_t i = 0; i < count && facts.symbols.size() < kMostSymbols; ++i) {
    GElf_Sym symbol;
    if (gelf_getsym(const_cast<Elf_Data*>(data), static_cast<int>(i), &symbol) == nullptr) return;
    const bool is_function = GELF_ST_TYPE(symbol.st_info) == STT_FUNC;
    const bool is_global = GELF_ST_BIND(symbol.st_info) != STB_LOCAL;
    if (!is_function || !is_global || symbol.st_shndx == SHN_UNDEF) continue;
    const char* name = elf_strptr(elf, header.sh_link, symbol.st_name);
    if (name != nullptr) facts.symbols.emplace_back(name);
  }
}

/// .comment holds NUL-terminated lines, sometimes the same one for each object file.
std::string read_comment(Elf_Scn* section) {
  constexpr size_t kMost = 4096;
  const Elf_Data* data = elf_getdata(section, nullptr);
  if (data == nullptr || data->d_buf == nullptr) return {};
  std::string_view rest(static_cast<const char*>(data->d_buf), std::min(data->d_size, kMost));
  std::vector<std::string_view> lines;
  while (!rest.empty()) {
    const size_t end = rest.find('\0');
    const std::string_view line = rest.substr(0, end);
    if (!line.empty() && std::find(lines.begin(), lines.end(), line) == lines.end()) {
      lines.push_back(line);
    }
    if (end == std::string_view::npos) break;
    rest.remove_prefix(end + 1);
  }
  std::string text;
  for (const std::string_view line : lines) {
    if (!text.empty()) text += "; ";
    text += line;
  }
  return text;
}

void read_section(Elf* elf, ByteView binary, Elf_Scn* section, size_t names, ElfFacts& facts) {
  GElf_Shdr header;
  if (gelf_getshdr(section, &header) == nullptr) return;
  const char* name = elf_strptr(elf, names, header.sh_name);
  if (header.sh_type == SHT_SYMTAB) read_symbols(elf, section, header, facts);
  if (name != nullptr && std::string_view(name) == ".comment") {
    facts.compiler = read_comment(section);
  }
  if ((header.sh_flags & SHF_EXECINSTR) == 0) return;
  facts.code_bytes += header.sh_size;
  const bool inside =
      header.sh_offset <= binary.size() && header.sh_size <= binary.size() - header.sh_offset;
  if (header.sh_type == SHT_NOBITS || !inside) return;
  facts.code.push_back(binary.subspan(header.sh_offset, header.sh_size));
}

}  // namespace

std::optional<ElfFacts> read_elf(ByteView binary) {
  constexpr std::string_view kMagic = "\177ELF";
  if (!as_text(binary).starts_with(kMagic)) return std::nullopt;
  elf_version(EV_CURRENT);
  // libelf does not write to an image that it was not asked to change.
  const ElfHandle elf(
      elf_memory(reinterpret_cast<char*>(const_cast<std::byte*>(binary.data())), binary.size()));
  GElf_Ehdr header;
  if (!elf || elf_kind(elf.get()) != ELF_K_ELF || gelf_getehdr(elf.get(), &header) == nullptr) {
    return std::nullopt;
  }
  ElfFacts facts;
  facts.machine = header.e_machine;
  size_t names = 0;
  if (elf_getshdrstrndx(elf.get(), &names) != 0) return facts;
  Elf_Scn* section = nullptr;
  while ((section = elf_nextscn(elf.get(), section)) != nullptr) {
    read_section(elf.get(), binary, section, names, facts);
  }
  std::sort(facts.symbols.begin(), facts.symbols.end());
  return facts;
}

std::string compiler_date(std::string_view stamp) {
  constexpr std::string_view kShape = "0000-00-00";
  for (size_t at = 0; at + kShape.size() <= stamp.size(); ++at) {
    const std::string_view part = stamp.substr(at, kShape.size());
    const bool matches =
        std::equal(part.begin(), part.end(), kShape.begin(),
                   [](char c, char shape) { return shape == '-' ? c == '-' : is_digit(c); });
    if (matches && part.starts_with("20")) return std::string(part);
  }
  return {};
}

}  // namespace omscope::kernelmeta
