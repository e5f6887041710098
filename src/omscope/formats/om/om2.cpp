#include "omscope/formats/om/om2.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "omscope/core/text.h"
#include "omscope/formats/graphtext/graphtext_reader.h"
#include "omscope/formats/graphtext/text_to_wire.h"
#include "omscope/formats/om/archive.h"
#include "omscope/formats/om/kernel_store.h"
#include "omscope/formats/om/visual_json.h"

namespace omscope::om {
namespace {

using nlohmann::json;

/// The path inside of the archive's one outermost folder.
std::string_view inner_name(std::string_view name) {
  const size_t slash = name.find('/');
  return slash == std::string_view::npos ? std::string_view{} : name.substr(slash + 1);
}

struct Reading {
  ir::Model& model;
  Archive& archive;
  std::map<std::string, ByteView> constants;  ///< by file name

  /// Unpacks an entry into memory that the model keeps.
  std::optional<ByteView> unpack(const Archive::Entry& entry) {
    auto content = archive.unpack(entry);
    if (!content) {
      model.problems.add(content.error());
      return std::nullopt;
    }
    auto kept = std::make_shared<const std::string>(std::move(*content));
    model.owners.push_back(kept);
    return as_bytes(*kept);
  }

  /// Whether a JSON document is no larger than an archive of this size can have; as objects in
  /// memory it takes many times its size.
  bool is_small(const Archive::Entry& entry) const {
    const uint64_t most = (uint64_t{1} << 20) + model.file->size() / 4;
    if (entry.size <= most) return true;
    model.problems.error(Code::kBadArchive, std::nullopt, for_terminal(entry.name),
                         "is far larger than such a file is; it was left out");
    return false;
  }

  json parse(const Archive::Entry& entry) {
    if (!is_small(entry)) return {};
    const auto bytes = unpack(entry);
    if (!bytes) return {};
    json document = json::parse(as_text(*bytes), nullptr, false);
    if (!document.is_object()) {
      model.problems.error(Code::kBadJson, std::nullopt, for_terminal(entry.name),
                           "is no JSON object");
      return {};
    }
    return document;
  }
};

std::string_view keep_text(ir::Model& model, const json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end() || !found->is_string()) return {};
  return model.arena.text(found->get_ref<const std::string&>());
}

std::optional<int64_t> number(const json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end() || !found->is_number_integer()) return std::nullopt;
  return found->get<int64_t>();
}

DType dtype_of(const json& port) {
  const auto found = port.find("data_type");
  if (found == port.end()) return DType::kUndefined;
  if (found->is_number_integer()) return dtype_from_ge_enum(found->get<int64_t>());
  return found->is_string() ? dtype_from_ge_name(found->get_ref<const std::string&>())
                            : DType::kUndefined;
}

ir::Port read_port(ir::Model& model, const json& from) {
  ir::Port port;
  port.name = keep_text(model, from, "name");
  port.dtype = dtype_of(from);
  if (const auto format = number(from, "format")) {
    port.format = layout_from_number(*format);
  } else {
    port.format = layout_from_text(keep_text(model, from, "format"));
  }
  const auto shape = from.find("shape");
  if (shape != from.end() && shape->is_array()) {
    const auto dims = model.arena.array<int64_t>(shape->size());
    for (size_t i = 0; i < dims.size(); ++i) {
      dims[i] = (*shape)[i].is_number_integer() ? (*shape)[i].get<int64_t>() : ir::kUnknownDim;
    }
    port.shape = dims;
    port.has_shape = true;
  }
  const auto size = number(from, "size");
  if (size && *size > 0 && !ir::is_dynamic(port.shape)) port.size = static_cast<uint64_t>(*size);
  return port;
}

void read_ports(ir::Model& model, const json& meta, const char* key, std::vector<ir::Port>& into) {
  const auto list = meta.find(key);
  if (list == meta.end() || !list->is_array()) return;
  into.clear();
  for (const json& each : *list) {
    if (each.is_object()) into.push_back(read_port(model, each));
  }
}

void read_meta(Reading& reading, const Archive::Entry& entry) {
  ir::Model& model = reading.model;
  const json meta = reading.parse(entry);
  if (!meta.is_object()) return;
  read_ports(model, meta, "inputs", model.inputs);
  read_ports(model, meta, "outputs", model.outputs);
  const std::string_view name = keep_text(model, meta, "name");
  if (!name.empty()) model.info.name = name;
  if (const auto size = number(meta, "work_size")) model.info.memory_size = size;
}

void read_manifest(Reading& reading, const Archive::Entry& entry) {
  ir::Model& model = reading.model;
  const json manifest = reading.parse(entry);
  if (!manifest.is_object()) return;
  const std::string_view command = keep_text(model, manifest, "atc_command");
  if (!command.empty()) model.info.atc_cmdline = command;
  const std::string_view version = keep_text(model, manifest, "om2_version");
  if (!version.empty()) model.container.header.push_back({"om2_version", std::string(version)});
}

/// The type of a constant stands on its op in the graph, if the archive has one.
ir::TensorType type_of(const ir::Model& model, std::string_view op_name) {
  for (const ir::Graph& graph : model.graphs) {
    for (const ir::Op& op : graph.ops) {
      if (op.name == op_name && !op.outputs.empty()) return *op.outputs[0];
    }
  }
  return {};
}

