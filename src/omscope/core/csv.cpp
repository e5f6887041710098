#include "omscope/core/csv.h"

#include <charconv>
#include <string_view>

#include "omscope/core/text.h"

namespace omscope {
namespace {

/// "-1.5e-07" is, "-1+2" is none.
bool is_number(std::string_view cell) {
  if (cell == "-inf" || cell == "-Infinity") return true;
  if (cell.starts_with('+')) cell.remove_prefix(1);
  const size_t first = cell.starts_with('-') ? 1 : 0;
  if (first == cell.size() || (!is_digit(cell[first]) && cell[first] != '.')) return false;
  double number = 0;
  const char* end = cell.data() + cell.size();
  return std::from_chars(cell.data(), end, number).ptr == end;
}

bool is_formula(const std::string& cell) {
  const bool starts = !cell.empty() && std::string("=+-@").find(cell[0]) != std::string::npos;
  return starts && cell.size() > 1 && !is_number(cell);
}

/// What a person may have printed on a terminal.
std::string for_people(const std::string& cell) {
  const std::string safe = for_terminal(cell);
  return is_formula(safe) ? "'" + safe : safe;
}

std::string quoted(const std::string& cell) {
  if (cell.find_first_of(",\"\r\n") == std::string::npos) return cell;
  std::string out = "\"";
  for (const char c : cell) {
    if (c == '"') out += '"';
    out += c;
  }
  return out + '"';
}

}  // namespace

std::string csv_row(const std::vector<std::string>& cells, CsvCells kind) {
  std::string row;
  for (size_t i = 0; i < cells.size(); ++i) {
    if (i > 0) row += ',';
    row += quoted(kind == CsvCells::kGuarded ? for_people(cells[i]) : cells[i]);
  }
  return row + '\n';
}

std::vector<std::string> next_csv_row(std::string_view& text) {
  std::vector<std::string> cells(1);
  bool quoted = false;
  while (!text.empty()) {
    const char c = text.front();
    text.remove_prefix(1);
    if (quoted) {
      if (c != '"') {
        cells.back() += c;
      } else if (text.starts_with('"')) {
        cells.back() += c;
        text.remove_prefix(1);
      } else {
        quoted = false;
      }
    } else if (c == '"' && cells.back().empty()) {
      quoted = true;
    } else if (c == ',') {
      cells.emplace_back();
    } else if (c == '\n') {
      break;
    } else {
      cells.back() += c;
    }
  }
  if (cells.back().ends_with('\r')) cells.back().pop_back();
  return cells;
}

}  // namespace omscope
