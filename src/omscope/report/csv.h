// Comma-separated values as RFC 4180 has them.
#pragma once

#include <ostream>
#include <string>
#include <vector>

namespace omscope::report {

/// Writes one row. Cells with commas, quotes or line breaks are quoted; a cell that a spreadsheet
/// would take for a formula gets a leading apostrophe.
void write_csv_row(std::ostream& out, const std::vector<std::string>& cells);

}  // namespace omscope::report
