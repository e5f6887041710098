// The parts of a model as JSON. Keys and their meaning: docs/cli.md.
#pragma once

#include "omscope/core/json.h"
#include "omscope/ir/model.h"
#include "omscope/report/hashes.h"

namespace omscope::report {

/// What the values of attributes are written from.
struct Source {
  const ir::Model& model;
  Hashes& hashes;
};

/// Null where the file does not say.
Json dtype_json(DType dtype);

/// Shape, dtype and layout keys of `type`, as members of the object in hand.
void write_type(JsonStream& out, const ir::TensorType& type);
/// Of these the keys `format`, `groups` and `c0`.
void write_layout(JsonStream& out, const Layout& layout);
/// An array of dims, or null.
void write_shape(JsonStream& out, std::string_view key, bool known, ir::List<int64_t> shape);

/// The value of an attribute as a member of the object in hand, or as an item of the array in hand
/// (also as a document of its own).
void write_member(JsonStream& out, const Source& source, std::string_view key,
                  const ir::AttrValue& value);
void write_item(JsonStream& out, const Source& source, const ir::AttrValue& value);

/// {NAME: {type, value}} as the member `key`.
void write_attrs(JsonStream& out, const Source& source, std::string_view key,
                 ir::List<ir::Attr> attrs);

/// One op as an item of the array in hand.
void write_op(JsonStream& out, const Source& source, const ir::Op& op);

/// What to call an op that owns a sub-graph; nodes of ONNX often have no name.
std::string op_label(const ir::Op& op, uint32_t index);

Json problem_json(const Problem& problem);
Json problems_json(const Problems& problems);

/// The keys `container` and `model`; the latter with the model's attributes where they are wanted.
void write_container(JsonStream& out, const ir::Model& model);
void write_model_info(JsonStream& out, const Source& source, bool attrs);

}  // namespace omscope::report
