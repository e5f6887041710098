#include "omscope/formats/tensorfile/npz_writer.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <memory>
#include <set>

#include <fmt/format.h>
#include <unistd.h>
#include <zip.h>

#include "omscope/core/output_folder.h"

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

/// Streams must outlive the archive: libzip reads them when it closes.
Result<Done> add(zip_t* archive, const std::string& path, const std::string& name, Stream& stream,
                 Packing packing) {
  zip_source_t* source = zip_source_function(archive, Stream::answer, &stream);
  const zip_int64_t index =
      source == nullptr ? -1 : zip_file_add(archive, name.c_str(), source, ZIP_FL_ENC_UTF_8);
  if (index < 0) {
    zip_source_free(source);
    return cannot_write(path, fmt::format("'{}': {}", name, zip_strerror(archive)));
  }
  const auto at = static_cast<zip_uint64_t>(index);
  const bool packed = packing == Packing::kDeflated;
  zip_set_file_compression(archive, at, packed ? ZIP_CM_DEFLATE : ZIP_CM_STORE, 0);
  constexpr uint16_t kFirstDate = (1U << 5U) | 1U;  // 1980-01-01, the first that zip has
  zip_file_set_dostime(archive, at, 0, kFirstDate, 0);
  return Done{};
}

std::string member_name(const std::string& name, std::set<std::string>& taken) {
  std::string file = safe_file_name(name, ".npy");
  for (int number = 2; !taken.insert(file).second; ++number) {
    file = safe_file_name(name, fmt::format(".{}.npy", number));
  }
  return file;
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
  const std::string part = fmt::format("{}.part{}", path, ::getpid());
  std::ofstream file(part, std::ios::binary | std::ios::trunc);
  file << array.header;
  std::vector<std::byte> block(std::min<uint64_t>(array.size, kBlock));
  bool sound = true;
  for (uint64_t at = 0; file && sound && at < array.size; at += block.size()) {
    block.resize(std::min<uint64_t>(block.size(), array.size - at));
    sound = array.read(at, block);
    file.write(as_text(block).data(), static_cast<std::streamsize>(block.size()));
  }
  file.close();
  std::error_code failed;
  if (file && sound) fs::rename(part, path, failed);
  if (file && sound && !failed) return Done{};
  fs::remove(part, failed);
  return cannot_write(path, sound ? "cannot be written; check space and permission"
                                  : "the elements cannot be read");
}

Result<Done> write_npz(const std::string& path, const std::vector<NpzArray>& arrays, bool force,
                       Packing packing) {
  if (!force && exists(path)) return cannot_write(path, "exists already; --force overwrites it");
  // libzip removes an archive without members instead of writing it.
  if (arrays.empty()) return cannot_write(path, "there is no array to write");
  const std::string part = fmt::format("{}.part{}", path, ::getpid());
  int code = 0;
  std::vector<std::unique_ptr<Stream>> streams;
  Archive archive(zip_open(part.c_str(), ZIP_CREATE | ZIP_TRUNCATE, &code));
  if (archive == nullptr) return cannot_write(path, "cannot be created; check the folder");
  std::set<std::string> taken;
  for (const NpzArray& array : arrays) {
    streams.push_back(std::make_unique<Stream>(array.data));
    auto added = add(archive.get(), path, member_name(array.name, taken), *streams.back(), packing);
    if (!added) return added.error();
  }
  std::error_code failed;
  if (zip_close(archive.get()) == 0) {
    (void)archive.release();
    fs::rename(part, path, failed);
    if (!failed) return Done{};
  }
  fs::remove(part, failed);
  return cannot_write(path, archive ? fmt::format("cannot be written: {}; check space and "
                                                  "permission",
                                                  zip_strerror(archive.get()))
                                    : "cannot be put in its place");
}

}  // namespace omscope::tensorfile
