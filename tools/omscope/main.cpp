#include <csignal>
#include <iostream>

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "omscope/bus_guard.h"
#include "omscope/cli.h"
#include "omscope/stop_guard.h"

namespace {

/// A descriptor that the caller closed would be given to the next file that is opened, and output
/// would go there. One that can only be read fails as a closed one does.
void occupy_standard_descriptors() {
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::fcntl(fd, F_GETFD) == -1) ::open("/dev/null", O_RDONLY);
  }
}

bool output_is_closed() {
  pollfd out{STDOUT_FILENO, POLLOUT, 0};
  const bool broken = ::poll(&out, 1, 0) == 1 && (out.revents & (POLLERR | POLLHUP)) != 0;
  return broken || (::fcntl(STDOUT_FILENO, F_GETFL) & O_ACCMODE) == O_RDONLY;
}

}  // namespace

int main(int argc, char** argv) {
  occupy_standard_descriptors();
  std::signal(SIGPIPE, SIG_IGN);  // a write that fails is told by the stream
  std::signal(SIGXFSZ, SIG_IGN);  // so is one beyond the largest file that is allowed
  omscope::cli::guard_against_shrinking_files();
  omscope::cli::clean_up_when_stopped();
  std::ios::sync_with_stdio(false);
  omscope::cli::Io io{std::cout, std::cerr};
  io.out_is_closed = output_is_closed;
  io.out_is_terminal = ::isatty(STDOUT_FILENO) == 1;
  io.err_is_terminal = ::isatty(STDERR_FILENO) == 1;
  winsize size{};
  if (io.out_is_terminal && ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0) {
    io.terminal_width = size.ws_col;
  }
  const int code = omscope::cli::run(argc, argv, io);
  if (!omscope::cli::file_has_shrunk()) return code;
  std::cerr << "omscope: error: an input file became shorter while it was read; what is shown of "
               "it is not whole; run again\n";
  return omscope::cli::kFailed;
}
