#include <algorithm>

#include "omscope/formats/onnx/readers.h"

namespace omscope::onnx {
namespace {

using wire::bytes;
using wire::fixed32;
using wire::varint;

/// AttributeProto.AttributeType.
enum AttrType : int64_t {
  kUndefined = 0,
  kFloat = 1,
  kInt = 2,
  kString = 3,
  kTensor = 4,
  kGraph = 5,
  kFloats = 6,
  kInts = 7,
  kStrings = 8,
  kTensors = 9,
  kGraphs = 10,
  kSparseTensor = 11,
  kSparseTensors = 12,
  kTypeProto = 13,
  kTypeProtos = 14,
};

constexpr wire::Packed kPacked{.varints = wire::fields({8}), .fixed32 = wire::fields({7})};

/// IR version 1 writers leave `type` out; then the field that is filled tells.
AttrType type_of(const wire::FieldCounts& counts, int64_t stated) {
  if (stated >= kFloat && stated <= kTypeProtos) return static_cast<AttrType>(stated);
  constexpr std::array<std::pair<size_t, AttrType>, 14> kFields = {{{2, kFloat},
                                                                    {3, kInt},
                                                                    {4, kString},
                                                                    {5, kTensor},
                                                                    {6, kGraph},
                                                                    {7, kFloats},
                                                                    {8, kInts},
                                                                    {9, kStrings},
                                                                    {10, kTensors},
                                                                    {11, kGraphs},
                                                                    {22, kSparseTensor},
                                                                    {23, kSparseTensors},
                                                                    {14, kTypeProto},
                                                                    {15, kTypeProtos}}};
  for (const auto& [field, type] : kFields) {
    if (counts[field] > 0) return type;
  }
  return kUndefined;
}

/// Fields that hold one value each; the last one counts.
struct Singles {
  float f = 0;
  int64_t i = 0;
  ByteView s;
  ByteView tensor;
  ByteView graph;
  ByteView type;
  ByteView sparse;
};

struct Outline {
  std::string_view name;
  std::string_view reference;
  int64_t type = kUndefined;
  Singles singles;
};

Outline read_outline(Context& context, ByteView message) {
  Outline out;
  wire::Reader reader(message);
  while (reader.next()) {
    switch (reader.tag()) {
      case bytes(1): out.name = reader.text(); break;
      case fixed32(2): out.singles.f = reader.float32(); break;
      case varint(3): out.singles.i = reader.int64(); break;
      case bytes(4): out.singles.s = reader.payload(); break;
      case bytes(5): out.singles.tensor = reader.payload(); break;
      case bytes(6): out.singles.graph = reader.payload(); break;
      case bytes(14): out.singles.type = reader.payload(); break;
      case varint(20): out.type = reader.int64(); break;
      case bytes(21): out.reference = reader.text(); break;
      case bytes(22): out.singles.sparse = reader.payload(); break;
      case fixed32(7):
      case bytes(7):
      case varint(8):
      case bytes(8):
      case bytes(9):
      case bytes(10):
      case bytes(11):
      case bytes(13):  // doc_string
      case bytes(15):
      case bytes(23): break;
      default: context.unknown_field("AttributeProto", reader);
    }
  }
  if (reader.damaged()) context.damaged(reader, "attribute");
  return out;
}

template <class T, class Read>
ir::AttrValue messages(Context& context, ByteView message, unsigned field, size_t count,
                       Read read) {
  Filler<T> filler(context.model.arena, count);
  for (wire::Reader reader(message); reader.next();) {
    if (reader.tag() == bytes(field)) filler.add(read(reader.payload()));
  }
  return ir::List<T>(filler.list());
}

ir::AttrValue read_floats(Context& context, ByteView message, size_t count) {
  Filler<float> filler(context.model.arena, count);
  for (wire::Reader reader(message); reader.next();) {
    if (reader.tag() == fixed32(7)) filler.add(reader.float32());
    if (reader.tag() != bytes(7)) continue;
    const ByteView packed = reader.payload();
    for (size_t at = 0; at + 4 <= packed.size(); at += 4) {
      filler.add(load_le<float>(packed.data() + at));
    }
  }
  return ir::List<float>(filler.list());
}

const ir::Tensor* sparse_values(Context& context, ByteView message) {
  static const ir::Tensor kEmpty;
  const SparseTensor sparse = read_sparse_tensor(context, message);
  return sparse.values == nullptr ? &kEmpty : sparse.values;
}

ir::GraphRef graph_of(Context& context, ByteView message) {
  return {read_graph(context, message, context.owner)};
}

const ir::TensorType* type_proto(Context& context, ByteView message) {
  auto* type = context.model.arena.make<ir::TensorType>();
  read_type(context, message, *type);
  return type;
}

ir::AttrValue read_single(Context& context, AttrType type, const Singles& singles) {
  switch (type) {
    case kFloat: return singles.f;
    case kInt: return singles.i;
    case kString: return as_text(singles.s);
    case kTensor: return read_tensor(context, singles.tensor);
    case kGraph: return graph_of(context, singles.graph);
    case kSparseTensor: return sparse_values(context, singles.sparse);
    case kTypeProto: return type_proto(context, singles.type);
    default: return {};
  }
}

ir::AttrValue read_value(Context& context, ByteView message, const wire::FieldCounts& counts,
                         AttrType type, const Singles& singles) {
  switch (type) {
    case kFloats: return read_floats(context, message, counts[7]);
    case kInts: return wire::read_numbers(context, message, 8);
    case kStrings:
      return messages<std::string_view>(context, message, 9, counts[9],
                                        [](ByteView text) { return as_text(text); });
    case kTensors:
      return messages<const ir::Tensor*>(context, message, 10, counts[10], [&](ByteView tensor) {
        return read_tensor(context, tensor);
      });
    case kGraphs:
      return messages<ir::GraphRef>(context, message, 11, counts[11],
                                    [&](ByteView graph) { return graph_of(context, graph); });
    case kSparseTensors:
      return messages<const ir::Tensor*>(context, message, 23, counts[23], [&](ByteView sparse) {
        return sparse_values(context, sparse);
      });
    case kTypeProtos:
      return messages<const ir::TensorType*>(context, message, 15, counts[15], [&](ByteView proto) {
        return type_proto(context, proto);
      });
    default: return read_single(context, type, singles);
  }
}

ir::Attr read_attr(Context& context, ByteView message) {
  const Nested nested(context, message);
  ir::Attr attr;
  if (!nested.ok()) return attr;
  const Outline outline = read_outline(context, message);
  attr.name = outline.name;
  if (!outline.reference.empty()) {
    // Inside of a function: the value is that of an attribute of the calling node.
    attr.value = ir::Expression{outline.reference};
    return attr;
  }
  const wire::FieldCounts counts(message, kPacked);
  attr.value = read_value(context, message, counts, type_of(counts, outline.type), outline.singles);
  return attr;
}

}  // namespace

ir::List<ir::Attr> read_attrs(Context& context, ByteView message, unsigned field, size_t count) {
  Filler<ir::Attr> filler(context.model.arena, count);
  for (wire::Reader reader(message); reader.next();) {
    if (reader.tag() == bytes(field)) filler.add(read_attr(context, reader.payload()));
  }
  const std::span<ir::Attr> attrs = filler.list();
  std::stable_sort(attrs.begin(), attrs.end(),
                   [](const ir::Attr& a, const ir::Attr& b) { return a.name < b.name; });
  return attrs;
}

}  // namespace omscope::onnx
