#include <fmt/format.h>

#include "omscope/formats/ge/readers.h"

namespace omscope::ge {
namespace {

using wire::bytes;
using wire::varint;

/// A TensorDescriptor with the fields that only matter while its constant is located.
struct Descriptor {
  ir::TensorType type;
  int64_t weight_size = 0;
  int64_t data_offset = 0;
};

/// Descriptor attributes that say more than the plain fields, or replace them.
void apply_attr(Arena& arena, const ir::Attr& attr, Descriptor& descriptor) {
  ir::TensorType& type = descriptor.type;
  const auto* number = std::get_if<int64_t>(&attr.value);
  if (attr.name == "origin_shape") {
    if (const auto* dims = std::get_if<ir::List<int64_t>>(&attr.value)) {
      type.origin_shape = *dims;
      type.has_origin_shape = true;
    }
  } else if (attr.name == "origin_format") {
    if (const auto* text = std::get_if<std::string_view>(&attr.value)) {
      type.origin_format = layout_from_text(*text);
    }
  } else if (attr.name == "shape_range") {
    const auto* rows = std::get_if<ir::List<ir::List<int64_t>>>(&attr.value);
    if (rows == nullptr || rows->empty()) return;
    Filler<ir::DimRange> ranges(arena, rows->size());
    for (const auto& row : *rows) {
      if (row.size() == 2) ranges.add({row[0], row[1]});
    }
    type.ranges = ranges.list();
  } else if (number == nullptr) {
    return;
  } else if (attr.name == "__tensor_desc_data_type__") {
    // Types that older schemas had no number for; the field then says undefined.
    if (type.dtype == DType::kUndefined) type.dtype = dtype_from_ge_enum(*number);
  } else if (attr.name == "size") {
    type.size = *number;
  } else if (attr.name == "weight_size") {
    descriptor.weight_size = *number;
  } else if (attr.name == "data_offset") {
    descriptor.data_offset = *number;
  }
}

/// C0 stands in the integer forms of the layouts only.
void apply_c0(Descriptor& descriptor) {
  ir::TensorType& type = descriptor.type;
  type.format.c0 = c0_from_number(ir::get<int64_t>(type.attrs, "format_for_int").value_or(0));
  type.origin_format.c0 =
      c0_from_number(ir::get<int64_t>(type.attrs, "origin_format_for_int").value_or(0));
}

void read_shape(Context& context, ByteView message, ir::TensorType& type) {
  type.shape = read_int_list(context, message, "ShapeDef");
  type.has_shape = true;
}

Descriptor read_descriptor(Context& context, ByteView message) {
  Descriptor out;
  ir::TensorType& type = out.type;
  size_t attr_count = 0;
  bool has_shape_field = false;
  wire::Reader reader(message);
  while (reader.next()) {
    switch (reader.tag()) {
      case bytes(1): type.name = reader.text(); break;
      case varint(2): type.dtype = dtype_from_ge_proto(reader.int64()); break;
      case bytes(3):
        read_shape(context, reader.payload(), type);
        has_shape_field = true;
        break;
      case bytes(4): type.format = layout_from_text(reader.text()); break;
      case bytes(5): ++attr_count; break;
      case varint(10): type.size = reader.int64(); break;
      case varint(11): out.weight_size = reader.int64(); break;
      case varint(13): type.is_output_tensor = reader.boolean(); break;
      case varint(18): out.data_offset = reader.int64(); break;
      case bytes(6):           // attr_groups: symbolic shapes
      case varint(9):          // has_out_attr
      case varint(12):         // reuse_input
      case bytes(14):          // device_type
      case varint(15):         // input_tensor
      case varint(16):         // real_dim_cnt
      case varint(17):         // reuse_input_index
      case varint(19):         // cmps_size
      case bytes(20):          // cmps_tab
      case varint(21): break;  // cmps_tab_offset
      default: context.unknown_field("TensorDescriptor", reader);
    }
  }
  if (reader.damaged()) context.damaged(reader, "tensor descriptor");
  // A scalar has no ShapeDef at all; only a descriptor without a dtype says nothing of its shape.
  type.has_shape = has_shape_field || type.dtype != DType::kUndefined;
  if (attr_count > 0) {
    type.attrs = read_attrs(context, message, 5, attr_count, Names::kCompressed);
    for (const ir::Attr& attr : type.attrs) apply_attr(context.model.arena, attr, out);
    apply_c0(out);
  }
  return out;
}

std::string lost_text(const Descriptor& descriptor, uint64_t have) {
  return fmt::format(
      "a constant is said to have {} bytes at offset {} of the weights, which have {} bytes; the "
      "file is cut or damaged",
      descriptor.weight_size, descriptor.data_offset, have);
}

/// Bytes of a constant whose descriptor points into the weights partition.
void locate(Context& context, const Descriptor& descriptor, ByteView message, ir::Tensor& tensor) {
  const uint64_t have = context.weights.size();
  const uint64_t base = context.weights_base;
  const bool sane = descriptor.weight_size >= 0 && descriptor.data_offset >= 0 && base <= have;
  const auto offset = static_cast<uint64_t>(descriptor.data_offset);
  const auto size = static_cast<uint64_t>(descriptor.weight_size);
  if (!sane || offset > have - base || size > have - base - offset) {
    context.lost_weights.add(context.model.offset_of(message), lost_text(descriptor, have));
    return;
  }
  tensor.storage = ir::Storage::kPartition;
  tensor.bytes = context.weights.subspan(base + offset, size);
  tensor.size = size;
}

void note_narrow(Context& context, const ir::Tensor& tensor) {
  const auto count = ir::element_count(tensor.type.shape);
  const auto expected = ir::exact_bytes(tensor.type);
  if (!count || !expected || tensor.size >= *expected || tensor.size == 0) return;
  const uint64_t bits = tensor.size * 8 / std::max<uint64_t>(*count, 1);
  context.narrow_weights.add(
      context.model.offset_of(tensor.bytes),
      fmt::format("a constant of {} elements says {} and holds {} bytes: {} bits an element",
                  *count, to_string(tensor.type.dtype), tensor.size, bits));
}

}  // namespace

const ir::TensorType* read_tensor_type(Context& context, ByteView message) {
  static const ir::TensorType kEmpty;
  const Nested nested(context, message);
  if (message.empty() || !nested.ok()) return &kEmpty;
  auto* type = context.model.arena.make<ir::TensorType>();
  *type = read_descriptor(context, message).type;
  return type;
}

const ir::Tensor* read_tensor(Context& context, ByteView message) {
  static const ir::Tensor kEmpty;
  const Nested nested(context, message);
  if (message.empty() || !nested.ok()) return &kEmpty;
  auto* tensor = context.model.arena.make<ir::Tensor>();
  Descriptor descriptor;
  ByteView data;
  wire::Reader reader(message);
  while (reader.next()) {
    switch (reader.tag()) {
      case bytes(1): descriptor = read_descriptor(context, reader.payload()); break;
      case bytes(2): data = reader.payload(); break;
      default: context.unknown_field("TensorDef", reader);
    }
  }
  if (reader.damaged()) context.damaged(reader, "tensor");
  tensor->type = descriptor.type;
  if (!data.empty()) {
    tensor->storage = ir::Storage::kInline;
    tensor->bytes = data;
    tensor->size = data.size();
  } else if (ir::exact_bytes(tensor->type) == uint64_t{0}) {
    tensor->storage = ir::Storage::kInline;
  } else if (context.has_weights) {
    locate(context, descriptor, message, *tensor);
  }
  if (const auto offset = context.model.offset_of(tensor->bytes)) {
    tensor->offset = *offset;
    tensor->has_offset = tensor->storage != ir::Storage::kNone;
  }
  note_narrow(context, *tensor);
  return tensor;
}

}  // namespace omscope::ge
