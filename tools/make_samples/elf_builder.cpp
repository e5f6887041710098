#include "make_samples/elf_builder.h"

#include <array>
#include <stdexcept>

#include <libelf.h>
#include <sys/mman.h>
#include <unistd.h>

namespace omscope::samples {
namespace {

constexpr Elf64_Half kAiCore = 0x1029;

/// Section names, in the order of the sections.
const std::string kNames("\0.text\0.comment\0.symtab\0.strtab\0.shstrtab\0", 43);
constexpr std::array<Elf64_Word, 5> kNameAt = {1, 7, 16, 24, 32};

Elf_Scn* add_section(Elf* elf, Elf64_Word name, Elf64_Word type, Elf64_Xword flags,
                     const void* bytes, size_t size, Elf_Type kind) {
  Elf_Scn* section = elf_newscn(elf);
  Elf_Data* data = elf_newdata(section);
  data->d_align = type == SHT_SYMTAB ? 8 : 1;
  data->d_buf = const_cast<void*>(bytes);  // libelf reads it in elf_update and never writes
  data->d_size = size;
  data->d_type = kind;
  data->d_version = EV_CURRENT;
  Elf64_Shdr* header = elf64_getshdr(section);
  header->sh_name = name;
  header->sh_type = type;
  header->sh_flags = flags;
  return section;
}

/// libelf writes to descriptors only.
class MemoryFile {
 public:
  MemoryFile() : fd_(memfd_create("kernel", 0)) {
    if (fd_ < 0) throw std::runtime_error("no memory file for an ELF image");
  }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;
  ~MemoryFile() { ::close(fd_); }
  int fd() const { return fd_; }
  std::string content() const {
    const off_t size = lseek(fd_, 0, SEEK_END);
    std::string out(static_cast<size_t>(size), '\0');
    if (pread(fd_, out.data(), out.size(), 0) != size) {
      throw std::runtime_error("cannot read an ELF image back");
    }
    return out;
  }

 private:
  int fd_;
};

}  // namespace

std::string build_kernel_elf(const KernelSpec& spec) {
  elf_version(EV_CURRENT);
  const MemoryFile file;
  Elf* elf = elf_begin(file.fd(), ELF_C_WRITE, nullptr);
  Elf64_Ehdr* header = elf64_newehdr(elf);
  header->e_ident[EI_DATA] = ELFDATA2LSB;
  header->e_type = ET_REL;
  header->e_machine = kAiCore;
  header->e_version = EV_CURRENT;

  const std::string comment = '\0' + spec.compiler + '\0';
  const std::string strings = '\0' + spec.symbol + '\0';
  std::array<Elf64_Sym, 2> symbols{};
  symbols[1].st_name = 1;
  symbols[1].st_info = ELF64_ST_INFO(STB_GLOBAL, STT_FUNC);
  symbols[1].st_shndx = 1;
  symbols[1].st_size = spec.code.size();

  add_section(elf, kNameAt[0], SHT_PROGBITS, SHF_ALLOC | SHF_EXECINSTR, spec.code.data(),
              spec.code.size(), ELF_T_BYTE);
  add_section(elf, kNameAt[1], SHT_PROGBITS, 0, comment.data(), comment.size(), ELF_T_BYTE);
  Elf_Scn* symtab = add_section(elf, kNameAt[2], SHT_SYMTAB, 0, symbols.data(),
                                symbols.size() * sizeof(Elf64_Sym), ELF_T_SYM);
  Elf_Scn* strtab =
      add_section(elf, kNameAt[3], SHT_STRTAB, 0, strings.data(), strings.size(), ELF_T_BYTE);
  Elf_Scn* names =
      add_section(elf, kNameAt[4], SHT_STRTAB, 0, kNames.data(), kNames.size(), ELF_T_BYTE);
  Elf64_Shdr* symtab_header = elf64_getshdr(symtab);
  symtab_header->sh_link = static_cast<Elf64_Word>(elf_ndxscn(strtab));
  symtab_header->sh_info = 1;
  symtab_header->sh_entsize = sizeof(Elf64_Sym);
  header->e_shstrndx = static_cast<Elf64_Half>(elf_ndxscn(names));
  const off_t written = elf_update(elf, ELF_C_WRITE);
  elf_end(elf);
  if (written < 0) throw std::runtime_error("libelf cannot write an image");
  return file.content();
}

}  // namespace omscope::samples
