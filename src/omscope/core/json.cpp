#include "omscope/core/json.h"

#include <cmath>
#include <string>

#include "omscope/core/text.h"

namespace omscope {
namespace {

constexpr int64_t kExactInDouble = int64_t{1} << 53;

std::string dumped(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
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

Json json_dims(std::span<const int64_t> dims) {
  Json list = Json::array();
  for (const int64_t dim : dims) list.push_back(json_int(dim));
  return list;
}

void JsonStream::next() {
  if (levels_.empty()) return;
  out_ << (levels_.back().empty ? "\n" : ",\n") << std::string(2 * levels_.size(), ' ');
  levels_.back().empty = false;
}

void JsonStream::next(std::string_view key) {
  next();
  out_ << dumped(json_text(key)) << ": ";
}

void JsonStream::open(char opening, char closing) {
  out_ << opening;
  levels_.push_back({closing, true});
}

void JsonStream::open_object() {
  next();
  open('{', '}');
}

void JsonStream::open_object(std::string_view key) {
  next(key);
  open('{', '}');
}

void JsonStream::open_array(std::string_view key) {
  next(key);
  open('[', ']');
}

void JsonStream::close() {
  const Level level = levels_.back();
  levels_.pop_back();
  if (!level.empty) out_ << '\n' << std::string(2 * levels_.size(), ' ');
  out_ << level.closing;
  if (levels_.empty()) out_ << '\n';
}

void JsonStream::field(std::string_view key, const Json& value) {
  next(key);
  out_ << dumped(value);
}

void JsonStream::item(const Json& value) {
  next();
  out_ << dumped(value);
}

}  // namespace omscope
