#include "omscope/diagnose/aicore_bits.h"

#include <algorithm>
#include <array>

#include "omscope/diagnose/table.h"

namespace omscope::diagnose {
namespace {

struct ClassInfo {
  BitClass kind;
  std::string_view name;
  std::string_view suspicion;
  std::string_view action;
};

// In the order of BitClass.
constexpr std::array kClasses = {
    ClassInfo{BitClass::kHardware, "hardware_memory",
              "An ECC, parity or CRC fault: suspect the hardware first",
              "Look for RAS events in the device log and run the same on another card"},
    ClassInfo{
        BitClass::kGlobalMemory, "gm_address",
        "Access to global memory was refused: a wrong, freed or host address, a shape larger "
        "than its buffer, arguments of another version, remote memory or a link",
        "Check the addresses and sizes of the kernel's arguments, and that model, runtime and "
        "kernels are of one version"},
    ClassInfo{BitClass::kInstruction, "instruction",
              "An instruction or setting that this chip does not know: the kernel was built for "
              "another chip or version, its code is damaged, or tiling data is wrong",
              "Check that the kernels package is the one of this chip and version, and the tiling "
              "data"},
    ClassInfo{BitClass::kOnchipBounds, "onchip_bounds_or_config",
              "An on-chip buffer was left, or a transfer is set up outside of its limits: a fault "
              "of kernel or tiling for this shape, or AIPP and convolution parameters",
              "Run the operator alone with this shape; check its tiling and parameters"},
    ClassInfo{BitClass::kAlignment, "alignment",
              "An instruction's rule of address or length alignment is broken: a fault of kernel "
              "or tiling for this shape",
              "Run the operator alone with this shape; check its tiling"},
    ClassInfo{BitClass::kData, "data",
              "A value that the instruction cannot take: zero divisor, negative root or logarithm, "
              "Inf or NaN",
              "Look at the dumped inputs, then at the operator that made them"},
    ClassInfo{BitClass::kOnchipConflict, "onchip_conflict",
              "Two accesses to an on-chip buffer collide: missing synchronisation in the kernel",
              "Run the operator alone; have its kernel's synchronisation checked"},
    ClassInfo{BitClass::kSyncFlow, "sync_flow",
              "Control flow or synchronisation: flag pairs, loop limits, a hang, a missing peer",
              "Look for timeouts in the log and run the operator alone"},
    ClassInfo{BitClass::kOther, "other", "No class is known for this bit",
              "Read the lines around it; run the operator alone"},
};

constexpr bool classes_in_order() {
  for (size_t i = 0; i < kClasses.size(); ++i) {
    if (static_cast<size_t>(kClasses[i].kind) != i) return false;
  }
  return true;
}
static_assert(classes_in_order(), "one row per class, in the order of the enum");

std::string_view name_of(BitNumbering numbering) {
  return numbering == BitNumbering::kCommon ? "common" : "950";
}

BitClass class_from(std::string_view name) {
  const auto* found = std::find_if(kClasses.begin(), kClasses.end(),
                                   [&](const ClassInfo& each) { return each.name == name; });
  return found == kClasses.end() ? BitClass::kOther : found->kind;
}

AicoreBit bit_from(Row row) {
  AicoreBit bit;
  bit.id = static_cast<uint32_t>(parse_number(row.cell(1)).value_or(0));
  bit.word = row.cell(2);
  bit.bit = row.cell(3);
  bit.name = row.cell(4);
  bit.meaning = row.cell(5);
  bit.kind = class_from(row.cell(6));
  return bit;
}

/// Word 2 has a gap: its low 17 bits and bits 32 to 62 carry ids.
std::optional<uint32_t> id_of(size_t word, uint32_t bit) {
  if (word < 2) return static_cast<uint32_t>(word * 64) + bit;
  if (bit <= 16) return 128 + bit;
  if (bit >= 32 && bit <= 62) return 145 + bit - 32;
  return std::nullopt;
}

AicoreBit unnamed_bit(size_t word, uint32_t bit) {
  constexpr std::array<std::string_view, 3> kWords = {"errcode[0]", "errcode[1]", "errcode[2]"};
  AicoreBit unnamed;
  unnamed.id = bit;
  unnamed.word = kWords.at(word);
  unnamed.meaning = "a bit without a known meaning";
  return unnamed;
}

void most_serious_first(std::vector<AicoreBit>& bits) {
  std::stable_sort(bits.begin(), bits.end(), [](const AicoreBit& a, const AicoreBit& b) {
    if (a.name.empty() != b.name.empty()) return b.name.empty();
    return a.kind < b.kind;
  });
}

}  // namespace

std::string_view to_string(BitClass kind) {
  return kClasses.at(static_cast<size_t>(kind)).name;
}

std::string_view suspicion(BitClass kind, Lang lang) {
  if (lang == Lang::kEnglish) return kClasses.at(static_cast<size_t>(kind)).suspicion;
  switch (kind) {
    case BitClass::kHardware: return "ECC、奇偶校验或 CRC 错误：首先怀疑硬件";
    case BitClass::kGlobalMemory:
      return "访问全局内存被拒绝：地址错误、已释放或为主机地址，shape "
             "超过缓冲区，参数来自其他版本，远端内存或链路异常";
    case BitClass::kInstruction:
      return "芯片无法识别的指令或配置：kernel 为其他芯片或版本编译、代码损坏，或 tiling 数据错误";
    case BitClass::kOnchipBounds:
      return "片上缓冲区越界或搬运配置超出限制：该 shape 下 kernel 或 tiling 有误，或 "
             "AIPP、卷积参数有误";
    case BitClass::kAlignment:
      return "违反指令的地址或长度对齐要求：该 shape 下 kernel 或 tiling 有误";
    case BitClass::kData: return "指令无法处理的数值：除零、负数开方或取对数、Inf 或 NaN";
    case BitClass::kOnchipConflict: return "片上缓冲区访问冲突：kernel 缺少同步";
    case BitClass::kSyncFlow: return "控制流或同步问题：flag 未配对、循环超限、挂死或对端缺失";
    case BitClass::kOther: return "该比特没有已知分类";
  }
  return {};
}

std::string_view first_action(BitClass kind, Lang lang) {
  if (lang == Lang::kEnglish) return kClasses.at(static_cast<size_t>(kind)).action;
  switch (kind) {
    case BitClass::kHardware: return "查看设备日志中的 RAS 事件，并换一张卡复现";
    case BitClass::kGlobalMemory:
      return "检查 kernel 参数的地址和大小，确认模型、runtime 与 kernels 包版本一致";
    case BitClass::kInstruction: return "确认 kernels 包与芯片、版本匹配，检查 tiling 数据";
    case BitClass::kOnchipBounds: return "用该 shape 单独运行算子，检查 tiling 和参数";
    case BitClass::kAlignment: return "用该 shape 单独运行算子，检查 tiling";
    case BitClass::kData: return "查看 dump 出的输入，再查产生它们的算子";
    case BitClass::kOnchipConflict: return "单独运行算子，检查 kernel 的同步";
    case BitClass::kSyncFlow: return "查看日志中的超时信息，并单独运行算子";
    case BitClass::kOther: return "查看前后日志，并单独运行算子";
  }
  return {};
}

AicoreBit bit_of(BitNumbering numbering, uint32_t id) {
  // "950" stands behind all of "common".
  const auto is_before = [&](Row row) {
    const bool is_950 = row.cell(0) == "950";
    const bool wants_950 = numbering == BitNumbering::k950;
    if (is_950 != wants_950) return wants_950;
    return parse_number(row.cell(1)).value_or(0) < id;
  };
  AicoreBit bit;
  bit.id = id;
  bit.meaning = "a bit without a known meaning";
  Table(kAicoreBits).each_from(is_before, [&](Row row) {
    if (row.cell(0) == name_of(numbering) && parse_number(row.cell(1)) == id) bit = bit_from(row);
    return false;
  });
  return bit;
}

std::vector<AicoreBit> all_bits() {
  std::vector<AicoreBit> bits;
  Table(kAicoreBits).each([&](Row row) {
    bits.push_back(bit_from(row));
    return true;
  });
  return bits;
}

std::vector<AicoreBit> bits_by_name(std::string_view name) {
  std::vector<AicoreBit> bits = all_bits();
  std::erase_if(bits, [&](const AicoreBit& bit) { return bit.name != name; });
  return bits;
}

std::vector<AicoreBit> decode_error_words(std::span<const uint64_t> words) {
  std::vector<AicoreBit> bits;
  for (size_t word = 0; word < std::min<size_t>(words.size(), 3); ++word) {
    for (uint32_t bit = 0; bit < 64; ++bit) {
      if ((words[word] >> bit & 1U) == 0) continue;
      const auto id = id_of(word, bit);
      bits.push_back(id ? bit_of(BitNumbering::kCommon, *id) : unnamed_bit(word, bit));
    }
  }
  most_serious_first(bits);
  return bits;
}

std::vector<AicoreBit> decode_950_ids(std::span<const uint64_t> ids) {
  constexpr uint64_t kMostIds = 384;
  std::vector<AicoreBit> bits;
  for (const uint64_t id : ids) {
    if (id < kMostIds) bits.push_back(bit_of(BitNumbering::k950, static_cast<uint32_t>(id)));
  }
  most_serious_first(bits);
  return bits;
}

std::optional<uint64_t> pc_offset(uint64_t pc_start, uint64_t current) {
  constexpr uint64_t kAddress = (uint64_t{1} << 48U) - 1;
  const uint64_t start = pc_start & kAddress;
  const uint64_t at = current & kAddress;
  if (at < start) return std::nullopt;
  return at - start;
}

}  // namespace omscope::diagnose
