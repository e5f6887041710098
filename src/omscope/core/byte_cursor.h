// The only door to the bytes of a file.
#pragma once

#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "omscope/core/bytes.h"
#include "omscope/core/result.h"

namespace omscope {

/// Walks a range of a file and cannot see outside of it. Each read names the field it wants, so
/// that a failure tells file, absolute offset, field, wanted and available bytes.
///
/// Lengths are compared with the bytes left (`n <= remaining()`), never added to an offset, so no
/// length from a file can overflow.
class ByteCursor {
 public:
  /// `file` names the file in errors and must outlive the cursor; `base` is the absolute offset of
  /// the first byte of `bytes`.
  ByteCursor(std::string_view file, ByteView bytes, uint64_t base = 0)
      : file_(file), bytes_(bytes), base_(base) {}

  uint64_t remaining() const { return bytes_.size() - position_; }
  bool at_end() const { return position_ == bytes_.size(); }
  /// Absolute offset of the next byte.
  uint64_t offset() const { return base_ + position_; }
  std::string_view file() const { return file_; }
  ByteView rest() const { return bytes_.subspan(position_); }

  /// A little-endian number.
  template <class T>
  Result<T> read(std::string_view field) {
    if (sizeof(T) > remaining()) return too_short(field, sizeof(T));
    T value = load_le<T>(bytes_.data() + position_);
    position_ += sizeof(T);
    return value;
  }

  /// The next number without moving on; nothing when there are not enough bytes.
  template <class T>
  std::optional<T> peek(uint64_t ahead = 0) const {
    if (ahead > remaining() || sizeof(T) > remaining() - ahead) return std::nullopt;
    return load_le<T>(bytes_.data() + position_ + ahead);
  }

  Result<ByteView> take(uint64_t size, std::string_view field) {
    if (size > remaining()) return too_short(field, size);
    ByteView taken = bytes_.subspan(position_, size);
    position_ += size;
    return taken;
  }

  /// A cursor over the next `size` bytes, which this one passes over.
  Result<ByteCursor> take_cursor(uint64_t size, std::string_view field) {
    const uint64_t start = offset();
    auto bytes = take(size, field);
    if (!bytes) return bytes.error();
    return ByteCursor(file_, *bytes, start);
  }

  /// A cursor over `size` bytes at `from` bytes behind the start of this one; does not move.
  Result<ByteCursor> sub(uint64_t from, uint64_t size, std::string_view field) const {
    if (from > bytes_.size() || size > bytes_.size() - from) {
      return Problem{Severity::kError,
                     Code::kTruncated,
                     std::string(file_),
                     base_ + from,
                     std::string(field),
                     fmt::format("wants {} bytes, {} are left: the file is cut or damaged", size,
                                 from > bytes_.size() ? 0 : bytes_.size() - from)};
    }
    return ByteCursor(file_, bytes_.subspan(from, size), base_ + from);
  }

  /// A count of items that take at least `smallest` bytes each: refused before anything is
  /// allocated when the bytes left cannot hold that many.
  template <class T>
  Result<T> read_count(std::string_view field, uint64_t smallest) {
    const uint64_t at = offset();
    auto count = read<T>(field);
    if (!count) return count;
    if (*count > remaining() / smallest) {
      return Problem{Severity::kError,
                     Code::kBadCount,
                     std::string(file_),
                     at,
                     std::string(field),
                     fmt::format("{} items need at least {} bytes each, {} bytes are left: the "
                                 "file is damaged",
                                 *count, smallest, remaining())};
    }
    return count;
  }

  Result<Done> skip(uint64_t size, std::string_view field) {
    auto skipped = take(size, field);
    if (!skipped) return skipped.error();
    return Done{};
  }

 private:
  Problem too_short(std::string_view field, uint64_t wanted) const {
    return {Severity::kError,
            Code::kTruncated,
            std::string(file_),
            offset(),
            std::string(field),
            fmt::format("wants {} bytes, {} are left: the file is cut or damaged", wanted,
                        remaining())};
  }

  std::string_view file_;
  ByteView bytes_;
  uint64_t base_;
  uint64_t position_ = 0;
};

}  // namespace omscope
