#include <iostream>

#include <sys/ioctl.h>
#include <unistd.h>

#include "omscope/cli.h"

int main(int argc, char** argv) {
  std::ios::sync_with_stdio(false);
  omscope::cli::Io io{std::cout, std::cerr};
  io.out_is_terminal = ::isatty(STDOUT_FILENO) == 1;
  winsize size{};
  if (io.out_is_terminal && ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0) {
    io.terminal_width = size.ws_col;
  }
  return omscope::cli::run(argc, argv, io);
}
