#include "omscope/formats/dump/core_file.h"

#include <algorithm>
#include <array>
#include <map>

#include <fmt/format.h>

#include "omscope/formats/dump/core_registers.h"
#include "omscope/formats/dump/core_sections.h"
#include "omscope/formats/dump/fit_shape.h"
#include "omscope/formats/dump/numbers.h"
#include "omscope/formats/dump/read_dump.h"

namespace omscope::dump {
namespace {

enum SectionType : uint32_t {
  kRegisters = 3,
  kDeviceTable = 4,
  kGlobalEntries = 5,
  kLocalEntries = 6,
  kHostKernel = 7,
  kKernelJson = 9,
  kKernelInfo = 10,
};

constexpr uint64_t kGlobalEntry = 232;
constexpr uint64_t kLocalEntry = 24;
constexpr uint64_t kNarrowRegister = 32;
constexpr uint64_t kWideRegister = 48;
constexpr uint64_t kInvalidBit = uint64_t{1} << 63U;
constexpr uint32_t kMostEntryDims = 25;
/// Rows of all tables of a file: one of ten bytes in the file would cost hundreds in memory.
constexpr size_t kMostRows = 50000;

template <class T>
T at(ByteView bytes, size_t offset) {
  return load_le<T>(bytes.data() + offset);
}

std::string_view local_kind(uint32_t kind) {
  switch (kind) {
    case 1: return "L0A";
    case 2: return "L0B";
    case 3: return "L0C";
    case 4: return "UB";
    case 5: return "L1";
    case 10: return "DCACHE";
    case 11: return "ICACHE";
    case 101: return "register";
    case 102: return "register (direct)";
    default: return "unknown";
  }
}

/// ".ascend.regs.25" → 25.
uint64_t core_of(std::string_view section_name) {
  const size_t dot = section_name.rfind('.');
  uint64_t id = 0;
  if (dot == std::string_view::npos) return id;
  for (const char c : section_name.substr(dot + 1, 6)) {
    if (c < '0' || c > '9') break;
    id = id * 10 + static_cast<uint64_t>(c - '0');
  }
  return id;
}

class CoreReader {
 public:
  explicit CoreReader(ir::TensorFile& out)
      : out_(out),
        sections_(read_core_sections(out)),
        entries_left_(out.file->size() / kLocalEntry + 1) {}

  void read() {
    for (const CoreSection& section : sections_) {
      if (section.type == kRegisters && section.entry_size == kWideRegister) {
        chip_ = CoreChip::k950;
      }
    }
    list_sections();
    for (const CoreSection& section : sections_) read_section(section);
    add(std::move(global_));
    add(std::move(local_));
    add(std::move(registers_));
    if (left_out_ > 0) {
      out_.problems.warning(Code::kTooLarge, std::nullopt, "tables",
                            fmt::format("{} further rows were left out", left_out_));
    }
  }

 private:
  void add(ir::RecordTable table) {
    if (!table.rows.empty()) out_.records.push_back(std::move(table));
  }

  bool has_room() {
    if (rows_ < kMostRows) {
      ++rows_;
      return true;
    }
    ++left_out_;
    return false;
  }

  void list_sections() {
    ir::RecordTable table{"Sections", {"index", "name", "offset", "size", "address"}, {}};
    for (size_t i = 1; i < sections_.size(); ++i) {
      const CoreSection& section = sections_[i];
      if (!has_room()) continue;
      table.rows.push_back({fmt::format("{}", i), std::string(section.name.substr(0, 64)),
                            fmt::format("{:#x}", section.offset), fmt::format("{}", section.size),
                            fmt::format("{:#x}", section.address)});
    }
    add(std::move(table));
  }

  void read_section(const CoreSection& section) {
    switch (section.type) {
      case kRegisters: read_registers(section); break;
      case kDeviceTable: read_device(section.bytes); break;
      case kGlobalEntries: each_entry(section, kGlobalEntry, &CoreReader::read_global); break;
      case kLocalEntries: each_entry(section, kLocalEntry, &CoreReader::read_local); break;
      case kKernelInfo: read_kernel_name(section.bytes); break;
      default:
        if (section.type >= kHostKernel && section.type <= kKernelJson) keep_file(section);
        break;
    }
  }

  using EntryReader = void (CoreReader::*)(const CoreSection&, ByteView, uint64_t);

