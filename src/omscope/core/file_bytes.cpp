#include "omscope/core/file_bytes.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <functional>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace omscope {
namespace {

namespace fs = std::filesystem;

/// A pipe has no size to check against; this keeps an endless one from filling memory.
constexpr size_t kMostFromPipe = size_t{4} << 30;

/// Reading a few pages takes less time than mapping, touching and unmapping them.
constexpr size_t kSmall = size_t{1} << 15;

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  int get() const { return fd_; }

 private:
  int fd_;
};

Problem cannot_open(const std::string& path, std::string why) {
  return {Severity::kError, Code::kCannotOpen, path, std::nullopt, "", std::move(why)};
}

std::string system_text(int error) {
  return std::generic_category().message(error);
}

std::string_view advice(int error) {
  switch (error) {
    case ENOENT:
    case ENOTDIR: return "; check the path";
    case EACCES:
    case EPERM: return "; ask for permission to read it";
    default: return "; check the path and the file";
  }
}

/// A device may never end. A terminal ends when its user says so, and /dev/null at once.
bool is_endless(int fd, const struct stat& info) {
  if (S_ISBLK(info.st_mode)) return true;
  if (!S_ISCHR(info.st_mode) || ::isatty(fd) == 1) return false;
  struct stat null {};
  return ::stat("/dev/null", &null) != 0 || null.st_rdev != info.st_rdev;
}

/// `expected`: what the file system says of a small file, which is read at once; 0: not known.
Result<std::vector<std::byte>> read_all(int fd, const std::string& path, size_t expected) {
  constexpr size_t kStep = size_t{1} << 16;
  std::vector<std::byte> content(expected > 0 ? expected + 1 : kStep);
  for (size_t done = 0;;) {
    const ssize_t got = ::read(fd, content.data() + done, content.size() - done);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return cannot_open(path, fmt::format("cannot read: {}", system_text(errno)));
    done += static_cast<size_t>(got);
    if (got == 0 || (expected > 0 && done == expected)) {  // there was room for more, if any
      content.resize(done);
      return content;
    }
    if (done > kMostFromPipe) {
      return cannot_open(path, "more than 4 GiB came through a pipe; give the file itself");
    }
    if (content.size() - done < kStep / 2)
      content.resize(content.size() + content.size() / 2 + kStep);
  }
}

}  // namespace

FileBytes::FileBytes(std::string path, std::vector<std::byte> content)
    : path_(std::move(path)), content_(std::move(content)), bytes_(content_) {}

FileBytes::FileBytes(std::string path, void* mapping, size_t size)
    : path_(std::move(path)),
      mapping_(mapping),
      bytes_(static_cast<const std::byte*>(mapping), size) {}

FileBytes::~FileBytes() {
  if (mapping_ != nullptr) ::munmap(mapping_, bytes_.size());
}

std::shared_ptr<const FileBytes> FileBytes::from_memory(std::string path,
                                                        std::string_view content) {
  const ByteView bytes = as_bytes(content);
  return std::shared_ptr<const FileBytes>(
      new FileBytes(std::move(path), std::vector<std::byte>(bytes.begin(), bytes.end())));
}

Result<std::shared_ptr<const FileBytes>> FileBytes::open(const std::string& path) {
  if (path.empty()) return cannot_open(path, "the name is empty; name a file or a folder");
  const Descriptor fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (fd.get() < 0) {
    return cannot_open(path, fmt::format("cannot open: {}{}", system_text(errno), advice(errno)));
  }
  return from_descriptor(fd.get(), path, true);
}

Result<std::shared_ptr<const FileBytes>> FileBytes::from_standard_input() {
  return from_descriptor(STDIN_FILENO, "-", ::lseek(STDIN_FILENO, 0, SEEK_CUR) == 0);
}

Result<std::shared_ptr<const FileBytes>> FileBytes::from_descriptor(int fd, const std::string& path,
                                                                    bool from_start) {
  struct stat info {};
  if (::fstat(fd, &info) != 0) {
    return cannot_open(path, fmt::format("cannot stat: {}", system_text(errno)));
  }
  if (S_ISDIR(info.st_mode)) return cannot_open(path, "is a folder; name a file in it");
  if (is_endless(fd, info)) return cannot_open(path, "is a device; name a file");
  const auto size = static_cast<size_t>(info.st_size);
  const bool is_file = S_ISREG(info.st_mode) && from_start;
  if (!is_file || size <= kSmall) {
    auto content = read_all(fd, path, is_file ? size : 0);
    if (!content) return content.error();
    return std::shared_ptr<const FileBytes>(new FileBytes(path, std::move(*content)));
  }
  void* mapping = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, fd, 0);
  if (mapping == MAP_FAILED) {
    return cannot_open(path, fmt::format("cannot map: {}", system_text(errno)));
  }
  return std::shared_ptr<const FileBytes>(new FileBytes(path, mapping, size));
}

std::optional<uint64_t> FileBytes::offset_of(const std::byte* inside) const {
  const std::less_equal<const std::byte*> not_after;
  const std::byte* begin = bytes_.data();
  if (inside == nullptr || begin == nullptr) return std::nullopt;
  if (!not_after(begin, inside) || !not_after(inside, begin + bytes_.size())) return std::nullopt;
  return static_cast<uint64_t>(inside - begin);
}

void FileBytes::drop_pages(ByteView part) const {
  const auto begin = offset_of(part.data());
  if (mapping_ == nullptr || !begin) return;
  const auto page = static_cast<uint64_t>(::sysconf(_SC_PAGESIZE));
  const uint64_t first = *begin / page * page;
  const uint64_t size = std::min<uint64_t>(part.size() + (*begin - first), bytes_.size() - first);
  // Of a private mapping that is never written, only what the file still holds is dropped.
  ::madvise(static_cast<std::byte*>(mapping_) + first, size, MADV_DONTNEED);
}

Result<std::shared_ptr<const FileBytes>> open_beside(const std::string& model_path,
                                                     std::string_view name) {
  const auto refuse = [&](Code code, std::string why) {
    return Problem{Severity::kWarning, code,          model_path, std::nullopt,
                   std::string(name),  std::move(why)};
  };
  std::error_code failed;
  const fs::path wanted{std::string(name)};
  if (name.empty() || name.find('\0') != std::string_view::npos || wanted.is_absolute()) {
    return refuse(Code::kExternalOutside, "names no file beside the model; it was not opened");
  }
  fs::path folder = fs::path(model_path).parent_path();
  if (folder.empty()) folder = ".";
  folder = fs::canonical(folder, failed);
  if (failed) return refuse(Code::kExternalMissing, "the model's folder cannot be resolved");
  const fs::path target = fs::weakly_canonical(folder / wanted, failed);
  if (failed) return refuse(Code::kExternalMissing, "cannot be resolved; put it beside the model");
  const fs::path inside = target.lexically_relative(folder);
  if (inside.empty() || *inside.begin() == "..") {
    return refuse(
        Code::kExternalOutside,
        "lies outside of the model's folder and was not opened; copy it beside the model");
  }
  if (!fs::is_regular_file(target, failed)) {
    return refuse(Code::kExternalMissing, "is not there; put it beside the model to check it");
  }
  return FileBytes::open(target.string());
}

}  // namespace omscope
