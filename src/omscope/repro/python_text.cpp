#include "omscope/repro/python_text.h"

#include <cmath>
#include <type_traits>

#include <fmt/format.h>

#include "omscope/core/dtype.h"
#include "omscope/core/text.h"

namespace omscope::repro {
namespace {

std::string python_float(float value) {
  if (std::isnan(value)) return "float(\"nan\")";
  if (std::isinf(value)) return value > 0 ? "float(\"inf\")" : "float(\"-inf\")";
  const std::string text = number_text(value);
  return text.find_first_of(".e") == std::string::npos ? text + ".0" : text;
}

std::string python_of(std::string_view text) {
  return python_string(text);
}
std::string python_of(int64_t number) {
  return std::to_string(number);
}
std::string python_of(float number) {
  return python_float(number);
}
std::string python_of(bool value) {
  return value ? "True" : "False";
}
std::string python_of(DType dtype) {
  return python_string(to_string(dtype));
}
template <class T>
std::string python_of(const ir::List<T>& list) {
  std::string text;
  for (const auto& each : list) text += (text.empty() ? "" : ", ") + python_of(each);
  return "[" + text + "]";
}

Json json_of(std::string_view text) {
  return json_text(text);
}
Json json_of(int64_t number) {
  return number;
}
Json json_of(float number) {
  return json_float(number);
}
Json json_of(bool value) {
  return value;
}
Json json_of(DType dtype) {
  return to_string(dtype);
}
template <class T>
Json json_of(const ir::List<T>& list) {
  Json array = Json::array();
  for (const auto& each : list) array.push_back(json_of(each));
  return array;
}

/// What a case can hold; tensors, graphs and bytes are not among it.
template <class T, class... Kinds>
constexpr bool kIsOneOf = (std::is_same_v<T, Kinds> || ...);
template <class T>
constexpr bool kIsPlain =
    kIsOneOf<T, std::string_view, int64_t, float, bool, DType, ir::List<std::string_view>,
             ir::List<int64_t>, ir::List<float>, ir::List<bool>, ir::List<DType>,
             ir::List<ir::List<int64_t>>, ir::List<ir::List<float>>>;

}  // namespace

std::string python_string(std::string_view text) {
  std::string out = "\"";
  for (const char c : as_utf8(text)) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') out += '\\';
    if (byte < 0x20 || byte == 0x7f) {
      out += fmt::format("\\x{:02x}", byte);
    } else {
      out += c;
    }
  }
  return out + '"';
}

std::string python_tuple(const std::vector<int64_t>& dims) {
  std::string text = "(";
  for (size_t i = 0; i < dims.size(); ++i) text += fmt::format("{}{}", i == 0 ? "" : ", ", dims[i]);
  return text + (dims.size() == 1 ? ",)" : ")");
}

std::string python_value(const ir::AttrValue& value) {
  return std::visit(
      [](const auto& held) -> std::string {
        if constexpr (kIsPlain<std::decay_t<decltype(held)>>)
          return python_of(held);
        else
          return {};
      },
      value);
}

Json json_value(const ir::AttrValue& value) {
  return std::visit(
      [](const auto& held) -> Json {
        if constexpr (kIsPlain<std::decay_t<decltype(held)>>)
          return json_of(held);
        else
          return nullptr;
      },
      value);
}

std::string_view msopst_type(const ir::AttrValue& value) {
  if (std::holds_alternative<std::string_view>(value)) return "str";
  if (std::holds_alternative<int64_t>(value)) return "int";
  if (std::holds_alternative<float>(value)) return "float";
  if (std::holds_alternative<bool>(value)) return "bool";
  if (std::holds_alternative<DType>(value)) return "data_type";
  if (std::holds_alternative<ir::List<std::string_view>>(value)) return "list_str";
  if (std::holds_alternative<ir::List<int64_t>>(value)) return "list_int";
  if (std::holds_alternative<ir::List<float>>(value)) return "list_float";
  if (std::holds_alternative<ir::List<bool>>(value)) return "list_bool";
  if (std::holds_alternative<ir::List<ir::List<int64_t>>>(value)) return "list_list_int";
  return {};
}

}  // namespace omscope::repro