  void each_entry(const CoreSection& section, uint64_t size, EntryReader read_entry) {
    ByteView rest = section.bytes;
    uint64_t offset = section.offset;
    for (; rest.size() >= size; rest = rest.subspan(size), offset += size) {
      if (entries_left_ == 0) return entries_share_bytes();
      --entries_left_;
      (this->*read_entry)(section, rest.first(size), offset);
    }
    if (rest.empty()) return;
    out_.problems.warning(Code::kBadLength, offset, std::string(section.name.substr(0, 64)),
                          fmt::format("{} bytes behind its last entry", rest.size()));
  }

  /// Sections that overlap would be read as often as there are sections.
  void entries_share_bytes() {
    if (left_out_++ > 0) return;
    out_.problems.error(Code::kOverlap, std::nullopt, "section table",
                        "sections overlap, so that they hold more entries than the file has room "
                        "for; the file is damaged");
  }

  /// The bytes that an entry refers to by the number of their section.
  ByteView memory(uint32_t section, uint64_t size, ir::StoredTensor& tensor) {
    if (section == 0 || section >= sections_.size()) return {};
    tensor.offset = sections_[section].offset;
    const ByteView bytes = sections_[section].bytes;
    return bytes.first(std::min<uint64_t>(size, bytes.size()));
  }

  std::string next_name(std::string_view kind) {
    std::string_view part = "buffer";
    if (kind == "input" || kind == "output") part = kind;
    if (kind == "workspace") part = "space";
    return fmt::format("{}:{}", part, next_[std::string(part)]++);
  }

  bool add_tensor(ir::StoredTensor tensor) {
    if (out_.tensors.size() >= kMostTensors) {
      ++left_out_;
      return false;
    }
    out_.tensors.push_back(std::move(tensor));
    return true;
  }

  void read_global(const CoreSection& /*section*/, ByteView entry, uint64_t offset) {
    const auto address = at<uint64_t>(entry, 0);
    const auto size_word = at<uint64_t>(entry, 8);
    const auto section = at<uint32_t>(entry, 16);
    const auto type = at<uint16_t>(entry, 20);
    const bool invalid = (size_word & kInvalidBit) != 0;
    const std::string_view known = argument_kind(type);
    const std::string kind = known.empty() ? fmt::format("kind {}", type) : std::string(known);
    ir::StoredTensor tensor;
    tensor.name = next_name(kind);
    tensor.size = size_word & ~kInvalidBit;
    tensor.note = fmt::format("{} at {:#x}", kind, address);
    if (!invalid) tensor.bytes = memory(section, tensor.size, tensor);
    if (invalid) {
      tensor.payload = ir::Payload::kNotWritten;
      add_note(tensor, "contents invalid");
    } else if (tensor.bytes.size() < tensor.size) {
      tensor.payload = ir::Payload::kCut;
      out_.problems.error(
          Code::kTruncated, offset, tensor.name,
          fmt::format("wants {} bytes, its section has {}", tensor.size, tensor.bytes.size()));
    }
    const bool is_stack = type == 102 || type == 104;
    if (!is_stack) set_dims(tensor, entry, offset);
    if (has_room()) {
      global_.rows.push_back({tensor.name, kind, fmt::format("{:#x}", address),
                              fmt::format("{}", tensor.size),
                              is_stack ? core_name(chip_, at<uint16_t>(entry, 24)) : "",
                              invalid ? "invalid" : fmt::format("section {}", section)});
    }
    add_tensor(std::move(tensor));
  }

  void set_dims(ir::StoredTensor& tensor, ByteView entry, uint64_t offset) {
    const auto count = at<uint32_t>(entry, 24);
    if (count == 0) return;
    if (count > kMostEntryDims) {
      out_.problems.warning(
          Code::kBadCount, offset + 24, tensor.name,
          fmt::format("{} dims, an entry has room for {}", count, kMostEntryDims));
      return;
    }
    std::vector<uint64_t> dims;
    for (uint32_t i = 0; i < count; ++i) dims.push_back(at<uint64_t>(entry, 32 + 8 * i));
    fit_shape(tensor, dims, out_.problems, offset);
  }

  void read_local(const CoreSection& section, ByteView entry, uint64_t offset) {
    const auto size = at<uint64_t>(entry, 0);
    const auto index = at<uint32_t>(entry, 8);
    const std::string core = core_name(chip_, core_of(section.name));
    const std::string kind(local_kind(at<uint32_t>(entry, 16)));
    ir::StoredTensor tensor;
    tensor.name = next_name(kind);
    tensor.size = size;
    tensor.note = fmt::format("{} of {}", kind, core);
    tensor.bytes = memory(index, size, tensor);
    if (tensor.bytes.size() < size) {
      tensor.payload = ir::Payload::kCut;
      out_.problems.error(
          Code::kTruncated, offset, tensor.name,
          fmt::format("wants {} bytes, its section has {}", size, tensor.bytes.size()));
    }
    if (has_room()) {
      local_.rows.push_back(
          {tensor.name, core, kind, fmt::format("{}", size), fmt::format("section {}", index)});
    }
    add_tensor(std::move(tensor));
  }

