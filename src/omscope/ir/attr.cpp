#include "omscope/ir/attr.h"

#include <algorithm>
#include <array>

namespace omscope::ir {
namespace {

constexpr std::array<std::string_view, std::variant_size_v<AttrValue>> kAttrTypeNames = {
    "",           "s",           "i",          "f",           "b",           "bytes",
    "tensor",     "tensor_desc", "graph",      "func",        "dtype",       "list_s",
    "list_i",     "list_f",      "list_b",     "list_bytes",  "list_tensor", "list_tensor_desc",
    "list_graph", "list_func",   "list_dtype", "list_list_i", "list_list_f", "expression"};

}  // namespace

std::string_view type_name(const AttrValue& value) {
  return kAttrTypeNames.at(value.index());
}

const AttrValue* find(List<Attr> attrs, std::string_view name) {
  const auto found = std::lower_bound(
      attrs.begin(), attrs.end(), name,
      [](const Attr& attr, std::string_view wanted) { return attr.name < wanted; });
  return found != attrs.end() && found->name == name ? &found->value : nullptr;
}

}  // namespace omscope::ir
