#include "support/run_tool.h"

#include <sstream>

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "omscope/cli.h"

#include "support/files.h"

namespace omscope::test {
namespace {

std::vector<char*> pointers(std::vector<std::string>& words) {
  std::vector<char*> out;
  for (std::string& word : words) out.push_back(word.data());
  out.push_back(nullptr);
  return out;
}

void redirect(const std::string& path, int to) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  if (fd >= 0) ::dup2(fd, to);
}

}  // namespace

ToolResult run_cli(const std::vector<std::string>& arguments) {
  std::vector<const char*> argv = {"omscope"};
  for (const std::string& argument : arguments) argv.push_back(argument.c_str());
  std::ostringstream out;
  std::ostringstream err;
  cli::Io io{out, err};
  ToolResult result;
  result.exit_code = cli::run(static_cast<int>(argv.size()), argv.data(), io);
  result.out = out.str();
  result.err = err.str();
  return result;
}

ToolResult run_tool_limited(const std::vector<std::string>& arguments, uint64_t most_private,
                            int seconds) {
  const ScratchFolder folder;
  const std::string out = (folder.path() / "out").string();
  const std::string err = (folder.path() / "err").string();
  std::vector<std::string> words = {OMSCOPE_TOOL};
  words.insert(words.end(), arguments.begin(), arguments.end());
  const std::vector<char*> argv = pointers(words);
  const pid_t child = ::fork();
  if (child == 0) {
    const rlimit memory{most_private, most_private};
    ::setrlimit(RLIMIT_DATA, &memory);
    ::alarm(static_cast<unsigned>(seconds));
    redirect(out, STDOUT_FILENO);
    redirect(err, STDERR_FILENO);
    ::execv(OMSCOPE_TOOL, argv.data());
    ::_exit(127);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  ToolResult result;
  result.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  result.out = file_content(out);
  result.err = file_content(err);
  return result;
}

}  // namespace omscope::test
