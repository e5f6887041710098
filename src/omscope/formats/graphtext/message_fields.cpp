#include "omscope/formats/graphtext/message_fields.h"

#include <algorithm>
#include <array>
#include <optional>

namespace omscope::graphtext {
namespace {

using wire::FieldKind;
using wire::FieldSchema;

constexpr std::array<std::string_view, 10> kLeftOut = {
    "output",      "data_offset", "data", "workspace", "workspace_bytes",
    "memory_size", "weight_size", "size", "bt",        "quantize_factor"};

bool is_left_out(std::string_view name) {
  return std::find(kLeftOut.begin(), kLeftOut.end(), name) != kLeftOut.end();
}

bool is_bytes_kind(FieldKind kind) {
  return kind == FieldKind::kString || kind == FieldKind::kBytes || kind == FieldKind::kMessage;
}

/// What a field holds; nothing where it is of another wire type than the schema's, or an empty
/// packed list: protobuf takes both for not set.
std::optional<Value> value_of(const wire::Reader& reader, const FieldSchema& field) {
  const bool is_bytes = reader.tag() == wire::bytes(reader.number());
  if (is_bytes_kind(field.kind)) {
    return is_bytes ? std::optional<Value>({0, reader.payload(), false}) : std::nullopt;
  }
  if (!is_bytes) return Value{reader.uint64(), {}, false};
  if (!field.repeated || reader.payload().empty()) return std::nullopt;
  return Value{0, reader.payload(), true};
}

}  // namespace

Fields fields_of(ByteView message, const wire::MessageSchema& schema) {
  Fields fields;
  for (wire::Reader reader(message); reader.next();) {
    const auto found = schema.by_number.find(reader.number());
    if (found == schema.by_number.end() || is_left_out(found->second->name)) continue;
    const FieldSchema& field = *found->second;
    const auto value = value_of(reader, field);
    if (!value) continue;
    Field& known = fields[field.name];
    known.schema = &field;
    if (!field.repeated) known.values.clear();
    known.values.push_back(*value);
  }
  std::erase_if(fields, [](const auto& each) {
    const Field& field = each.second;
    return field.schema->kind == FieldKind::kMessage && !field.schema->repeated &&
           field.values.back().bytes.empty();
  });
  return fields;
}

}  // namespace omscope::graphtext
