#include "omscope/formats/tensorfile/zip_sink.h"

#include <algorithm>
#include <span>

#include "omscope/core/replace_file.h"

namespace omscope::tensorfile {

zip_t* ZipSink::open() {
  zip_source_t* source = zip_source_function_create(ZipSink::answer, this, &error_);
  if (source == nullptr) return nullptr;
  zip_t* archive = zip_open_from_source(source, ZIP_CREATE | ZIP_TRUNCATE, &error_);
  if (archive == nullptr) zip_source_free(source);
  return archive;
}

zip_int64_t ZipSink::answer(void* self, void* data, zip_uint64_t size, zip_source_cmd_t question) {
  return static_cast<ZipSink*>(self)->answer(data, size, question);
}

zip_int64_t ZipSink::answer(void* data, zip_uint64_t size, zip_source_cmd_t question) {
  switch (question) {
    case ZIP_SOURCE_SUPPORTS: return ZIP_SOURCE_SUPPORTS_WRITABLE;
    case ZIP_SOURCE_STAT: {
      auto* into = static_cast<zip_stat_t*>(data);
      zip_stat_init(into);
      into->size = 0;
      into->valid = ZIP_STAT_SIZE;
      return sizeof(zip_stat_t);
    }
    case ZIP_SOURCE_WRITE: return write(data, size);
    case ZIP_SOURCE_SEEK_WRITE: return seek(data, size);
    case ZIP_SOURCE_TELL_WRITE: return static_cast<zip_int64_t>(position_);
    case ZIP_SOURCE_ERROR: return zip_error_to_data(&error_, data, size);
    default: return 0;  // nothing to open, begin or commit; an empty archive has nothing to read
  }
}

zip_int64_t ZipSink::write(const void* data, zip_uint64_t size) {
  failure_ = write_all_at(fd_, {static_cast<const std::byte*>(data), size}, position_);
  if (failure_ != 0) {
    zip_error_set(&error_, ZIP_ER_WRITE, failure_);
    return -1;
  }
  position_ += size;
  end_ = std::max(end_, position_);
  return static_cast<zip_int64_t>(size);
}

zip_int64_t ZipSink::seek(void* data, zip_uint64_t size) {
  const zip_int64_t to = zip_source_seek_compute_offset(position_, end_, data, size, &error_);
  if (to < 0) return -1;
  position_ = static_cast<uint64_t>(to);
  return 0;
}

}  // namespace omscope::tensorfile
