#include "omscope/convert/tensor_output.h"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <filesystem>
#include <mutex>

#include <fcntl.h>
#include <tbb/enumerable_thread_specific.h>
#include <tbb/parallel_for.h>
#include <unistd.h>

#include "omscope/formats/tensorfile/npy_writer.h"
#include "omscope/formats/tensorfile/npz_writer.h"

namespace omscope::convert {
namespace {

namespace fs = std::filesystem;
constexpr uint64_t kPiece = uint64_t{1} << 20U;
/// Mapped pages that were used count as memory of this process until they are dropped.
constexpr uint64_t kDropAfter = uint64_t{64} << 20U;

Problem cannot_write(const std::string& path, std::string why) {
  return {Severity::kError, Code::kCannotWrite, path, std::nullopt, "", std::move(why)};
}

class Descriptor {
 public:
  explicit Descriptor(const std::string& path) : fd_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  int get() const { return fd_; }

 private:
  int fd_;
};

/// Bytes that were read, at least one; else the error number, below zero.
ssize_t read_some(int in, std::span<std::byte> room, uint64_t offset) {
  for (;;) {
    const ssize_t got = ::pread(in, room.data(), room.size(), static_cast<off_t>(offset));
    if (got > 0) return got;
    if (got == 0) return -EIO;  // the file was cut meanwhile
    if (errno != EINTR) return -errno;
  }
}

/// Into what cannot be written anywhere.
int copy_in_order(int in, uint64_t offset, uint64_t size, int out, const Progress& progress) {
  std::vector<std::byte> room(std::min(size, kPiece));
  while (size > 0) {
    const std::span<std::byte> piece(room.data(), std::min<uint64_t>(size, room.size()));
    const ssize_t got = read_some(in, piece, offset);
    if (got < 0) return static_cast<int>(-got);
    const auto count = static_cast<size_t>(got);
    if (const int error = write_all(out, piece.first(count)); error != 0) return error;
    offset += count;
    size -= count;
    if (progress) progress(count);
  }
  return 0;
}

/// One piece through the cache of a core, from place to place, so that threads share the copying:
/// the kernel's own copying from file to file is slower where the two are not aligned alike.
int copy_piece(int in, uint64_t from, int out, uint64_t to, std::span<std::byte> room) {
  while (!room.empty()) {
    const ssize_t got = read_some(in, room, from);
    if (got < 0) return static_cast<int>(-got);
    const auto count = static_cast<size_t>(got);
    if (const int error = write_all_at(out, room.first(count), to); error != 0) return error;
    room = room.subspan(count);
    from += count;
    to += count;
  }
  return 0;
}

int copy_anywhere(int in, uint64_t from, uint64_t size, int out, uint64_t base,
                  const Progress& progress) {
  constexpr uint64_t kInCache = uint64_t{1} << 18U;
  std::atomic<int> error = 0;
  std::mutex telling;
  tbb::enumerable_thread_specific<std::vector<std::byte>> rooms(
      [] { return std::vector<std::byte>(kInCache); });
  tbb::parallel_for(uint64_t{0}, (size + kInCache - 1) / kInCache, [&](uint64_t i) {
    if (error != 0) return;
    const uint64_t at = i * kInCache;
    const uint64_t some = std::min(kInCache, size - at);
    const int failed =
        copy_piece(in, from + at, out, base + at, std::span(rooms.local()).first(some));
    if (failed != 0) error = failed;
    if (!progress) return;
    const std::lock_guard lock(telling);
    progress(some);
  });
  return error;
}

/// `base`: where the bytes go in a file that can be written anywhere.
int write_plain(int fd, std::optional<uint64_t> base, ByteView bytes, const FileBytes& file,
                const Progress& progress) {
  const auto offset = file.mapped() ? file.offset_of(bytes.data()) : std::nullopt;
  if (offset && !bytes.empty()) {
    const Descriptor in(file.path());
    if (in.get() >= 0 && base) {
      return copy_anywhere(in.get(), *offset, bytes.size(), fd, *base, progress);
    }
    if (in.get() >= 0) return copy_in_order(in.get(), *offset, bytes.size(), fd, progress);
  }
  for (uint64_t at = 0; at < bytes.size(); at += kPiece) {
    const ByteView piece = bytes.subspan(at, std::min<uint64_t>(kPiece, bytes.size() - at));
    if (const int error = write_all(fd, piece); error != 0) return error;
    if (progress) progress(piece.size());
  }
  return 0;
}

/// Makes the blocks of one tensor and drops what was read for them.
class Blocks {
 public:
  Blocks(const Rendered& tensor, const FileBytes* file, const Progress& progress)
      : tensor_(tensor), file_(file), progress_(progress), block_(tensor.block()) {}

