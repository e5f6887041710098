// Bytes of a packed file in order.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace omscope::log {

class ByteStream {
 public:
  virtual ~ByteStream() = default;
  /// Up to `size` bytes; less only at the end.
  virtual size_t read(char* to, size_t size) = 0;
  /// Why the stream ended too early; empty where it did not.
  virtual std::string_view fault() const = 0;
};

std::unique_ptr<ByteStream> plain_stream(std::string_view bytes);
std::unique_ptr<ByteStream> gzip_stream(std::string_view bytes);

/// The files of an archive, one behind the other.
class ArchiveFiles {
 public:
  virtual ~ArchiveFiles() = default;
  /// On to the next regular file; what is left of the one before is passed over.
  virtual bool next() = 0;
  virtual const std::string& name() const = 0;
  /// Up to `size` bytes of the file; less only at its end.
  virtual size_t read(char* to, size_t size) = 0;
  /// What is wrong with the archive; empty where nothing is.
  virtual std::string_view fault() const = 0;
};

class TarFiles : public ArchiveFiles {
 public:
  explicit TarFiles(ByteStream& stream) : stream_(stream) {}

  bool next() override;
  const std::string& name() const override { return name_; }
  size_t read(char* to, size_t size) override;
  std::string_view fault() const override { return fault_; }

 private:
  bool header(char (&block)[512]);
  bool skip(uint64_t size);
  std::string take_text(uint64_t size);

  ByteStream& stream_;
  std::string name_;
  std::string long_name_;
  std::string_view fault_;
  uint64_t left_ = 0;
  uint64_t padding_ = 0;
};

bool is_tar_header(std::string_view block);

}  // namespace omscope::log
