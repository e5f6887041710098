#include "omscope/formats/wire/schema.h"

#include <map>

#include <google/protobuf/descriptor.h>
#include <onnx/onnx_pb.h>

#include "ge_ir.pb.h"

namespace omscope::wire {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::EnumDescriptor;
using google::protobuf::FieldDescriptor;

using Schemas = std::map<const Descriptor*, std::unique_ptr<MessageSchema>>;

FieldKind kind_of(const FieldDescriptor& field) {
  switch (field.type()) {
    case FieldDescriptor::TYPE_DOUBLE: return FieldKind::kDouble;
    case FieldDescriptor::TYPE_FLOAT: return FieldKind::kFloat;
    case FieldDescriptor::TYPE_FIXED64:
    case FieldDescriptor::TYPE_SFIXED64: return FieldKind::kFixed64;
    case FieldDescriptor::TYPE_FIXED32:
    case FieldDescriptor::TYPE_SFIXED32: return FieldKind::kFixed32;
    case FieldDescriptor::TYPE_BOOL: return FieldKind::kBool;
    case FieldDescriptor::TYPE_STRING: return FieldKind::kString;
    case FieldDescriptor::TYPE_BYTES: return FieldKind::kBytes;
    case FieldDescriptor::TYPE_GROUP:
    case FieldDescriptor::TYPE_MESSAGE: return FieldKind::kMessage;
    case FieldDescriptor::TYPE_ENUM: return FieldKind::kEnum;
    case FieldDescriptor::TYPE_SINT32:
    case FieldDescriptor::TYPE_SINT64: return FieldKind::kZigZag;
    default: return FieldKind::kVarint;
  }
}

const MessageSchema* schema_of(const Descriptor* descriptor, Schemas& schemas);

FieldSchema field_of(const FieldDescriptor& field, Schemas& schemas) {
  FieldSchema out;
  out.name = field.name();
  out.number = static_cast<uint32_t>(field.number());
  out.kind = kind_of(field);
  out.repeated = field.is_repeated();
  if (out.kind == FieldKind::kMessage) out.message = schema_of(field.message_type(), schemas);
  if (const EnumDescriptor* values = field.enum_type()) {
    for (int i = 0; i < values->value_count(); ++i) {
      out.enum_values.emplace(values->value(i)->name(), values->value(i)->number());
      out.enum_names.emplace(values->value(i)->number(), values->value(i)->name());
    }
  }
  return out;
}

const MessageSchema* schema_of(const Descriptor* descriptor, Schemas& schemas) {
  auto& slot = schemas[descriptor];
  if (slot) return slot.get();
  slot = std::make_unique<MessageSchema>();
  MessageSchema* schema = slot.get();
  schema->name = descriptor->name();
  for (int i = 0; i < descriptor->field_count(); ++i) {
    const FieldDescriptor& field = *descriptor->field(i);
    const auto added = schema->fields.emplace(field.name(), field_of(field, schemas));
    schema->by_number.emplace(field.number(), &added.first->second);
  }
  return schema;
}

}  // namespace

const MessageSchema& ge_model_schema() {
  static Schemas schemas;
  static const MessageSchema* const kSchema =
      schema_of(::ge::proto::ModelDef::descriptor(), schemas);
  return *kSchema;
}

const MessageSchema& onnx_model_schema() {
  static Schemas schemas;
  static const MessageSchema* const kSchema = schema_of(::onnx::ModelProto::descriptor(), schemas);
  return *kSchema;
}

}  // namespace omscope::wire
