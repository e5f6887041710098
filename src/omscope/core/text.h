// Words for people: safe on a terminal, whatever the bytes of a file are.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace omscope {

bool is_utf8(std::string_view text);

/// Text as JSON, CSV and the like may carry it: UTF-8 stays as it is; where it is not UTF-8, each
/// invalid byte becomes `\xNN` and each backslash `\\`, so that the bytes can be told again.
std::string as_utf8(std::string_view text);

/// `as_utf8`, and control characters (also those that reorder what a terminal shows) become `\xNN`
/// or `\n`, `\t`, `\r`.
std::string for_terminal(std::string_view text);

/// Columns of valid UTF-8 text on a terminal (wide characters count two).
size_t display_width(std::string_view text);

/// At most `columns` wide: the middle gives way to "…", since both ends of a name tell.
std::string shortened(std::string_view text, size_t columns);

/// "912 B", "1.50 MiB"; three significant digits above a KiB.
std::string human_bytes(uint64_t bytes);

/// "1 089 345": digits in groups of three.
std::string grouped(uint64_t number);

/// "1 op", "2 ops"; `plural` where an s is not enough.
std::string counted(uint64_t number, std::string_view noun, std::string_view plural = {});

/// The shortest digits that read back as the same number; "NaN", "Infinity", "-Infinity".
std::string number_text(double value);
std::string number_text(float value);

/// Shell-style match: `*` any text (also "/"), `?` one character, `[…]` a set.
bool glob_match(std::string_view pattern, std::string_view text);

std::vector<std::string_view> split(std::string_view text, char separator);

// Of ASCII alone, whatever the locale.

constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
/// At least one, and nothing else.
bool is_digits(std::string_view text);
std::string lower_case(std::string_view text);
/// Without blanks, tabs and ends of lines at either end.
std::string_view trimmed(std::string_view text);

}  // namespace omscope
