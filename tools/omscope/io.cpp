#include "omscope/io.h"

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <unistd.h>

#include "omscope/core/text.h"

namespace omscope::cli {
namespace {

ExitCode cannot_write(const std::string& path, Io& io) {
  print_problem({Severity::kError, Code::kCannotWrite, path, std::nullopt, "",
                 "the report could not be written; check space and permission"},
                io);
  return kFailed;
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
  return style;
}

ExitCode write_report(const CommonOptions& options, Io& io,
                      const std::function<void(std::ostream&)>& write) {
  if (options.output.empty()) {
    write(io.out);
    io.out.flush();
    return io.out.good() ? kOk : cannot_write("standard output", io);
  }
  // A name of its own beside the target: whoever reads the target never sees half a report.
  const std::string part = options.output + ".part" + std::to_string(::getpid());
  std::ofstream file(part, std::ios::binary | std::ios::trunc);
  if (file) write(file);
  file.close();
  std::error_code failed;
  if (file) std::filesystem::rename(part, options.output, failed);
  if (!file || failed) {
    std::filesystem::remove(part, failed);
    return cannot_write(options.output, io);
  }
  return kOk;
}

void print_problem(const Problem& problem, Io& io) {
  io.err << "omscope: " << for_terminal(to_line(problem)) << '\n';
}

void print_problems(const Problems& problems, Io& io) {
  for (const Problem& problem : problems.list()) {
    if (problem.severity != Severity::kInfo) print_problem(problem, io);
  }
}

}  // namespace omscope::cli
