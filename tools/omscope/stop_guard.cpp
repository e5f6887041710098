#include "omscope/stop_guard.h"

#include <csignal>

#include "omscope/core/unfinished_file.h"

namespace omscope::cli {
namespace {

void on_stop(int signal) {
  remove_unfinished_files();
  ::raise(signal);  // has its default effect as soon as this returns, see SA_RESETHAND
}

}  // namespace

void clean_up_when_stopped() {
  for (const int signal : {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGXCPU}) {
    struct sigaction action {};
    if (::sigaction(signal, nullptr, &action) != 0 || action.sa_handler == SIG_IGN) continue;
    action = {};
    action.sa_handler = on_stop;
    action.sa_flags = static_cast<int>(SA_RESETHAND);
    sigemptyset(&action.sa_mask);
    ::sigaction(signal, &action, nullptr);
  }
}

}  // namespace omscope::cli
