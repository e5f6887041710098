// Names and numbers of protobuf fields, for the formats that spell messages out in text.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

namespace omscope::wire {

struct MessageSchema;

enum class FieldKind : uint8_t {
  kVarint,  ///< any plain integer
  kZigZag,  ///< sint32, sint64
  kBool,
  kEnum,
  kFixed32,
  kFixed64,
  kFloat,
  kDouble,
  kString,
  kBytes,
  kMessage,
};

struct FieldSchema {
  std::string_view name;
  uint32_t number = 0;
  FieldKind kind = FieldKind::kVarint;
  bool repeated = false;
  const MessageSchema* message = nullptr;  ///< of kMessage
  std::unordered_map<std::string_view, int64_t> enum_values;
  std::unordered_map<int64_t, std::string_view> enum_names;
};

struct MessageSchema {
  std::string_view name;
  std::unordered_map<std::string_view, FieldSchema> fields;
  std::unordered_map<uint64_t, const FieldSchema*> by_number;
};

/// ge.proto.ModelDef and onnx.ModelProto with all that they hold. Made once, from the descriptors
/// of the generated classes, which stay inside of schema.cpp.
const MessageSchema& ge_model_schema();
const MessageSchema& onnx_model_schema();

}  // namespace omscope::wire