  uint64_t count() const { return (tensor_.count() + block_ - 1) / block_; }
  uint64_t offset(uint64_t index) const { return tensor_.bytes_of(index * block_); }
  tensor::EncodeLoss loss() const { return loss_; }

  bool make(uint64_t index, std::vector<std::byte>& room) {
    const uint64_t first = index * block_;
    const uint64_t size = std::min(block_, tensor_.count() - first);
    room.resize(tensor_.bytes_of(size));
    tensor::EncodeLoss loss;
    if (!tensor_.write(first, size, room, loss)) return false;
    const std::lock_guard lock(mutex_);
    loss_.add(loss);
    since_drop_ += room.size();
    if (file_ != nullptr && since_drop_ >= kDropAfter) {
      file_->drop_pages(tensor_.source());
      since_drop_ = 0;
    }
    if (progress_) progress_(room.size());
    return true;
  }

 private:
  const Rendered& tensor_;
  const FileBytes* file_;
  const Progress& progress_;
  uint64_t block_;
  std::mutex mutex_;
  tensor::EncodeLoss loss_;
  uint64_t since_drop_ = 0;
};

int write_in_order(int fd, Blocks& blocks) {
  std::vector<std::byte> room;
  for (uint64_t i = 0; i < blocks.count(); ++i) {
    if (!blocks.make(i, room)) return EIO;
    if (const int error = write_all(fd, room); error != 0) return error;
  }
  return 0;
}

/// Each thread makes a block and writes it to its place, so that copying into the kernel is shared
/// among them, too.
int write_anywhere(int fd, uint64_t base, Blocks& blocks) {
  std::atomic<int> error = 0;
  tbb::enumerable_thread_specific<std::vector<std::byte>> rooms;
  tbb::parallel_for(uint64_t{0}, blocks.count(), [&](uint64_t i) {
    if (error != 0) return;
    std::vector<std::byte>& room = rooms.local();
    const int failed = blocks.make(i, room) ? write_all_at(fd, room, base + blocks.offset(i)) : EIO;
    if (failed != 0) error = failed;
  });
  return error;
}

/// Hands out the bytes of a tensor in pieces of any size, one behind the other.
class InOrder {
 public:
  explicit InOrder(std::shared_ptr<Blocks> blocks) : blocks_(std::move(blocks)) {}

  bool read(uint64_t offset, std::span<std::byte> room) {
    while (!room.empty()) {
      if (offset < start_ || offset >= start_ + block_.size()) {
        if (next_ >= blocks_->count()) return false;
        start_ = blocks_->offset(next_);
        if (offset < start_ || !blocks_->make(next_++, block_)) return false;
        continue;
      }
      const uint64_t at = offset - start_;
      const size_t size = std::min<size_t>(room.size(), block_.size() - at);
      std::copy_n(block_.begin() + static_cast<std::ptrdiff_t>(at), size, room.begin());
      room = room.subspan(size);
      offset += size;
    }
    return true;
  }

