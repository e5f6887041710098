// Protobuf's wire format, written field by field.
#pragma once

#include <bit>
#include <string>
#include <string_view>
#include <vector>

#include "omscope/core/bytes.h"

namespace omscope::wire {

/// Builds one message. Nested ones are opened and closed; what is still open in the end is closed
/// by `finish`, so that the part of a text before its first fault is a sound message.
class Writer {
 public:
  void varint(uint32_t number, uint64_t value) {
    tag(number, 0);
    raw_varint(value);
  }
  void fixed32(uint32_t number, uint32_t value) {
    tag(number, 5);
    raw(&value, sizeof(value));
  }
  void fixed64(uint32_t number, uint64_t value) {
    tag(number, 1);
    raw(&value, sizeof(value));
  }
  void bytes(uint32_t number, std::string_view value) {
    tag(number, 2);
    raw_varint(value.size());
    out_.append(value);
  }

  void open(uint32_t number) {
    tag(number, 2);
    out_.push_back('\0');  // the length, when it is known
    starts_.push_back(out_.size());
  }

  void close() {
    const size_t start = starts_.back();
    starts_.pop_back();
    uint64_t size = out_.size() - start;
    std::string length;
    for (; size >= 0x80; size >>= 7U) length.push_back(static_cast<char>(size | 0x80U));
    length.push_back(static_cast<char>(size));
    out_.replace(start - 1, 1, length);
  }

  std::string finish() {
    while (!starts_.empty()) close();
    return std::move(out_);
  }

  void reserve(size_t bytes) { out_.reserve(bytes); }

 private:
  void tag(uint32_t number, uint32_t type) { raw_varint((uint64_t{number} << 3U) | type); }

  void raw(const void* value, size_t size) { out_.append(static_cast<const char*>(value), size); }

  void raw_varint(uint64_t value) {
    for (; value >= 0x80; value >>= 7U) out_.push_back(static_cast<char>(value | 0x80U));
    out_.push_back(static_cast<char>(value));
  }

  std::string out_;
  std::vector<size_t> starts_;
};

}  // namespace omscope::wire
