#include "omscope/diff/attributes.h"

#include <algorithm>
#include <cmath>
#include <type_traits>

#include <fmt/format.h>

#include "omscope/core/text.h"

namespace omscope::diff {
namespace {

template <class T>
struct IsList : std::false_type {};
template <class T>
struct IsList<ir::List<T>> : std::true_type {};

bool same_items(const auto& a, const auto& b);

template <class T>
bool same_item(const T& a, const T& b) {
  if constexpr (std::is_same_v<T, ByteView>) {  // also a list
    return as_text(a) == as_text(b);
  } else if constexpr (IsList<T>::value) {
    return same_items(a, b);
  } else if constexpr (std::is_same_v<T, const ir::Tensor*>) {
    return a->type.dtype == b->type.dtype && as_text(a->bytes) == as_text(b->bytes) &&
           same_items(a->type.shape, b->type.shape);
  } else if constexpr (std::is_same_v<T, const ir::TensorType*>) {
    return a->dtype == b->dtype && same_items(a->shape, b->shape) && a->format == b->format;
  } else if constexpr (std::is_same_v<T, const ir::NamedAttrs*>) {
    return std::equal(a->attrs.begin(), a->attrs.end(), b->attrs.begin(), b->attrs.end(),
                      [](const ir::Attr& x, const ir::Attr& y) {
                        return x.name == y.name && same_value(x.value, y.value, false);
                      });
  } else if constexpr (std::is_same_v<T, ir::GraphRef>) {
    return true;  // graphs are compared as graphs
  } else if constexpr (std::is_same_v<T, ir::Expression>) {
    return a.text == b.text;
  } else if constexpr (std::is_same_v<T, float>) {
    return a == b || (a != a && b != b);
  } else {
    return a == b;
  }
}

bool same_items(const auto& a, const auto& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const auto& x, const auto& y) { return same_item(x, y); });
}

template <class T>
std::string item_text(const T& item) {
  if constexpr (std::is_same_v<T, ByteView>) {  // also a list
    return fmt::format("{} bytes", item.size());
  } else if constexpr (IsList<T>::value) {
    std::string text = "[";
    for (size_t i = 0; i < item.size(); ++i) {
      if (i != 0) text += ", ";
      if (text.size() > 200) return text + "…]";
      text += item_text<std::remove_cv_t<typename T::element_type>>(item[i]);
    }
    return text + "]";
  } else if constexpr (std::is_same_v<T, std::string_view>) {
    return as_utf8(item.substr(0, 200));
  } else if constexpr (std::is_same_v<T, bool>) {
    return item ? "true" : "false";
  } else if constexpr (std::is_same_v<T, int64_t>) {
    return std::to_string(item);
  } else if constexpr (std::is_same_v<T, float>) {
    return number_text(item);
  } else if constexpr (std::is_same_v<T, DType>) {
    return std::string(to_string(item));
  } else if constexpr (std::is_same_v<T, ir::Expression>) {
    return as_utf8(item.text);
  } else if constexpr (std::is_same_v<T, const ir::NamedAttrs*>) {
    std::string text = "{";
    for (const ir::Attr& attr : item->attrs) {
      if (text.size() > 200) return text + "…}";
      text += fmt::format("{}{}: {}", text.size() > 1 ? ", " : "", as_utf8(attr.name),
                          text_of(attr.value));
    }
    return text + "}";
  } else if constexpr (std::is_same_v<T, const ir::Tensor*>) {
    return fmt::format("tensor of {} bytes", item->size);
  } else {
    return "…";
  }
}

}  // namespace

bool same_value(const ir::AttrValue& a, const ir::AttrValue& b, bool as_set) {
  if (a.index() != b.index()) return false;
  if (const auto* list = std::get_if<ir::List<std::string_view>>(&a); as_set && list != nullptr) {
    const auto other = std::get<ir::List<std::string_view>>(b);
    std::vector<std::string_view> x(list->begin(), list->end());
    std::vector<std::string_view> y(other.begin(), other.end());
    std::sort(x.begin(), x.end());
    std::sort(y.begin(), y.end());
    return x == y;
  }
  return std::visit(
      [&]<class T>(const T& value) {
        if constexpr (std::is_same_v<T, std::monostate>) {
          return true;
        } else {
          return same_item(value, std::get<T>(b));
        }
      },
      a);
}

