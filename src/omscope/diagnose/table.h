// The tables of this folder (tables/*.tsv), which are part of the program.
//
// A table is text: a first line with the names of the columns, then a row per line, cells split by
// tabs. Nothing is parsed before it is asked for: rows that stand in order are found by bisection.
#pragma once

#include <array>
#include <functional>
#include <optional>
#include <string_view>

namespace omscope::diagnose {

// Made from tables/ when the library is built.
extern const std::string_view kErrorNumbers;  ///< sorted by number
extern const std::string_view kReportCodes;   ///< sorted by code
extern const std::string_view kAicoreBits;    ///< "common" by id, then "950" by id
extern const std::string_view kSocs;          ///< sorted by name
extern const std::string_view kChinese;       ///< English text, Chinese text; sorted

/// One row, without its line end.
class Row {
 public:
  explicit Row(std::string_view line) : line_(line) {}
  /// The cell of a column, counted from 0; empty when the row has no such cell.
  std::string_view cell(size_t column) const;
  std::string_view line() const { return line_; }

 private:
  std::string_view line_;
};

class Table {
 public:
  explicit Table(std::string_view text);

  /// Calls `visit` for each row in order until it returns false.
  void each(const std::function<bool(Row)>& visit) const;
  /// Calls `visit` with all rows that `is_before` does not place before the key, until it returns
  /// false. `is_before` must hold for all rows up to some place, and for none behind it.
  void each_from(const std::function<bool(Row)>& is_before,
                 const std::function<bool(Row)>& visit) const;

 private:
  std::string_view rows_;
};

/// A number in decimal or, behind 0x, in hexadecimal digits, all of `text`; "-1" as well, which is
/// what 32 bits make of it. Nothing when it is none or does not fit 64 bits.
std::optional<unsigned long long> parse_number(std::string_view text);

}  // namespace omscope::diagnose
