#include "omscope/io.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <ios>
#include <ostream>

#include <fmt/format.h>

#include "omscope/core/replace_file.h"
#include "omscope/core/text.h"

namespace omscope::cli {
namespace {

ExitCode refuse(const std::string& path, std::string why, Io& io) {
  print_problem({Severity::kError, Code::kCannotWrite, path, std::nullopt, "", std::move(why)}, io);
  return kFailed;
}

ExitCode write_to_file(const std::string& path, const std::vector<std::string>& inputs, Io& io,
                       const std::function<void(std::ostream&)>& write) {
  for (const std::string& input : inputs) {
    if (!is_same_file(path, input)) continue;
    return refuse(path, "is an input of this run; give -o another name", io);
  }
  const auto written = replace_file(path, Links::kFollow, write);
  if (written) return kOk;
  print_problem(written.error(), io);
  return kFailed;
}

/// Whether the locale says that text is something else than UTF-8. Where nothing is said, it is.
bool locale_lacks_unicode() {
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    const char* value = std::getenv(name);
    if (value == nullptr || *value == '\0') continue;
    std::string lower(value);
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return lower.find("utf-8") == std::string::npos && lower.find("utf8") == std::string::npos;
  }
  return false;
}

}  // namespace

report::TextStyle text_style(const CommonOptions& options, const Io& io) {
  constexpr size_t kPlainWidth = 100;
  constexpr size_t kPlainLines = 40;
  constexpr size_t kNarrowest = 40;
  const bool terminal = io.out_is_terminal && options.output.empty();
  report::TextStyle style;
  style.width = options.width != 0                   ? options.width
                : terminal && io.terminal_width != 0 ? io.terminal_width
                                                     : kPlainWidth;
  style.width = std::max(style.width, kNarrowest);
  if (!options.all && !terminal) style.most_lines = kPlainLines;
  const char* no_colour = std::getenv("NO_COLOR");
  const bool refused = no_colour != nullptr && *no_colour != '\0';
  style.colour = options.colour == "always" || (options.colour == "auto" && terminal && !refused);
  style.unicode = !locale_lacks_unicode();
  return style;
}

ExitCode write_report(const CommonOptions& options, const std::vector<std::string>& inputs, Io& io,
                      const std::function<void(std::ostream&)>& write) {
  if (!options.output.empty()) return write_to_file(options.output, inputs, io, write);
  // Whoever stopped reading does not want the rest to be worked out.
  io.out.exceptions(std::ios::badbit);
  try {
    write(io.out);
  } catch (const std::ios_base::failure&) {
  }
  io.out.exceptions(std::ios::goodbit);
  return finish_output(io);
}

ExitCode finish_output(Io& io) {
  io.out.flush();
  if (io.out.good()) return kOk;
  if (io.out_is_closed && io.out_is_closed()) return kFailed;
  return refuse("standard output", "cannot be written; check space and permission", io);
}

void print_problem(const Problem& problem, Io& io) {
  io.err << "omscope: " << for_terminal(to_line(problem)) << '\n';
}

void print_problems(const Problems& problems, Io& io) {
  constexpr size_t kMost = 20;
  size_t seen = 0;
  for (const Problem& problem : problems.list()) {
    if (problem.severity == Severity::kInfo) continue;
    if (++seen <= kMost) print_problem(problem, io);
  }
  if (seen <= kMost) return;
  io.err << fmt::format("omscope: {}: … and {} more; --format json lists all\n",
                        for_terminal(problems.file()), seen - kMost);
}

}  // namespace omscope::cli
