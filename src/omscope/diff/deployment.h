// Which devices and runtimes take a model, as far as its stamps tell.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace omscope::diff {

/// The architecture number that a runtime compares when it loads a model; 0 for unknown chips.
uint32_t architecture_of(std::string_view soc_version);

/// "7.6.T11.0.B080": the numbers. Nothing for versions of other lines (5.20 of the camera chips).
std::optional<std::vector<uint32_t>> compiler_numbers(std::string_view atc_version);

/// "7.6.T11.0.B080 (CANN 8.0.0)" where the product is known.
std::string with_product(std::string_view atc_version);

/// Whether y is newer than x; nothing where that cannot be told.
std::optional<bool> is_newer(std::string_view x, std::string_view y);

}  // namespace omscope::diff
