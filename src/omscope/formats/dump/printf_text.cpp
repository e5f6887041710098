#include "omscope/formats/dump/printf_text.h"

#include <algorithm>
#include <bit>
#include <optional>
#include <string_view>

#include <fmt/format.h>

namespace omscope::dump {
namespace {

constexpr size_t kSlot = 8;
constexpr size_t kMostText = size_t{1} << 16U;
constexpr size_t kMostWidth = 256;
/// Each "%.0s" may search a long text and print nothing.
constexpr size_t kMostConversions = 1024;

struct Conversion {
  bool left = false;
  bool plus = false;
  bool zero = false;
  bool alternate = false;
  bool is_long = false;
  size_t width = 0;
  std::optional<size_t> precision;
  char type = 0;
};

class Printer {
 public:
  explicit Printer(ByteView record) : record_(record) {}

  std::string print() {
    const auto format = text_at(0);
    if (!format) return "<format missing>";
    format_ = *format;
    slot_ = kSlot;
    size_t conversions = 0;
    while (at_ < format_.size() && out_.size() < kMostText && conversions <= kMostConversions) {
      const char c = format_[at_];
      if (c == '%') {
        convert();
        ++conversions;
      } else {
        out_ += c;
        ++at_;
      }
    }
    return std::move(out_);
  }

 private:
  std::optional<uint64_t> slot_at(size_t at) const {
    if (at > record_.size() || record_.size() - at < kSlot) return std::nullopt;
    return load_le<uint64_t>(record_.data() + at);
  }

  /// The text that the slot at `at` points to, up to its NUL.
  std::optional<std::string_view> text_at(size_t at) const {
    const auto distance = slot_at(at);
    if (!distance || *distance >= record_.size() - at) return std::nullopt;
    const std::string_view text = as_text(record_.subspan(at + *distance)).substr(0, kMostText);
    return text.substr(0, text.find('\0'));
  }

  std::optional<uint64_t> next_slot() {
    const auto value = slot_at(slot_);
    if (value) slot_ += kSlot;
    return value;
  }

  char peek() const { return at_ < format_.size() ? format_[at_] : '\0'; }

  size_t number() {
    size_t value = 0;
    for (; peek() >= '0' && peek() <= '9'; ++at_) {
      value = std::min(kMostWidth, value * 10 + static_cast<size_t>(peek() - '0'));
    }
    return value;
  }

  /// Width and precision may stand in the arguments.
  size_t number_or_argument() {
    if (peek() != '*') return number();
    ++at_;
    return std::min<uint64_t>(kMostWidth, next_slot().value_or(0));
  }

  Conversion read_conversion() {
    Conversion conversion;
    for (;; ++at_) {
      const char c = peek();
      conversion.left = conversion.left || c == '-';
      conversion.plus = conversion.plus || c == '+';
      conversion.zero = conversion.zero || c == '0';
      conversion.alternate = conversion.alternate || c == '#';
      if (c == '\0' || std::string_view("-+0# ").find(c) == std::string_view::npos) break;
    }
    conversion.width = number_or_argument();
    if (peek() == '.') {
      ++at_;
      conversion.precision = number_or_argument();
    }
    for (; peek() != '\0' && std::string_view("hlLqjzt").find(peek()) != std::string_view::npos;
         ++at_) {
      conversion.is_long = conversion.is_long || peek() != 'h';
    }
    conversion.type = peek();
    if (at_ < format_.size()) ++at_;
    return conversion;
  }

  void convert() {
    const size_t start = at_++;
    const Conversion conversion = read_conversion();
    if (conversion.type == '%') {
      out_ += '%';
      return;
    }
    constexpr std::string_view kKnown = "diuxXopcsfFeEgGaA";
    if (conversion.type == '\0' || kKnown.find(conversion.type) == std::string_view::npos) {
      out_ += format_.substr(start, at_ - start);
      return;
    }
    pad(conversion, argument(conversion));
  }

  std::string argument(const Conversion& conversion) {
    if (conversion.type == 's') {
      const auto text = text_at(slot_);
      if (slot_at(slot_)) slot_ += kSlot;
      if (!text) return "<missing>";
      return std::string(text->substr(0, conversion.precision.value_or(kMostText)));
    }
    const auto value = next_slot();
    if (!value) return "<missing>";
    switch (conversion.type) {
      case 'd':
      case 'i': return signed_text(conversion, *value);
      case 'u':
      case 'x':
      case 'X':
      case 'o': return unsigned_text(conversion, *value);
      case 'p': return fmt::format("{:#x}", *value);
      case 'c': return {static_cast<char>(*value & 0xFFU)};
      default: return float_text(conversion, *value);
    }
  }

  static std::string signed_text(const Conversion& conversion, uint64_t value) {
    const int64_t number =
        conversion.is_long ? static_cast<int64_t>(value) : static_cast<int32_t>(value);
    return fmt::format("{}{}", conversion.plus && number >= 0 ? "+" : "", number);
  }

  static std::string unsigned_text(const Conversion& conversion, uint64_t value) {
    const uint64_t number = conversion.is_long ? value : static_cast<uint32_t>(value);
    const bool marked = conversion.alternate && number != 0;
    switch (conversion.type) {
      case 'x': return fmt::format("{}{:x}", marked ? "0x" : "", number);
      case 'X': return fmt::format("{}{:X}", marked ? "0X" : "", number);
      case 'o': return fmt::format("{}{:o}", marked ? "0" : "", number);
      default: return fmt::format("{}", number);
    }
  }

  /// Kernels have no double: a float's bits stand in the low half of its slot. A slot with a high
  /// half can only be a double.
  static std::string float_text(const Conversion& conversion, uint64_t value) {
    const double number =
        (value >> 32U) == 0
            ? static_cast<double>(std::bit_cast<float>(static_cast<uint32_t>(value)))
            : std::bit_cast<double>(value);
    const int precision = static_cast<int>(std::min<size_t>(conversion.precision.value_or(6), 64));
    const char* sign = conversion.plus ? "+" : "-";
    switch (conversion.type) {
      case 'e':
      case 'E':
        return fmt::format(fmt::runtime(fmt::format("{{:{}.{}e}}", sign, precision)), number);
      case 'g':
      case 'G':
        return fmt::format(fmt::runtime(fmt::format("{{:{}.{}g}}", sign, precision)), number);
      case 'a':
      case 'A': return fmt::format("{:a}", number);
      default:
        return fmt::format(fmt::runtime(fmt::format("{{:{}.{}f}}", sign, precision)), number);
    }
  }

  void pad(const Conversion& conversion, std::string text) {
    const size_t missing = conversion.width > text.size() ? conversion.width - text.size() : 0;
    if (conversion.left) {
      text.append(missing, ' ');
    } else if (conversion.zero && conversion.type != 's') {
      const bool has_sign = !text.empty() && (text[0] == '-' || text[0] == '+');
      text.insert(has_sign ? 1 : 0, missing, '0');
    } else {
      text.insert(0, missing, ' ');
    }
    out_ += text.substr(0, kMostText);
  }

  ByteView record_;
  std::string_view format_;
  size_t at_ = 0;
  size_t slot_ = 0;
  std::string out_;
};

}  // namespace

std::string printed_text(ByteView record) {
  return Printer(record).print();
}

}  // namespace omscope::dump
