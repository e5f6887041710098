#include "omscope/core/scratch_room.h"

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <system_error>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

namespace omscope {
namespace {

constexpr uint64_t kMostInMemory = uint64_t{1} << 20U;

std::string scratch_folder() {
  const char* wanted = std::getenv("TMPDIR");  // NOLINT(concurrency-mt-unsafe)
  if (wanted != nullptr && *wanted != '\0') return wanted;
  std::error_code failed;
  return std::filesystem::is_directory("/var/tmp", failed) ? "/var/tmp" : "/tmp";
}

/// A mapping of a file that has no name any more.
class Mapping {
 public:
  Mapping(void* at, size_t size) : at_(at), size_(size) {}
  Mapping(const Mapping&) = delete;
  Mapping& operator=(const Mapping&) = delete;
  ~Mapping() { ::munmap(at_, size_); }

 private:
  void* at_;
  size_t size_;
};

int make_unnamed_file(const std::string& folder) {
  std::string name = folder + "/omscope-XXXXXX";
  const int fd = ::mkostemp(name.data(), O_CLOEXEC);
  if (fd >= 0) ::unlink(name.c_str());
  return fd;
}

/// Space is taken at once: a mapped file that finds the disk full later ends the program.
Result<ScratchRoom> map_new_file(const std::string& folder, uint64_t size) {
  const auto failed = [&](int error) {
    return Problem{Severity::kError,
                   Code::kCannotWrite,
                   folder,
                   std::nullopt,
                   "",
                   fmt::format("cannot hold {} bytes for a while: {}; let TMPDIR name a folder "
                               "with more space",
                               size, std::generic_category().message(error))};
  };
  const int fd = make_unnamed_file(folder);
  if (fd < 0) return failed(errno);
  const int no_space = ::posix_fallocate(fd, 0, static_cast<off_t>(size));
  void* at =
      no_space != 0 ? MAP_FAILED : ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  const int error = no_space != 0 ? no_space : errno;
  ::close(fd);
  if (at == MAP_FAILED) return failed(error);
  return ScratchRoom{std::make_shared<Mapping>(at, size), {static_cast<std::byte*>(at), size}};
}

}  // namespace

Result<ScratchRoom> make_scratch_room(uint64_t size) {
  if (size > kMostInMemory) return map_new_file(scratch_folder(), size);
  auto bytes = std::make_shared<std::vector<std::byte>>(size);
  const std::span<std::byte> span(*bytes);
  return ScratchRoom{std::move(bytes), span};
}

}  // namespace omscope