 private:
  std::shared_ptr<Blocks> blocks_;
  std::vector<std::byte> block_;
  uint64_t start_ = 0;
  uint64_t next_ = 0;
};

}  // namespace

bool is_standard_output(const OutputPath& target) {
  return target.links == Links::kFollow && target.path == kStandardOutput;
}

std::string_view suffix_of(FileFormat format) {
  switch (format) {
    case FileFormat::kNpy: return ".npy";
    case FileFormat::kNpz: return ".npz";
    case FileFormat::kBin: return ".bin";
    case FileFormat::kJson: return ".json";
  }
  return "";
}

Result<Done> check_target(const OutputPath& target) {
  if (is_standard_output(target)) return Done{};
  std::error_code failed;
  const fs::file_status there = target.links == Links::kFollow
                                    ? fs::status(target.path, failed)
                                    : fs::symlink_status(target.path, failed);
  if (fs::is_directory(there)) return cannot_write(target.path, "is a folder; remove it first");
  const bool special = fs::exists(there) && !fs::is_regular_file(there) && !fs::is_symlink(there);
  if (special) {
    if (target.links == Links::kFollow) return Done{};
    return cannot_write(target.path, "exists and is no regular file; choose another folder");
  }
  if (fs::exists(there) && !target.force) {
    return cannot_write(target.path, "exists already; --force overwrites it");
  }
  return Done{};
}

std::string npy_header_of(const Rendered& tensor) {
  if (tensor.dtype == DType::kUndefined) return tensorfile::npy_header("|u1", tensor.shape);
  const tensorfile::NpyDType npy = tensorfile::npy_dtype(tensor.dtype);
  if (npy.packed) {
    const std::vector<int64_t> bytes = {static_cast<int64_t>(tensor.size())};
    return tensorfile::npy_header(npy.descr, bytes);
  }
  return tensorfile::npy_header(npy.descr, tensor.shape, tensor.fortran_order);
}

Result<Written> write_elements(const OutputPath& target, const std::string& before,
                               const Rendered& tensor, const FileBytes& file,
                               const Progress& progress) {
  const auto allowed = check_target(target);
  if (!allowed) return allowed.error();
  Written written;
  const auto done = replace_file_raw(target.path, target.links, [&](int fd) {
    if (const int error = write_all(fd, as_bytes(before)); error != 0) return error;
    // Standard output may be a file that something is in already.
    const bool seeks = !is_standard_output(target) && ::lseek(fd, 0, SEEK_CUR) >= 0;
    if (const auto plain = tensor.plain()) {
      const auto base = seeks ? std::optional<uint64_t>(before.size()) : std::nullopt;
      return write_plain(fd, base, *plain, file, progress);
    }
    Blocks blocks(tensor, &file, progress);
    const int error =
        seeks ? write_anywhere(fd, before.size(), blocks) : write_in_order(fd, blocks);
    written.loss = blocks.loss();
    return error;
  });
  if (!done) return done.error();
  return written;
}

Result<Written> write_npz(const OutputPath& target, const std::vector<NamedTensor>& tensors,
                          const Progress& progress) {
  const auto allowed = check_target(target);
  if (!allowed) return allowed.error();
  std::vector<tensorfile::NpzArray> arrays;
  std::vector<std::shared_ptr<Blocks>> all;
  for (const NamedTensor& each : tensors) {
    auto blocks = std::make_shared<Blocks>(*each.tensor, nullptr, progress);
    all.push_back(blocks);
    tensorfile::NpzArray& array = arrays.emplace_back();
    array.name = each.name;
    array.data.header = npy_header_of(*each.tensor);
    array.data.size = each.tensor->size();
    array.data.read = [reader = std::make_shared<InOrder>(blocks)](uint64_t offset,
                                                                   std::span<std::byte> room) {
      return reader->read(offset, room);
    };
  }
  // libzip replaces the file itself; a link that a user typed is followed here.
  std::error_code failed;
  const fs::path real = target.links == Links::kFollow ? fs::weakly_canonical(target.path, failed)
                                                       : fs::path(target.path);
  const auto done = tensorfile::write_npz(real.empty() ? target.path : real.string(), arrays, true);
  if (!done) return done.error();
  Written written;
  for (const auto& blocks : all) written.loss.add(blocks->loss());
  return written;
}

}  // namespace omscope::convert
