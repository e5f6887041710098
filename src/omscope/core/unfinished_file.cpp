#include "omscope/core/unfinished_file.h"

#include <array>
#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <utility>

#include <unistd.h>

namespace omscope {
namespace {

/// More than are ever written at a time; one that finds no room is only removed by its destructor.
constexpr size_t kMost = 64;
std::array<std::atomic<char*>, kMost> listed{};
std::atomic<bool> stopped{false};
static_assert(std::atomic<char*>::is_always_lock_free && std::atomic<bool>::is_always_lock_free,
              "a signal handler uses them");

char* enlist(const std::string& name) {
  char* const copy = ::strdup(name.c_str());
  if (copy == nullptr) return nullptr;
  for (std::atomic<char*>& place : listed) {
    char* none = nullptr;
    if (place.compare_exchange_strong(none, copy)) return copy;
  }
  std::free(copy);
  return nullptr;
}

}  // namespace

UnfinishedFile::UnfinishedFile(const std::string& name) : name_(name), listed_(enlist(name)) {
  if (stopped) ::unlink(name_.c_str());
}

UnfinishedFile::~UnfinishedFile() {
  if (!name_.empty()) ::unlink(name_.c_str());
  forget();
}

int UnfinishedFile::rename_to(const std::filesystem::path& target) {
  if (std::rename(name_.c_str(), target.c_str()) != 0) return errno;
  name_.clear();
  forget();
  return 0;
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
  for (std::atomic<char*>& place : listed) {
    const char* const name = place.exchange(nullptr);
    if (name != nullptr) ::unlink(name);
  }
}

}  // namespace omscope
