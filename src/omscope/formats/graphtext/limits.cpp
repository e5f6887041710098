#include "omscope/formats/graphtext/limits.h"

#include <algorithm>
#include <array>

namespace omscope::graphtext {
namespace {

template <class T>
bool is(const ir::Attr& attr) {
  return std::holds_alternative<T>(attr.value);
}

bool is_text(const ir::Attr& attr, Place /*place*/) {
  return is<std::string_view>(attr) || is<ir::List<std::string_view>>(attr);
}

bool is_empty_list(const ir::Attr& attr, Place /*place*/) {
  const auto empty = [](const auto& value) {
    if constexpr (requires { value.empty(); }) {
      return value.empty();
    } else {
      return false;
    }
  };
  return std::visit(empty, attr.value);
}

bool is_serializers_own(const ir::Attr& attr, Place place) {
  return place == Place::kOp &&
         (attr.name == "_output_name_value" || attr.name == "_ir_inputs_value");
}

bool is_list_of_lists(const ir::Attr& attr, Place place) {
  return place == Place::kOp &&
         (is<ir::List<ir::List<int64_t>>>(attr) || is<ir::List<ir::List<float>>>(attr));
}

bool is_dtype(const ir::Attr& attr, Place /*place*/) {
  return is<DType>(attr) || is<ir::List<DType>>(attr);
}

bool is_shown_as_field(const ir::Attr& attr, Place place) {
  constexpr std::array<std::string_view, 4> kNames = {"origin_shape", "origin_shape_initialized",
                                                      "format_for_int", "origin_format_for_int"};
  return place == Place::kDescriptor &&
         std::find(kNames.begin(), kNames.end(), attr.name) != kNames.end();
}

bool is_tensor(const ir::Attr& attr, Place /*place*/) {
  return is<const ir::Tensor*>(attr) || is<ir::List<const ir::Tensor*>>(attr);
}

// Found by comparing dumps of one stage in both formats, from 2020 and 2023.
constexpr std::array kLimits = {
    Limit{Kind::kGeOnnxText, "text attributes and lists of texts: written at dump level 1 only",
          is_text},
    Limit{Kind::kGeOnnxText, "empty lists", is_empty_list},
    Limit{Kind::kGeOnnxText, "two lists of numbers that only the serializer of ge_proto adds",
          is_serializers_own},
    Limit{Kind::kGeOnnxText, "lists of lists of an op: one list per row, named <key>_<row>",
          is_list_of_lists},
    Limit{Kind::kGeOnnxText, "dtype attributes", is_dtype},
    Limit{Kind::kGeOnnxText, "descriptor attributes that have fields of their own since 2023",
          is_shown_as_field},
    Limit{Kind::kGeOnnxText, "the kind of booleans: written as integers", nullptr},
    Limit{Kind::kGeOnnxText, "slots behind the last connected one", nullptr},
    Limit{Kind::kGeOnnxText, "attributes of graphs and of the model", nullptr},
    Limit{Kind::kGeOnnxText, "which op runs which sub-graph: only the names agree", nullptr},
    Limit{Kind::kGeProtoText, "tensors: written at dump level 1 only", is_tensor},
    Limit{Kind::kAtcJson, "bytes, contents and places of tensors, planned sizes", nullptr},
};

}  // namespace

std::span<const Limit> limits() {
  return kLimits;
}

bool holds(Kind kind, const ir::Attr& attr, Place place) {
  return std::none_of(kLimits.begin(), kLimits.end(), [&](const Limit& limit) {
    return limit.kind == kind && limit.leaves_out != nullptr && limit.leaves_out(attr, place);
  });
}

bool holds_trailing_slots(Kind kind) {
  return kind != Kind::kGeOnnxText;
}

}  // namespace omscope::graphtext
