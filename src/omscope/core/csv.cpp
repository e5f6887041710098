#include "omscope/core/csv.h"

#include "omscope/core/text.h"

namespace omscope {
namespace {

bool looks_like_number(const std::string& cell) {
  return cell.find_first_not_of("+-.0123456789eE") == std::string::npos;
}

bool is_formula(const std::string& cell) {
  const bool starts = !cell.empty() && std::string("=+-@").find(cell[0]) != std::string::npos;
  return starts && cell.size() > 1 && !looks_like_number(cell);
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
