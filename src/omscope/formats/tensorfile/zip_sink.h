// Where libzip writes an archive to: a descriptor of ours. Left to itself it makes a temporary file
// whose name nobody else knows, which stays when the process is stopped.
#pragma once

#include <cstdint>

#include <zip.h>

namespace omscope::tensorfile {

class ZipSink {
 public:
  /// `fd` is an empty file that can seek; it stays the caller's.
  explicit ZipSink(int fd) : fd_(fd) { zip_error_init(&error_); }
  ZipSink(const ZipSink&) = delete;
  ZipSink& operator=(const ZipSink&) = delete;
  ~ZipSink() { zip_error_fini(&error_); }

  /// A new archive in it; null if there is no memory. The sink must outlive it.
  zip_t* open();

  /// The error number of the last write that failed, 0 for none.
  int failure() const { return failure_; }

 private:
  static zip_int64_t answer(void* self, void* data, zip_uint64_t size, zip_source_cmd_t question);
  zip_int64_t answer(void* data, zip_uint64_t size, zip_source_cmd_t question);
  zip_int64_t write(const void* data, zip_uint64_t size);
  zip_int64_t seek(void* data, zip_uint64_t size);

  int fd_;
  uint64_t position_ = 0;
  uint64_t end_ = 0;
  int failure_ = 0;
  zip_error_t error_{};
};

}  // namespace omscope::tensorfile
