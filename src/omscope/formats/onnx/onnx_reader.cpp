#include "omscope/formats/onnx/onnx_reader.h"

#include <algorithm>
#include <unordered_set>

#include <fmt/format.h>

#include "omscope/core/text.h"
#include "omscope/formats/onnx/readers.h"
#include "omscope/ir/external.h"

namespace omscope::onnx {
namespace {

using wire::bytes;
using wire::varint;

/// FunctionProto: a body of nodes that other nodes call by name and domain.
void read_function(Context& context, ByteView message) {
  ir::Model& model = context.model;
  if (message.empty() || context.exhausted()) return;
  ir::Function function;
  function.graph = static_cast<uint32_t>(model.graphs.size());
  ir::Graph& graph = model.add_graph();
  graph.is_function = true;
  wire::Reader reader(message);
  while (reader.next()) {
    switch (reader.tag()) {
      case bytes(1): function.name = reader.text(); break;
      case bytes(10): function.domain = reader.text(); break;
      case bytes(12): {  // value_info (IR 10)
        const ir::TensorType* type = read_value_info(context, reader.payload());
        if (!type->name.empty()) context.types[function.graph].try_emplace(type->name, type);
        break;
      }
      case bytes(4):          // input
      case bytes(5):          // output
      case bytes(6):          // attribute
      case bytes(7):          // node
      case bytes(8):          // doc_string
      case bytes(9):          // opset_import
      case bytes(11):         // attribute_proto (IR 9)
      case bytes(13):         // overload (IR 10)
      case bytes(14): break;  // metadata_props (IR 10)
      default: context.unknown_field("FunctionProto", reader);
    }
  }
  if (reader.damaged()) context.damaged(reader, "function");
  graph.name = function.name;
  graph.inputs = read_texts(context, message, 4);
  graph.outputs = read_texts(context, message, 5);
  graph.ops = read_nodes(context, message, 7, function.graph);
  model.add_to(model.functions, function);
}

/// TrainingInfoProto: 1 initialization, 2 algorithm, both graphs beside the network.
void read_training(Context& context, ByteView message) {
  for (wire::Reader reader(message); reader.next();) {
    if (reader.tag() != bytes(1) && reader.tag() != bytes(2)) continue;
    const uint32_t graph = read_graph(context, reader.payload(), {});
    if (graph == ir::GraphRef::kNoGraph) continue;
    context.model.graphs[graph].is_function = true;
    context.model.add_to<ir::Function>(context.model.functions,
                                       {context.model.graphs[graph].name, "training", graph});
  }
}

ir::OpsetImport read_opset(ByteView message) {
  ir::OpsetImport opset;
  for (wire::Reader reader(message); reader.next();) {
    if (reader.tag() == bytes(1)) opset.domain = reader.text();
    if (reader.tag() == varint(2)) opset.version = reader.int64();
  }
  return opset;
}

void add_metadata(ir::Model& model, ByteView message) {
  std::string_view key;
  std::string_view value;
  for (wire::Reader reader(message); reader.next();) {
    if (reader.tag() == bytes(1)) key = reader.text();
    if (reader.tag() == bytes(2)) value = reader.text();
  }
  model.add_to(model.info.metadata, std::pair(key, value));
}

struct Outline {
  ByteView graph;
  bool has_graph = false;
  std::string_view producer_version;
};

Outline read_outline(Context& context, ByteView message) {
  Outline out;
  ir::ModelInfo& info = context.model.info;
  wire::Reader reader(message);
  while (reader.next_or_cut()) {
    switch (reader.tag()) {
      case varint(1): info.ir_version = reader.int64(); break;
      case bytes(2): info.producer = reader.text(); break;
      case bytes(3): out.producer_version = reader.text(); break;
      case bytes(7):
        out.graph = reader.payload();
        out.has_graph = true;
        break;
      case bytes(8): context.model.add_to(info.opsets, read_opset(reader.payload())); break;
      case bytes(14): add_metadata(context.model, reader.payload()); break;
      case bytes(4):          // domain
      case varint(5):         // model_version
      case bytes(6):          // doc_string
      case bytes(20):         // training_info
      case bytes(25):         // functions
      case bytes(26): break;  // configuration (IR 11)
      default: context.unknown_field("ModelProto", reader);
    }
  }
  if (reader.damaged()) context.damaged(reader, "model");
  return out;
}

ir::Port port_of(std::string_view name, const Types& types) {
  ir::Port port;
  port.name = name;
  const auto found = types.find(name);
  if (found == types.end()) return port;
  const ir::TensorType& type = *found->second;
  port.dtype = type.dtype;
  port.value_kind = type.value_kind;
  port.has_shape = type.has_shape;
  port.shape = type.shape;
  port.dim_names = type.dim_names;
  if (type.value_kind == ir::ValueKind::kTensor) port.size = ir::exact_bytes(type);
  return port;
}

/// Until IR version 3 every initializer had to be a graph input too; it is no input to feed.
void read_ports(Context& context) {
  ir::Model& model = context.model;
  const ir::Graph& root = model.graphs[0];
  const auto& initializers = context.initializers[0];
  const std::unordered_set<std::string_view> given(initializers.begin(), initializers.end());
  const Types& types = context.types_of(0);
  for (const std::string_view name : root.inputs) {
    if (!given.contains(name)) model.add_to(model.inputs, port_of(name, types));
  }
  for (const std::string_view name : root.outputs) {
    model.add_to(model.outputs, port_of(name, types));
  }
  const bool dynamic = std::any_of(
      model.inputs.begin(), model.inputs.end(),
      [](const ir::Port& port) { return port.has_shape && ir::is_dynamic(port.shape); });
  if (dynamic) model.dynamic.kind = ir::DynamicKind::kRange;
}

void read_producer(ir::Model& model, std::string_view version) {
  if (version.empty()) return;
  model.info.producer = model.arena.text(fmt::format("{} {}", model.info.producer, version));
}

}  // namespace

void Context::report() {
  bad_weights.report(model.problems, where);
  report_counted();
}

bool looks_like_model(ByteView bytes_of_file) {
  size_t known = 0;
  bool has_graph = false;
  wire::Reader reader(bytes_of_file);
  while (reader.next_or_cut()) {
    switch (reader.tag()) {
      case bytes(7): has_graph = true; [[fallthrough]];
      case varint(1):
      case bytes(2):
      case bytes(3):
      case bytes(4):
      case varint(5):
      case bytes(6):
      case bytes(8):
      case bytes(14):
      case bytes(20):
      case bytes(25):
      case bytes(26): ++known; break;
      default: return false;
    }
  }
  if (!reader.damaged()) return has_graph || known >= 2;
  // A cut or damaged model still starts as one: with its IR version.
  return known >= 2 && as_text(bytes_of_file).starts_with('\x08');
}

void read_model(ir::Model& model, ByteView message, Edges edges) {
  Context context(model, "ModelProto");
  const Outline outline = read_outline(context, message);
  if (outline.has_graph) {
    read_graph(context, outline.graph, {});
    model.info.name = model.graphs.empty() ? "" : model.graphs[0].name;
  } else {
    model.problems.warning(Code::kBadValue, std::nullopt, "ModelProto: graph",
                           "the model holds no graph");
  }
  if (model.info.opsets.empty() && edges == Edges::kResolve) {
    model.problems.warning(Code::kBadValue, std::nullopt, "ModelProto: opset_import",
                           "the model does not say which operator set it means; converters and "
                           "runtimes refuse it or guess");
  }
  for (wire::Reader reader(message); reader.next();) {
    if (reader.tag() == bytes(20)) read_training(context, reader.payload());
    if (reader.tag() == bytes(25)) read_function(context, reader.payload());
  }
  if (!model.graphs.empty() && edges == Edges::kResolve) {
    resolve_edges(context);
    if (outline.has_graph) read_ports(context);
  }
  read_producer(model, outline.producer_version);
  context.report();
}

std::unique_ptr<ir::Model> read_onnx(const std::shared_ptr<const FileBytes>& file) {
  auto model = std::make_unique<ir::Model>(file, Kind::kOnnx);
  model->byte_map.add(0, file->size(), "ModelProto");
  read_model(*model, file->bytes());
  ir::find_external(*model);
  model->account = model->byte_map.account(file->bytes());
  return model;
}

}  // namespace omscope::onnx
