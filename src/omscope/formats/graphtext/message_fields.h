// The fields of a protobuf message as the JSON of `atc --mode=1` shows them.
#pragma once

#include <map>
#include <vector>

#include "omscope/formats/wire/schema.h"
#include "omscope/formats/wire/wire_reader.h"

namespace omscope::graphtext {

/// One occurrence of a field: a number's bits, bytes, or a packed list of numbers.
struct Value {
  uint64_t bits = 0;
  ByteView bytes;
  bool packed = false;
};

struct Field {
  const wire::FieldSchema* schema = nullptr;
  std::vector<Value> values;  ///< never empty
};

using Fields = std::map<std::string_view, Field>;

/// The fields of `message` that are shown, sorted by name: set, known to the schema, not one of
/// those that atc leaves out, and no single sub-message of zero bytes.
Fields fields_of(ByteView message, const wire::MessageSchema& schema);

/// The bits of each number in a packed list.
template <class F>
void for_each_number(const wire::FieldSchema& field, ByteView packed, const F& use) {
  switch (field.kind) {
    case wire::FieldKind::kFloat:
    case wire::FieldKind::kFixed32:
      for (size_t at = 0; at + 4 <= packed.size(); at += 4) {
        use(uint64_t{load_le<uint32_t>(packed.data() + at)});
      }
      break;
    case wire::FieldKind::kDouble:
    case wire::FieldKind::kFixed64:
      for (size_t at = 0; at + 8 <= packed.size(); at += 8) {
        use(load_le<uint64_t>(packed.data() + at));
      }
      break;
    default: wire::for_each_varint(packed, use);
  }
}

}  // namespace omscope::graphtext
