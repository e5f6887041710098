#include "omscope/formats/om/visual_json.h"

#include <algorithm>
#include <array>

#include <nlohmann/json.hpp>

#include "omscope/formats/graphtext/field_values.h"
#include "omscope/formats/wire/schema.h"
#include "omscope/formats/wire/wire_writer.h"

namespace omscope::om {
namespace {

using nlohmann::json;
using wire::FieldKind;
using wire::FieldSchema;
using wire::MessageSchema;

constexpr int kMostDepth = 64;

/// The type of a {"type", "value"} attribute, the field of AttrDef or ListValue that holds it, and
/// ListValue.val_type.
struct AttrType {
  std::string_view type;
  std::string_view field;
  uint64_t val_type;
};

constexpr std::array kPlainTypes = {
    AttrType{"bytes", "bt", 0},  AttrType{"expression", "expression", 0},
    AttrType{"func", "func", 0}, AttrType{"tensor_desc", "td", 0},
    AttrType{"tensor", "t", 0},  AttrType{"graph", "g", 0},
};

constexpr std::array kListTypes = {
    AttrType{"list_string", "s", 1},       AttrType{"list_int", "i", 2},
    AttrType{"list_float", "f", 3},        AttrType{"list_bool", "b", 4},
    AttrType{"list_bytes", "bt", 5},       AttrType{"list_tensor_desc", "td", 6},
    AttrType{"list_tensor", "t", 7},       AttrType{"list_graph", "g", 8},
    AttrType{"list_named_attrs", "na", 9}, AttrType{"list_data_type", "dt", 10},
};

template <size_t N>
const AttrType* find_type(const std::array<AttrType, N>& types, std::string_view name) {
  const auto* found = std::find_if(types.begin(), types.end(),
                                   [&](const AttrType& each) { return each.type == name; });
  return found == types.end() ? nullptr : found;
}

class Transcoder {
 public:
  void message(const json& object, const MessageSchema& schema, int depth) {
    if (!object.is_object() || depth > kMostDepth) return;
    for (const auto& [name, value] : object.items()) {
      const auto found = schema.fields.find(name);
      if (found != schema.fields.end()) member(found->second, value, depth);
    }
  }

  std::string finish() { return writer_.finish(); }

 private:
  static bool is_map(const FieldSchema& field) {
    return field.kind == FieldKind::kMessage && field.repeated &&
           field.message->fields.size() == 2 && field.message->fields.contains("key");
  }

  void member(const FieldSchema& field, const json& value, int depth) {
    if (is_map(field) && value.is_object()) {
      for (const auto& [key, each] : value.items()) entry(field, key, each, depth + 1);
    } else if (value.is_array()) {
      for (const json& each : value) single(field, each, depth);
    } else {
      single(field, value, depth);
    }
  }

  void single(const FieldSchema& field, const json& value, int depth) {
    if (field.kind == FieldKind::kMessage) {
      if (!value.is_object()) return;
      writer_.open(field.number);
      message(value, *field.message, depth + 1);
      writer_.close();
    } else if (field.kind == FieldKind::kString || field.kind == FieldKind::kBytes) {
      if (value.is_string()) writer_.bytes(field.number, value.get_ref<const std::string&>());
    } else {
      scalar(field, value);
    }
  }

  void scalar(const FieldSchema& field, const json& value) {
    const bool real = field.kind == FieldKind::kFloat || field.kind == FieldKind::kDouble;
    if (value.is_string()) {
      const auto bits = graphtext::scalar_value(field, value.get_ref<const std::string&>(), false);
      if (bits) graphtext::write_scalar(writer_, field, *bits);
    } else if (value.is_number() && real) {
      graphtext::write_scalar(writer_, field, graphtext::float_bits(field, value.get<double>()));
    } else if (value.is_number_integer()) {
      graphtext::write_scalar(writer_, field, static_cast<uint64_t>(value.get<int64_t>()));
    } else if (value.is_boolean()) {
      graphtext::write_scalar(writer_, field, value.get<bool>() ? 1 : 0);
    }
  }

