#include "omscope/formats/graphtext/atc_json.h"

#include <fmt/format.h>
#include <google/protobuf/stubs/strutil.h>

#include <algorithm>
#include <array>
#include <map>

#include "omscope/core/json.h"
#include "omscope/formats/ge/attr_dictionary.h"
#include "omscope/formats/wire/schema.h"
#include "omscope/formats/wire/wire_reader.h"

namespace omscope::graphtext {
namespace {

using wire::FieldKind;
using wire::FieldSchema;
using wire::MessageSchema;

constexpr int kMostDepth = 20;

constexpr std::array<std::string_view, 10> kLeftOut = {
    "output",      "data_offset", "data", "workspace", "workspace_bytes",
    "memory_size", "weight_size", "size", "bt",        "quantize_factor"};

/// Model attributes that only serve the compression that is undone here.
constexpr std::array<std::string_view, 4> kDictionary = {"om_compress_version", "attr_name_enum",
                                                         "attr_value_enum",
                                                         "attrs_use_string_value"};

template <class List>
bool is_in(const List& list, std::string_view name) {
  return std::find(list.begin(), list.end(), name) != list.end();
}

/// One occurrence of a field: a number's bits, or bytes.
struct Value {
  uint64_t bits = 0;
  ByteView bytes;
};

/// The occurrences of each field of a message, sorted by name. Packed lists are taken apart.
using Fields = std::map<std::string_view, std::pair<const FieldSchema*, std::vector<Value>>>;

bool is_bytes_kind(FieldKind kind) {
  return kind == FieldKind::kString || kind == FieldKind::kBytes || kind == FieldKind::kMessage;
}

void unpack(const FieldSchema& field, ByteView packed, std::vector<Value>& into) {
  const size_t width = field.kind == FieldKind::kFloat || field.kind == FieldKind::kFixed32 ? 4 : 8;
  switch (field.kind) {
    case FieldKind::kFloat:
    case FieldKind::kFixed32:
    case FieldKind::kDouble:
    case FieldKind::kFixed64:
      for (size_t at = 0; at + width <= packed.size(); at += width) {
        const std::byte* from = packed.data() + at;
        into.push_back({width == 4 ? load_le<uint32_t>(from) : load_le<uint64_t>(from), {}});
      }
      break;
    default: wire::for_each_varint(packed, [&](uint64_t bits) { into.push_back({bits, {}}); });
  }
}

Fields fields_of(ByteView message, const MessageSchema& schema) {
  Fields fields;
  for (wire::Reader reader(message); reader.next();) {
    const auto found = schema.by_number.find(reader.number());
    if (found == schema.by_number.end() || is_in(kLeftOut, found->second->name)) continue;
    const FieldSchema& field = *found->second;
    auto& [known, values] = fields[field.name];
    known = &field;
    const bool is_bytes = reader.tag() == wire::bytes(reader.number());
    if (is_bytes && is_bytes_kind(field.kind)) {
      values.push_back({0, reader.payload()});
    } else if (is_bytes && field.repeated) {
      unpack(field, reader.payload(), values);
    } else if (!is_bytes && !is_bytes_kind(field.kind)) {
      values.push_back({reader.uint64(), {}});
    }
  }
  return fields;
}

class Writer {
 public:
  Writer(const ir::Model& model, std::ostream& stream)
      : out_(stream), dictionary_(model.attrs, nullptr) {
    if (const auto fusion = ir::get<ir::List<ByteView>>(model.attrs, "fm")) fusion_ = *fusion;
  }

  void write(ByteView model_def) {
    out_.open_object();
    for (const auto& [name, occurrences] : fields_of(model_def, wire::ge_model_schema())) {
      const auto& [field, values] = occurrences;
      if (name == "graph") {
        write_graphs(*field, values);
      } else if (name == "attr") {
        out_.field(name, attrs_json(*field, values, false, 1));
      } else {
        out_.field(name, field_json(*field, values, 1));
      }
    }
    out_.close();
  }

 private:
  void write_graphs(const FieldSchema& field, const std::vector<Value>& graphs) {
    out_.open_array("graph");
    for (const Value& graph : graphs) {
      out_.open_object();
      for (const auto& [name, occurrences] : fields_of(graph.bytes, *field.message)) {
        const auto& [known, values] = occurrences;
        if (name != "op") {
          out_.field(name, field_json(*known, values, 2));
          continue;
        }
        out_.open_array("op");
        for (const Value& op : values) out_.item(op_json(op.bytes, *known->message));
        out_.close();
      }
      out_.close();
    }
    out_.close();
  }

  Json op_json(ByteView op, const MessageSchema& schema) {
    Json out = message_json(op, schema, 3);
    const std::string group = group_name(op);
    if (!group.empty() && out.is_object()) {
      out["attr"].push_back({{"key", "group_op_name"}, {"value", {{"s", group}}}});
    }
    return out;
  }

  /// Ops that were fused keep their scope in the model attribute `fm`: one OpDef per op, in order.
  /// Bits 16–31 of the scope are an L1 fusion, bits 0–15 a unified-buffer one.
  std::string group_name(ByteView op) {
    if (next_fusion_ >= fusion_.size()) return {};
    const ByteView fused = fusion_[next_fusion_++];
    if (fused.empty()) {
      next_fusion_ = fusion_.size();  // where atc stops, too
      return {};
    }
    const auto scope = static_cast<uint64_t>(fusion_scope(fused));
    const uint64_t l1 = (scope >> 16U) & 0xFFFFU;
    const uint64_t ub = scope & 0xFFFFU;
    int64_t stream = 0;
    for (wire::Reader reader(op); reader.next();) {
      if (reader.tag() == wire::varint(22)) stream = reader.int64();
    }
    if (l1 != 0) return fmt::format("group_op_l1_{}_{}", l1, stream);
    return ub != 0 ? fmt::format("group_op_ub_{}_{}", ub, stream) : "";
  }

