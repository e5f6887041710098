// What a subcommand writes to, and the options that all of them share.
#pragma once

#include <functional>
#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

#include "omscope/core/problem.h"
#include "omscope/report/text_page.h"

namespace omscope::cli {

/// 0 all well, 1 a difference or a finding, 2 bad usage, unreadable input, or output that could not
/// be written. Of several inputs the highest counts.
enum ExitCode : int { kOk = 0, kFinding = 1, kFailed = 2 };

/// The two streams of a run and what is at their ends; tests give it strings.
struct Io {
  std::ostream& out;
  std::ostream& err;
  bool out_is_terminal = false;
  bool err_is_terminal = false;
  size_t terminal_width = 0;
  /// Asked when `out` failed: whether nobody reads it any more, which is no fault to speak of.
  std::function<bool()> out_is_closed = nullptr;
};

struct CommonOptions {
  std::string format = "text";
  std::string output;
  std::string colour = "auto";
  size_t width = 0;
  bool all = false;
  int threads = 0;
};

/// Width, length and colours of text for these options and this terminal.
report::TextStyle text_style(const CommonOptions& options, const Io& io);

/// Runs `write` on the report's stream: standard output ("-", too), or the file `options.output`,
/// which must be none of `inputs` and none that is read of a folder among them. Says on `io.err`
/// what went wrong.
ExitCode write_report(const CommonOptions& options, const std::vector<std::string>& inputs, Io& io,
                      const std::function<void(std::ostream&)>& write);

/// Flushes standard output and says on `io.err` if that fails.
ExitCode finish_output(Io& io);

/// "omscope: FILE: …: error: …" on standard error; infos are left to the report. What goes beyond a
/// screenful is counted, with the words of `advice` on where it is told, if anywhere.
void print_problems(const Problems& problems, Io& io,
                    std::string_view advice = "--format json lists {}");
void print_problem(const Problem& problem, Io& io);

/// The problems of many files of `input`: those for the same reason are one line with a count.
void print_by_reason(const std::string& input, const std::vector<Problem>& problems, Io& io);

}  // namespace omscope::cli
