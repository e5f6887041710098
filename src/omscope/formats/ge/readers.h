// The messages of a Graph Engine model (schemas/ge_ir.proto), each turned into its part of the
// neutral model. They hold each other, so they stand in one header.
#pragma once

#include "omscope/formats/ge/context.h"

namespace omscope::ge {

/// Whether names of attributes may be codes of the dictionary; only ops and tensor descriptors are
/// compressed.
enum class Names : uint8_t { kPlain, kCompressed };

/// Reads the entries of one `map<string, AttrDef>` field: all fields with number `field` of
/// `message`, `count` in all. Sorted by name; of equal names the last one holds, as in any protobuf
/// map.
ir::List<ir::Attr> read_attrs(Context& context, ByteView message, unsigned field, size_t count,
                              Names names);

/// One AttrDef. The attribute's name decides what a list is of that does not say so.
ir::AttrValue read_attr_value(Context& context, ByteView message, std::string_view name);

/// One TensorDescriptor. Never returns nullptr.
const ir::TensorType* read_tensor_type(Context& context, ByteView message);

/// One TensorDef: the descriptor and its bytes, in place or in the weights partition.
const ir::Tensor* read_tensor(Context& context, ByteView message);

/// One GraphDef, added to the model's graphs. `parent` is the op that holds it.
uint32_t read_graph(Context& context, ByteView message, ir::OpRef parent);

/// One OpDef into `op`, which is `self`.
void read_op(Context& context, ByteView message, ir::OpRef self, ir::Op& op);

/// Finds the op behind each input's name; what leads nowhere is counted in `context`.
void resolve_edges(Context& context, const ir::Graph& graph);

/// Numbers of a message that holds nothing but repeated integers (ShapeDef, ListInt), field 1.
ir::List<int64_t> read_int_list(Context& context, ByteView message, std::string_view what);

}  // namespace omscope::ge
