#include <array>

#include "omscope/formats/onnx/readers.h"

namespace omscope::onnx {
namespace {

using wire::bytes;
using wire::varint;

/// Dimension: 1 dim_value, 2 dim_param (a symbolic name), 3 denotation.
void read_dim(Context& context, ByteView message, int64_t& value, std::string_view& name) {
  value = ir::kUnknownDim;
  wire::Reader reader(message);
  while (reader.next()) {
    switch (reader.tag()) {
      case varint(1): value = reader.int64(); break;
      case bytes(2): name = reader.text(); break;
      case bytes(3): break;
      default: context.unknown_field("TensorShapeProto.Dimension", reader);
    }
  }
  if (reader.damaged()) context.damaged(reader, "dimension");
}

/// TensorShapeProto: 1 dim*.
void read_shape(Context& context, ByteView message, ir::TensorType& type) {
  const wire::FieldCounts counts(message);
  Filler<int64_t> dims(context.model.arena, counts[1]);
  Filler<std::string_view> names(context.model.arena, counts[1]);
  bool any_name = false;
  wire::Reader reader(message);
  while (reader.next()) {
    if (reader.tag() != bytes(1)) {
      context.unknown_field("TensorShapeProto", reader);
      continue;
    }
    int64_t value = 0;
    std::string_view name;
    read_dim(context, reader.payload(), value, name);
    any_name = any_name || !name.empty();
    dims.add(value);
    names.add(name);
  }
  if (reader.damaged()) context.damaged(reader, "shape");
  type.shape = dims.list();
  type.has_shape = true;
  if (any_name) type.dim_names = names.list();
}

/// TypeProto.Tensor and SparseTensor: 1 elem_type, 2 shape. Without a shape not even the number of
/// dims is known.
void read_tensor_type(Context& context, ByteView message, ir::TensorType& type) {
  static constexpr std::array kAnyRank = {ir::kUnknownRank};
  type.shape = kAnyRank;
  type.has_shape = true;
  wire::Reader reader(message);
  while (reader.next()) {
    switch (reader.tag()) {
      case varint(1): type.dtype = dtype_from_onnx(reader.int64()); break;
      case bytes(2): read_shape(context, reader.payload(), type); break;
      default: context.unknown_field("TypeProto.Tensor", reader);
    }
  }
  if (reader.damaged()) context.damaged(reader, "tensor type");
}

/// Sequence and Optional: 1 elem_type. Map: 1 key_type, 2 value_type. The innermost tensor counts.
void read_element(Context& context, ByteView message, uint64_t field, ir::ValueKind kind,
                  ir::TensorType& type) {
  const Nested nested(context, message);
  for (wire::Reader reader(message); nested.ok() && reader.next();) {
    if (reader.tag() == bytes(field)) read_type(context, reader.payload(), type);
  }
  type.value_kind = kind;
}

}  // namespace

void read_type(Context& context, ByteView message, ir::TensorType& type) {
  wire::Reader reader(message);
  while (reader.next()) {
    const ByteView inner = reader.payload();
    switch (reader.tag()) {
      case bytes(1): read_tensor_type(context, inner, type); break;
      case bytes(4): read_element(context, inner, 1, ir::ValueKind::kSequence, type); break;
      case bytes(5): read_element(context, inner, 2, ir::ValueKind::kMap, type); break;
      case bytes(6): break;  // denotation
      case bytes(7): type.value_kind = ir::ValueKind::kOpaque; break;
      case bytes(8):
        read_tensor_type(context, inner, type);
        type.value_kind = ir::ValueKind::kSparse;
        break;
      case bytes(9): read_element(context, inner, 1, ir::ValueKind::kOptional, type); break;
      default: context.unknown_field("TypeProto", reader);
    }
  }
  if (reader.damaged()) context.damaged(reader, "type");
}

const ir::TensorType* read_value_info(Context& context, ByteView message) {
  static const ir::TensorType kEmpty;
  const Nested nested(context, message);
  if (message.empty() || !nested.ok()) return &kEmpty;
  auto* type = context.model.arena.make<ir::TensorType>();
  wire::Reader reader(message);
  while (reader.next()) {
    switch (reader.tag()) {
      case bytes(1): type->name = reader.text(); break;
      case bytes(2): read_type(context, reader.payload(), *type); break;
      case bytes(3):         // doc_string
      case bytes(4): break;  // metadata_props (IR 10)
      default: context.unknown_field("ValueInfoProto", reader);
    }
  }
  if (reader.damaged()) context.damaged(reader, "value");
  return type;
}

}  // namespace omscope::onnx
