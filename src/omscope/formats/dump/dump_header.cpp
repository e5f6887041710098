#include "omscope/formats/dump/dump_header.h"

#include <algorithm>
#include <cerrno>
#include <limits>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "omscope/formats/dump/dump_message.h"
#include "omscope/formats/dump/fit_shape.h"
#include "omscope/formats/dump/nano.h"
#include "omscope/formats/dump/numbers.h"
#include "omscope/formats/dump/payloads.h"

namespace omscope::dump {
namespace {

constexpr uint64_t kLengthWord = 8;
constexpr uint64_t kMostHeader = std::numeric_limits<int32_t>::max();
/// Two are what real files have; without a limit, headers of a few bytes would cost ten times that.
constexpr size_t kMostDumps = 1000;
constexpr std::string_view kOverflowRecord = "Node_OpDebug";

bool is_header_length(uint64_t length, uint64_t left) {
  return left > kLengthWord && length >= 1 && length <= kMostHeader && length <= left - kLengthWord;
}

/// Walks over the dumps of one file: there is nearly always one.
class HeaderParser {
 public:
  HeaderParser(const std::string& path, uint64_t file_size, const Fetch& fetch)
      : file_size_(file_size), fetch_(fetch), header_(path) {}

  DumpHeader parse() {
    uint64_t end = parse_one(0);
    for (count_ = 2; count_ <= kMostDumps && end < file_size_ && starts_dump(end); ++count_) {
      header_.problems.warning(
          Code::kUnexplainedBytes, end, fmt::format("dump {}", count_),
          "a further dump stands behind the first; its tensors are given, too");
      end = parse_one(end);
    }
    if (end < file_size_) {
      header_.problems.warning(
          Code::kUnexplainedBytes, end, "payloads",
          fmt::format("{} bytes stand behind the last payload", file_size_ - end));
    }
    return std::move(header_);
  }

 private:
  bool starts_dump(uint64_t at) {
    constexpr uint64_t kStart = 16;
    const ByteView start = fetch_(at, kStart);
    return start.size() == kStart &&
           is_header_length(load_le<uint64_t>(start.data()), file_size_ - at) &&
           starts_with_version(start.subspan(kLengthWord));
  }

  uint64_t parse_one(uint64_t at) {
    const ByteView word = fetch_(at, kLengthWord);
    if (word.size() < kLengthWord) {
      header_.problems.error(Code::kTruncated, at, "header length",
                             "the file ends inside of it; the copy was cut, get it again");
      return file_size_;
    }
    const auto length = load_le<uint64_t>(word.data());
    if (length == 0 || length > kMostHeader) {
      header_.problems.error(
          Code::kBadLength, at, "header length",
          fmt::format("is {}, real ones are 1 to 2^31-1; the file is damaged", length));
      return file_size_;
    }
    header_.headers.push_back({at, kLengthWord, "header length"});
    return parse_message_at(at + kLengthWord, length);
  }

  uint64_t parse_message_at(uint64_t at, uint64_t length) {
    const ByteView bytes = fetch_(at, length);
    if (bytes.size() < length) {
      header_.problems.error(
          Code::kTruncated, at, "header",
          fmt::format("wants {} bytes, {} are left; the copy was cut, get it again", length,
                      bytes.size()));
    }
    header_.headers.push_back({at, bytes.size(), "header"});
    Message message = read_message(bytes, at, header_.problems);
    describe(message);
    if (bytes.size() < length) {
      for (RawTensor& raw : message.tensors) raw.tensor.payload = ir::Payload::kCut;
      keep(message, std::vector<uint64_t>(message.tensors.size(), 0));
      return file_size_;
    }
    const Placed placed = place_payloads(message, at + length, file_size_, header_.problems);
    keep(message, placed.stored);
    return std::min(placed.end, file_size_);
  }

  /// The first dump gives the file's own facts.
  void describe(Message& message) {
    if (count_ > 1) return;
    header_.version = std::move(message.version);
    header_.attrs = std::move(message.attrs);
    header_.message = std::move(message.dfx_message);
    header_.place.op = message.op_name;
    if (message.time != 0) header_.place.time = time_text(message.time);
    if (message.op_name == kOverflowRecord) {
      header_.kind = Kind::kDumpOpDebug;
    } else if (message.is_exception) {
      header_.kind = Kind::kDumpException;
    }
  }

