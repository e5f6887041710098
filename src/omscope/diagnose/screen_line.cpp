#include "omscope/diagnose/screen_line.h"

#include <charconv>

#include "omscope/core/text.h"
#include "omscope/formats/log/line_header.h"

namespace omscope::diagnose {
namespace {

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

void skip_blanks(std::string_view& text) {
  while (!text.empty() && (text[0] == ' ' || text[0] == '\t')) text.remove_prefix(1);
}

std::optional<int64_t> number_after(std::string_view text, std::string_view key) {
  const size_t at = text.find(key);
  if (at == std::string_view::npos) return std::nullopt;
  text.remove_prefix(at + key.size());
  skip_blanks(text);
  int64_t value = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (fault != std::errc() || end == text.data()) return std::nullopt;
  return value;
}

/// "EZ9999" in front of ':' or '[PID:'.
std::string_view leading_code(std::string_view text) {
  size_t size = 0;
  while (size < text.size() && size < 7 && (is_digit(text[size]) || is_letter(text[size]))) ++size;
  const std::string_view code = text.substr(0, size);
  const std::string_view rest = text.substr(size);
  if (!is_block_code(code) || (!rest.starts_with(':') && !rest.starts_with("[PID:"))) return {};
  return code;
}

/// "[PID: 775] " and a stamp, either of which may be missing.
void take_pid_and_time(std::string_view& text, ScreenLine& line) {
  skip_blanks(text);
  if (text.starts_with("[PID:")) {
    line.pid = number_after(text, "[PID:");
    const size_t close = text.find(']');
    text.remove_prefix(close == std::string_view::npos ? text.size() : close + 1);
    skip_blanks(text);
  }
  if (const auto stamp = log::scan_stamp(text)) {
    line.time = stamp->time;
    text.remove_prefix(stamp->text.size());
    skip_blanks(text);
  }
}

/// "Title(EZ3002): " and "(EZ9999):  ".
void take_title(std::string_view& text, ScreenLine& line) {
  const size_t open = text.find('(');
  if (open == std::string_view::npos || open > 64) return;
  const size_t close = text.find("):", open);
  if (close == std::string_view::npos) return;
  const std::string_view code = text.substr(open + 1, close - open - 1);
  if (!is_block_code(code)) return;
  line.code = code;
  text.remove_prefix(close + 2);
  skip_blanks(text);
}

/// "[FUNC:f][FILE:x.cc][LINE:1]" at the end.
std::string_view without_place(std::string_view text) {
  const size_t place = text.rfind("[FUNC:");
  if (place != std::string_view::npos && text.find("[FILE:", place) != std::string_view::npos) {
    text = text.substr(0, place);
  }
  while (text.ends_with(' ') || text.ends_with('\t')) text.remove_suffix(1);
  return text;
}

bool take_block(std::string_view& text, ScreenLine& line) {
  const std::string_view code = leading_code(text);
  if (!code.empty()) {
    line.code = code;
    text.remove_prefix(code.size());
    if (text.starts_with(':')) text.remove_prefix(1);
  } else if (!text.starts_with("[PID:")) {
    return false;
  }
  take_pid_and_time(text, line);
  take_title(text, line);
  line.kind = line.code.empty() ? ScreenKind::kText : ScreenKind::kBlock;
  return true;
}

/// "torch.OutOfMemoryError: text"
bool take_exception(std::string_view& text, ScreenLine& line) {
  const size_t colon = text.find(": ");
  if (colon == std::string_view::npos || colon > 80) return false;
  const std::string_view name = text.substr(0, colon);
  if (!name.ends_with("Error") && !name.ends_with("Exception")) return false;
  for (const char c : name) {
    if (!is_letter(c) && !is_digit(c) && c != '_' && c != '.') return false;
  }
  line.kind = ScreenKind::kException;
  line.exception = name;
  text.remove_prefix(colon + 2);
  return true;
}

bool take_tail(std::string_view& text, ScreenLine& line) {
  constexpr std::string_view kStart = "[ERROR] ";
  if (!text.starts_with(kStart)) return false;
  const auto stamp = log::scan_stamp(text.substr(kStart.size()));
  const size_t mark = text.find(") ERR");
  if (!stamp || mark == std::string_view::npos || text.find("(PID:") == std::string_view::npos) {
    return false;
  }
  const std::string_view code = text.substr(mark + 2, 8);
  if (code.size() != 8) return false;
  for (const char c : code.substr(3)) {
    if (!is_digit(c)) return false;
  }
  line.kind = ScreenKind::kTail;
  line.code = code;
  line.time = stamp->time;
  line.pid = number_after(text, "(PID:");
  line.device = number_after(text, "Device:");
  text.remove_prefix(mark + 10);
  skip_blanks(text);
  return true;
}

}  // namespace

bool is_block_code(std::string_view text) {
  if (text.size() < 5 || text.size() > 6 || (text[0] != 'E' && text[0] != 'W')) return false;
  for (const char c : text) {
    if (!is_digit(c) && (c < 'A' || c > 'Z')) return false;
  }
  for (const char c : text.substr(text.size() - 4)) {
    if (!is_digit(c)) return false;
  }
  return true;
}

bool needs_plain_text(std::string_view line) {
  return line.find('\\') != std::string_view::npos || line.find("**") != std::string_view::npos ||
         line.starts_with('\x1b') || line.starts_with("[rank");
}

std::string plain_screen_text(std::string_view line) {
  constexpr std::string_view kEscaped = "_()[]*<>#.-`";
  while (line.starts_with('\x1b')) {
    const size_t end = line.find('m');
    if (end == std::string_view::npos || end > 12) break;
    line.remove_prefix(end + 1);
  }
  if (line.starts_with("[rank")) {
    const size_t end = line.find("]:");
    if (end != std::string_view::npos && end < 12) line.remove_prefix(end + 2);
    if (line.starts_with(' ')) line.remove_prefix(1);
  }
  std::string out;
  out.reserve(line.size());
  for (size_t i = 0; i < line.size(); ++i) {
    const char next = i + 1 < line.size() ? line[i + 1] : '\0';
    if (line[i] == '\\' && next != '\0' && kEscaped.find(next) != std::string_view::npos) continue;
    if (line[i] == '*' && next == '*') {
      ++i;
      continue;
    }
    out += line[i];
  }
  return out;
}

ScreenLine parse_screen_line(std::string_view text) {
  constexpr std::string_view kDetail = "failed, detail:";
  ScreenLine line;
  line.indented = text.starts_with(' ') || text.starts_with('\t');
  skip_blanks(text);
  if (text.starts_with("Traceback (most recent call last):")) {
    line.kind = ScreenKind::kTraceback;
  } else if (take_exception(text, line)) {
    const size_t detail = text.find(kDetail);
    if (detail != std::string_view::npos) {
      std::string_view inner = text.substr(detail + kDetail.size());
      ScreenLine block;
      if (take_block(inner, block)) {
        line.code = block.code;
        line.pid = block.pid;
        line.time = block.time;
      }
    }
  } else if (!take_tail(text, line)) {
    take_block(text, line);
  }
  line.message = without_place(text);
  return line;
}

}  // namespace omscope::diagnose
