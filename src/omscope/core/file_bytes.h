// The bytes of one input: a mapped file, or memory in tests and fuzzers.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "omscope/core/bytes.h"
#include "omscope/core/result.h"

namespace omscope {

/// Read-only bytes with the name that errors show. A regular file is mapped, so pages that nobody
/// looks at (two gigabytes of weights) are never read; a pipe is read to its end.
class FileBytes {
 public:
  static Result<std::shared_ptr<const FileBytes>> open(const std::string& path);
  /// What standard input holds, under the name "-".
  static Result<std::shared_ptr<const FileBytes>> from_standard_input();
  /// A copy of bytes in memory, under the name that errors shall show. The copy has no byte to
  /// spare, so that sanitizers see a read behind its end.
  static std::shared_ptr<const FileBytes> from_memory(std::string path, std::string_view content);

  FileBytes(const FileBytes&) = delete;
  FileBytes& operator=(const FileBytes&) = delete;
  ~FileBytes();

  const std::string& path() const { return path_; }
  ByteView bytes() const { return bytes_; }
  uint64_t size() const { return bytes_.size(); }

  /// Whether the bytes are those of a file that can be opened by `path` again.
  bool mapped() const { return mapping_ != nullptr && path_ != "-"; }
  /// Tells the kernel that `part` is not needed any more, which counts as memory of this process
  /// while it is mapped. The bytes stay readable.
  void drop_pages(ByteView part) const;

  /// Where in the file `inside` starts, when it is a part of it.
  std::optional<uint64_t> offset_of(const std::byte* inside) const;

 private:
  static Result<std::shared_ptr<const FileBytes>> from_descriptor(int fd, const std::string& path,
                                                                  bool from_start);

  FileBytes(std::string path, std::vector<std::byte> content);
  FileBytes(std::string path, void* mapping, size_t size);

  std::string path_;
  std::vector<std::byte> content_;
  void* mapping_ = nullptr;
  ByteView bytes_;
};

/// Opens `name`, relative to the folder of `model_path`, if it lies inside that folder after all
/// links are followed. Fails with external-outside or external-missing.
Result<std::shared_ptr<const FileBytes>> open_beside(const std::string& model_path,
                                                     std::string_view name);

}  // namespace omscope
