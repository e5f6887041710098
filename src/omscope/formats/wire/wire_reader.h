// Protobuf's wire format, read in place.
//
// The generated classes of a model cost six to eight times its size in memory, and a megabyte of
// empty messages becomes 260 MB. So big messages are walked where they lie: nothing is copied,
// strings and bytes are views into the file.
#pragma once

#include <array>
#include <bit>

#include "omscope/core/bytes.h"

namespace omscope::wire {

enum class Type : uint8_t { kVarint = 0, kFixed64 = 1, kBytes = 2, kFixed32 = 5 };

/// Field number and wire type in one number, to `switch` on.
constexpr uint64_t tag(uint64_t number, Type type) {
  return (number << 3U) | static_cast<uint64_t>(type);
}
constexpr uint64_t varint(uint64_t number) {
  return tag(number, Type::kVarint);
}
constexpr uint64_t fixed64(uint64_t number) {
  return tag(number, Type::kFixed64);
}
constexpr uint64_t bytes(uint64_t number) {
  return tag(number, Type::kBytes);
}
constexpr uint64_t fixed32(uint64_t number) {
  return tag(number, Type::kFixed32);
}

/// Walks the fields of one message. Never reads outside of it; a field that does not fit ends the
/// walk and leaves `damaged()` set. Groups (wire types 3 and 4) count as damage: no known schema
/// has them.
///
///     for (Reader reader(message); reader.next();) {
///       switch (reader.tag()) {
///         case bytes(1): name = reader.text(); break;
///         case varint(21): id = reader.int64(); break;
///       }
///     }
class Reader {
 public:
  explicit Reader(ByteView message)
      : at_(message.data()), end_(message.data() + message.size()), field_(at_) {}

  bool next() {
    if (at_ == end_) return false;
    field_ = at_;
    if (!read_varint(tag_) || tag_ < 8 || tag_ > kMostTag) return damage();
    switch (tag_ & 7U) {
      case 0: return read_varint(value_) || damage();
      case 1: return read_fixed(8) || damage();
      case 2: return read_bytes() || damage();
      case 5: return read_fixed(4) || damage();
      default: return damage();
    }
  }

  /// As `next`, but a last field of bytes that is cut is given with what is left of it: most of a
  /// model whose download stopped can still be read. `damaged()` is set then, too.
  bool next_or_cut() {
    if (next()) return true;
    const bool cut = cut_;
    cut_ = false;
    return cut;
  }

  uint64_t tag() const { return tag_; }
  uint64_t number() const { return tag_ >> 3U; }
  /// The field just read, from its tag on.
  const std::byte* field_start() const { return field_; }
  /// The first byte behind the field just read.
  const std::byte* field_end() const { return at_; }

  uint64_t uint64() const { return value_; }
  int64_t int64() const { return static_cast<int64_t>(value_); }
  /// Enums and int32 are sign-extended on the wire.
  int32_t int32() const { return static_cast<int32_t>(value_); }
  uint32_t uint32() const { return static_cast<uint32_t>(value_); }
  bool boolean() const { return value_ != 0; }
  float float32() const { return std::bit_cast<float>(static_cast<uint32_t>(value_)); }
  double float64() const { return std::bit_cast<double>(value_); }
  ByteView payload() const { return payload_; }
  std::string_view text() const { return as_text(payload_); }

  /// The walk ended before the end of the message; `field_start()` is where.
  bool damaged() const { return damaged_; }

 private:
  /// Field numbers have 29 bits.
  static constexpr uint64_t kMostTag = (uint64_t{1} << 32U) - 1;

  bool damage() {
    damaged_ = true;
    at_ = end_;
    return false;
  }

  uint64_t left() const { return static_cast<uint64_t>(end_ - at_); }

  bool read_varint(uint64_t& value) {
    if (at_ != end_ && static_cast<uint8_t>(*at_) < 0x80) {
      value = static_cast<uint8_t>(*at_++);
      return true;
    }
    return read_long_varint(value);
  }

  bool read_long_varint(uint64_t& value) {
    value = 0;
    for (unsigned shift = 0; shift < 70 && at_ != end_; shift += 7) {
      const auto byte = static_cast<uint64_t>(*at_++);
      value |= (byte & 0x7FU) << shift;
      if (byte < 0x80) return true;
    }
    return false;
  }

  bool read_fixed(uint64_t size) {
    if (size > left()) return false;
    value_ = size == 8 ? load_le<uint64_t>(at_) : load_le<uint32_t>(at_);
    at_ += size;
    return true;
  }

  bool read_bytes() {
    uint64_t size = 0;
    if (!read_varint(size)) return false;
    if (size > left()) {
      cut_ = true;
      payload_ = {at_, end_};
      return false;
    }
    payload_ = {at_, static_cast<size_t>(size)};
    at_ += size;
    return true;
  }

  const std::byte* at_;
  const std::byte* end_;
  const std::byte* field_;
  uint64_t tag_ = 0;
  uint64_t value_ = 0;
  ByteView payload_;
  bool damaged_ = false;
  bool cut_ = false;
};

/// Field numbers of a message, as bits; only numbers below 64.
constexpr uint64_t fields(std::initializer_list<unsigned> numbers) {
  uint64_t set = 0;
  for (const unsigned number : numbers) set |= uint64_t{1} << number;
  return set;
}

/// Which repeated numbers may stand packed into one bytes field.
struct Packed {
  uint64_t varints = 0;
  uint64_t fixed32 = 0;
  uint64_t fixed64 = 0;
};

/// How many values each field of a message has, found in one cheap pass, so that lists can be
/// allocated once and exactly: no memory beyond what the file's own bytes pay for.
class FieldCounts {
 public:
  explicit FieldCounts(ByteView message, Packed packed = {}) {
    for (Reader reader(message); reader.next();) {
      const uint64_t number = reader.number();
      if (number < counts_.size()) counts_[number] += values_in(reader, packed);
    }
  }

  size_t operator[](size_t number) const { return counts_[number]; }

 private:
  static size_t values_in(const Reader& reader, const Packed& packed) {
    if ((reader.tag() & 7U) != static_cast<uint64_t>(Type::kBytes)) return 1;
    const uint64_t bit = uint64_t{1} << reader.number();
    if ((packed.varints & bit) != 0) return count_varints(reader.payload());
    if ((packed.fixed32 & bit) != 0) return reader.payload().size() / 4;
    if ((packed.fixed64 & bit) != 0) return reader.payload().size() / 8;
    return 1;
  }

  static size_t count_varints(ByteView packed) {
    size_t count = 0;
    for (const std::byte byte : packed) count += static_cast<uint8_t>(byte) < 0x80 ? 1U : 0U;
    return count;
  }

  std::array<size_t, 64> counts_{};
};

/// Calls `use` with each varint of a packed field; false where the bytes end inside of one.
template <class Use>
bool for_each_varint(ByteView packed, Use use) {
  uint64_t value = 0;
  unsigned shift = 0;
  for (const std::byte byte : packed) {
    if (shift >= 70) return false;
    value |= (static_cast<uint64_t>(byte) & 0x7FU) << shift;
    shift += 7;
    if (static_cast<uint8_t>(byte) < 0x80) {
      use(value);
      value = 0;
      shift = 0;
    }
  }
  return shift == 0;
}

}  // namespace omscope::wire
