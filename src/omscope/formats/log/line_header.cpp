#include "omscope/formats/log/line_header.h"

#include <array>
#include <charconv>

#include <fmt/format.h>

#include "omscope/core/text.h"

namespace omscope::log {
namespace {

struct LevelName {
  Level level;
  std::string_view name;
};
constexpr std::array kLevels = {
    LevelName{Level::kDebug, "DEBUG"},     LevelName{Level::kInfo, "INFO"},
    LevelName{Level::kWarning, "WARNING"}, LevelName{Level::kError, "ERROR"},
    LevelName{Level::kNull, "NULL"},       LevelName{Level::kEvent, "EVENT"},
    LevelName{Level::kTrace, "TRACE"},     LevelName{Level::kOther, "OPLOG"},
};

bool is_upper(char c) {
  return c >= 'A' && c <= 'Z';
}
bool is_word(char c) {
  return is_digit(c) || is_upper(c) || (c >= 'a' && c <= 'z') || c == '_';
}

template <class T>
std::optional<T> number(std::string_view text) {
  T value{};
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (fault != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// Two or more digits at a fixed place; -1 where there is something else.
int fixed(std::string_view text, size_t at, size_t count) {
  int value = 0;
  for (size_t i = at; i < at + count; ++i) {
    if (!is_digit(text[i])) return -1;
    value = value * 10 + (text[i] - '0');
  }
  return value;
}

/// Days since 1970-01-01 of a date of the Gregorian calendar.
int64_t days_of(int64_t year, int64_t month, int64_t day) {
  if (month <= 2) --year;
  const int64_t era = (year >= 0 ? year : year - 399) / 400;
  const int64_t of_era = year - era * 400;
  const int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

std::optional<Level> level_of(std::string_view name) {
  for (const LevelName& each : kLevels) {
    if (each.name == name) return each.level;
  }
  if (name.empty() || name.size() > 3) return std::nullopt;
  for (const char c : name) {
    if (!is_digit(c)) return std::nullopt;
  }
  return Level::kOther;
}

/// "[file.cc:12]" or "[../../a/b.cc:12]" at the start.
std::string_view source_of(std::string_view text) {
  if (!text.starts_with('[')) return {};
  const size_t end = text.find(']');
  if (end == std::string_view::npos || end > 512) return {};
  const std::string_view inside = text.substr(1, end - 1);
  const size_t colon = inside.rfind(':');
  if (colon == std::string_view::npos || colon + 1 == inside.size()) return {};
  if (inside.find(' ') != std::string_view::npos) return {};
  for (const char c : inside.substr(colon + 1)) {
    if (!is_digit(c)) return {};
  }
  return inside;
}

void skip_blanks(std::string_view& text) {
  while (!text.empty() && text[0] == ' ') text.remove_prefix(1);
}

int64_t take_number(std::string_view& text) {
  size_t size = 0;
  while (size < text.size() && is_digit(text[size])) ++size;
  const auto value = number<int64_t>(text.substr(0, size));
  text.remove_prefix(size);
  return value.value_or(0);
}

/// "FUNC:" in front of a message: a name of C++ or Python, nothing that people would write.
std::string_view take_function(std::string_view& text) {
  size_t end = 0;
  while (end < text.size() && end < 128) {
    const char c = text[end];
    if (c == ':') {
      if (end + 2 < text.size() && text[end + 1] == ':' && is_word(text[end + 2])) {
        end += 2;
        continue;
      }
      break;
    }
    if (!is_word(c) && c != '~' && c != '<' && c != '>') return {};
    ++end;
  }
  if (end == 0 || end >= text.size() || text[end] != ':') return {};
  const std::string_view function = text.substr(0, end);
  text.remove_prefix(end + 1);
  return function;
}

/// Stages of the graph engine and the runtime, which say nothing of the fault.
bool is_stage(std::string_view word) {
  static constexpr std::array<std::string_view, 22> kStages = {
      "INIT",    "COMP",        "LOAD",      "EXEC",    "GET",     "SET",
      "FINAL",   "DEFAULT",     "PARSER",    "OPS_PRO", "SYS",     "ENGINE",
      "OPS_KER", "OPS_KER_BLD", "PRE_OPT",   "ORI_OPT", "SUB_OPT", "MERGE_OPT",
      "PRE_BLD", "STM_ALLOC",   "MEM_ALLOC", "TASK_GEN"};
  for (const std::string_view stage : kStages) {
    if (word == stage) return true;
  }
  return false;
}

void skip_stages(std::string_view& text) {
  while (text.starts_with('[')) {
    const size_t end = text.find(']');
    if (end == std::string_view::npos || !is_stage(text.substr(1, end - 1))) return;
    text.remove_prefix(end + 1);
  }
}

/// "ErrorNo: 1343225857(Parameter's invalid!) "
std::string_view take_error_no(std::string_view& text) {
  constexpr std::string_view kMark = "ErrorNo: ";
  std::string_view rest = text;
  skip_blanks(rest);
  if (!rest.starts_with(kMark)) return {};
  rest.remove_prefix(kMark.size());
  const size_t open = rest.find('(');
  const size_t close = rest.find(')', open == std::string_view::npos ? 0 : open);
  if (open == std::string_view::npos || close == std::string_view::npos || open > 20) return {};
  const std::string_view code = rest.substr(0, open);
  text = rest.substr(close + 1);
  return code;
}

/// "(dieid:0,cpuid:0) " and "[stars_interrupt.c:1554] " of the device's firmware.
void skip_firmware(std::string_view& text) {
  for (const std::string_view mark : {"(dieid:", "(cpuid:", "(device_id:"}) {
    if (!text.starts_with(mark)) continue;
    const size_t end = text.find(')');
    if (end == std::string_view::npos) return;
    text.remove_prefix(end + 1);
    skip_blanks(text);
    if (const std::string_view source = source_of(text); !source.empty()) {
      text.remove_prefix(source.size() + 2);
    } else if (const size_t blank = text.find(' ');
               blank != std::string_view::npos && blank > 2 && is_digit(text[blank - 1])) {
      text.remove_prefix(blank);  // "path/file.c:12 "
    }
    skip_blanks(text);
    return;
  }
}

/// "[ascend][curpid: 1, 1][drv][devmm][func 1888]<errno:22, 8> " of the driver.
/// An event has "[fault_manager][50051.105236] " in front.
void skip_driver(std::string_view& text) {
  constexpr size_t kLongestFront = 96;
  const size_t event = text.starts_with('[') ? text.find("] event_id=") : std::string_view::npos;
  if (event < kLongestFront) text.remove_prefix(event + 2);
  if (!text.starts_with("[ascend]")) return;
  while (text.starts_with('[')) {
    const size_t end = text.find(']');
    if (end == std::string_view::npos) return;
    text.remove_prefix(end + 1);
    skip_blanks(text);
  }
  if (text.starts_with('<')) {
    const size_t end = text.find('>');
    if (end == std::string_view::npos) return;
    text.remove_prefix(end + 1);
  }
}

}  // namespace

std::string_view to_string(Level level) {
  for (const LevelName& each : kLevels) {
    if (each.level == level && level != Level::kOther) return each.name;
  }
  return "OTHER";
}

bool starts_as_error(std::string_view line) {
  return line.starts_with("[ERROR] ");
}

std::optional<Stamp> scan_stamp(std::string_view text) {
  constexpr size_t kSeconds = 19;  // 2025-05-08-09:56:18
  constexpr size_t kWhole = 27;    // 2025-05-08-09:56:18.526.761
  if (text.size() < kSeconds || text[4] != '-' || text[7] != '-' || text[13] != ':' ||
      text[16] != ':' || (text[10] != '-' && text[10] != ' ' && text[10] != 'T')) {
    return std::nullopt;
  }
  const int year = fixed(text, 0, 4);
  const int month = fixed(text, 5, 2);
  const int day = fixed(text, 8, 2);
  const int hour = fixed(text, 11, 2);
  const int minute = fixed(text, 14, 2);
  const int second = fixed(text, 17, 2);
  if (year < 0 || month < 1 || month > 12 || day < 1 || day > 31 || hour < 0 || hour > 23 ||
      minute < 0 || minute > 59 || second < 0 || second > 60) {
    return std::nullopt;
  }
  Stamp stamp{text.substr(0, kSeconds), 0};
  int64_t micros = 0;
  if (text.size() >= kWhole && text[19] == '.' && text[23] == '.') {
    const int millis = fixed(text, 20, 3);
    const int rest = fixed(text, 24, 3);
    if (millis >= 0 && rest >= 0) {
      micros = int64_t{millis} * 1000 + rest;
      stamp.text = text.substr(0, kWhole);
    }
  }
  const int64_t seconds = ((days_of(year, month, day) * 24 + hour) * 60 + minute) * 60 + second;
  stamp.time = seconds * 1'000'000 + micros;
  return stamp;
}

std::string iso_time(int64_t time, bool fraction) {
  int64_t seconds = time / 1'000'000;
  int64_t micros = time % 1'000'000;
  if (micros < 0) {
    micros += 1'000'000;
    --seconds;
  }
  int64_t days = seconds / 86400;
  int64_t of_day = seconds % 86400;
  if (of_day < 0) {
    of_day += 86400;
    --days;
  }
  const int64_t shifted = days + 719468;
  const int64_t era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
  const int64_t of_era = shifted - era * 146097;
  const int64_t year_of_era = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
  const int64_t of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const int64_t shifted_month = (5 * of_year + 2) / 153;
  const int64_t day = of_year - (153 * shifted_month + 2) / 5 + 1;
  const int64_t month = shifted_month < 10 ? shifted_month + 3 : shifted_month - 9;
  const int64_t year = year_of_era + era * 400 + (month <= 2 ? 1 : 0);
  std::string text = fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", year, month, day,
                                 of_day / 3600, of_day / 60 % 60, of_day % 60);
  if (fraction) text += fmt::format(".{:06}", micros);
  return text;
}

std::optional<LineHeader> scan_header(std::string_view line) {
  constexpr size_t kLongestName = 255;  // of a process
  if (line.size() < 32 || line[0] != '[') return std::nullopt;
  const size_t bracket = line.find(']', 1);
  if (bracket == std::string_view::npos || bracket > 8) return std::nullopt;
  const auto level = level_of(line.substr(1, bracket - 1));
  if (!level) return std::nullopt;
  LineHeader header;
  header.level = *level;
  std::string_view rest = line.substr(bracket + 1);
  if (rest.starts_with(' ')) rest.remove_prefix(1);

  size_t end = 0;
  while (end < rest.size() && (is_upper(rest[end]) || is_digit(rest[end]) || rest[end] == '_')) {
    ++end;
  }
  if (end == 0 || end >= rest.size() || rest[end] != '(') return std::nullopt;
  header.module = rest.substr(0, end);
  rest.remove_prefix(end + 1);

  const size_t comma = rest.find(',');
  if (comma == std::string_view::npos || comma > 20) return std::nullopt;
  const auto pid = number<int64_t>(rest.substr(0, comma));
  if (!pid) return std::nullopt;
  header.pid = *pid;
  rest.remove_prefix(comma + 1);

  // A name of a process may hold anything, also brackets: the stamp behind it is what counts.
  size_t close = rest.find("):");
  while (close != std::string_view::npos && close <= kLongestName) {
    std::string_view after = rest.substr(close + 2);
    if (after.starts_with(' ')) after.remove_prefix(1);
    if (const auto stamp = scan_stamp(after)) {
      header.process = rest.substr(0, close);
      header.stamp = stamp->text;
      header.time = stamp->time;
      header.content = after.substr(stamp->text.size());
      skip_blanks(header.content);
      header.source = source_of(header.content);
      if (!header.source.empty()) {
        header.content.remove_prefix(header.source.size() + 2);
        skip_blanks(header.content);
      }
      return header;
    }
    close = rest.find("):", close + 1);
  }
  return std::nullopt;
}

Content content_of(std::string_view text) {
  constexpr std::string_view kTid = "[tid:";
  Content content;
  skip_blanks(text);
  if (text.starts_with(kTid)) {
    text.remove_prefix(kTid.size());
    content.thread = take_number(text);
    if (text.starts_with(']')) text.remove_prefix(1);
    skip_blanks(text);
  } else if (!text.empty() && is_digit(text[0])) {
    content.thread = take_number(text);
    skip_blanks(text);
    skip_firmware(text);
  } else {
    skip_driver(text);
  }
  content.function = take_function(text);
  content.error_no = take_error_no(text);
  skip_blanks(text);
  skip_stages(text);
  skip_blanks(text);
  content.message = text;
  return content;
}

}  // namespace omscope::log
