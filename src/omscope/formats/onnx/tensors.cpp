#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "omscope/core/text.h"
#include "omscope/formats/onnx/readers.h"

namespace omscope::onnx {
namespace {

using wire::bytes;
using wire::fixed32;
using wire::fixed64;
using wire::varint;

/// Fields of TensorProto that hold values as numbers instead of raw bytes.
enum Field : unsigned {
  kFloatData = 4,
  kInt32Data = 5,
  kStringData = 6,
  kInt64Data = 7,
  kRawData = 9,
  kDoubleData = 10,
  kUInt64Data = 11,
};

constexpr wire::Packed kPacked{.varints = wire::fields({1, kInt32Data, kInt64Data, kUInt64Data}),
                               .fixed32 = wire::fields({kFloatData}),
                               .fixed64 = wire::fields({kDoubleData})};

/// StringStringEntryProto: 1 key, 2 value.
struct Entry {
  std::string_view key;
  std::string_view value;
};

Entry read_entry(ByteView message) {
  Entry entry;
  for (wire::Reader reader(message); reader.next();) {
    if (reader.tag() == bytes(1)) entry.key = reader.text();
    if (reader.tag() == bytes(2)) entry.value = reader.text();
  }
  return entry;
}

/// Sets `number` where the text is one that fits.
void set_number(Context& context, const Entry& entry, const ir::Tensor& tensor, uint64_t& number) {
  uint64_t value = 0;
  const char* end = entry.value.data() + entry.value.size();
  const auto [stop, error] = std::from_chars(entry.value.data(), end, value);
  if (error == std::errc() && stop == end) {
    number = value;
    return;
  }
  context.model.problems.error(
      Code::kBadValue, context.model.offset_of(as_bytes(entry.value)),
      fmt::format("external_data of tensor '{}': {}", for_terminal(tensor.type.name), entry.key),
      fmt::format("'{}' is no number of bytes; export the model again",
                  shortened(for_terminal(entry.value), 40)));
}

/// external_data: "location", "offset", "length", "checksum".
void apply_external(Context& context, const Entry& entry, ir::Tensor& tensor) {
  if (entry.key == "location") tensor.location = entry.value;
  if (entry.key == "offset") set_number(context, entry, tensor, tensor.offset);
  if (entry.key == "length") set_number(context, entry, tensor, tensor.size);
}

/// Width in bytes of one number of a typed field once it is laid out as numpy would: int32_data
/// also carries narrower types, two per number where elements have four bits (as ONNX packs them).
size_t laid_out_bytes(Field field, DType dtype) {
  if (field == kFloatData) return sizeof(float);
  if (field == kDoubleData) return sizeof(double);
  if (field == kInt64Data) return sizeof(int64_t);
  const unsigned bits = dtype_info(dtype).bits;
  const size_t widest = field == kUInt64Data ? sizeof(uint64_t) : sizeof(int32_t);
  return bits == 0 || bits >= 8 * widest ? widest : std::max<size_t>(bits / 8, 1);
}

void append(std::span<std::byte> room, size_t& used, const void* number, size_t width) {
  if (width > room.size() - used) return;
  std::copy_n(static_cast<const std::byte*>(number), width, room.begin() + static_cast<long>(used));
  used += width;
}

/// The payload of `field` where it stands once, packed: floats and doubles then already lie in the
/// file as numpy would lay them out.
std::optional<ByteView> packed_once(ByteView message, Field field) {
  std::optional<ByteView> found;
  for (wire::Reader reader(message); reader.next();) {
    if (reader.number() != field) continue;
    if (found || reader.tag() != bytes(field)) return std::nullopt;
    found = reader.payload();
  }
  return found;
}

/// Numbers of a typed field as little-endian bytes, in place or made in the arena.
ByteView lay_out(Context& context, ByteView message, Field field, size_t count, DType dtype) {
  if (field == kFloatData || field == kDoubleData) {
    if (const auto in_place = packed_once(message, field)) return *in_place;
  }
  const size_t width = laid_out_bytes(field, dtype);
  const auto room = context.model.arena.array_within_limit<std::byte>(count * width);
  size_t used = 0;
  const auto add = [&](uint64_t value) { append(room, used, &value, width); };
  wire::Reader reader(message);
  while (reader.next()) {
    if (reader.number() != field) continue;
    if (reader.tag() == bytes(field)) {
      const ByteView packed = reader.payload();
      if (field == kFloatData || field == kDoubleData) {
        append(room, used, packed.data(), packed.size() / width * width);
      } else if (!wire::for_each_varint(packed, add)) {
        context.damaged(reader, "packed integers of a tensor");
      }
    } else {
      add(reader.uint64());
    }
  }
  return room.first(used);
}

ir::List<std::string_view> read_strings(Context& context, ByteView message, size_t count) {
  Filler<std::string_view> strings(context.model.arena, count);
  for (wire::Reader reader(message); reader.next();) {
    if (reader.tag() == bytes(kStringData)) strings.add(reader.text());
  }
  return strings.list();
}

struct Header {
  ByteView raw;
  bool has_raw = false;
  bool is_external = false;
};

Header read_header(Context& context, ByteView message, ir::Tensor& tensor) {
  Header header;
  wire::Reader reader(message);
  while (reader.next()) {
    switch (reader.tag()) {
      case varint(2): tensor.type.dtype = dtype_from_onnx(reader.int64()); break;
      case bytes(8): tensor.type.name = reader.text(); break;
      case bytes(kRawData):
        header.raw = reader.payload();
        header.has_raw = true;
        break;
      case bytes(13): apply_external(context, read_entry(reader.payload()), tensor); break;
      case varint(14): header.is_external = reader.uint64() == 1; break;
      case varint(1):
      case bytes(1):
      case bytes(3):  // segment: never used by any writer
      case fixed32(kFloatData):
      case bytes(kFloatData):
      case varint(kInt32Data):
      case bytes(kInt32Data):
      case bytes(kStringData):
      case varint(kInt64Data):
      case bytes(kInt64Data):
      case fixed64(kDoubleData):
      case bytes(kDoubleData):
      case varint(kUInt64Data):
      case bytes(kUInt64Data):
      case bytes(12):         // doc_string
      case bytes(16): break;  // metadata_props (IR 10)
      default: context.unknown_field("TensorProto", reader);
    }
  }
  if (reader.damaged()) context.damaged(reader, "tensor");
  return header;
}

void read_typed_data(Context& context, ByteView message, const wire::FieldCounts& counts,
                     ir::Tensor& tensor) {
  if (counts[kStringData] > 0) {
    tensor.strings = read_strings(context, message, counts[kStringData]);
    for (const std::string_view text : tensor.strings) tensor.size += text.size();
    return;
  }
  for (const Field field : {kFloatData, kInt32Data, kInt64Data, kDoubleData, kUInt64Data}) {
    if (counts[field] == 0) continue;
    tensor.bytes = lay_out(context, message, field, counts[field], tensor.type.dtype);
    tensor.size = tensor.bytes.size();
    return;
  }
}

void check_size(Context& context, ByteView message, const ir::Tensor& tensor) {
  const auto expected = ir::exact_bytes(tensor.type);
  if (!expected || *expected == tensor.size || tensor.storage == ir::Storage::kExternal) return;
  // Models "without weights" keep the shape and drop the bytes; that is no damage.
  if (tensor.size == 0) return;
  context.bad_weights.add(context.model.offset_of(message),
                          fmt::format("tensor '{}' has {} bytes, its shape needs {}",
                                      for_terminal(tensor.type.name), tensor.size, *expected));
}

}  // namespace

const ir::Tensor* read_tensor(Context& context, ByteView message) {
  static const ir::Tensor kEmpty;
  const Nested nested(context, message);
  if (message.empty() || !nested.ok()) return &kEmpty;
  auto* tensor = context.model.arena.make<ir::Tensor>();
  const wire::FieldCounts counts(message, kPacked);
  const Header header = read_header(context, message, *tensor);
  tensor->type.shape = wire::read_numbers(context, message, 1);
  tensor->type.has_shape = true;
  tensor->has_offset = true;
  if (header.is_external) {
    tensor->storage = ir::Storage::kExternal;
    if (tensor->size == 0) tensor->size = ir::exact_bytes(tensor->type).value_or(0);
    return tensor;
  }
  tensor->size = 0;
  tensor->bytes = header.raw;
  tensor->size = header.raw.size();
  if (!header.has_raw) read_typed_data(context, message, counts, *tensor);
  const bool empty = ir::exact_bytes(tensor->type) == uint64_t{0};
  tensor->storage = tensor->size > 0 || empty || !tensor->strings.empty() ? ir::Storage::kInline
                                                                          : ir::Storage::kNone;
  const auto offset = context.model.offset_of(tensor->bytes);
  tensor->has_offset = offset.has_value() && !tensor->bytes.empty();
  tensor->offset = offset.value_or(0);
  check_size(context, message, *tensor);
  return tensor;
}

SparseTensor read_sparse_tensor(Context& context, ByteView message) {
  SparseTensor sparse;
  wire::Reader reader(message);
  while (reader.next()) {
    switch (reader.tag()) {
      case bytes(1): sparse.values = read_tensor(context, reader.payload()); break;
      case bytes(2): sparse.indices = read_tensor(context, reader.payload()); break;
      case varint(3):
      case bytes(3): break;  // dims of the dense tensor
      default: context.unknown_field("SparseTensorProto", reader);
    }
  }
  if (reader.damaged()) context.damaged(reader, "sparse tensor");
  if (sparse.values != nullptr) {
    auto* dense = context.model.arena.make<ir::Tensor>();
    *dense = *sparse.values;
    dense->type.value_kind = ir::ValueKind::kSparse;
    dense->type.shape = wire::read_numbers(context, message, 3);
    sparse.values = dense;
  }
  return sparse;
}

}  // namespace omscope::onnx
