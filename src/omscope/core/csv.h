// Comma-separated values as RFC 4180 has them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace omscope {

/// Whether a cell that a spreadsheet would take for a formula gets a leading apostrophe and control
/// characters are escaped: in tables for people they are, names that programs look up stay exact.
enum class CsvCells : uint8_t { kGuarded, kExact };

/// One row with its line break. Cells with commas, quotes or line breaks are quoted.
std::string csv_row(const std::vector<std::string>& cells, CsvCells kind = CsvCells::kGuarded);

/// The cells of the first row, which is removed from `text`.
std::vector<std::string> next_csv_row(std::string_view& text);

}  // namespace omscope