  void keep(Message& message, const std::vector<uint64_t>& stored) {
    for (size_t i = 0; i < message.tensors.size() && header_.tensors.size() < kMostTensors; ++i) {
      RawTensor& raw = message.tensors[i];
      const ir::Payload there = raw.tensor.payload;
      fit_shape(raw.tensor, raw.dims, header_.problems, raw.offset);
      if (there != ir::Payload::kComplete) raw.tensor.payload = there;
      if (raw.has_origin_dims) set_origin_shape(raw.tensor, raw.origin_dims);
      if (count_ > 1) add_note(raw.tensor, fmt::format("of dump {} in this file", count_));
      header_.tensors.push_back(std::move(raw.tensor));
      header_.stored.push_back(stored[i]);
    }
  }

  uint64_t file_size_;
  const Fetch& fetch_;
  DumpHeader header_;
  size_t count_ = 1;
};

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

/// Reads pieces of a file; nearly every header lies in the first one.
class PieceReader {
 public:
  PieceReader(int fd, uint64_t file_size) : fd_(fd), file_size_(file_size) {}

  ByteView fetch(uint64_t offset, uint64_t size) {
    if (offset >= file_size_) return {};
    size = std::min(size, file_size_ - offset);
    if (offset < begin_ || offset - begin_ > buffer_.size() ||
        size > buffer_.size() - (offset - begin_)) {
      fill(offset, size);
    }
    const ByteView from =
        ByteView(buffer_).subspan(std::min<uint64_t>(offset - begin_, buffer_.size()));
    return from.first(std::min<uint64_t>(size, from.size()));
  }

 private:
  static constexpr uint64_t kPiece = 4096;

  void fill(uint64_t offset, uint64_t size) {
    begin_ = offset;
    buffer_.resize(std::min(std::max(size, kPiece), file_size_ - offset));
    size_t filled = 0;
    while (filled < buffer_.size()) {
      const ssize_t got = ::pread(fd_, buffer_.data() + filled, buffer_.size() - filled,
                                  static_cast<off_t>(offset + filled));
      if (got < 0 && errno == EINTR) continue;
      if (got <= 0) break;
      filled += static_cast<size_t>(got);
    }
    buffer_.resize(filled);
  }

  int fd_;
  uint64_t file_size_;
  uint64_t begin_ = 0;
  std::vector<std::byte> buffer_;
};

Problem cannot_open(const std::string& path, const std::string& why) {
  return {Severity::kError, Code::kCannotOpen, path, std::nullopt, "", why};
}

}  // namespace

DumpHeader parse_dump_header(const std::string& path, uint64_t file_size, const Fetch& fetch) {
  constexpr uint64_t kStart = 16;
  if (looks_like_nano(fetch(0, kStart), file_size)) {
    return parse_nano_header(path, file_size, fetch);
  }
  return HeaderParser(path, file_size, fetch).parse();
}

Result<DumpHeader> read_dump_header(const std::string& path) {
  const Descriptor file(path);
  struct stat info {};
  if (file.get() < 0 || ::fstat(file.get(), &info) != 0) {
    return cannot_open(path, "cannot open: " + std::generic_category().message(errno));
  }
  if (!S_ISREG(info.st_mode)) return cannot_open(path, "is no plain file; name one");
  const auto size = static_cast<uint64_t>(info.st_size);
  PieceReader pieces(file.get(), size);
  const Fetch fetch = [&](uint64_t offset, uint64_t wanted) {
    return pieces.fetch(offset, wanted);
  };
  constexpr uint64_t kLook = 4096;
  const ByteView start = fetch(0, kLook);
  if (!looks_like_nano(start, size) && !looks_like_dump(start, size)) {
    return Problem{Severity::kError,
                   Code::kUnknownKind,
                   path,
                   std::nullopt,
                   "",
                   "is no standard or nano dump"};
  }
  return parse_dump_header(path, size, fetch);
}

bool looks_like_dump(ByteView start, uint64_t file_size) {
  if (start.size() < kLengthWord) return false;
  const ByteView behind = start.subspan(kLengthWord);
  if (starts_with_version(behind)) return true;
  const auto length = load_le<uint64_t>(start.data());
  // Without a version, all must fit: one message, payloads up to the file's end.
  if (!is_header_length(length, file_size) || length > behind.size()) return false;
  if (!is_plain_message(behind.first(length))) return false;
  Problems unwanted("");
  Message message = read_message(behind.first(length), kLengthWord, unwanted);
  const Placed placed = place_payloads(message, kLengthWord + length, file_size, unwanted);
  return placed.end == file_size && !message.tensors.empty() && !unwanted.has_error();
}

}  // namespace omscope::dump
