// Lines without the head of a log: what a terminal shows, blocks that report an error, Python
// tracebacks, documents that hold such excerpts.
//
//   EZ9999: Inner Error!                                   opens a block
//   EZ9999: [PID: 775] 2025-02-16-12:18:25.258.321 text    2022 and later
//   EZ9999[PID: 775] 2025-…258.321 (EZ9999):  text         2023 and later
//   [PID: 775] 2025-…258.321 Title(EZ3002): text           2026
//   EC0010: 2025-…258.321 text, E19010: text
//   text[FUNC:f][FILE:x.cc][LINE:1]                        until 2021, and in tracebacks
//   RuntimeError: call aclnnArange failed, detail:EZ9999: Inner Error!
//   [ERROR] 2025-02-16-12:18:25 (PID:775, Device:0, RankID:-1) ERR01100 OPS call acl api failed
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace omscope::diagnose {

enum class ScreenKind : uint8_t {
  kText,       ///< any other line
  kBlock,      ///< has the code of a report in front
  kException,  ///< "RuntimeError: text"
  kTail,       ///< the last line PyTorch writes
  kTraceback,  ///< "Traceback (most recent call last):" of Python
};

struct ScreenLine {
  ScreenKind kind = ScreenKind::kText;
  bool indented = false;
  std::string code;       ///< "EZ9999", "ERR01100"
  std::string exception;  ///< "RuntimeError"
  std::optional<int64_t> pid;
  std::optional<int64_t> device;
  int64_t time = 0;
  std::string_view message;
};

/// `message` is a part of `line`.
ScreenLine parse_screen_line(std::string_view line);

/// Markdown's `\_` and `**` undone, where there are any; what terminals and launchers put in front
/// (colours, "[rank0]: ") cut off.
std::string plain_screen_text(std::string_view line);
bool needs_plain_text(std::string_view line);

/// "E", "W" and four or five letters and digits of which the last four are digits.
bool is_block_code(std::string_view text);

}  // namespace omscope::diagnose
