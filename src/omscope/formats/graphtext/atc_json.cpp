#include "omscope/formats/graphtext/atc_json.h"

#include <algorithm>
#include <array>
#include <map>

#include <fmt/format.h>
#include <google/protobuf/stubs/strutil.h>

#include "omscope/core/json.h"
#include "omscope/formats/ge/attr_dictionary.h"
#include "omscope/formats/graphtext/message_fields.h"
#include "omscope/formats/wire/wire_reader.h"

namespace omscope::graphtext {
namespace {

using wire::FieldKind;
using wire::FieldSchema;
using wire::MessageSchema;

constexpr int kMostDepth = 20;

/// Model attributes that only serve the compression that is undone here.
constexpr std::array<std::string_view, 4> kDictionary = {
    "om_compress_version", "attr_name_enum", "attr_value_enum", "attrs_use_string_value"};

template <class List>
bool is_in(const List& list, std::string_view name) {
  return std::find(list.begin(), list.end(), name) != list.end();
}

/// Writes a message field by field, so that one of any size costs no more than the list of its
/// fields.
class Writer {
 public:
  Writer(const ir::Model& model, std::ostream& stream)
      : out_(stream), dictionary_(model.attrs, nullptr) {
    if (const auto fusion = ir::get<ir::List<ByteView>>(model.attrs, "fm")) fusion_ = *fusion;
  }

  void write(ByteView model_def) {
    out_.open_object();
    for (const auto& [name, field] : fields_of(model_def, wire::ge_model_schema())) {
      if (name == "graph") {
        write_graphs(field);
      } else if (name == "attr") {
        write_attrs(field, Keys::kPlain, {}, 1);
      } else {
        write_field(field, 1);
      }
    }
    out_.close();
  }

 private:
  using Form = JsonStream::Form;
  /// Of a member; nothing for an item of a list.
  using Key = std::optional<std::string_view>;
  /// Keys of an attribute map: as they are, or maybe codes of the dictionary.
  enum class Keys : uint8_t { kPlain, kCompressed };

  void write_graphs(const Field& graphs) {
    out_.open_array("graph");
    for (const Value& graph : graphs.values) {
      out_.open_object();
      for (const auto& [name, field] : fields_of(graph.bytes, *graphs.schema->message)) {
        if (name == "op") {
          write_ops(field);
        } else {
          write_field(field, 2);
        }
      }
      out_.close();
    }
    out_.close();
  }

  void write_ops(const Field& ops) {
    out_.open_array("op");
    for (const Value& op : ops.values) {
      write_message(std::nullopt, op.bytes, *ops.schema->message, 3, group_name(op.bytes));
    }
    out_.close();
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
      const auto [key, value] = entry_of(reader.payload());
      for (wire::Reader attr(value); key == "fusion_scope" && attr.next();) {
        if (attr.tag() == wire::varint(3)) return attr.int64();
      }
    }
    return 0;
  }

  /// Key and value of a map's entry.
  static std::pair<std::string_view, ByteView> entry_of(ByteView entry) {
    std::pair<std::string_view, ByteView> out;
    for (wire::Reader reader(entry); reader.next();) {
      if (reader.tag() == wire::bytes(1)) out.first = reader.text();
      if (reader.tag() == wire::bytes(2)) out.second = reader.payload();
    }
    return out;
  }

  void open_object(Key key) {
    key ? out_.open_object(*key, Form::kLine) : out_.open_object(Form::kLine);
  }
  void write(Key key, const Json& value) { key ? out_.field(*key, value) : out_.item(value); }
  void write_text(Key key, std::string_view text) {
    key ? out_.text(*key, text) : out_.item_text(text);
  }

  void write_message(Key key, ByteView message, const MessageSchema& schema, int depth,
                     std::string_view group = {}) {
    Fields fields;
    if (depth <= kMostDepth) fields = fields_of(message, schema);
    if (fields.empty()) {
      write(key, nullptr);
      return;
    }
    const bool compressed = schema.name == "OpDef" || schema.name == "TensorDescriptor";
    open_object(key);
    if (!group.empty() && !fields.contains("attr")) {
      out_.open_array("attr");
      write_group(group);
      out_.close();
    }
    for (const auto& [name, field] : fields) {
      if (name == "attr" && compressed) {
        write_attrs(field, Keys::kCompressed, group, depth + 1);
      } else {
        write_field(field, depth + 1);
      }
    }
    out_.close();
  }

  void write_field(const Field& field, int depth) {
    const FieldSchema& schema = *field.schema;
    if (!schema.repeated) {
      write_value(schema.name, schema, field.values.back(), depth);
      return;
    }
    out_.open_array(schema.name, Form::kLine);
    for (const Value& value : field.values) {
      if (value.packed) {
        for_each_number(schema, value.bytes, [&](uint64_t bits) {
          write_value(std::nullopt, schema, {bits, {}, false}, depth);
        });
      } else {
        write_value(std::nullopt, schema, value, depth);
      }
    }
    out_.close();
  }

