#include "omscope/bus_guard.h"

#include <atomic>
#include <csignal>
#include <cstdint>

#include <sys/mman.h>
#include <unistd.h>

namespace omscope::cli {
namespace {

std::atomic<bool> shrunk{false};
std::atomic<uintptr_t> page_size{0};
static_assert(std::atomic<bool>::is_always_lock_free && std::atomic<uintptr_t>::is_always_lock_free,
              "a signal handler uses them");

void on_bus_error(int signal, siginfo_t* info, void* /*context*/) {
  const uintptr_t size = page_size.load(std::memory_order_relaxed);
  const auto address = reinterpret_cast<uintptr_t>(info->si_addr);
  void* page = reinterpret_cast<void*>(address / size * size);
  if (info->si_code == BUS_ADRERR &&
      ::mmap(page, size, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == page) {
    shrunk.store(true, std::memory_order_relaxed);
    return;
  }
  ::signal(signal, SIG_DFL);  // the access is made again and ends the process
}

}  // namespace

void guard_against_shrinking_files() {
  page_size = static_cast<uintptr_t>(::sysconf(_SC_PAGESIZE));
  struct sigaction action {};
  action.sa_sigaction = on_bus_error;
  action.sa_flags = SA_SIGINFO;
  sigemptyset(&action.sa_mask);
  ::sigaction(SIGBUS, &action, nullptr);
}

bool file_has_shrunk() {
  return shrunk.load(std::memory_order_relaxed);
}

}  // namespace omscope::cli
