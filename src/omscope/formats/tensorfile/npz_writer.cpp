#include "omscope/formats/tensorfile/npz_writer.h"

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <memory>
#include <set>

#include <fmt/format.h>
#include <zip.h>

#include "omscope/core/output_folder.h"
#include "omscope/core/replace_file.h"
#include "omscope/formats/tensorfile/zip_sink.h"

namespace omscope::tensorfile {
namespace {

namespace fs = std::filesystem;

constexpr size_t kBlock = size_t{1} << 20;

Problem cannot_write(const std::string& path, std::string why) {
  return {Severity::kError, Code::kCannotWrite, path, std::nullopt, "", std::move(why)};
}

bool exists(const std::string& path) {
  std::error_code failed;
  return fs::exists(fs::symlink_status(path, failed));
}

/// Header and elements as one run of bytes, for libzip's questions.
class Stream {
 public:
  explicit Stream(const ArrayData& data) : data_(data) { zip_error_init(&error_); }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;
  ~Stream() { zip_error_fini(&error_); }

  static zip_int64_t answer(void* self, void* data, zip_uint64_t size, zip_source_cmd_t question) {
    return static_cast<Stream*>(self)->answer(data, size, question);
  }

 private:
  uint64_t whole() const { return data_.header.size() + data_.size; }

  zip_int64_t answer(void* data, zip_uint64_t size, zip_source_cmd_t question) {
    switch (question) {
      case ZIP_SOURCE_OPEN: position_ = 0; return 0;
      case ZIP_SOURCE_READ: return read({static_cast<std::byte*>(data), size});
      case ZIP_SOURCE_STAT: return stat(static_cast<zip_stat_t*>(data));
      case ZIP_SOURCE_ERROR: return zip_error_to_data(&error_, data, size);
      case ZIP_SOURCE_SUPPORTS:
        return zip_source_make_command_bitmap(ZIP_SOURCE_OPEN, ZIP_SOURCE_READ, ZIP_SOURCE_CLOSE,
                                              ZIP_SOURCE_STAT, ZIP_SOURCE_ERROR, ZIP_SOURCE_FREE,
                                              -1);
      default: return 0;
    }
  }

  zip_int64_t stat(zip_stat_t* into) const {
    zip_stat_init(into);
    into->size = whole();
    into->valid = ZIP_STAT_SIZE;
    return sizeof(zip_stat_t);
  }

  zip_int64_t read(std::span<std::byte> room) {
    room = room.first(std::min<uint64_t>(room.size(), whole() - position_));
    const uint64_t wanted = room.size();
    if (position_ < data_.header.size()) {
      const ByteView header = as_bytes(data_.header).subspan(position_);
      const size_t count = std::min(header.size(), room.size());
      std::copy_n(header.begin(), count, room.begin());
      position_ += count;
      room = room.subspan(count);
    }
    if (!room.empty() && !data_.read(position_ - data_.header.size(), room)) {
      zip_error_set(&error_, ZIP_ER_READ, 0);
      return -1;
    }
    position_ += room.size();
    return static_cast<zip_int64_t>(wanted);
  }

  const ArrayData& data_;
  uint64_t position_ = 0;
  zip_error_t error_{};
};

struct Discard {
  void operator()(zip_t* archive) const { zip_discard(archive); }
};
using Archive = std::unique_ptr<zip_t, Discard>;

bool add(zip_t* archive, const std::string& name, Stream& stream, Packing packing) {
  zip_source_t* source = zip_source_function(archive, Stream::answer, &stream);
  const zip_int64_t index =
      source == nullptr ? -1 : zip_file_add(archive, name.c_str(), source, ZIP_FL_ENC_UTF_8);
  if (index < 0) {
    zip_source_free(source);
    return false;
  }
  const auto at = static_cast<zip_uint64_t>(index);
  const bool packed = packing == Packing::kDeflated;
  zip_set_file_compression(archive, at, packed ? ZIP_CM_DEFLATE : ZIP_CM_STORE, 0);
  constexpr uint16_t kFirstDate = (1U << 5U) | 1U;  // 1980-01-01, the first that zip has
  zip_file_set_dostime(archive, at, 0, kFirstDate, 0);
  return true;
}

std::string member_name(const std::string& name, std::set<std::string>& taken) {
  std::string file = safe_file_name(name, ".npy");
  for (int number = 2; !taken.insert(file).second; ++number) {
    file = safe_file_name(name, fmt::format(".{}.npy", number));
  }
  return file;
}

/// The error number of what went wrong, 0 for nothing; `why` where that number does not tell.
int write_archive(int fd, const std::vector<NpzArray>& arrays, Packing packing, std::string& why) {
  // libzip reads the streams and writes to the sink when it closes.
  ZipSink sink(fd);
  std::vector<std::unique_ptr<Stream>> streams;
  Archive archive(sink.open());
  if (archive == nullptr) return ENOMEM;
  std::set<std::string> taken;
  for (const NpzArray& array : arrays) {
    streams.push_back(std::make_unique<Stream>(array.data));
    const std::string name = member_name(array.name, taken);
    if (add(archive.get(), name, *streams.back(), packing)) continue;
    why = fmt::format("'{}': {}", name, zip_strerror(archive.get()));
    return EIO;
  }
  if (zip_close(archive.get()) == 0) {
    (void)archive.release();
    return 0;
  }
  if (sink.failure() != 0) return sink.failure();
  why = fmt::format("cannot be written: {}", zip_strerror(archive.get()));
  return EIO;
}

}  // namespace

ArrayData array_in_memory(std::string header, ByteView bytes) {
  return {std::move(header), bytes.size(), [bytes](uint64_t offset, std::span<std::byte> room) {
            if (offset > bytes.size() || room.size() > bytes.size() - offset) return false;
            std::copy_n(bytes.begin() + static_cast<int64_t>(offset), room.size(), room.begin());
            return true;
          }};
}

Result<Done> write_npy(const std::string& path, const ArrayData& array, bool force) {
  if (!force && exists(path)) return cannot_write(path, "exists already; --force overwrites it");
  bool sound = true;
  const auto write = [&](int fd) {
    if (const int error = write_all(fd, as_bytes(array.header)); error != 0) return error;
    std::vector<std::byte> block(std::min<uint64_t>(array.size, kBlock));
    for (uint64_t at = 0; at < array.size; at += block.size()) {
      block.resize(std::min<uint64_t>(block.size(), array.size - at));
      sound = array.read(at, block);
      if (!sound) return EIO;
      if (const int error = write_all(fd, block); error != 0) return error;
    }
    return 0;
  };
  auto done = replace_file_raw(path, Links::kReplace, write);
  if (!sound) return cannot_write(path, "the elements cannot be read");
  return done;
}

Result<Done> write_npz(const std::string& path, const std::vector<NpzArray>& arrays, bool force,
                       Packing packing) {
  if (!force && exists(path)) return cannot_write(path, "exists already; --force overwrites it");
  // libzip removes an archive without members instead of writing it.
  if (arrays.empty()) return cannot_write(path, "there is no array to write");
  std::string why;
  auto done = replace_file_raw(path, Links::kReplace,
                               [&](int fd) { return write_archive(fd, arrays, packing, why); });
  if (!why.empty()) return cannot_write(path, why);
  return done;
}

}  // namespace omscope::tensorfile
