#include "omscope/diagnose/facts.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "omscope/core/text.h"
#include "omscope/diagnose/fact_patterns.h"
#include "omscope/diagnose/screen_line.h"
#include "omscope/formats/log/line_prefix.h"

namespace omscope::diagnose {
namespace {

using log::Level;

const Pattern* find_pattern(std::span<const Pattern> patterns, std::string_view message) {
  for (const Pattern& pattern : patterns) {
    if (message.starts_with(pattern.start)) return &pattern;
  }
  return nullptr;
}

bool apply(std::span<const Pattern> patterns, std::string_view message, Fact& fact) {
  const Pattern* pattern = find_pattern(patterns, message);
  if (pattern == nullptr) return false;
  fact.kind = pattern->kind;
  if (pattern->extract != nullptr) pattern->extract(message, fact);
  return true;
}

bool apply_fault(std::string_view message, Fact& fact) {
  return apply(core_patterns(), message, fact) || apply(host_patterns(), message, fact) ||
         apply(detail_patterns(), message, fact);
}

/// Codes that only carry what other modules say: "EZ9999", "E19999", "EE8888".
bool is_carrier(std::string_view code) {
  return code.ends_with("9999") || code.ends_with("8888");
}

bool contains(std::string_view text, std::string_view words) {
  return text.find(words) != std::string_view::npos;
}

void exception_fact(const ScreenLine& line, Fact& fact) {
  fact.kind = FactKind::kException;
  fact.set("exception", line.exception);
  fact.set("message", line.message);
  take_codes(line.message, fact);
  const size_t library = line.message.find(": cannot open shared object file");
  if (library != std::string_view::npos) {
    fact.kind = FactKind::kLibrary;
    fact.set("library", line.message.substr(0, library));
  }
  const Pattern* memory = find_pattern(host_patterns(), line.message);
  if (memory != nullptr && memory->kind == FactKind::kOutOfMemory) {
    fact.kind = FactKind::kOutOfMemory;
    memory->extract(line.message, fact);
  }
}

/// "/…/atc.bin: error while loading shared libraries: libascend_hal.so: cannot open shared …"
bool library_fact(std::string_view message, Fact& fact) {
  constexpr std::string_view kMark = ": error while loading shared libraries: ";
  const size_t at = message.find(kMark);
  if (at == std::string_view::npos || message.substr(0, at).find(' ') != std::string_view::npos) {
    return false;
  }
  const std::string_view rest = message.substr(at + kMark.size());
  const size_t end = rest.find(": ");
  if (end == std::string_view::npos) return false;
  fact.kind = FactKind::kLibrary;
  fact.set("program", message.substr(0, at));
  fact.set("library", rest.substr(0, end));
  return true;
}

bool fallback_fact(std::string_view message, Fact& fact) {
  constexpr std::string_view kMark = "Warning: CAUTION: The operator '";
  const size_t at = message.find(kMark);
  const bool in_front = message.starts_with("[W ") || message.starts_with("[W1") || at == 0;
  if (at == std::string_view::npos || !in_front ||
      !contains(message, "is not currently supported on the NPU backend")) {
    return false;
  }
  fact.kind = FactKind::kFallback;
  fact.set("op", value_until(message, kMark, "'"));
  return true;
}

/// Four or more numbers with an x between them.
std::string_view shape_in(std::string_view text) {
  for (size_t x = text.find('x'); x != std::string_view::npos; x = text.find('x', x + 1)) {
    size_t begin = x;
    while (begin > 0 && is_digit(text[begin - 1])) --begin;
    size_t end = x;
    size_t crosses = 0;
    while (end < text.size() && (is_digit(text[end]) || text[end] == 'x')) {
      crosses += text[end] == 'x' ? 1 : 0;
      ++end;
    }
    const size_t next = end;
    while (end > x && text[end - 1] == 'x') --end;
    if (crosses >= 3 && begin < x && text.substr(begin, 2) != "0x") {
      return text.substr(begin, end - begin);
    }
    x = next - 1;  // each run of digits and crosses is looked at once, however long it is
  }
  return {};
}

/// Chinese notes: "…失败错误码207001", "报错错误码207001".
bool prose_fact(std::string_view text, Fact& fact) {
  constexpr std::string_view kCode = "错误码";
  const size_t at = text.find(kCode);
  if (at != std::string_view::npos &&
      (contains(text.substr(0, at), "失败") || contains(text.substr(0, at), "报错"))) {
    std::string_view rest = text.substr(at + kCode.size());
    if (rest.starts_with(' ')) rest.remove_prefix(1);
    size_t digits = 0;
    while (digits < rest.size() && is_digit(rest[digits])) ++digits;
    if (digits == 6) {
      fact.kind = FactKind::kProseCode;
      fact.set("code", rest.substr(0, 6));
      return true;
    }
  }
  if (const std::string_view shape = shape_in(text); !shape.empty()) {
    fact.kind = FactKind::kShape;
    fact.set("shape", shape);
    return true;
  }
  return false;
}

/// "| 0       0     | 0000:04:00.0    | 0            1832 / 21527      |"
bool npu_memory(std::string_view text, Fact& fact) {
  if (!text.starts_with('|') || !contains(text, ":") || !contains(text, ".")) return false;
  const size_t slash = text.rfind(" / ");
  if (slash == std::string_view::npos || contains(text, "Memory")) return false;
  size_t begin = slash;
  while (begin > 0 && is_digit(text[begin - 1])) --begin;
  size_t end = slash + 3;
  while (end < text.size() && text[end] == ' ') ++end;
  const size_t total = end;
  while (end < text.size() && is_digit(text[end])) ++end;
  if (begin == slash || end == total) return false;
  fact.kind = FactKind::kNpuMemory;
  fact.set("used_mb", text.substr(begin, slash - begin));
  fact.set("total_mb", text.substr(total, end - total));
  return true;
}

bool python_frame(std::string_view message, Fact& fact) {
  if (contains(message, "_legacy_load(") || contains(message, "torch.load(")) {
    fact.kind = FactKind::kPythonFrame;
    fact.set("frame", "torch.load");
    if (contains(message, ".om'") || contains(message, ".om\"")) fact.set("om", "yes");
    return true;
  }
  return false;
}

bool is_json_or_markup(std::string_view message) {
  return message.empty() || message[0] == '{' || message[0] == '}' || message[0] == '<';
}

}  // namespace

bool is_fault(FactKind kind) {
  return kind < FactKind::kWrapper;
}

std::string_view Fact::field(std::string_view name) const {
  for (const auto& [key, value] : fields) {
    if (key == name) return value;
  }
  return {};
}

std::optional<int64_t> Fact::number(std::string_view name) const {
  const std::string_view digits = field(name);
  int64_t value = 0;
  const auto [end, fault] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (fault != std::errc() || end == digits.data()) return std::nullopt;
  return value;
}

std::optional<uint64_t> Fact::word(std::string_view name) const {
  return parse_word(field(name));
}

std::optional<uint64_t> parse_word(std::string_view text) {
  const bool hex = text.starts_with("0x") || text.starts_with("0X");
  if (hex) text.remove_prefix(2);
  uint64_t value = 0;
  const auto [end, fault] =
      std::from_chars(text.data(), text.data() + text.size(), value, hex ? 16 : 10);
  if (fault != std::errc() || end == text.data()) return std::nullopt;
  return value;
}

std::optional<Fact> LineFacts::read(std::string_view line) {
  while (line.ends_with('\r')) line.remove_suffix(1);
  if (const auto header = log::find_header(line)) {
    ++understood_;
    const bool error = header->level == Level::kError;
    errors_ += error ? 1 : 0;
    if (header->pid != last_pid_) pids_.insert(last_pid_ = header->pid);
    infos_ += header->level == Level::kInfo ? 1 : 0;
    context_ = error ? Context::kAfterError : Context::kAfterOther;
    return of_record(*header, line);
  }
  if (line.empty()) return std::nullopt;
  line = log::without_prefix(line);
  std::optional<Fact> fact;
  if (needs_plain_text(line)) {
    const std::string plain = plain_screen_text(line);
    fact = of_screen(plain);
  } else {
    fact = of_screen(line);
  }
  understood_ += fact ? 1 : 0;
  if (fact && fact->pid) pids_.insert(*fact->pid);
  unread_errors_ += !fact && line.find("[ERROR]") != std::string_view::npos ? 1 : 0;
  return fact;
}

std::optional<Fact> LineFacts::of_record(const log::LineHeader& header, std::string_view line) {
  const log::Content content = log::content_of(header.content);
  Fact fact;
  bool known = false;
  if (header.level == Level::kError) {
    if (header.module == "KERNEL") {
      fact.kind = FactKind::kNoise;
      fact.set("noise", "kernel messages of the device");
      known = true;
    } else {
      known = apply_fault(content.message, fact) ||
              (header.module == "TSCH" && firmware_fact(content.function, content.message, fact)) ||
              host_words(content.message, fact);
    }
    if (!known) {
      const bool device = header.module == "TSCH" || header.module == "DRV";
      fact.kind = device ? FactKind::kNoise : FactKind::kErrorLine;
      if (device) fact.set("noise", "details of driver and firmware");
    }
    if (fact.kind == FactKind::kErrorLine || fact.kind == FactKind::kWrapper) {
      fact.set("module_name", value_after(content.message, "module_name="));
      take_codes(content.message, fact);
      if (fact.field("code").empty() == false && fact.kind == FactKind::kErrorLine) {
        fact.kind = FactKind::kPublicCode;
      }
    }
    if (content.error_no.size() >= 6 && content.error_no != "4294967295") {
      fact.set("code", content.error_no);
      if (fact.kind == FactKind::kErrorLine) fact.kind = FactKind::kPublicCode;
    }
    known = true;
  } else {
    known = apply(detail_patterns(), content.message, fact);
  }
  if (!known) return std::nullopt;
  fact.level = header.level;
  fact.time = fact.time != 0 ? fact.time : header.time;
  // Firmware has no process of its own; it names the one it works for.
  if (header.pid > 0) fact.pid = header.pid;
  if (const auto pid = fact.number("pid")) fact.pid = *pid;
  fact.thread = content.thread;
  fact.module = header.module;
  fact.text = line.substr(0, Fact::kMostText);
  return fact;
}

std::optional<Fact> LineFacts::of_screen(std::string_view text) {
  const ScreenLine line = parse_screen_line(text);
  Fact fact;
  // A register dump follows the line of the firmware that began it, whatever is logged meanwhile.
  const bool registers = line.message.starts_with("<exception_print>");
  const bool opens = registers || line.kind != ScreenKind::kText ||
                     library_fact(line.message, fact) || fallback_fact(line.message, fact);
  // A line below one of level INFO is its second half, unless it starts something of its own.
  if (context_ == Context::kAfterOther && (!opens || line.indented)) return std::nullopt;
  if (opens && !registers) context_ = Context::kScreen;
  bool known = fact.kind == FactKind::kLibrary || fact.kind == FactKind::kFallback;
  if (!known && line.kind == ScreenKind::kException) {
    exception_fact(line, fact);
    known = true;
  } else if (!known && line.kind == ScreenKind::kTail) {
    fact.kind = FactKind::kPytorchTail;
    if (line.device) fact.set("device_id", std::to_string(*line.device));
    fact.set("message", line.message);
    known = true;
  } else if (!known && !is_json_or_markup(line.message)) {
    known = apply_fault(line.message, fact);
    if (!known && line.kind == ScreenKind::kBlock) {
      fact.kind = is_carrier(line.code) ? FactKind::kWrapper : FactKind::kReportCode;
      if (line.code[0] == 'W' || line.message.empty()) fact.kind = FactKind::kWrapper;
      take_codes(line.message, fact);
      fact.set("message", line.message);
      known = true;
    }
    if (!known) {
      known = host_words(line.message, fact) && fact.kind == FactKind::kMissingBinary;
    }
    known = known || python_frame(line.message, fact) || npu_memory(line.message, fact) ||
            prose_fact(line.message, fact);
  } else if (!known) {
    known = apply(core_patterns(), line.message, fact);
  }
  if (!known) return std::nullopt;
  if (!line.code.empty()) fact.set("code", line.code);
  fact.screen = context_ == Context::kScreen;
  fact.level = Level::kError;
  if (fact.time == 0) fact.time = line.time;
  fact.pid = line.pid;
  fact.text = text.substr(0, Fact::kMostText);
  return fact;
}

}  // namespace omscope::diagnose
