#include "omscope/core/json.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "omscope/core/text.h"

namespace omscope {
namespace {

constexpr int64_t kExactInDouble = int64_t{1} << 53;

/// Text that a JSON string holds as it is.
bool is_plain(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char each) {
    return each >= ' ' && each <= '~' && each != '"' && each != '\\';
  });
}

/// Bytes of the character that starts so, in valid UTF-8.
size_t length_from(char lead) {
  const auto byte = static_cast<unsigned char>(lead);
  return byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1;
}

/// `\uNNNN` for what a terminal would obey; nlohmann leaves DEL, the controls from 0x80 on and the
/// marks that reorder text as they are. None of them needs more than three bytes.
std::string escaped(std::string_view character) {
  uint32_t code = static_cast<unsigned char>(character[0]);
  if (character.size() > 1) code &= 0x7FU >> character.size();
  for (const char byte : character.substr(1)) {
    code = (code << 6U) | (static_cast<unsigned char>(byte) & 0x3FU);
  }
  return fmt::format("\\u{:04x}", code);
}

/// On one line.
std::string dumped(const Json& value) {
  constexpr char kDelete = 0x7F;
  const std::string json = value.dump(-1, ' ', false, Json::error_handler_t::replace);
  const std::string_view text = json;
  std::string out;
  for (size_t at = 0; at < text.size();) {
    const std::string_view each = text.substr(at, length_from(text[at]));
    const bool plain = each.size() == 1 ? each[0] != kDelete : for_terminal(each) == each;
    plain ? out.append(each) : out.append(escaped(each));
    at += each.size();
  }
  return out;
}

}  // namespace

Json json_text(std::string_view text) {
  return as_utf8(text);
}

Json json_text_or_null(std::string_view text) {
  return text.empty() ? Json(nullptr) : json_text(text);
}

Json json_int(int64_t number) {
  if (number > kExactInDouble || number < -kExactInDouble) return std::to_string(number);
  return number;
}

Json json_uint(uint64_t number) {
  if (number > static_cast<uint64_t>(kExactInDouble)) return std::to_string(number);
  return number;
}

Json json_uint_or_null(std::optional<uint64_t> number) {
  return number ? json_uint(*number) : Json(nullptr);
}

Json json_float(double number) {
  if (std::isfinite(number)) return number;
  return number_text(number);
}

size_t json_depth(std::string_view text) {
  size_t depth = 0;
  size_t deepest = 0;
  bool in_string = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string && c == '\\') {
      ++i;
    } else if (c == '"') {
      in_string = !in_string;
    } else if (!in_string && (c == '{' || c == '[')) {
      deepest = std::max(deepest, ++depth);
    } else if (!in_string && (c == '}' || c == ']') && depth > 0) {
      --depth;
    }
  }
  return deepest;
}

void JsonStream::new_line() {
  buffer_ += '\n';
  buffer_.append(2 * levels_.size(), ' ');
}

void JsonStream::next() {
  if (levels_.empty()) return;
  Level& level = levels_.back();
  if (!level.empty) buffer_ += ',';
  if (level.form == Form::kLines) new_line();
  level.empty = false;
}

void JsonStream::next(std::string_view key) {
  next();
  append_text(key);
  buffer_ += levels_.back().form == Form::kLines ? ": " : ":";
}

void JsonStream::open(char opening, char closing, Form form) {
  const bool inside_line = !levels_.empty() && levels_.back().form == Form::kLine;
  buffer_ += opening;
  levels_.push_back({closing, inside_line ? Form::kLine : form, true});
}

void JsonStream::open_object(Form form) {
  next();
  open('{', '}', form);
}

void JsonStream::open_object(std::string_view key, Form form) {
  next(key);
  open('{', '}', form);
}

void JsonStream::open_array(Form form) {
  next();
  open('[', ']', form);
}

void JsonStream::open_array(std::string_view key, Form form) {
  next(key);
  open('[', ']', form);
}

void JsonStream::close() {
  const Level level = levels_.back();
  levels_.pop_back();
  if (!level.empty && level.form == Form::kLines) new_line();
  buffer_ += level.closing;
  if (levels_.empty()) buffer_ += '\n';
  written();
}

void JsonStream::written() {
  constexpr size_t kEnough = size_t{1} << 16;
  if (!levels_.empty() && buffer_.size() < kEnough) return;
  out_ << buffer_;
  buffer_.clear();
}

void JsonStream::append_text(std::string_view text) {
  if (is_plain(text)) {
    buffer_ += '"';
    buffer_ += text;
    buffer_ += '"';
  } else {
    buffer_ += dumped(json_text(text));
  }
}

void JsonStream::append_dims(std::span<const int64_t> dims) {
  buffer_ += '[';
  for (size_t i = 0; i < dims.size(); ++i) {
    if (i > 0) buffer_ += ',';
    append(json_int(dims[i]));
    written();
  }
  buffer_ += ']';
}

void JsonStream::append(const Json& value) {
  if (value.is_number_integer() && !value.is_number_unsigned()) {
    fmt::format_to(std::back_inserter(buffer_), "{}", value.get<int64_t>());
  } else if (value.is_string() && is_plain(value.get_ref<const std::string&>())) {
    append_text(value.get_ref<const std::string&>());
  } else {
    buffer_ += dumped(value);
  }
}

void JsonStream::field(std::string_view key, const Json& value) {
  next(key);
  append(value);
  written();
}

void JsonStream::text(std::string_view key, std::string_view text) {
  next(key);
  append_text(text);
  written();
}

void JsonStream::text_or_null(std::string_view key, std::string_view text) {
  if (text.empty()) {
    field(key, nullptr);
  } else {
    this->text(key, text);
  }
}

void JsonStream::dims(std::string_view key, std::span<const int64_t> dims) {
  next(key);
  append_dims(dims);
  written();
}

void JsonStream::item(const Json& value) {
  next();
  append(value);
  written();
}

void JsonStream::item_text(std::string_view text) {
  next();
  append_text(text);
  written();
}

void JsonStream::item_dims(std::span<const int64_t> dims) {
  next();
  append_dims(dims);
  written();
}

}  // namespace omscope
