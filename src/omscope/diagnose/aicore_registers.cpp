// Companion registers of an AI Core error: "mte error info: 0x30000c2" and its kin.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "omscope/diagnose/aicore_bits.h"

namespace omscope::diagnose {
namespace {

/// `high` to `low` of the register, counted as the hardware's description does.
uint64_t bits(uint64_t value, unsigned high, unsigned low) {
  return value >> low & ((uint64_t{1} << (high - low + 1)) - 1);
}

struct TypeName {
  uint32_t id;  ///< the error bit that gives the type its meaning
  uint64_t type;
  std::string_view meaning;
};
constexpr uint32_t kBusAnswer = 23;  // MTE_BIU_RDWR_RESP
constexpr std::array kMteTypes = {
    TypeName{kBusAnswer, 0, "poisoned data was read"},
    TypeName{kBusAnswer, 1, "read outside of L2"},
    TypeName{kBusAnswer, 2, "the bus answered a read with an error"},
    TypeName{kBusAnswer, 3, "the address of a read leads nowhere (decode error)"},
    TypeName{kBusAnswer, 5, "write out of bounds"},
    TypeName{kBusAnswer, 6, "the bus answered a write with an error"},
    TypeName{kBusAnswer, 7, "the address of a write leads nowhere (decode error)"},
    TypeName{46, 0, "unzip: more was written than announced"},
    TypeName{46, 1, "unzip: the count of blocks is 0"},
    TypeName{46, 2, "unzip: the index is too short"},
    TypeName{46, 3, "unzip: the index is wrong"},
    TypeName{46, 4, "unzip: the data cannot be decompressed"},
    TypeName{34, 0, "compression: more was read than announced"},
    TypeName{34, 1, "compression: the count of blocks is 0"},
    TypeName{25, 0, "decompression: more was written than announced"},
    TypeName{25, 1, "decompression: the count of blocks is 0"},
    TypeName{25, 2, "decompression: the counts of blocks differ"},
    TypeName{25, 3, "decompression: the header is wrong"},
    TypeName{25, 4, "decompression: the data cannot be decompressed"},
    TypeName{21, 0, "AIPP: an external buffer wraps around"},
    TypeName{21, 1, "AIPP: the L1 buffer wraps around"},
    TypeName{21, 2, "AIPP: a fp16 constant is Inf or NaN"},
};

std::string mte_meaning(uint64_t type, std::span<const AicoreBit> ids, bool any_id) {
  for (const TypeName& each : kMteTypes) {
    const bool set = any_id ? each.id == kBusAnswer
                            : std::any_of(ids.begin(), ids.end(), [&](const AicoreBit& bit) {
                                return !bit.name.empty() && bit.id == each.id;
                              });
    if (set && each.type == type) return std::string(each.meaning);
  }
  return {};
}

std::vector<RegisterField> decode_mte(uint64_t value, std::span<const AicoreBit> ids) {
  const uint64_t type = bits(value, 26, 24);
  const uint64_t address = bits(value, 22, 8);
  const uint64_t pc = bits(value, 7, 0);
  return {{"type", type, mte_meaning(type, ids, ids.empty())},
          {"address bits 19-5", address, fmt::format("about 0x{:x} in its MiB", address << 5U)},
          {"program counter bits 9-2", pc, fmt::format("0x{:x} in its KiB", pc << 2U)}};
}

std::vector<RegisterField> decode_ccu(uint64_t value) {
  const uint64_t address = bits(value, 22, 8);
  return {{"address bits 17-3", address, fmt::format("0x{:x}", address << 3U)},
          {"program counter bits 9-2", bits(value, 7, 0),
           fmt::format("0x{:x} in its KiB", bits(value, 7, 0) << 2U)}};
}

std::vector<RegisterField> decode_vec(uint64_t value) {
  const uint64_t address = bits(value, 28, 16);
  return {{"address bits 17-5", address, fmt::format("0x{:x}", address << 5U)},
          {"repeats", bits(value, 15, 8), ""}};
}

std::vector<RegisterField> decode_ifu(uint64_t value) {
  return {
      {"type", bits(value, 50, 48), mte_meaning(bits(value, 50, 48), {}, true)},
      {"address bits 47-2", bits(value, 47, 2), fmt::format("0x{:x}", bits(value, 47, 2) << 2U)}};
}

}  // namespace

std::vector<RegisterField> decode_register(std::string_view unit, uint64_t value,
                                           std::span<const AicoreBit> ids) {
  if (unit == "mte") return decode_mte(value, ids);
  if (unit == "ccu") return decode_ccu(value);
  if (unit == "vec") return decode_vec(value);
  if (unit == "ifu") return decode_ifu(value);
  if (unit == "biu") return {{"address", bits(value, 24, 0), ""}};
  if (unit == "cube") {
    const uint64_t address = bits(value, 16, 8);
    return {{"address bits 17-9", address, fmt::format("0x{:x}", address << 9U)}};
  }
  return {};
}

}  // namespace omscope::diagnose
