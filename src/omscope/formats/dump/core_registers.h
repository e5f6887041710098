// Names of what the register section of a core file holds.
#pragma once

#include <cstdint>
#include <string>

namespace omscope::dump {

/// The chips' registers differ; a core file does not say which chip, but entries of Ascend 950 are
/// 48 bytes and those of 910B 32.
enum class CoreChip : uint8_t { k910B, k950 };

/// "GPR5", "AIC_ERROR_0", "VEC error 1"; empty: unknown.
std::string register_name(CoreChip chip, uint64_t address);

/// "AIC 3", "AIV 0": cubes are numbered first, vectors behind them.
std::string core_name(CoreChip chip, uint64_t id);

}  // namespace omscope::dump
