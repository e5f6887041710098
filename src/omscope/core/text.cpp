#include "omscope/core/text.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>
#include <fnmatch.h>

namespace omscope {
namespace {

/// One character at the start of `text`: its bytes and code point. Length 0: not UTF-8 there.
struct Character {
  size_t length = 0;
  char32_t code = 0;
};

bool is_continuation(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U;
}

Character first_character(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text[0]);
  if (lead < 0x80) return {1, lead};
  const size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC2 ? 2 : 0;
  if (length == 0 || lead > 0xF4 || text.size() < length) return {};
  char32_t code = lead & (0x7FU >> length);
  for (size_t i = 1; i < length; ++i) {
    if (!is_continuation(text[i])) return {};
    code = (code << 6U) | (static_cast<unsigned char>(text[i]) & 0x3FU);
  }
  constexpr std::array<char32_t, 5> kSmallest = {0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
  if (code < kSmallest.at(length) || code > 0x10FFFF || surrogate) return {};
  return {length, code};
}

/// Control characters, and the marks that make a terminal show text in another order.
bool is_unsafe(char32_t code) {
  return code < 0x20 || (code >= 0x7F && code <= 0x9F) || (code >= 0x200E && code <= 0x200F) ||
         (code >= 0x2028 && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069) ||
         code == 0xFEFF || code == 0x061C;
}

/// East Asian wide characters, in ranges coarse enough for names in models and logs.
bool is_wide(char32_t code) {
  return (code >= 0x1100 && code <= 0x115F) || (code >= 0x2E80 && code <= 0xA4CF) ||
         (code >= 0xAC00 && code <= 0xD7A3) || (code >= 0xF900 && code <= 0xFAFF) ||
         (code >= 0xFE30 && code <= 0xFE6F) || (code >= 0xFF00 && code <= 0xFF60) ||
         (code >= 0x1F300 && code <= 0x1FAFF) || (code >= 0x20000 && code <= 0x3FFFD);
}

void append_escaped_bytes(std::string& out, std::string_view bytes) {
  for (const char byte : bytes) out += fmt::format("\\x{:02x}", static_cast<unsigned char>(byte));
}

void append_for_terminal(std::string& out, std::string_view bytes, char32_t code) {
  switch (code) {
    case '\n': out += "\\n"; return;
    case '\t': out += "\\t"; return;
    case '\r': out += "\\r"; return;
    default: break;
  }
  if (is_unsafe(code)) {
    append_escaped_bytes(out, bytes);
  } else {
    out += bytes;
  }
}

template <class Number>
std::string finite_or_name(Number value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "Infinity" : "-Infinity";
  return fmt::format("{}", value);
}

}  // namespace

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const Character first = first_character(text);
    if (first.length == 0) return false;
    text.remove_prefix(first.length);
  }
  return true;
}

std::string as_utf8(std::string_view text) {
  if (is_utf8(text)) return std::string(text);
  std::string out;
  while (!text.empty()) {
    const Character first = first_character(text);
    const size_t length = std::max<size_t>(first.length, 1);
    if (first.length == 0) {
      append_escaped_bytes(out, text.substr(0, 1));
    } else if (first.code == '\\') {
      out += "\\\\";
    } else {
      out += text.substr(0, length);
    }
    text.remove_prefix(length);
  }
  return out;
}

std::string for_terminal(std::string_view text) {
  const std::string valid = as_utf8(text);
  std::string out;
  for (std::string_view rest = valid; !rest.empty();) {
    const Character first = first_character(rest);
    append_for_terminal(out, rest.substr(0, first.length), first.code);
    rest.remove_prefix(first.length);
  }
  return out;
}

size_t display_width(std::string_view text) {
  size_t width = 0;
  while (!text.empty()) {
    const Character first = first_character(text);
    width += is_wide(first.code) ? 2 : 1;
    text.remove_prefix(std::max<size_t>(first.length, 1));
  }
  return width;
}

std::string shortened(std::string_view text, size_t columns) {
  const size_t width = display_width(text);
  if (width <= columns) return std::string(text);
  if (columns == 0) return {};
  const size_t head = (columns - 1) / 2;
  const size_t drop_until = width - (columns - 1 - head);
  std::string out;
  bool dropped = false;
  for (size_t at = 0; !text.empty();) {
    const Character first = first_character(text);
    const size_t length = std::max<size_t>(first.length, 1);
    const size_t next = at + (is_wide(first.code) ? 2 : 1);
    if (next <= head || at >= drop_until) {
      out += text.substr(0, length);
    } else if (!dropped) {
      out += "…";
      dropped = true;
    }
    at = next;
    text.remove_prefix(length);
  }
  return out;
}

std::string human_bytes(uint64_t bytes) {
  constexpr std::array<const char*, 6> kUnits = {"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
  if (bytes < 1024) return fmt::format("{} B", bytes);
  double value = static_cast<double>(bytes) / 1024;
  size_t unit = 0;
  while (value >= 999.5 && unit + 1 < kUnits.size()) {
    value /= 1024;
    ++unit;
  }
  const int digits = value < 9.995 ? 2 : value < 99.95 ? 1 : 0;
  return fmt::format("{:.{}f} {}", value, digits, kUnits.at(unit));
}

std::string grouped(uint64_t number) {
  std::string digits = fmt::format("{}", number);
  for (size_t at = digits.size(); at > 3;) {
    at -= 3;
    digits.insert(at, 1, ' ');
  }
  return digits;
}

std::string counted(uint64_t number, std::string_view noun, std::string_view plural) {
  if (number == 1) return fmt::format("1 {}", noun);
  if (!plural.empty()) return fmt::format("{} {}", grouped(number), plural);
  return fmt::format("{} {}s", grouped(number), noun);
}

std::string number_text(double value) {
  return finite_or_name(value);
}
std::string number_text(float value) {
  return finite_or_name(value);
}

bool glob_match(std::string_view pattern, std::string_view text) {
  return ::fnmatch(std::string(pattern).c_str(), std::string(text).c_str(), FNM_NOESCAPE) == 0;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    const size_t at = text.find(separator);
    parts.push_back(text.substr(0, at));
    if (at == std::string_view::npos) return parts;
    text.remove_prefix(at + 1);
  }
}

bool is_digits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_digit);
}

std::string lower_case(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r\n";
  const size_t start = text.find_first_not_of(kBlank);
  if (start == std::string_view::npos) return {};
  return text.substr(start, text.find_last_not_of(kBlank) - start + 1);
}

}  // namespace omscope
