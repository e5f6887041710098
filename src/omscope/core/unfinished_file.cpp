#include "omscope/core/unfinished_file.h"

#include <array>
#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "omscope/core/replace_file.h"
#include "omscope/core/text.h"

namespace omscope {
namespace {

namespace fs = std::filesystem;

/// More than are ever written at a time; one that finds no room is only removed by its destructor.
constexpr size_t kMost = 64;
std::array<std::atomic<char*>, kMost> listed{};
std::atomic<bool> stopped{false};
static_assert(std::atomic<char*>::is_always_lock_free && std::atomic<bool>::is_always_lock_free,
              "a signal handler uses them");

constexpr std::string_view kMark = ".part";

std::string part_name(const fs::path& target) {
  static std::atomic<uint64_t> number{0};
  return fmt::format("{}{}{}.{}", target.string(), kMark, ::getpid(), number++);
}

std::string descriptor_path(int fd) {
  return fmt::format("/proc/self/fd/{}", fd);
}

/// Without /proc a file without a name can never get one.
bool has_descriptor_path(int fd) {
  struct stat info {};
  return ::lstat(descriptor_path(fd).c_str(), &info) == 0;
}

bool cannot_link(int error) {
  return error == EPERM || error == EXDEV || error == EOPNOTSUPP || error == EINVAL ||
         error == ENOSYS;
}

int copy_all(int from, int to) {
  std::vector<std::byte> room(size_t{1} << 20U);
  for (off_t at = 0;;) {
    const ssize_t got = ::pread(from, room.data(), room.size(), at);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return got < 0 ? errno : 0;
    const auto count = static_cast<size_t>(got);
    if (const int error = write_all(to, {room.data(), count}); error != 0) return error;
    at += got;
  }
}

}  // namespace

UnfinishedFile::UnfinishedFile(const fs::path& target, mode_t mode) : target_(target) {
  if (!open_unnamed(mode)) open_named(mode);
}

UnfinishedFile::~UnfinishedFile() {
  if (!name_.empty()) ::unlink(name_.c_str());
  forget();
  if (fd_ >= 0) ::close(fd_);
}

bool UnfinishedFile::open_unnamed(mode_t mode) {
#ifdef O_TMPFILE
  fs::path folder = target_.parent_path();
  if (folder.empty()) folder = ".";
  const int fd = ::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, mode);
  if (fd < 0) return false;
  if (has_descriptor_path(fd)) {
    fd_ = fd;
    return true;
  }
  ::close(fd);
#endif
  return false;
}

void UnfinishedFile::open_named(mode_t mode) {
  constexpr int kTries = 100;
  for (int i = 0; i < kTries; ++i) {
    // In the list before it is there: a handler may run on another thread at any time.
    enlist(part_name(target_));
    if (!stopped) fd_ = ::open(name_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    error_ = fd_ >= 0 ? 0 : stopped ? EINTR : errno;
    if (fd_ >= 0) return;
    name_.clear();  // not ours
    forget();
    if (error_ != EEXIST) return;
  }
}

int UnfinishedFile::link_to(const std::string& name) const {
  const std::string source = descriptor_path(fd_);
  const int done = ::linkat(AT_FDCWD, source.c_str(), AT_FDCWD, name.c_str(), AT_SYMLINK_FOLLOW);
  return done == 0 ? 0 : errno;
}

/// For file systems that make files without a name and cannot give them one.
int UnfinishedFile::copy_and_rename() {
  const int from = std::exchange(fd_, -1);
  struct stat info {};
  int error = ::fstat(from, &info) == 0 ? 0 : errno;
  constexpr mode_t kPermissions = 07777;
  constexpr mode_t kPrivate = 0600;
  if (error == 0) open_named(kPrivate);
  if (error == 0 && fd_ < 0) error = error_;
  if (error == 0 && ::fchmod(fd_, info.st_mode & kPermissions) != 0) error = errno;
  if (error == 0) error = copy_all(from, fd_);
  ::close(from);
  if (fd_ < 0) return error;
  if (const int late = close_it(); error == 0) error = late;
  if (error == 0 && std::rename(name_.c_str(), target_.c_str()) != 0) error = errno;
  return error;
}

/// What has the target's name is replaced at once: a link cannot do that, a rename can.
int UnfinishedFile::link_and_rename() {
  constexpr int kTries = 100;
  int error = EEXIST;
  for (int i = 0; i < kTries && error == EEXIST; ++i) {
    enlist(part_name(target_));
    error = stopped ? EINTR : link_to(name_);
    if (error == 0) break;
    name_.clear();
    forget();
  }
  if (error == 0 && std::rename(name_.c_str(), target_.c_str()) != 0) {
    error = errno;
    ::unlink(name_.c_str());
    name_.clear();
    forget();
  }
  return error;
}

int UnfinishedFile::close_it() {
  return ::close(std::exchange(fd_, -1)) == 0 ? 0 : errno;
}

int UnfinishedFile::complete() {
  int error = 0;
  if (name_.empty()) {
    error = stopped ? EINTR : link_to(target_.string());
    if (error == EEXIST) error = link_and_rename();
    if (cannot_link(error)) {
      error = copy_and_rename();
    } else if (const int late = close_it(); error == 0) {
      error = late;
    }
  } else {
    // Some file systems say only now that there was no space.
    error = close_it();
    if (error == 0 && std::rename(name_.c_str(), target_.c_str()) != 0) error = errno;
  }
  if (error != 0) return error;
  name_.clear();
  forget();
  return 0;
}

void UnfinishedFile::enlist(std::string name) {
  name_ = std::move(name);
  char* const copy = ::strdup(name_.c_str());
  if (copy == nullptr) return;
  for (std::atomic<char*>& place : listed) {
    char* none = nullptr;
    if (!place.compare_exchange_strong(none, copy)) continue;
    listed_ = copy;
    return;
  }
  std::free(copy);
}

/// Whoever takes the name out of the list owns it: a handler that runs now may still read it, and
/// then it is left to the end of the process.
void UnfinishedFile::forget() {
  char* const own = std::exchange(listed_, nullptr);
  if (own == nullptr) return;
  for (std::atomic<char*>& place : listed) {
    char* expected = own;
    if (!place.compare_exchange_strong(expected, nullptr)) continue;
    std::free(own);
    return;
  }
}

void remove_unfinished_files() {
  stopped = true;
  // Another thread may be about to make the file that it has just listed, so names that were taken
  // out of the list are tried several times.
  constexpr int kRounds = 3;
  std::array<const char*, kMost * kRounds> taken{};
  size_t count = 0;
  for (int i = 0; i < kRounds; ++i) {
    for (std::atomic<char*>& place : listed) {
      const char* const name = place.exchange(nullptr);
      if (name != nullptr) taken.at(count++) = name;
    }
    for (size_t k = 0; k < count; ++k) ::unlink(taken.at(k));
    if (count == 0) return;
    constexpr timespec kWait{0, 5'000'000};
    ::nanosleep(&kWait, nullptr);
  }
}

bool is_unfinished_name(std::string_view name) {
  const size_t mark = name.rfind(kMark);
  if (mark == std::string_view::npos || mark == 0) return false;
  const std::string_view numbers = name.substr(mark + kMark.size());
  const size_t dot = numbers.find('.');
  return dot != std::string_view::npos && is_digits(numbers.substr(0, dot)) &&
         is_digits(numbers.substr(dot + 1));
}

}  // namespace omscope
