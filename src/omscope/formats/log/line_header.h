// The head of one line of a log.
//
//   [LEVEL] MODULE(PID,PROCESS):YYYY-MM-DD-HH:MM:SS.mmm.uuu [FILE:LINE]CONTENT
//
// plog, device logs and slog of all years share it. LEVEL and MODULE may be bare numbers where a
// program does not know the id; PID is -1 or -2 in firmware; PROCESS may be "null"; firmware puts a
// blank behind the colon; drivers and the device's firmware leave [FILE:LINE] away or write it
// later. CONTENT differs from module to module; `content_of` finds the message in it:
//
//   TID FUNC:[EXEC][DEFAULT]message            runtime (a blank before TID since 2024)
//   TID FUNC: ErrorNo: N(text) [LOAD][DEFAULT]message     graph engine, acl
//   [tid:N] message                            dump, aicpu
//   SEQ (dieid:0,cpuid:0) [file.c:1] func: message        firmware of the device
//   [ascend][curpid: P, T][drv][devmm][func 1]<errno:22, 8> message   driver
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace omscope::log {

enum class Level : uint8_t { kDebug, kInfo, kWarning, kError, kNull, kEvent, kTrace, kOther };

std::string_view to_string(Level level);

struct LineHeader {
  Level level = Level::kOther;
  std::string_view module;
  int64_t pid = 0;
  std::string_view process;
  std::string_view stamp;    ///< "2025-05-08-09:56:18.526.761"
  int64_t time = 0;          ///< microseconds since 1970 as if the stamp were UTC
  std::string_view source;   ///< "engine.cc:1377", empty where the line has none
  std::string_view content;  ///< all that follows
};

/// Nothing where the line does not start as the lines of a log do.
std::optional<LineHeader> scan_header(std::string_view line);

/// Quick look at what `scan_header` would find: whether the line can be one of level ERROR.
bool starts_as_error(std::string_view line);

/// "2025-05-08-09:56:18.526.761" (also without the fraction) at the start of `text`.
struct Stamp {
  std::string_view text;
  int64_t time = 0;
};
std::optional<Stamp> scan_stamp(std::string_view text);

/// "2025-05-08T09:56:18.526761"; no fraction where `fraction` is false.
std::string iso_time(int64_t time, bool fraction = true);

struct Content {
  int64_t thread = 0;  ///< 0 where the line does not say
  std::string_view function;
  std::string_view error_no;  ///< "4294967295", of "ErrorNo: 4294967295(failed)"
  std::string_view message;
};
Content content_of(std::string_view content);

}  // namespace omscope::log
