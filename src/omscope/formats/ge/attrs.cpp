#include <algorithm>

#include "omscope/formats/ge/attr_dictionary.h"
#include "omscope/formats/ge/readers.h"

namespace omscope::ge {
namespace {

using wire::bytes;
using wire::fixed32;
using wire::varint;

/// ListValue.val_type; 0 in lists that the serializer makes itself (`_input_name_key`).
enum ListType : uint64_t {
  kListNone = 0,
  kListString = 1,
  kListInt = 2,
  kListFloat = 3,
  kListBool = 4,
  kListBytes = 5,
  kListTensorDesc = 6,
  kListTensor = 7,
  kListGraph = 8,
  kListFunc = 9,
  kListDType = 10,
};

template <class T, class Read>
ir::AttrValue messages(Context& context, ByteView list, unsigned field, size_t count, Read read) {
  Filler<T> filler(context.model.arena, count);
  for (wire::Reader reader(list); reader.next();) {
    if (reader.tag() == bytes(field)) filler.add(read(reader.payload()));
  }
  return ir::List<T>(filler.list());
}

/// Integers of any width, packed or not.
template <class T>
ir::AttrValue integers(Context& context, ByteView list, unsigned field, size_t count) {
  Filler<T> filler(context.model.arena, count);
  const auto add = [&](uint64_t value) {
    if constexpr (std::is_same_v<T, DType>) {
      filler.add(dtype_from_ge_enum(static_cast<int64_t>(value)));
    } else {
      filler.add(static_cast<T>(value));
    }
  };
  for (wire::Reader reader(list); reader.next();) {
    if (reader.tag() == varint(field)) add(reader.uint64());
    if (reader.tag() == bytes(field) && !wire::for_each_varint(reader.payload(), add)) {
      context.damaged(reader, "packed integers of an attribute");
    }
  }
  return ir::List<T>(filler.list());
}

ir::List<float> floats(Context& context, ByteView message, unsigned field, size_t count) {
  Filler<float> filler(context.model.arena, count);
  for (wire::Reader reader(message); reader.next();) {
    if (reader.tag() == fixed32(field)) filler.add(reader.float32());
    if (reader.tag() != bytes(field)) continue;
    const ByteView packed = reader.payload();
    for (size_t at = 0; at + 4 <= packed.size(); at += 4) {
      filler.add(load_le<float>(packed.data() + at));
    }
  }
  return filler.list();
}

/// The member that holds the list's values, by `val_type`, else by what is filled.
ListType list_type(const wire::FieldCounts& counts, uint64_t val_type) {
  if (val_type >= kListString && val_type <= kListDType) return static_cast<ListType>(val_type);
  constexpr std::array<std::pair<size_t, ListType>, 10> kMembers = {{{2, kListString},
                                                                     {3, kListInt},
                                                                     {4, kListFloat},
                                                                     {5, kListBool},
                                                                     {7, kListBytes},
                                                                     {8, kListTensorDesc},
                                                                     {9, kListTensor},
                                                                     {10, kListGraph},
                                                                     {11, kListFunc},
                                                                     {12, kListDType}}};
  for (const auto& [field, type] : kMembers) {
    if (counts[field] > 0) return type;
  }
  return kListNone;
}

const ir::NamedAttrs* read_named_attrs(Context& context, ByteView message) {
  static const ir::NamedAttrs kEmpty;
  const Nested nested(context, message);
  if (message.empty() || !nested.ok()) return &kEmpty;
  auto* named = context.model.arena.make<ir::NamedAttrs>();
  size_t count = 0;
  wire::Reader reader(message);
  while (reader.next()) {
    if (reader.tag() == bytes(1)) {
      named->name = reader.text();
    } else if (reader.tag() == bytes(2)) {
      ++count;
    } else {
      context.unknown_field("NamedAttrs", reader);
    }
  }
  if (reader.damaged()) context.damaged(reader, "named attributes");
  named->attrs = read_attrs(context, message, 2, count, Names::kPlain);
  return named;
}

ir::GraphRef read_attr_graph(Context& context, ByteView message) {
  if (message.empty()) return {};
  return {read_graph(context, message, context.owner)};
}

uint64_t read_val_type(Context& context, ByteView message) {
  uint64_t val_type = kListNone;
  wire::Reader reader(message);
  while (reader.next()) {
    if (reader.tag() == varint(20)) val_type = reader.uint64();
    if (reader.number() > 12 && reader.number() != 20) context.unknown_field("ListValue", reader);
  }
  if (reader.damaged()) context.damaged(reader, "list of an attribute");
  return val_type;
}

/// An empty list that does not say of what, such as `_output_name_value` of an op without outputs:
/// the serializer makes those lists in pairs, texts in `…_key` and numbers in `…_value`.
ir::AttrValue untyped_list(std::string_view attr_name) {
  if (attr_name.ends_with("_value")) return ir::List<int64_t>{};
  return ir::List<std::string_view>{};
}

ir::AttrValue read_list(Context& context, ByteView message, std::string_view attr_name) {
  const wire::FieldCounts counts(
      message, {.varints = wire::fields({3, 5, 12}), .fixed32 = wire::fields({4})});
  const uint64_t val_type = read_val_type(context, message);
  switch (list_type(counts, val_type)) {
    case kListString:
      return messages<std::string_view>(context, message, 2, counts[2],
                                        [](ByteView text) { return as_text(text); });
    case kListInt: return integers<int64_t>(context, message, 3, counts[3]);
    case kListFloat: return floats(context, message, 4, counts[4]);
    case kListBool: return integers<bool>(context, message, 5, counts[5]);
    case kListBytes:
      return messages<ByteView>(context, message, 7, counts[7],
                                [](ByteView value) { return value; });
    case kListTensorDesc:
      return messages<const ir::TensorType*>(context, message, 8, counts[8], [&](ByteView desc) {
        return read_tensor_type(context, desc);
      });
    case kListTensor:
      return messages<const ir::Tensor*>(context, message, 9, counts[9], [&](ByteView tensor) {
        return read_tensor(context, tensor);
      });
    case kListGraph:
      return messages<ir::GraphRef>(context, message, 10, counts[10], [&](ByteView graph) {
        return read_attr_graph(context, graph);
      });
    case kListFunc:
      return messages<const ir::NamedAttrs*>(context, message, 11, counts[11], [&](ByteView named) {
        return read_named_attrs(context, named);
      });
    case kListDType: return integers<DType>(context, message, 12, counts[12]);
    case kListNone: break;
  }
  return untyped_list(attr_name);
}

template <class T, class Read>
ir::AttrValue lists(Context& context, ByteView message, Read read) {
  const wire::FieldCounts counts(message);
  return messages<ir::List<T>>(context, message, 1, counts[1], read);
}

ir::AttrValue read_list_list_int(Context& context, ByteView message) {
  return lists<int64_t>(context, message, [&](ByteView row) {
    return read_int_list(context, row, "list of integer lists");
  });
}

ir::AttrValue read_list_list_float(Context& context, ByteView message) {
  return lists<float>(context, message, [&](ByteView row) {
    const wire::FieldCounts counts(row, {.fixed32 = wire::fields({1})});
    return floats(context, row, 1, counts[1]);
  });
}

/// Replaces codes of the dictionary by what they stand for.
void decompress(Context& context, ir::Attr& attr) {
  if (!AttrDictionary::is_code(attr.name)) return;
  const auto name =
      context.dictionary == nullptr ? std::nullopt : context.dictionary->resolve(attr.name);
  if (!name) {
    context.bad_codes.add(context.model.offset_of(as_bytes(attr.name)),
                          "the code of an attribute name is not in attr_name_enum");
    return;
  }
  attr.name = name->text;
  if (name->values == nullptr) return;
  const auto text_of = [&](int64_t index) {
    const auto text = name->values->value(index);
    if (!text) {
      context.bad_codes.add(context.model.offset_of(as_bytes(attr.name)),
                            "the code of a value of attribute " + std::string(attr.name) +
                                " is not in attr_value_enum");
    }
    return text.value_or(std::string_view{});
  };
  if (const auto* index = std::get_if<int64_t>(&attr.value)) {
    attr.value = text_of(*index);
  } else if (const auto* indexes = std::get_if<ir::List<int64_t>>(&attr.value)) {
    Filler<std::string_view> filler(context.model.arena, indexes->size());
    for (const int64_t each : *indexes) filler.add(text_of(each));
    attr.value = ir::List<std::string_view>(filler.list());
  }
}

struct Entry {
  ir::Attr attr;
  bool was_code = false;
};

Entry read_entry(Context& context, ByteView message, Names names) {
  Entry entry;
  ir::Attr& attr = entry.attr;
  ByteView value;
  wire::Reader reader(message);
  while (reader.next()) {
    switch (reader.tag()) {
      case bytes(1): attr.name = reader.text(); break;
      case bytes(2): value = reader.payload(); break;
      default: context.unknown_field("AttrEntry", reader);
    }
  }
  if (reader.damaged()) context.damaged(reader, "attribute");
  attr.value = read_attr_value(context, value, attr.name);
  entry.was_code = names == Names::kCompressed && AttrDictionary::is_code(attr.name);
  if (entry.was_code) decompress(context, attr);
  return entry;
}

/// Sorts by name; of equal names the last one stays.
std::span<ir::Attr> sorted_unique(std::span<ir::Attr> attrs) {
  std::stable_sort(attrs.begin(), attrs.end(),
                   [](const ir::Attr& a, const ir::Attr& b) { return a.name < b.name; });
  size_t kept = 0;
  for (size_t i = 0; i < attrs.size(); ++i) {
    if (i + 1 < attrs.size() && attrs[i].name == attrs[i + 1].name) continue;
    attrs[kept++] = attrs[i];
  }
  return attrs.first(kept);
}

}  // namespace

ir::List<int64_t> read_int_list(Context& context, ByteView message, std::string_view what) {
  const wire::FieldCounts counts(message, {.varints = wire::fields({1})});
  Filler<int64_t> filler(context.model.arena, counts[1]);
  const auto add = [&](uint64_t value) { filler.add(static_cast<int64_t>(value)); };
  wire::Reader reader(message);
  while (reader.next()) {
    if (reader.tag() == varint(1)) {
      add(reader.uint64());
    } else if (reader.tag() == bytes(1)) {
      if (!wire::for_each_varint(reader.payload(), add)) context.damaged(reader, what);
    } else {
      context.unknown_field(what, reader);
    }
  }
  if (reader.damaged()) context.damaged(reader, what);
  return filler.list();
}

ir::AttrValue read_attr_value(Context& context, ByteView message, std::string_view name) {
  const Nested nested(context, message);
  ir::AttrValue value;
  if (!nested.ok()) return value;
  wire::Reader reader(message);
  while (reader.next()) {
    switch (reader.tag()) {
      case bytes(1): value = read_list(context, reader.payload(), name); break;
      case bytes(2): value = reader.text(); break;
      case varint(3): value = reader.int64(); break;
      case fixed32(4): value = reader.float32(); break;
      case varint(5): value = reader.boolean(); break;
      case varint(6): value = reader.int64(); break;  // uint32 of the schema of 2019
      case bytes(7): value = reader.payload(); break;
      case bytes(10): value = read_named_attrs(context, reader.payload()); break;
      case bytes(11): value = read_tensor_type(context, reader.payload()); break;
      case bytes(12): value = read_tensor(context, reader.payload()); break;
      case bytes(13): value = read_attr_graph(context, reader.payload()); break;
      case bytes(14): value = read_list_list_int(context, reader.payload()); break;
      case varint(15): value = dtype_from_ge_enum(reader.int64()); break;
      case bytes(15):  // HiAI numbers this one differently
      case bytes(16): value = read_list_list_float(context, reader.payload()); break;
      case bytes(17): value = ir::Expression{reader.text()}; break;
      default: context.unknown_field("AttrDef", reader);
    }
  }
  if (reader.damaged()) context.damaged(reader, "attribute value");
  return value;
}

ir::List<ir::Attr> read_attrs(Context& context, ByteView message, unsigned field, size_t count,
                              Names names) {
  const std::span<ir::Attr> room = context.model.arena.array_within_limit<ir::Attr>(count);
  size_t codes = 0;
  size_t plain = 0;
  for (wire::Reader reader(message); reader.next();) {
    if (reader.tag() != bytes(field) || codes + plain == room.size()) continue;
    const Entry entry = read_entry(context, reader.payload(), names);
    room[entry.was_code ? codes++ : room.size() - ++plain] = entry.attr;
  }
  // Where a name stands both as a code and as itself (`format_for_int` in builds of 2024), the
  // plain one was written last and holds; so codes come first here, the others behind them as met.
  const std::span<ir::Attr> back = room.last(plain);
  std::reverse(back.begin(), back.end());
  std::move(back.begin(), back.end(), room.begin() + static_cast<ptrdiff_t>(codes));
  return sorted_unique(room.first(codes + plain));
}

}  // namespace omscope::ge
