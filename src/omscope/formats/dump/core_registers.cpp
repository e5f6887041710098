#include "omscope/formats/dump/core_registers.h"

#include <array>
#include <span>
#include <string_view>

#include <fmt/format.h>

namespace omscope::dump {
namespace {

struct Register {
  uint64_t address;
  std::string_view name;
};

// Addresses of error registers, as the producer's tables have them.
constexpr std::array kErrors910B = {
    Register{0x700, "AIC_ERROR_0"},  Register{0x704, "AIC_ERROR_1"},
    Register{0x760, "AIC_ERROR_2"},  Register{0x764, "AIC_ERROR_3"},
    Register{0x780, "AIC_ERROR_4"},  Register{0x790, "AIC_ERROR_5"},
    Register{0x710, "BIU error 0"},  Register{0x714, "BIU error 1"},
    Register{0x718, "CCU error 0"},  Register{0x71C, "CCU error 1"},
    Register{0x720, "CUBE error"},   Register{0x728, "IFU error 0"},
    Register{0x72C, "IFU error 1"},  Register{0x730, "MTE error 0"},
    Register{0x734, "MTE error 1"},  Register{0x738, "VEC error 0"},
    Register{0x73C, "VEC error 1"},  Register{0x78C, "FIXP error 0"},
    Register{0x7C8, "FIXP error 1"},
};

constexpr std::array kErrors950 = {
    Register{0x4700, "SC error 0"},   Register{0x4730, "SC error 1"},
    Register{0x4734, "SC error 2"},   Register{0x5700, "SU error 0"},
    Register{0x5730, "SU error 1"},   Register{0x5734, "SU error 2"},
    Register{0x5738, "SU error 3"},   Register{0x573C, "SU error 4"},
    Register{0x6700, "MTE error 0"},  Register{0x6708, "MTE error 1"},
    Register{0x6718, "MTE error 2"},  Register{0x671C, "MTE error 3"},
    Register{0x6720, "MTE error 4"},  Register{0x6724, "MTE error 5"},
    Register{0x6728, "MTE error 6"},  Register{0x672C, "MTE error 7"},
    Register{0x6730, "MTE error 8"},  Register{0x6734, "MTE error 9"},
    Register{0x6738, "MTE error 10"}, Register{0x673C, "MTE error 11"},
    Register{0x7700, "VEC error 0"},  Register{0x7708, "VEC error 1"},
    Register{0x7730, "VEC error 2"},  Register{0x7734, "VEC error 3"},
    Register{0x7738, "VEC error 4"},  Register{0x773C, "VEC error 5"},
    Register{0x7740, "VEC error 6"},  Register{0x7744, "VEC error 7"},
    Register{0x8700, "CUBE error 0"}, Register{0x8704, "CUBE error 1"},
    Register{0x8730, "CUBE error 2"}, Register{0x8734, "CUBE error 3"},
    Register{0xA700, "L1 error 0"},   Register{0xA704, "L1 error 1"},
    Register{0xA718, "L1 error 2"},   Register{0xA71C, "L1 error 3"},
};

/// Debug registers of 910B have their unit in the upper bits: address = unit << 48 | offset.
std::string debug_register(uint64_t address) {
  constexpr unsigned kUnitShift = 48;
  constexpr uint64_t kPc = 64;
  const uint64_t unit = address >> kUnitShift;
  const uint64_t offset = address & ((uint64_t{1} << kUnitShift) - 1);
  if (unit == 0 && offset < 32) return fmt::format("GPR{}", offset);
  if (unit == 0 && offset == kPc) return "PC";
  if (unit == 0 && offset < 256) return fmt::format("SU {}", offset);
  if (unit == 256 || unit == 257) return fmt::format("VEC {}:{}", unit - 256, offset);
  if (unit == 515) return fmt::format("MTE {}", offset);
  if (unit == 768) return fmt::format("CUBE {:#x}", offset);
  return {};
}

std::string find(std::span<const Register> table, uint64_t address) {
  for (const Register& row : table) {
    if (row.address == address) return std::string(row.name);
  }
  return {};
}

}  // namespace

std::string register_name(CoreChip chip, uint64_t address) {
  if (chip == CoreChip::k950) return find(kErrors950, address);
  std::string name = find(kErrors910B, address);
  return name.empty() ? debug_register(address) : name;
}

std::string core_name(CoreChip chip, uint64_t id) {
  const uint64_t first_vector = chip == CoreChip::k950 ? 36 : 25;
  return id < first_vector ? fmt::format("AIC {}", id) : fmt::format("AIV {}", id - first_vector);
}

}  // namespace omscope::dump
