#include "bench/process.h"

#include <algorithm>
#include <chrono>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include <fcntl.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

namespace omscope::bench {
namespace {

using Clock = std::chrono::steady_clock;

/// What is printed goes to memory that nobody reads, not to /dev/null: grep looks whether its
/// output is that, and stops at the first match then, even where it shall count.
pid_t spawn_silent(std::vector<std::string>& words) {
  const int sink = ::memfd_create("output", MFD_CLOEXEC);
  if (sink < 0) throw std::runtime_error("cannot take what a command prints");
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  for (const int fd : {STDOUT_FILENO, STDERR_FILENO}) {
    posix_spawn_file_actions_adddup2(&actions, sink, fd);
  }
  pid_t child = -1;
  const int failed = posix_spawn(&child, argv[0], &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  ::close(sink);
  if (failed != 0) throw std::runtime_error("cannot run " + words[0]);
  return child;
}

uint64_t peak_resident(pid_t process) {
  std::ifstream status("/proc/" + std::to_string(process) + "/status");
  for (std::string line; std::getline(status, line);) {
    if (!line.starts_with("VmHWM:")) continue;
    std::istringstream fields(line.substr(6));
    uint64_t kilobytes = 0;
    fields >> kilobytes;
    return kilobytes * 1024;
  }
  return 0;
}

bool is_exit_stop(int status) {
  return status >> 8 == (SIGTRAP | (PTRACE_EVENT_EXIT << 8));
}

class Mapped {
 public:
  explicit Mapped(const std::string& path) : fd_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {
    if (fd_ < 0) throw std::runtime_error("cannot open " + path);
  }
  Mapped(const Mapped&) = delete;
  Mapped& operator=(const Mapped&) = delete;
  ~Mapped() {
    if (pages_ != MAP_FAILED) ::munmap(pages_, size_);
    ::close(fd_);
  }
  int fd() const { return fd_; }
  void* map(uint64_t offset, uint64_t size) {
    size_ = size;
    pages_ = ::mmap(nullptr, size, PROT_READ, MAP_SHARED, fd_, static_cast<off_t>(offset));
    if (pages_ == MAP_FAILED) throw std::runtime_error("cannot map a file");
    return pages_;
  }

 private:
  int fd_;
  void* pages_ = MAP_FAILED;
  uint64_t size_ = 0;
};

}  // namespace

ProcessCost run_process(std::vector<std::string> words) {
  ProcessCost cost;
  const auto start = Clock::now();
  const pid_t child = spawn_silent(words);
  // Lets it run on and stops it once, at its exit. A process that is gone by now has no peak.
  ::ptrace(PTRACE_SEIZE, child, nullptr, PTRACE_O_TRACEEXIT);
  int status = 0;
  while (::waitpid(child, &status, 0) == child && WIFSTOPPED(status)) {
    const bool at_exit = is_exit_stop(status);
    if (at_exit) cost.peak_resident = peak_resident(child);
    ::ptrace(PTRACE_CONT, child, nullptr, at_exit ? 0 : WSTOPSIG(status));
  }
  cost.seconds = std::chrono::duration<double>(Clock::now() - start).count();
  cost.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return cost;
}

uint64_t cached_bytes(const std::string& path, uint64_t offset, uint64_t size) {
  const auto page = static_cast<uint64_t>(::sysconf(_SC_PAGESIZE));
  const uint64_t first = (offset + page - 1) / page * page;
  if (offset + size <= first) return 0;
  Mapped file(path);
  const uint64_t length = offset + size - first;
  void* pages = file.map(first, length);
  std::vector<unsigned char> resident((length + page - 1) / page);
  if (::mincore(pages, length, resident.data()) != 0) throw std::runtime_error("mincore failed");
  const auto is_resident = [](unsigned char flags) { return (flags & 1U) != 0; };
  return page * static_cast<uint64_t>(std::count_if(resident.begin(), resident.end(), is_resident));
}

void drop_cached(const std::string& path) {
  const Mapped file(path);
  ::fdatasync(file.fd());
  ::posix_fadvise(file.fd(), 0, 0, POSIX_FADV_DONTNEED);
}

}  // namespace omscope::bench