namespace {

/// What text formats leave out.
bool holds_bytes(const ir::AttrValue& value) {
  if (std::holds_alternative<ByteView>(value) ||
      std::holds_alternative<ir::List<ByteView>>(value)) {
    return true;
  }
  const auto* named = std::get_if<const ir::NamedAttrs*>(&value);
  return named != nullptr &&
         std::any_of((*named)->attrs.begin(), (*named)->attrs.end(),
                     [](const ir::Attr& attr) { return holds_bytes(attr.value); });
}

/// Text formats round to six digits.
bool almost(float x, float y) {
  constexpr float kRounding = 2e-6F;
  return std::fabs(x - y) <= kRounding * std::max(std::fabs(x), std::fabs(y));
}

}  // namespace

bool is_left_out(const ir::AttrValue& value) {
  return holds_bytes(value);
}

bool may_mean_same(const ir::AttrValue& a, const ir::AttrValue& b) {
  if (holds_bytes(a) || holds_bytes(b)) return true;
  if (const auto* x = std::get_if<float>(&a)) {
    const auto* y = std::get_if<float>(&b);
    if (y != nullptr) return almost(*x, *y);
  }
  if (const auto* x = std::get_if<ir::List<float>>(&a)) {
    const auto* y = std::get_if<ir::List<float>>(&b);
    if (y != nullptr) return std::equal(x->begin(), x->end(), y->begin(), y->end(), almost);
  }
  const auto text = [](const ir::AttrValue& value) {
    if (const auto* flag = std::get_if<bool>(&value)) return std::string(*flag ? "1" : "0");
    return text_of(value);
  };
  return a.index() != b.index() && (text(a) == text(b) || (is_default(a) && is_default(b)));
}

bool is_default(const ir::AttrValue& value) {
  return std::visit(
      []<class T>(const T& held) {
        if constexpr (IsList<T>::value || std::is_same_v<T, std::string_view>) {
          return held.empty();
        } else if constexpr (std::is_same_v<T, int64_t> || std::is_same_v<T, float> ||
                             std::is_same_v<T, bool>) {
          return held == T{};
        } else {
          return std::is_same_v<T, std::monostate>;
        }
      },
      value);
}

std::string text_of(const ir::AttrValue& value) {
  return std::visit(
      []<class T>(const T& held) -> std::string {
        if constexpr (std::is_same_v<T, std::monostate>) {
          return {};
        } else {
          return item_text(held);
        }
      },
      value);
}

namespace {

/// Where two lists start to differ; nothing where one only goes on longer.
template <class T>
std::optional<size_t> first_difference(ir::List<T> a, ir::List<T> b) {
  for (size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
    if (!same_item<T>(a[i], b[i])) return i;
  }
  return std::nullopt;
}

template <class T>
std::string element_text(ir::List<T> list, size_t at) {
  return fmt::format("[{}] {}", at, item_text<T>(list[at]));
}

/// Scales of quantised ops are float32 in bytes; what other bytes are cannot be known.
std::string element_text(ByteView bytes, size_t at) {
  constexpr size_t kFloat = sizeof(float);
  const size_t first = at / kFloat * kFloat;
  if (bytes.size() % kFloat != 0)
    return fmt::format("byte {}: {:#04x}", at, static_cast<int>(bytes[at]));
  return fmt::format("bytes {} to {}: {} as float32", first, first + kFloat - 1,
                     number_text(load_le<float>(&bytes[first])));
}

}  // namespace

std::pair<std::optional<std::string>, std::optional<std::string>> texts_of(const ir::AttrValue* a,
                                                                           const ir::AttrValue* b) {
  const auto text = [](const ir::AttrValue* value) {
    return value == nullptr ? std::nullopt : std::optional(text_of(*value));
  };
  std::pair<std::optional<std::string>, std::optional<std::string>> texts(text(a), text(b));
  if (texts.first != texts.second || a == nullptr || a->index() != b->index()) return texts;
  std::visit(
      [&]<class T>(const T& x) {
        if constexpr (IsList<T>::value) {
          const T& y = std::get<T>(*b);
          if (const auto at = first_difference(x, y)) {
            texts = {element_text(x, *at), element_text(y, *at)};
          }
        }
      },
      *a);
  return texts;
}

}  // namespace omscope::diff
