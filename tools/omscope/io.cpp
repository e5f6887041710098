#include "omscope/io.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <ios>
#include <map>
#include <ostream>
#include <tuple>

#include <fmt/format.h>

#include "omscope/core/file_bytes.h"
#include "omscope/core/replace_file.h"
#include "omscope/core/text.h"
#include "omscope/formats/detect.h"
#include "omscope/formats/dump/file_name.h"

namespace omscope::cli {
namespace {

namespace fs = std::filesystem;

ExitCode refuse(const std::string& path, std::string why, Io& io) {
  print_problem({Severity::kError, Code::kCannotWrite, path, std::nullopt, "", std::move(why)}, io);
  return kFailed;
}

bool is_standard_output(const std::string& path) {
  return path.empty() || path == "-";
}

/// Whether a file that is there lies in the folder and is one that a run looks for there: what it
/// holds or its name says so. A report of an earlier run does not.
bool is_read_of(const std::string& folder, const std::string& path) {
  std::error_code failed;
  if (!is_folder(folder) || !fs::is_regular_file(path, failed)) return false;
  if (!is_inside(path, folder)) return false;
  const fs::path file = fs::canonical(path, failed);
  if (dump::parse_file_name(file.filename().string()).kind != dump::NameKind::kOther) return true;
  const auto content = FileBytes::open(path);
  return !content || detect((*content)->bytes()).kind != Kind::kUnknown;
}

ExitCode write_to_file(const std::string& path, const std::vector<std::string>& inputs, Io& io,
                       const std::function<void(std::ostream&)>& write) {
  for (const std::string& input : inputs) {
    if (is_read_of(input, path)) {
      return refuse(path, fmt::format("is a file of the input {}; give -o another name", input),
                    io);
    }
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

constexpr size_t kMostPrinted = 20;

/// How many problems the one at the end of a full list stands for: its text begins with that.
uint64_t left_out(const Problem& last) {
  uint64_t count = 0;
  std::from_chars(last.message.data(), last.message.data() + last.message.size(), count);
  return count;
}

}  // namespace

report::TextStyle text_style(const CommonOptions& options, const Io& io) {
  constexpr size_t kPlainWidth = 100;
  constexpr size_t kPlainLines = 40;
  constexpr size_t kNarrowest = 40;
  const bool terminal = io.out_is_terminal && is_standard_output(options.output);
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
  if (!is_standard_output(options.output)) return write_to_file(options.output, inputs, io, write);
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

void print_problems(const Problems& problems, Io& io, std::string_view advice) {
  size_t seen = 0;
  uint64_t not_kept = 0;
  for (const Problem& problem : problems.list()) {
    if (problem.severity == Severity::kInfo) continue;
    if (problem.code == Code::kMoreProblems && problem.file == problems.file()) {
      not_kept += left_out(problem);
    } else if (++seen <= kMostPrinted) {
      print_problem(problem, io);
    }
  }
  if (seen + not_kept <= kMostPrinted) return;
  const uint64_t rest = seen - std::min(seen, kMostPrinted) + not_kept;
  const std::string where =
      advice.empty()
          ? ""
          : "; " + fmt::format(fmt::runtime(advice),
                               not_kept == 0 ? std::string("all")
                                             : fmt::format("{} of them", grouped(rest - not_kept)));
  io.err << fmt::format("omscope: {}: … and {} more{}\n", for_terminal(problems.file()),
                        grouped(rest), where);
}

void print_by_reason(const std::string& input, const std::vector<Problem>& problems, Io& io) {
  struct Reason {
    const Problem* first;
    uint64_t count = 0;
    bool one_file = true;
  };
  std::vector<Reason> reasons;
  std::map<std::tuple<Severity, Code, std::string_view>, size_t> known;
  for (const Problem& problem : problems) {
    if (problem.severity == Severity::kInfo) continue;
    const auto [place, added] =
        known.try_emplace({problem.severity, problem.code, problem.message}, reasons.size());
    if (added) reasons.push_back({&problem});
    Reason& reason = reasons[place->second];
    ++reason.count;
    reason.one_file = reason.one_file && reason.first->file == problem.file;
  }
  uint64_t left = 0;
  for (size_t i = 0; i < reasons.size(); ++i) {
    const Reason& reason = reasons[i];
    if (i >= kMostPrinted) {
      left += reason.count;
      continue;
    }
    Problem one = *reason.first;
    std::string& subject = reason.one_file ? one.where : one.file;
    if (reason.count > 1) subject += fmt::format(" and {} more", grouped(reason.count - 1));
    print_problem(one, io);
  }
  if (left > 0) {
    io.err << fmt::format("omscope: {}: … and {} more\n", for_terminal(input), grouped(left));
  }
}

}  // namespace omscope::cli
