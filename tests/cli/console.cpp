#include "cli/console.h"

#include <cstdlib>
#include <fstream>
#include <regex>
#include <sstream>

#include <fmt/format.h>
#include <sys/wait.h>

#include "support/files.h"

namespace omscope::test {
namespace {

namespace fs = std::filesystem;

/// `text` in single quotes, for the shell.
std::string quoted(const std::string& text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? "'\\''" : std::string(1, c);
  return out + "'";
}

std::string replace_all(std::string text, const std::string& what, const std::string& with) {
  for (size_t at = text.find(what); at != std::string::npos; at = text.find(what, at)) {
    text.replace(at, what.size(), with);
    at += with.size();
  }
  return text;
}

/// What differs from build to build or from machine to machine.
std::string masked(std::string text, const fs::path& scratch) {
  static const std::regex version(R"((^|\n)omscope [0-9.]+( commit [0-9a-f]+)?\n)");
  static const std::regex libraries(R"((^|\n)(built with|instruction set in use:) [^\n]*)");
  static const std::regex json_version(R"~("version": "[0-9]+\.[0-9]+\.[0-9]+")~");
  text = replace_all(std::move(text), scratch.string(), "$T");
  text = std::regex_replace(text, version, "$1omscope VERSION\n");
  text = std::regex_replace(text, libraries, "$1$2 …");
  return std::regex_replace(text, json_version, R"("version": "VERSION")");
}

}  // namespace

bool& updating() {
  static bool value = false;
  return value;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

std::string text_of(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + '\n';
  return text;
}

Seen run_line(const std::string& line, const fs::path& folder, const fs::path& scratch) {
  const ScratchFolder captured;
  const fs::path script = captured.path() / "script";
  const fs::path out = captured.path() / "out";
  const fs::path err = captured.path() / "err";
  std::ofstream(script) << fmt::format(
      "unset NO_COLOR COLUMNS\nexport LC_ALL=C T={}\nomscope() {{ {} \"$@\"; }}\ncd {}\n{}\n",
      quoted(scratch.string()), quoted(OMSCOPE_TOOL), quoted(folder.string()), line);
  const std::string command = fmt::format("sh {} >{} 2>{} </dev/null", quoted(script.string()),
                                          quoted(out.string()), quoted(err.string()));
  const int status = std::system(command.c_str());
  Seen seen;
  seen.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  seen.out = lines_of(masked(file_content(out), scratch));
  seen.err = lines_of(masked(file_content(err), scratch));
  return seen;
}

}  // namespace omscope::test