  void entry(const FieldSchema& field, const std::string& key, const json& value, int depth) {
    const auto held = field.message->fields.find("value");
    if (held == field.message->fields.end() || depth > kMostDepth) return;
    writer_.open(field.number);
    writer_.bytes(1, key);
    if (held->second.kind == FieldKind::kMessage && held->second.message->name == "AttrDef") {
      writer_.open(held->second.number);
      attribute(*held->second.message, value, depth + 1);
      writer_.close();
    } else {
      member(held->second, value, depth + 1);
    }
    writer_.close();
  }

  void attribute(const MessageSchema& schema, const json& value, int depth) {
    const auto field = [&](const char* name) -> const FieldSchema& {
      return schema.fields.at(name);
    };
    if (value.is_string()) return single(field("s"), value, depth);
    if (value.is_boolean()) return single(field("b"), value, depth);
    if (value.is_number_integer()) return single(field("i"), value, depth);
    if (value.is_number()) return single(field("f"), value, depth);
    if (value.is_array()) return rows(schema, value);
    if (value.is_object()) typed(schema, value, depth);
  }

  /// A list of lists: of floats as soon as one number is no integer.
  void rows(const MessageSchema& schema, const json& value) {
    bool real = false;
    for (const json& row : value) {
      real = real || std::any_of(row.begin(), row.end(),
                                 [](const json& each) { return each.is_number_float(); });
    }
    const FieldSchema& list = schema.fields.at(real ? "list_list_float" : "list_list_int");
    const FieldSchema& row_field = list.message->fields.begin()->second;
    const FieldSchema& number = row_field.message->fields.begin()->second;
    writer_.open(list.number);
    for (const json& row : value) {
      writer_.open(row_field.number);
      if (row.is_array()) member(number, row, 0);
      writer_.close();
    }
    writer_.close();
  }

  void typed(const MessageSchema& schema, const json& value, int depth) {
    const FieldSchema& list = schema.fields.at("list");
    const auto type = value.find("type");
    const auto held = value.find("value");
    const bool named = type != value.end() && type->is_string() && held != value.end();
    if (!named) {  // an empty object is a list that does not say of what
      writer_.open(list.number);
      writer_.close();
      return;
    }
    const std::string& name = type->get_ref<const std::string&>();
    if (const AttrType* plain = find_type(kPlainTypes, name)) {
      member(schema.fields.at(plain->field), *held, depth);
    } else if (const AttrType* of = find_type(kListTypes, name)) {
      writer_.open(list.number);
      member(list.message->fields.at(of->field), *held, depth + 1);
      writer_.varint(list.message->fields.at("val_type").number, of->val_type);
      writer_.close();
    }
  }

  wire::Writer writer_;
};

/// Whether brackets are nested no deeper than any model's are: parsing and freeing a document both
/// follow its nesting.
bool is_shallow(std::string_view text) {
  constexpr int kMost = 256;
  int depth = 0;
  bool in_text = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_text) {
      if (c == '\\') ++i;
      if (c == '"') in_text = false;
    } else if (c == '"') {
      in_text = true;
    } else if (c == '{' || c == '[') {
      if (++depth > kMost) return false;
    } else if (c == '}' || c == ']') {
      --depth;
    }
  }
  return true;
}

}  // namespace

std::string visual_json_to_wire(std::string_view text, Problems& problems) {
  const json document = is_shallow(text) ? json::parse(text, nullptr, false) : json();
  const auto model = document.is_object() ? document.find("model") : document.end();
  if (!document.is_object() || model == document.end() || !model->is_object()) {
    problems.error(Code::kBadJson, std::nullopt, "ge_visual",
                   "the graph of the archive is no such JSON; it was left out");
    return {};
  }
  Transcoder transcoder;
  transcoder.message(*model, wire::ge_model_schema(), 0);
  return transcoder.finish();
}

}  // namespace omscope::om