  static int64_t fusion_scope(ByteView op) {
    for (wire::Reader reader(op); reader.next();) {
      if (reader.tag() != wire::bytes(10)) continue;
      std::string_view key;
      ByteView value;
      for (wire::Reader entry(reader.payload()); entry.next();) {
        if (entry.tag() == wire::bytes(1)) key = entry.text();
        if (entry.tag() == wire::bytes(2)) value = entry.payload();
      }
      for (wire::Reader attr(value); key == "fusion_scope" && attr.next();) {
        if (attr.tag() == wire::varint(3)) return attr.int64();
      }
    }
    return 0;
  }

  Json message_json(ByteView message, const MessageSchema& schema, int depth) {
    if (depth > kMostDepth) return nullptr;
    const bool compressed = schema.name == "OpDef" || schema.name == "TensorDescriptor";
    Json out = Json::object();
    for (const auto& [name, occurrences] : fields_of(message, schema)) {
      const auto& [field, values] = occurrences;
      if (name == "attr" && compressed) {
        out[std::string(name)] = attrs_json(*field, values, true, depth + 1);
        continue;
      }
      const bool empty_message = field->kind == FieldKind::kMessage && !field->repeated &&
                                 values.back().bytes.empty();
      if (!empty_message) out[std::string(name)] = field_json(*field, values, depth + 1);
    }
    return out.empty() ? Json(nullptr) : out;
  }

  Json field_json(const FieldSchema& field, const std::vector<Value>& values, int depth) {
    if (!field.repeated) return value_json(field, values.back(), depth);
    Json out = Json::array();
    for (const Value& value : values) out.push_back(value_json(field, value, depth));
    return out;
  }

  Json value_json(const FieldSchema& field, const Value& value, int depth) {
    switch (field.kind) {
      case FieldKind::kMessage: return message_json(value.bytes, *field.message, depth);
      case FieldKind::kString: return json_text(as_text(value.bytes));
      case FieldKind::kBytes: return bytes_json(field, as_text(value.bytes));
      case FieldKind::kBool: return value.bits != 0;
      case FieldKind::kEnum: {
        const auto found = field.enum_names.find(static_cast<int64_t>(value.bits));
        return found == field.enum_names.end() ? Json(static_cast<int64_t>(value.bits))
                                               : Json(found->second);
      }
      case FieldKind::kFloat: {
        const float number = std::bit_cast<float>(static_cast<uint32_t>(value.bits));
        if (field.repeated) return json_float(static_cast<double>(number));
        return fmt::format("{:g}", number);
      }
      case FieldKind::kDouble: return json_float(std::bit_cast<double>(value.bits));
      default: return static_cast<int64_t>(value.bits);
    }
  }

  static Json bytes_json(const FieldSchema& field, std::string_view text) {
    if (field.repeated) return json_text(text);
    return google::protobuf::CEscape(std::string(text));
  }

  /// Entries of an attribute map. `compressed` maps may hold codes of the dictionary.
  Json attrs_json(const FieldSchema& field, const std::vector<Value>& entries, bool compressed,
                  int depth) {
    Json out = Json::array();
    for (const Value& entry : entries) {
      Json each = message_json(entry.bytes, *field.message, depth);
      if (each.is_object() && compressed) decompress(entry.bytes, each);
      const bool dictionary = !compressed && each.is_object() && each.contains("key") &&
                              is_in(kDictionary, each["key"].get_ref<const std::string&>());
      if (!dictionary) out.push_back(std::move(each));
    }
    return out;
  }

  void decompress(ByteView entry, Json& json) {
    std::string_view key;
    for (wire::Reader reader(entry); reader.next();) {
      if (reader.tag() == wire::bytes(1)) key = reader.text();
    }
    if (!ge::AttrDictionary::is_code(key)) return;
    const auto name = dictionary_.resolve(key);
    if (!name) return;
    json["key"] = json_text(name->text);
    if (name->values == nullptr || !json.contains("value") || !json["value"].is_object()) return;
    Json& value = json["value"];
    const auto text_of = [&](const Json& index) {
      return json_text(name->values->value(index.get<int64_t>()).value_or(std::string_view{}));
    };
    if (value.contains("i")) {
      value = {{"s", text_of(value["i"])}};
    } else if (value.contains("list") && value["list"].is_object() &&
               value["list"].contains("i")) {
      Json texts = Json::array();
      for (const Json& index : value["list"]["i"]) texts.push_back(text_of(index));
      value["list"] = {{"s", std::move(texts)}, {"val_type", "VT_LIST_STRING"}};
    }
  }

  JsonStream out_;
  ge::AttrDictionary dictionary_;
  ir::List<ByteView> fusion_;
  size_t next_fusion_ = 0;
};

}  // namespace

Result<Done> write_atc_json(const ir::Model& model, std::ostream& out) {
  if (model.model_def.empty()) {
    return Problem{Severity::kError, Code::kBadValue, model.file->path(), std::nullopt, "",
                   "holds no Graph Engine model, so there is no such JSON of it"};
  }
  Writer(model, out).write(model.model_def);
  return Done{};
}

}  // namespace omscope::graphtext