  void read_registers(const CoreSection& section) {
    if (section.entry_size != kNarrowRegister && section.entry_size != kWideRegister) {
      out_.problems.error(
          Code::kBadHeader, section.offset, std::string(section.name.substr(0, 64)),
          fmt::format("entries of {} bytes are not known (32 or 48)", section.entry_size));
      return;
    }
    each_entry(section, section.entry_size, &CoreReader::read_register);
  }

  void read_register(const CoreSection& section, ByteView entry, uint64_t /*offset*/) {
    if (!has_room()) return;
    const auto address = at<uint64_t>(entry, 0);
    const size_t width = std::min<size_t>(at<uint8_t>(entry, 15), entry.size() - 16);
    std::string value;
    for (size_t i = width; i > 0; --i) value += fmt::format("{:02x}", at<uint8_t>(entry, 15 + i));
    registers_.rows.push_back({core_name(chip_, core_of(section.name)),
                               register_name(chip_, address), fmt::format("{:#x}", address),
                               value.empty() ? "" : "0x" + value,
                               at<uint8_t>(entry, 8) == 0 ? "" : "invalid"});
  }

  void read_device(ByteView bytes) {
    constexpr size_t kSize = 40;
    if (bytes.size() < kSize || has_device_) return;
    has_device_ = true;
    out_.place.device = at<uint32_t>(bytes, 32);
    out_.attrs.emplace_back("device type", fmt::format("{}", at<uint32_t>(bytes, 36)));
    constexpr std::array<const char*, 4> kMaps = {"core bitmap 0", "core bitmap 1", "core bitmap 2",
                                                  "core bitmap 3"};
    for (size_t i = 0; i < kMaps.size(); ++i) {
      out_.attrs.emplace_back(kMaps.at(i), fmt::format("{:#x}", at<uint64_t>(bytes, 8 * i)));
    }
  }

  void read_kernel_name(ByteView bytes) {
    constexpr size_t kLength = 4;
    constexpr size_t kMostName = 4096;
    const bool known = std::any_of(out_.attrs.begin(), out_.attrs.end(),
                                   [](const auto& attr) { return attr.first == "kernel"; });
    if (bytes.size() < kLength || known) return;
    const size_t length = std::min<size_t>(at<uint32_t>(bytes, 0), bytes.size() - kLength);
    const std::string_view name = as_text(bytes.subspan(kLength, std::min(length, kMostName)));
    out_.attrs.emplace_back("kernel", name.substr(0, name.find('\0')));
  }

  void keep_file(const CoreSection& section) {
    ir::StoredTensor tensor;
    tensor.name = next_name("file");
    tensor.size = section.size;
    tensor.offset = section.offset;
    tensor.bytes = section.bytes;
    tensor.note = section.name.substr(0, 64);
    if (tensor.bytes.size() < tensor.size) tensor.payload = ir::Payload::kCut;
    add_tensor(std::move(tensor));
  }

  ir::TensorFile& out_;
  std::vector<CoreSection> sections_;
  CoreChip chip_ = CoreChip::k910B;
  ir::RecordTable global_{
      "Device memory", {"tensor", "kind", "address", "size", "core", "contents"}, {}};
  ir::RecordTable local_{"On-chip memory", {"tensor", "core", "kind", "size", "contents"}, {}};
  ir::RecordTable registers_{"Registers", {"core", "name", "address", "value", "state"}, {}};
  std::map<std::string, size_t> next_;
  uint64_t entries_left_;
  size_t rows_ = 0;
  bool has_device_ = false;
  uint64_t left_out_ = 0;
};

}  // namespace

bool looks_like_core(ByteView start) {
  constexpr size_t kLook = 20;
  constexpr uint16_t kCoreType = 4;
  constexpr uint16_t kMachine = 0x1029;
  return start.size() >= kLook && as_text(start).starts_with("\177ELF") &&
         at<uint16_t>(start, 16) == kCoreType && at<uint16_t>(start, 18) == kMachine;
}

std::unique_ptr<ir::TensorFile> read_core(const std::shared_ptr<const FileBytes>& file) {
  auto out = std::make_unique<ir::TensorFile>(file, Kind::kCore);
  CoreReader(*out).read();
  finish(*out);
  return out;
}

}  // namespace omscope::dump
