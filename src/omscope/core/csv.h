// Comma-separated values as RFC 4180 has them.
#pragma once

#include <string>
#include <vector>

namespace omscope {

/// One row with its line break. Cells with commas, quotes or line breaks are quoted; a cell that a spreadsheet
/// would take for a formula gets a leading apostrophe.
std::string csv_row(const std::vector<std::string>& cells);

}  // namespace omscope