  void write_value(Key key, const FieldSchema& field, const Value& value, int depth) {
    switch (field.kind) {
      case FieldKind::kMessage: write_message(key, value.bytes, *field.message, depth); break;
      case FieldKind::kString: write_text(key, as_text(value.bytes)); break;
      case FieldKind::kBytes:
        // Only single ones are escaped by atc.
        write_text(key, field.repeated
                            ? as_text(value.bytes)
                            : google::protobuf::CEscape(std::string(as_text(value.bytes))));
        break;
      default: write(key, number_json(field, value.bits));
    }
  }

  static Json number_json(const FieldSchema& field, uint64_t bits) {
    switch (field.kind) {
      case FieldKind::kBool: return bits != 0;
      case FieldKind::kEnum: {
        const auto found = field.enum_names.find(static_cast<int64_t>(bits));
        return found == field.enum_names.end() ? Json(static_cast<int64_t>(bits))
                                               : Json(found->second);
      }
      case FieldKind::kFloat: {
        const float number = std::bit_cast<float>(static_cast<uint32_t>(bits));
        if (field.repeated) return json_float(static_cast<double>(number));
        return fmt::format("{:g}", number);
      }
      case FieldKind::kDouble: return json_float(std::bit_cast<double>(bits));
      default: return static_cast<int64_t>(bits);
    }
  }

  void write_attrs(const Field& attrs, Keys keys, std::string_view group, int depth) {
    out_.open_array("attr", Form::kLine);
    for (const Value& entry : attrs.values) {
      const auto [key, value] = entry_of(entry.bytes);
      if (keys == Keys::kPlain && is_in(kDictionary, key)) continue;
      const auto name = keys == Keys::kCompressed && ge::AttrDictionary::is_code(key)
                            ? dictionary_.resolve(key)
                            : std::nullopt;
      if (name) {
        write_compressed(*name, value, *attrs.schema->message, depth);
      } else {
        write_message(std::nullopt, entry.bytes, *attrs.schema->message, depth);
      }
    }
    if (!group.empty()) write_group(group);
    out_.close();
  }

  void write_group(std::string_view group) {
    out_.open_object(Form::kLine);
    out_.field("key", "group_op_name");
    out_.open_object("value");
    out_.text("s", group);
    out_.close();
    out_.close();
  }

  /// An attribute whose key was a code, and its value maybe indexes into the dictionary's texts.
  void write_compressed(const ge::AttrDictionary::Name& name, ByteView value,
                        const MessageSchema& entry, int depth) {
    out_.open_object(Form::kLine);
    out_.text("key", name.text);
    const FieldSchema& field = entry.fields.at("value");
    if (name.values == nullptr || !write_texts(*name.values, value)) {
      if (!value.empty()) write_value("value", field, {0, value, false}, depth + 1);
    }
    out_.close();
  }

  /// False where the value holds no indexes.
  bool write_texts(const ge::AttrDictionary& values, ByteView value) {
    std::vector<uint64_t> indexes;
    bool is_list = false;
    for (wire::Reader reader(value); reader.next();) {
      if (reader.tag() == wire::varint(3)) indexes = {reader.uint64()};
      if (reader.tag() != wire::bytes(1)) continue;
      is_list = true;
      for (wire::Reader list(reader.payload()); list.next();) {
        const auto add = [&](uint64_t index) { indexes.push_back(index); };
        if (list.tag() == wire::varint(3)) add(list.uint64());
        if (list.tag() == wire::bytes(3)) wire::for_each_varint(list.payload(), add);
      }
    }
    if (indexes.empty()) return false;
    const auto text_of = [&](uint64_t index) {
      return values.value(static_cast<int64_t>(index)).value_or(std::string_view{});
    };
    out_.open_object("value");
    if (is_list) {
      out_.open_object("list");
      out_.open_array("s");
      for (const uint64_t index : indexes) out_.item_text(text_of(index));
      out_.close();
      out_.field("val_type", "VT_LIST_STRING");
      out_.close();
    } else {
      out_.text("s", text_of(indexes.front()));
    }
    out_.close();
    return true;
  }

  JsonStream out_;
  ge::AttrDictionary dictionary_;
  ir::List<ByteView> fusion_;
  size_t next_fusion_ = 0;
};

}  // namespace

Result<Done> write_atc_json(const ir::Model& model, std::ostream& out) {
  if (model.model_def.empty()) {
    return Problem{Severity::kError,
                   Code::kBadValue,
                   model.file->path(),
                   std::nullopt,
                   "",
                   "holds no Graph Engine model, so there is no such JSON of it; name an om or a "
                   "ge_proto dump"};
  }
  Writer(model, out).write(model.model_def);
  return Done{};
}

}  // namespace omscope::graphtext
