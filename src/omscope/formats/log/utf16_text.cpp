#include "omscope/formats/log/utf16_text.h"

#include <utility>

namespace omscope::log {
namespace {

void append_utf8(uint32_t point, std::string& text) {
  const auto tail = [&](uint32_t shift) {
    text += static_cast<char>(0x80U | (point >> shift & 0x3FU));
  };
  if (point < 0x80) {
    text += static_cast<char>(point);
  } else if (point < 0x800) {
    text += static_cast<char>(0xC0U | point >> 6U);
    tail(0);
  } else if (point < 0x10000) {
    text += static_cast<char>(0xE0U | point >> 12U);
    tail(6);
    tail(0);
  } else {
    text += static_cast<char>(0xF0U | point >> 18U);
    tail(12);
    tail(6);
    tail(0);
  }
}

bool is_plain(char c) {
  return (c >= ' ' && c <= '~') || c == '\n' || c == '\r' || c == '\t';
}

}  // namespace

std::optional<Utf16> utf16_of(std::string_view head) {
  constexpr size_t kLook = 128;
  constexpr size_t kLeast = 16;
  // Behind the mark of UTF-32 two zeros follow.
  if (head.starts_with("\xff\xfe") && head.substr(2, 2) != std::string_view("\0\0", 2)) {
    return Utf16::kLittle;
  }
  if (head.starts_with("\xfe\xff")) return Utf16::kBig;
  head = head.substr(0, kLook);
  if (head.size() < kLeast) return std::nullopt;
  for (const Utf16 order : {Utf16::kLittle, Utf16::kBig}) {
    const size_t zero = order == Utf16::kLittle ? 1 : 0;
    bool fits = true;
    for (size_t i = 0; i < head.size() && fits; ++i) {
      fits = i % 2 == zero ? head[i] == '\0' : is_plain(head[i]);
    }
    if (fits) return order;
  }
  return std::nullopt;
}

void Utf16Decoder::decode(std::string_view bytes, std::string& text) {
  const auto unit_of = [&](char first, char second) {
    const auto low = static_cast<unsigned char>(order_ == Utf16::kLittle ? first : second);
    const auto high = static_cast<unsigned char>(order_ == Utf16::kLittle ? second : first);
    return static_cast<uint16_t>(high << 8U | low);
  };
  if (!odd_.empty() && !bytes.empty()) {
    take(unit_of(odd_[0], bytes[0]), text);
    odd_.clear();
    bytes.remove_prefix(1);
  }
  size_t i = 0;
  for (; i + 1 < bytes.size(); i += 2) take(unit_of(bytes[i], bytes[i + 1]), text);
  if (i < bytes.size()) odd_ = bytes.substr(i);
}

void Utf16Decoder::take(uint16_t unit, std::string& text) {
  constexpr uint32_t kUnknown = 0xFFFD;
  constexpr uint16_t kMark = 0xFEFF;
  if (std::exchange(at_start_, false) && unit == kMark) return;
  const bool second = unit >= 0xDC00 && unit < 0xE000;
  if (high_ != 0) {
    const uint32_t point =
        second ? 0x10000U + ((high_ - 0xD800U) << 10U) + (unit - 0xDC00U) : kUnknown;
    high_ = 0;
    append_utf8(point, text);
    if (second) return;
  }
  if (unit >= 0xD800 && unit < 0xDC00) {
    high_ = unit;
  } else {
    append_utf8(second ? kUnknown : unit, text);
  }
}

}  // namespace omscope::log
