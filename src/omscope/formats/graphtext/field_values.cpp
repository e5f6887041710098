#include "omscope/formats/graphtext/field_values.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <limits>
#include <string>

namespace omscope::graphtext {
namespace {

using wire::FieldKind;

std::optional<uint64_t> integer(std::string_view text, bool negative) {
  int base = 10;
  if (text.starts_with("0x") || text.starts_with("0X")) {
    base = 16;
    text.remove_prefix(2);
  } else if (text.size() > 1 && text[0] == '0') {
    base = 8;
  }
  uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return negative ? uint64_t{0} - value : value;
}

std::optional<double> real(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (lower == "inf" || lower == "infinity") return std::numeric_limits<double>::infinity();
  if (lower == "nan") return std::numeric_limits<double>::quiet_NaN();
  if (lower.ends_with('f')) lower.pop_back();
  double value = 0;
  const auto [end, error] = std::from_chars(lower.data(), lower.data() + lower.size(), value);
  const bool whole = end == lower.data() + lower.size();
  if (!whole || lower.empty() || error == std::errc::invalid_argument) return std::nullopt;
  if (error == std::errc::result_out_of_range) {
    // from_chars leaves the value alone; strtod-like readers give infinity or zero.
    return lower.find("e-") != std::string::npos ? 0.0 : std::numeric_limits<double>::infinity();
  }
  return value;
}

std::optional<uint64_t> boolean(std::string_view text) {
  if (text == "true" || text == "True" || text == "t" || text == "1") return 1;
  if (text == "false" || text == "False" || text == "f" || text == "0") return 0;
  return std::nullopt;
}

}  // namespace

uint64_t float_bits(const wire::FieldSchema& field, double value) {
  if (field.kind == FieldKind::kDouble) return std::bit_cast<uint64_t>(value);
  return std::bit_cast<uint32_t>(static_cast<float>(value));
}

std::optional<uint64_t> scalar_value(const wire::FieldSchema& field, std::string_view text,
                                     bool negative) {
  switch (field.kind) {
    case FieldKind::kBool: return boolean(text);
    case FieldKind::kEnum: {
      const auto found = field.enum_values.find(text);
      if (found != field.enum_values.end()) return static_cast<uint64_t>(found->second);
      return integer(text, negative);
    }
    case FieldKind::kFloat:
    case FieldKind::kDouble: {
      const auto value = real(text);
      if (!value) return std::nullopt;
      return float_bits(field, negative ? -*value : *value);
    }
    case FieldKind::kZigZag: {
      const auto value = integer(text, negative);
      if (!value) return std::nullopt;
      return (*value << 1U) ^ (uint64_t{0} - (*value >> 63U));
    }
    default: return integer(text, negative);
  }
}

void write_scalar(wire::Writer& writer, const wire::FieldSchema& field, uint64_t value) {
  switch (field.kind) {
    case FieldKind::kFloat:
    case FieldKind::kFixed32: writer.fixed32(field.number, static_cast<uint32_t>(value)); break;
    case FieldKind::kDouble:
    case FieldKind::kFixed64: writer.fixed64(field.number, value); break;
    default: writer.varint(field.number, value); break;
  }
}

}  // namespace omscope::graphtext
