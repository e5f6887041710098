#include "tools/run_process.h"

#include <csignal>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace omscope::test {

int start_tool(const std::vector<std::string>& arguments, const Ends& ends) {
  std::vector<std::string> words = {OMSCOPE_TOOL};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  const pid_t child = ::fork();
  if (child != 0) return child;
  std::signal(SIGPIPE, SIG_DFL);
  if (ends.in >= 0) ::dup2(ends.in, STDIN_FILENO);
  if (ends.out >= 0) ::dup2(ends.out, STDOUT_FILENO);
  if (ends.err >= 0) ::dup2(ends.err, STDERR_FILENO);
  ::execv(OMSCOPE_TOOL, argv.data());
  ::_exit(127);
}

int exit_code_of(int process) {
  int status = 0;
  ::waitpid(process, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

int open_output(const std::string& path) {
  return ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
}

}  // namespace omscope::test
