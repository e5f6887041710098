// Explaining a whole line of a log.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "omscope/diagnose/catalogue.h"

namespace omscope::diagnose {

/// Everything known that stands in `text`: codes where the words before them say that they are
/// codes, error words, integral keys, names of kernels, symbols, chips. Empty when there is none.
std::vector<CatalogueEntry> explain_line(std::string_view text, Lang lang);

/// `op` is the operator that the key belongs to, where known. The key must be one.
CatalogueEntry entry_of_key(std::string_view key, std::string_view op, Lang lang);

/// Nothing when `name` does not look like a kernel's.
std::optional<CatalogueEntry> entry_of_kernel(std::string_view name, Lang lang);

}  // namespace omscope::diagnose