void read_constant(Reading& reading, const std::string& name, const json& constant) {
  ir::Model& model = reading.model;
  const std::string_view op_name = keep_text(model, constant, "op_name");
  const std::string_view file = keep_text(model, constant, "file_name");
  auto* tensor = model.arena.make<ir::Tensor>();
  tensor->type = type_of(model, op_name);
  tensor->origin = file;
  tensor->offset =
      static_cast<uint64_t>(std::max(number(constant, "offset").value_or(0), int64_t{0}));
  tensor->size = static_cast<uint64_t>(std::max(number(constant, "size").value_or(0), int64_t{0}));
  tensor->has_offset = true;
  tensor->storage = ir::Storage::kPartition;
  const auto found = reading.constants.find(std::string(file));
  if (found != reading.constants.end() && tensor->offset <= found->second.size() &&
      tensor->size <= found->second.size() - tensor->offset) {
    tensor->bytes = found->second.subspan(tensor->offset, tensor->size);
  } else {
    model.problems.warning(Code::kBadWeight, std::nullopt, for_terminal(name),
                           "lies outside of the archive's constants");
  }
  model.add_weight({op_name.empty() ? model.arena.text(name) : op_name, 0, tensor});
}

void read_constants(Reading& reading, const Archive::Entry& entry) {
  const json config = reading.parse(entry);
  const auto constants = config.find("consts");
  if (constants == config.end() || !constants->is_object()) return;
  reading.model.weights.clear();
  for (const auto& [name, constant] : constants->items()) {
    if (constant.is_object()) read_constant(reading, name, constant);
  }
}

void read_kernel(Reading& reading, const Archive::Entry& entry, std::string_view name) {
  const auto bytes = reading.unpack(entry);
  if (!bytes || !as_text(*bytes).starts_with("\177ELF")) return;
  ir::Kernel kernel;
  kernel.name = reading.model.arena.text(name.substr(name.rfind('/') + 1));
  kernel.store = "archive";
  kernel.binary = *bytes;
  add_kernel(reading.model, std::move(kernel));
}

/// Older archives hold the graph as protobuf text.
void read_text_graph(Reading& reading, const Archive::Entry& entry) {
  ir::Model& model = reading.model;
  const auto bytes = model.graphs.empty() ? reading.unpack(entry) : std::nullopt;
  if (!bytes) return;
  graphtext::read_spelled_model(
      model, graphtext::text_to_wire(as_text(*bytes), wire::ge_model_schema(), model.problems));
}

void read_visual_graph(Reading& reading, const Archive::Entry& entry) {
  ir::Model& model = reading.model;
  if (!model.graphs.empty() || !reading.is_small(entry)) return;
  if (const auto bytes = reading.unpack(entry)) {
    graphtext::read_spelled_model(model, visual_json_to_wire(as_text(*bytes), model.problems));
  }
}

/// The graph and the constants come before what refers to them, or knows better.
void read_entries(Reading& reading) {
  using Handler = void (*)(Reading&, const Archive::Entry&);
  const auto each = [&](auto wanted, Handler handle) {
    for (const Archive::Entry& entry : reading.archive.entries()) {
      if (wanted(inner_name(entry.name))) handle(reading, entry);
    }
  };
  each([](std::string_view name) { return name.find("/debug/ge_visual_") != name.npos; },
       read_visual_graph);
  each([](std::string_view name) { return name.find("/debug/ge_proto_") != name.npos; },
       read_text_graph);
  each([](std::string_view name) { return name == "manifest.json"; }, read_manifest);
  each([](std::string_view name) { return name.ends_with("/model_meta.json"); }, read_meta);
  each([](std::string_view name) { return name.starts_with("data/constants/constant_"); },
       [](Reading& r, const Archive::Entry& entry) {
         if (const auto bytes = r.unpack(entry)) {
           r.constants[entry.name.substr(entry.name.rfind('/') + 1)] = *bytes;
         }
       });
  each([](std::string_view name) { return name.ends_with("_constants_config.json"); },
       read_constants);
  each([](std::string_view name) { return name.starts_with("data/kernels_"); },
       [](Reading& r, const Archive::Entry& entry) {
         read_kernel(r, entry, inner_name(entry.name));
       });
}

}  // namespace

bool is_om2(ByteView bytes) {
  const auto archive = Archive::open(bytes);
  if (!archive) return false;
  const auto& entries = archive->entries();
  return std::any_of(entries.begin(), entries.end(), [](const Archive::Entry& entry) {
    return inner_name(entry.name) == "manifest.json";
  });
}

std::unique_ptr<ir::Model> read_om2(const std::shared_ptr<const FileBytes>& file) {
  auto model = std::make_unique<ir::Model>(file, Kind::kOm2);
  model->byte_map.add(0, file->size(), "zip archive");
  model->account = model->byte_map.account(file->bytes());
  auto archive = Archive::open(file->bytes());
  if (!archive) {
    model->problems.error(Code::kBadArchive, std::nullopt, "", "the archive cannot be opened");
    return model;
  }
  for (const std::string& name : archive->refused()) {
    model->problems.warning(Code::kBadArchive, std::nullopt, for_terminal(name),
                            "an unsafe name; the entry was left out");
  }
  Reading reading{*model, *archive, {}};
  read_entries(reading);
  note_compiler_date(*model);
  return model;
}

}  // namespace omscope::om
