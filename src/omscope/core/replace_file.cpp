#include "omscope/core/replace_file.h"

#include <array>
#include <cerrno>
#include <filesystem>
#include <optional>
#include <streambuf>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "omscope/core/unfinished_file.h"

namespace omscope {
namespace {

namespace fs = std::filesystem;

/// A stream buffer on a descriptor. What it writes always goes through its own memory: the kernel
/// refuses bytes of a mapped file that became shorter, while a copy of them raises a signal that
/// the program may handle.
class DescriptorBuffer : public std::streambuf {
 public:
  explicit DescriptorBuffer(int fd) : fd_(fd) { setp(room_.data(), room_.data() + room_.size()); }
  DescriptorBuffer(const DescriptorBuffer&) = delete;
  DescriptorBuffer& operator=(const DescriptorBuffer&) = delete;
  ~DescriptorBuffer() override { drain(); }

  int error() const { return error_; }

 protected:
  int_type overflow(int_type c) override {
    if (!drain()) return traits_type::eof();
    if (traits_type::eq_int_type(c, traits_type::eof())) return traits_type::not_eof(c);
    return sputc(traits_type::to_char_type(c));
  }
  int sync() override { return drain() ? 0 : -1; }

 private:
  bool drain() {
    const auto size = static_cast<size_t>(pptr() - pbase());
    if (error_ == 0) error_ = write_all(fd_, as_bytes({pbase(), size}));
    setp(room_.data(), room_.data() + room_.size());
    return error_ == 0;
  }

  int fd_;
  int error_ = 0;
  std::array<char, size_t{1} << 16> room_{};
};

Problem cannot_write(const std::string& path, std::string why) {
  return {Severity::kError, Code::kCannotWrite, path, std::nullopt, "", std::move(why)};
}

Problem cannot_write(const std::string& path, int error) {
  std::string why = "cannot write: " + std::generic_category().message(error);
  std::error_code failed;
  const fs::path folder = fs::path(path).parent_path();
  if (path.empty()) {
    why = "the name is empty; name a file";
  } else if (error == ENOENT && !folder.empty() && !fs::is_directory(folder, failed)) {
    why = fmt::format("the folder '{}' does not exist; make it first", folder.string());
  } else if (error == ENOENT) {
    why = "no file can be made there; choose another folder";
  }
  return cannot_write(path, std::move(why));
}

/// The file at the end of a chain of links, which need not exist yet.
fs::path behind_links(fs::path path) {
  constexpr int kLongestChain = 40;
  std::error_code failed;
  for (int i = 0; i < kLongestChain && fs::is_symlink(fs::symlink_status(path, failed)); ++i) {
    const fs::path next = fs::read_symlink(path, failed);
    path = next.is_absolute() ? next : path.parent_path() / next;
  }
  return path;
}

/// The error number of what went wrong, 0 for nothing.
int write_to(int fd, const std::function<void(std::ostream&)>& write) {
  DescriptorBuffer buffer(fd);
  std::ostream out(&buffer);
  write(out);
  out.flush();
  return buffer.error();
}

Result<Done> write_to_standard_output(const std::function<int(int fd)>& write) {
  if (const int error = write(STDOUT_FILENO); error != 0) {
    return cannot_write("standard output", error);
  }
  return Done{};
}

Result<Done> write_straight(const std::string& path, const std::function<int(int fd)>& write) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
  if (fd < 0) return cannot_write(path, errno);
  int error = write(fd);
  if (::close(fd) != 0 && error == 0) error = errno;
  if (error != 0) return cannot_write(path, error);
  return Done{};
}

}  // namespace

Result<Done> replace_file(const std::string& path, Links links,
                          const std::function<void(std::ostream&)>& write) {
  return replace_file_raw(path, links, [&](int fd) { return write_to(fd, write); });
}

Result<Done> replace_file_raw(const std::string& path, Links links,
                              const std::function<int(int fd)>& write) {
  struct stat info {};
  const bool follow = links == Links::kFollow;
  if (follow && path == "-") return write_to_standard_output(write);
  const bool exists = (follow ? ::stat : ::lstat)(path.c_str(), &info) == 0;
  if (exists && S_ISDIR(info.st_mode)) return cannot_write(path, "is a folder; name a file in it");
  if (exists && follow && !S_ISREG(info.st_mode)) return write_straight(path, write);
  const bool keeps_mode = exists && S_ISREG(info.st_mode);
  constexpr mode_t kNewFile = 0666;  // less the umask
  constexpr mode_t kPrivate = 0600;  // until it has the permissions of what it replaces
  const fs::path target = follow ? behind_links(path) : fs::path(path);
  UnfinishedFile unfinished(target, keeps_mode ? kPrivate : kNewFile);
  if (unfinished.fd() < 0) return cannot_write(path, unfinished.error());
  constexpr mode_t kPermissions = 07777;
  int error = 0;
  if (keeps_mode && ::fchmod(unfinished.fd(), info.st_mode & kPermissions) != 0) error = errno;
  if (error == 0) error = write(unfinished.fd());
  if (error == 0) error = unfinished.complete();
  if (error != 0) return cannot_write(path, error);
  return Done{};
}

int write_all(int fd, ByteView bytes) {
  while (!bytes.empty()) {
    const ssize_t done = ::write(fd, bytes.data(), bytes.size());
    if (done < 0 && errno != EINTR) return errno;
    if (done > 0) bytes = bytes.subspan(static_cast<size_t>(done));
  }
  return 0;
}

int write_all_at(int fd, ByteView bytes, uint64_t offset) {
  while (!bytes.empty()) {
    const ssize_t done = ::pwrite(fd, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (done < 0 && errno != EINTR) return errno;
    if (done <= 0) continue;
    bytes = bytes.subspan(static_cast<size_t>(done));
    offset += static_cast<uint64_t>(done);
  }
  return 0;
}

bool is_same_file(const std::string& path, const std::string& input) {
  struct stat first {};
  struct stat second {};
  const int found = input == "-" ? ::fstat(STDIN_FILENO, &second) : ::stat(input.c_str(), &second);
  return ::stat(path.c_str(), &first) == 0 && found == 0 && first.st_dev == second.st_dev &&
         first.st_ino == second.st_ino;
}

bool is_inside(const std::string& path, const std::string& folder) {
  std::error_code failed;
  const fs::path root = fs::weakly_canonical(folder, failed);
  if (failed) return false;
  const fs::path file = fs::weakly_canonical(path, failed);
  if (failed) return false;
  const fs::path inside = file.lexically_relative(root);
  return !inside.empty() && *inside.begin() != "..";
}

bool is_folder(const std::string& path) {
  struct stat info {};
  return ::stat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode);
}

void write_parts(std::ostream& out, const std::vector<ByteView>& parts) {
  for (const ByteView bytes : parts) {
    out.write(as_text(bytes).data(), static_cast<std::streamsize>(bytes.size()));
  }
}

}  // namespace omscope
