#include "omscope/formats/om/pre_table.h"

#include <algorithm>
#include <array>

#include "omscope/formats/ge/facts.h"
#include "omscope/formats/ge/readers.h"
#include "omscope/formats/om/tasks.h"

namespace omscope::om {
namespace {

using ge::Filler;
using wire::bytes;
using wire::varint;

constexpr uint64_t kOpField = 20;
constexpr uint64_t kAttrField = 30;

/// The part of an op that depends on its type; only the weights in it are understood.
struct BodyField {
  uint64_t number;
  std::string_view name;
  std::array<uint64_t, 2> weights;
};

constexpr std::array kBodies = {
    BodyField{300, "convolution_param", {40, 41}},
    BodyField{400, "pooling_param", {0, 0}},
    BodyField{800, "full_connection_param", {1, 2}},
    BodyField{1000, "activation_param", {0, 0}},
};

const BodyField* find_body(uint64_t tag) {
  const auto* found = std::find_if(kBodies.begin(), kBodies.end(), [&](const BodyField& body) {
    return bytes(body.number) == tag;
  });
  return found == kBodies.end() ? nullptr : found;
}

const ir::TensorType* read_type(ge::Context& context, ByteView message) {
  const wire::FieldCounts counts(message, {.varints = wire::fields({3})});
  auto* type = context.model.arena.make<ir::TensorType>();
  Filler<int64_t> dims(context.model.arena, counts[3]);
  const auto add = [&](uint64_t value) { dims.add(static_cast<int64_t>(value)); };
  int64_t dtype = 0;
  int64_t format = 0;
  wire::Reader reader(message);
  while (reader.next()) {
    switch (reader.tag()) {
      case varint(1): format = reader.int64(); break;
      case varint(2): dtype = reader.int64(); break;
      case varint(3): add(reader.uint64()); break;
      case bytes(3): wire::for_each_varint(reader.payload(), add); break;
      case varint(4): type->size = reader.int64(); break;
      case varint(7): type->is_output_tensor = reader.boolean(); break;
      case varint(5):
      case varint(9):
      case varint(10): break;
      default: context.unknown_field("TensorDescriptor of 2019", reader);
    }
  }
  if (reader.damaged()) context.damaged(reader, "tensor descriptor");
  type->dtype = dtype_from_ge_enum(dtype);
  type->format = layout_from_number(format);
  type->shape = dims.list();
  type->has_shape = true;
  return type;
}

const ir::Tensor* read_weight(ge::Context& context, ByteView message) {
  auto* tensor = context.model.arena.make<ir::Tensor>();
  int64_t dtype = 0;
  int64_t format = 0;
  wire::Reader reader(message);
  while (reader.next()) {
    switch (reader.tag()) {
      case varint(1): format = reader.int64(); break;
      case varint(2): dtype = reader.int64(); break;
      case bytes(3):
        tensor->type.shape = ge::read_int_list(context, reader.payload(), "ShapeDef of 2019");
        tensor->type.has_shape = true;
        break;
      case bytes(4): tensor->bytes = reader.payload(); break;
      default: break;
    }
  }
  if (reader.damaged()) context.damaged(reader, "weights");
  tensor->type.dtype = dtype_from_ge_enum(dtype);
  tensor->type.format = layout_from_number(format);
  tensor->storage = ir::Storage::kInline;
  tensor->size = tensor->bytes.size();
  if (const auto offset = context.model.offset_of(tensor->bytes)) {
    tensor->offset = *offset;
    tensor->has_offset = true;
  }
  return tensor;
}

void read_body(ge::Context& context, const BodyField& field, ByteView message, const ir::Op& op) {
  wire::Reader reader(message);
  while (reader.next()) {
    for (const uint64_t number : field.weights) {
      if (number == 0 || reader.tag() != bytes(number) || reader.payload().empty()) continue;
      context.model.add_weight({op.name, 0, read_weight(context, reader.payload())});
    }
  }
  if (reader.damaged()) context.damaged(reader, field.name);
}

struct Lists {
  Lists(Arena& arena, const wire::FieldCounts& counts)
      : sources(arena, counts[8]),
        source_indexes(arena, counts[9]),
        input_types(arena, counts[12]),
        output_types(arena, counts[13]) {}
  Filler<std::string_view> sources;
  Filler<int64_t> source_indexes;
  Filler<const ir::TensorType*> input_types;
  Filler<const ir::TensorType*> output_types;
};

void read_op_field(ge::Context& context, const wire::Reader& reader, Lists& lists, ir::Op& op) {
  const auto add_index = [&](uint64_t value) {
    lists.source_indexes.add(static_cast<int64_t>(value));
  };
  switch (reader.tag()) {
    case bytes(1): op.name = reader.text(); break;
    case bytes(2): op.type = reader.text(); break;
    case varint(3): op.id = reader.int64(); break;
    case varint(4): op.stream_id = reader.int64(); break;
    case bytes(8): lists.sources.add(reader.text()); break;
    case varint(9): add_index(reader.uint64()); break;
    case bytes(9): wire::for_each_varint(reader.payload(), add_index); break;
    case bytes(12): lists.input_types.add(read_type(context, reader.payload())); break;
    case bytes(13): lists.output_types.add(read_type(context, reader.payload())); break;
    default: break;
  }
}

/// Edges and descriptors meet by position; descriptors can be more.
void connect(ge::Context& context, const Lists& lists, ir::Op& op) {
  static const ir::TensorType kNoType;
  const auto sources = lists.sources.list();
  const auto indexes = lists.source_indexes.list();
  const auto types = lists.input_types.list();
  op.inputs = context.model.arena.array<ir::Input>(std::max(sources.size(), types.size()));
  for (size_t i = 0; i < op.inputs.size(); ++i) {
    ir::Input& input = op.inputs[i];
    if (i < sources.size()) input.source = sources[i];
    if (i < indexes.size()) input.source_index = static_cast<int32_t>(indexes[i]);
    input.type = i < types.size() ? types[i] : &kNoType;
  }
}

/// The body is shown as bytes beside the attributes: its parameters have no public names.
ir::List<ir::Attr> with_body(ge::Context& context, ir::List<ir::Attr> attrs, const BodyField* body,
                             ByteView message) {
  if (body == nullptr) return attrs;
  const auto all = context.model.arena.array<ir::Attr>(attrs.size() + 1);
  std::copy(attrs.begin(), attrs.end(), all.begin());
  all.back() = {body->name, message};
  std::sort(all.begin(), all.end(),
            [](const ir::Attr& a, const ir::Attr& b) { return a.name < b.name; });
  return all;
}

void read_op(ge::Context& context, ByteView message, ir::Op& op) {
  const wire::FieldCounts counts(message, {.varints = wire::fields({9})});
  Lists lists(context.model.arena, counts);
  const BodyField* body = nullptr;
  ByteView body_message;
  op.id = 0;
  wire::Reader reader(message);
  while (reader.next()) {
    read_op_field(context, reader, lists, op);
    if (const BodyField* found = find_body(reader.tag())) {
      body = found;
      body_message = reader.payload();
    }
  }
  if (reader.damaged()) context.damaged(reader, "op " + std::string(op.name));
  connect(context, lists, op);
  op.outputs = lists.output_types.list();
  const auto attrs =
      ge::read_attrs(context, message, kAttrField, counts[kAttrField], ge::Names::kPlain);
  op.attrs = with_body(context, attrs, body, body_message);
  if (body != nullptr) read_body(context, *body, body_message, op);
}

void read_facts(ir::Model& model, ByteView body) {
  ir::ModelInfo& info = model.info;
  for (wire::Reader reader(body); reader.next();) {
    switch (reader.tag()) {
      case bytes(1): info.name = reader.text(); break;
      case varint(2): info.om_ir_version = reader.int64(); break;
      case varint(10): info.memory_size = reader.int64(); break;
      case varint(11): info.stream_num = reader.int64(); break;
      case varint(12): info.event_num = reader.int64(); break;
      case varint(13): info.weight_size = reader.int64(); break;
      default: break;
    }
  }
}

}  // namespace

void read_pre_table(ir::Model& model, ByteView body) {
  const uint64_t base = model.offset_of(body).value_or(0);
  model.byte_map.add(base, body.size(), "model description");
  ge::Context context(model, "model description");
  read_facts(model, body);
  const wire::FieldCounts counts(body);
  ir::Graph& graph = model.add_graph();
  graph.name = model.info.name;
  const auto ops = model.arena.array<ir::Op>(counts[kOpField]);
  graph.ops = ops;
  size_t at = 0;
  wire::Reader reader(body);
  while (reader.next()) {
    if (reader.tag() == bytes(kOpField) && at < ops.size()) {
      read_op(context, reader.payload(), ops[at++]);
    }
  }
  if (reader.damaged()) context.damaged(reader, "model");
  ge::resolve_edges(context, graph);
  model.attrs = ge::read_attrs(context, body, kAttrField, counts[kAttrField], ge::Names::kPlain);
  ge::read_interface(context, ge::ModelDef{.name = model.info.name, .attrs = model.attrs});
  context.report();
  if (const auto tasks = ir::get<ByteView>(model.attrs, "tasks")) {
    read_tasks(model, *tasks, {0, 0, 1, {}});
  }
}

}  // namespace omscope::om
