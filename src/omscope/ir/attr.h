// Attributes of models, graphs, ops and tensor descriptors.
#pragma once

#include <variant>

#include "omscope/ir/tensor_type.h"

namespace omscope::ir {

struct NamedAttrs;

/// Text of a symbolic expression.
struct Expression {
  std::string_view text;
};

/// A graph held by an attribute: its index in Model::graphs; kNoGraph when it is empty.
struct GraphRef {
  static constexpr uint32_t kNoGraph = 0xFFFFFFFFU;
  uint32_t index = kNoGraph;
};

/// One alternative per kind of attribute, in the order of `kAttrTypeNames`. Pointers are never
/// null.
using AttrValue =
    std::variant<std::monostate, std::string_view, int64_t, float, bool, ByteView, const Tensor*,
                 const TensorType*, GraphRef, const NamedAttrs*, DType, List<std::string_view>,
                 List<int64_t>, List<float>, List<bool>, List<ByteView>, List<const Tensor*>,
                 List<const TensorType*>, List<GraphRef>, List<const NamedAttrs*>, List<DType>,
                 List<List<int64_t>>, List<List<float>>, Expression>;

/// The name of the kind of `value` as JSON output gives it: "s", "list_i", …; empty for an
/// attribute without a value.
std::string_view type_name(const AttrValue& value);

struct Attr {
  std::string_view name;
  AttrValue value;
};

struct NamedAttrs {
  std::string_view name;
  List<Attr> attrs;  ///< sorted by name
};

/// The attribute `name` in a list sorted by name; nullptr when it is not there.
const AttrValue* find(List<Attr> attrs, std::string_view name);

/// The value of attribute `name`, if it is there and of type T.
template <class T>
std::optional<T> get(List<Attr> attrs, std::string_view name) {
  const AttrValue* value = find(attrs, name);
  const T* held = value == nullptr ? nullptr : std::get_if<T>(value);
  return held == nullptr ? std::nullopt : std::optional<T>(*held);
}

inline std::string_view get_text(List<Attr> attrs, std::string_view name) {
  return get<std::string_view>(attrs, name).value_or(std::string_view{});
}

}  // namespace omscope::ir
