#include "omscope/formats/log/line_prefix.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>

#include "omscope/core/text.h"

namespace omscope::log {
namespace {

constexpr size_t kLongest = 160;

constexpr bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_blank(char c) {
  return c == ' ' || c == '\t';
}

/// "INFO", "[info]", "DEBUG:root:": the level of another program.
bool names_a_level(std::string_view token) {
  static constexpr std::array<std::string_view, 8> kLevels = {
      "info", "debug", "warn", "warning", "trace", "notice", "error", "critical"};
  while (!token.empty() && !is_letter(token[0])) token.remove_prefix(1);
  size_t size = 0;
  while (size < token.size() && is_letter(token[size])) ++size;
  const char next = size < token.size() ? token[size] : ']';
  if (next != ']' && next != ':' && next != ',' && next != ')' && next != '|') return false;
  const std::string word = lower_case(token.substr(0, size));
  for (const std::string_view level : kLevels) {
    if (word == level) return true;
  }
  return false;
}

/// What each byte says of the token that it stands in.
enum : uint8_t { kOther, kLetter, kArrow, kQuotes };
constexpr std::array<uint8_t, 256> kBytes = [] {
  std::array<uint8_t, 256> table{};
  for (size_t c = 0; c < table.size(); ++c) {
    if (c >= 0x80) table.at(c) = kQuotes;
    if (is_letter(static_cast<char>(c))) table.at(c) = kLetter;
  }
  for (const char c : {'"', '\'', '`', '#', '=', '{', '}', '\\'}) {
    table.at(static_cast<unsigned char>(c)) = kQuotes;
  }
  for (const char c : {'<', '>'}) table.at(static_cast<unsigned char>(c)) = kArrow;
  return table;
}();

/// How many words of prose a token counts as; too many where it cannot be part of a prefix at all.
size_t prose_in(std::string_view token) {
  constexpr size_t kNever = 100;
  size_t letters = 0;
  bool arrow = false;
  for (const char c : token) {
    const uint8_t kind = kBytes[static_cast<unsigned char>(c)];
    if (kind == kQuotes) return kNever;
    letters += kind == kLetter ? 1 : 0;
    arrow = arrow || kind == kArrow;
  }
  if (arrow && !token.ends_with("<stderr>:") && !token.ends_with("<stdout>:")) return kNever;
  if (letters >= 4 && names_a_level(token)) return kNever;
  if (letters == token.size()) return 1;
  // "see:" introduces a quotation; "node03:" is a host.
  return letters + 1 == token.size() && token.ends_with(':') ? kNever : 0;
}

bool is_prefix(std::string_view front) {
  constexpr size_t kMostTokens = 8;
  constexpr size_t kMostProse = 2;  // "stderr F", "May … host"
  size_t tokens = 0;
  size_t prose = 0;
  while (!front.empty()) {
    const std::string_view token = front.substr(0, front.find_first_of(" \t"));
    if (!token.empty()) {
      ++tokens;
      prose += prose_in(token);
    }
    if (tokens > kMostTokens || prose > kMostProse) return false;
    front.remove_prefix(std::min(front.size(), token.size() + 1));
  }
  return tokens != 0;
}

bool may_stand_before_a_head(std::string_view front) {
  constexpr std::string_view kMark = "\xef\xbb\xbf";  // byte order mark of UTF-8
  return is_blank(front.back()) || front.back() == '|' || front == kMark ||
         front.ends_with("<stderr>:") || front.ends_with("<stdout>:");
}

/// A level in brackets, as a head starts with.
bool starts_with_level(std::string_view text) {
  const size_t end = text.substr(0, 10).find(']');
  if (end == std::string_view::npos || end < 2) return false;
  for (const char c : text.substr(1, end - 1)) {
    if (c < 'A' || c > 'Z') return false;
  }
  return true;
}

/// "[rank0]: ", "[default3]:", "[pod/train-0/worker] ", "[1,0]<stderr>:"
std::string_view behind_bracket(std::string_view line) {
  const size_t end = line.substr(0, kLongest).find(']');
  if (end == std::string_view::npos) return line;
  const std::string_view inside = line.substr(1, end - 1);
  std::string_view rest = line.substr(end + 1);
  for (const std::string_view launcher : {"rank", "default", "worker"}) {
    if (!inside.starts_with(launcher) || !is_digits(inside.substr(launcher.size()))) continue;
    if (!rest.starts_with(':')) return line;
    rest.remove_prefix(rest.starts_with(": ") ? 2 : 1);
    return rest;
  }
  for (const std::string_view stream : {"<stderr>:", "<stdout>:"}) {
    if (rest.starts_with(stream)) return rest.substr(stream.size());
  }
  const bool pod = (inside.starts_with("pod/") || inside.starts_with("container/")) &&
                   inside.find(' ') == std::string_view::npos;
  return pod && rest.starts_with(' ') ? rest.substr(1) : line;
}

/// "worker-0  | "
std::string_view behind_bar(std::string_view line) {
  constexpr size_t kLongestName = 64;
  size_t end = 0;
  while (end < line.size() && end < kLongestName &&
         (is_letter(line[end]) || is_digit(line[end]) || line[end] == '-' || line[end] == '_' ||
          line[end] == '.')) {
    ++end;
  }
  size_t bar = end;
  while (bar < line.size() && bar < kLongestName && line[bar] == ' ') ++bar;
  if (end == 0 || bar == end || bar + 1 >= line.size() || line[bar] != '|' ||
      line[bar + 1] != ' ') {
    return line;
  }
  return line.substr(bar + 2);
}

/// "pod-7 ", "stderr F ": what stands between time and text.
std::string_view behind_source(std::string_view text) {
  for (const std::string_view stream : {"stderr F ", "stdout F ", "stderr P ", "stdout P "}) {
    if (text.starts_with(stream)) return text.substr(stream.size());
  }
  const size_t end = text.find(' ');
  if (end == std::string_view::npos || end == 0) return text;
  bool joined = false;
  for (const char c : text.substr(0, end)) {
    const bool name = (c >= 'a' && c <= 'z') || is_digit(c) || c == '.' || c == '/' || c == '-';
    if (!name) return text;
    joined = joined || c == '-';
  }
  return joined ? text.substr(end + 1) : text;
}

/// "2025-05-08T09:56:20.123Z ", "2025-05-08 09:56:20,123 "
std::string_view behind_time(std::string_view line) {
  const auto stamp = scan_stamp(line);
  if (!stamp || line[10] == '-') return line;  // that is the form of the logs themselves
  std::string_view rest = line.substr(stamp->text.size());
  while (!rest.empty() && (is_digit(rest[0]) ||
                           std::string_view(".,:Z+-").find(rest[0]) != std::string_view::npos)) {
    rest.remove_prefix(1);
  }
  if (!rest.starts_with(' ')) return line;
  return behind_source(rest.substr(1));
}

}  // namespace

std::optional<LineHeader> find_header(std::string_view line) {
  if (auto header = scan_header(line)) return header;
  const std::string_view look = line.substr(0, kLongest);
  for (size_t at = look.find('[', 1); at != std::string_view::npos; at = look.find('[', at + 1)) {
    const std::string_view front = line.substr(0, at);
    if (!may_stand_before_a_head(front) || !starts_with_level(line.substr(at))) continue;
    // The first level is the line's own; a second one is quoted.
    if (front != "\xef\xbb\xbf" && !is_prefix(front)) return std::nullopt;
    return scan_header(line.substr(at));
  }
  return std::nullopt;
}

std::string_view without_prefix(std::string_view line) {
  if (line.empty()) return line;
  if (line[0] == '[') return behind_bracket(line);
  if (is_digit(line[0])) return behind_time(line);
  return behind_bar(line);
}

}  // namespace omscope::log
