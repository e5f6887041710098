#include "omscope/report/inspect_json.h"

#include <tbb/parallel_for.h>

#include "omscope/core/text.h"
#include "omscope/core/version.h"
#include "omscope/numeric/census.h"
#include "omscope/report/model_json.h"
#include "omscope/report/summary.h"
#include "omscope/report/tensor_json.h"
#include "omscope/report/tensor_rows.h"

namespace omscope::report {
namespace {

Json types_json(const std::map<std::string_view, uint64_t>& census) {
  Json out = Json::object();
  auto& members = out.get_ref<Json::object_t&>();
  for (const auto& [type, count] : census) members.push_back({as_utf8(type), count});
  return out;
}

Json parent_json(const ir::Model& model, const ir::Graph& graph) {
  if (graph.parent.graph >= model.graphs.size()) return nullptr;
  const ir::List<ir::Op> ops = model.graphs[graph.parent.graph].ops;
  if (graph.parent.op >= ops.size()) return nullptr;
  return json_text(op_label(ops[graph.parent.op], graph.parent.op));
}

void write_ops(JsonStream& out, const Source& source, const ir::Graph& graph,
               const InspectOptions& options) {
  out.open_array("ops");
  for (const ir::Op& op : graph.ops) {
    if (options.op_globs.empty() || options.wants_op(op.name)) write_op(out, source, op);
  }
  out.close();
}

void write_graphs(JsonStream& out, const Source& source, const InspectOptions& options) {
  const ir::Model& model = source.model;
  out.open_array("graphs");
  for (const ir::Graph& graph : model.graphs) {
    if (graph.is_function) continue;
    out.open_object();
    out.text("name", graph.name);
    out.field("parent", parent_json(model, graph));
    out.field("table", graph.table);
    out.field("op_count", graph.ops.size());
    out.field("op_types", types_json(op_census(graph)));
    if (options.ops || !options.op_globs.empty()) write_ops(out, source, graph, options);
    out.close();
  }
  out.close();
}

/// Where the bytes of a constant are counted from: the model's own file, or the one beside it.
std::string file_of(const ir::Model& model, const ir::Tensor& tensor) {
  if (tensor.storage == ir::Storage::kExternal) return as_utf8(tensor.location);
  if (!tensor.origin.empty()) return as_utf8(tensor.origin);
  return as_utf8(model.file->path());
}

Json stats_json(const ir::Tensor& tensor) {
  const auto [dtype, bytes] = ir::stored_elements(tensor);
  return census_json(numeric::census(dtype, bytes));
}

void write_weight(JsonStream& out, const Source& source, const ir::Weight& weight,
                  const Json* stats) {
  const ir::Model& model = source.model;
  const ir::Tensor& tensor = *weight.tensor;
  const std::string_view where = storage_name(tensor.storage);
  const bool has_graph = weight.graph < model.graphs.size();
  out.open_object(JsonStream::Form::kLine);
  out.text("op", weight.op);
  out.text("graph", has_graph ? model.graphs[weight.graph].name : std::string_view{});
  write_type(out, tensor.type);
  out.text_or_null("where", where);
  out.field("file", where.empty() ? Json(nullptr) : json_text(file_of(model, tensor)));
  out.field("offset", tensor.has_offset ? json_uint(tensor.offset) : Json(nullptr));
  out.field("size", where.empty() ? Json(nullptr) : json_uint(tensor.size));
  out.text_or_null("sha256", source.hashes.of(tensor));
  if (stats != nullptr) out.field("stats", *stats);
  out.close();
}

/// The census is all the work here, so it is taken side by side, a batch at a time.
void write_weights(JsonStream& out, const Source& source, bool stats) {
  constexpr size_t kBatch = 256;
  const std::vector<ir::Weight>& weights = source.model.weights;
  out.open_array("weights");
  std::vector<Json> batch(kBatch);
  for (size_t begin = 0; begin < weights.size(); begin += kBatch) {
    const size_t count = std::min(kBatch, weights.size() - begin);
    if (stats) {
      tbb::parallel_for(size_t{0}, count, [&](size_t i) {
        const ir::Tensor& tensor = *weights[begin + i].tensor;
        batch[i] = source.hashes.of(tensor).empty() ? Json(nullptr) : stats_json(tensor);
      });
    }
    for (size_t i = 0; i < count; ++i) {
      write_weight(out, source, weights[begin + i], stats ? &batch[i] : nullptr);
    }
  }
  out.close();
}

void write_kernels(JsonStream& out, const ir::Model& model) {
  out.open_array("kernels");
  for (const ir::Kernel& kernel : model.kernels) {
    Json symbols = Json::array();
    for (const std::string& symbol : kernel.symbols) symbols.push_back(json_text(symbol));
    out.item({{"name", json_text(kernel.name)},
              {"size", json_uint(kernel.binary.size())},
              {"machine", kernel.machine ? Json(*kernel.machine) : Json(nullptr)},
              {"symbols", std::move(symbols)},
              {"compiler", json_text_or_null(kernel.compiler)},
              {"store", json_text_or_null(kernel.store)},
              {"table", kernel.table},
              {"offset", json_uint(kernel.offset)}});
  }
  out.close();
}

void write_tasks(JsonStream& out, const ir::Model& model) {
  out.open_array("tasks");
  for (const ir::Task& task : model.tasks) {
    const bool named = !task.type_name.empty();
    out.item({{"index", task.index},
              {"type", named ? json_text(task.type_name) : json_int(task.type)},
              {"op", json_text_or_null(task.op)},
              {"stream_id", json_int(task.stream_id)},
              {"block_dim", task.block_dim ? json_int(*task.block_dim) : Json(nullptr)},
              {"kernel", json_text_or_null(task.kernel)},
              {"table", task.table}});
  }
  out.close();
}

void write_body(JsonStream& out, const ir::Model& model, const InspectOptions& options);

void write_model(JsonStream& out, const ir::Model& model, const Detection* detection,
                 const InspectOptions& options) {
  const bool unknown = model.kind == Kind::kUnknown && detection != nullptr;
  const uint64_t size = model.range.empty() ? model.file->size() : model.range.size();
  out.field("file", {{"path", json_text(model.file->path())},
                     {"size", json_uint(size)},
                     {"accounted", json_uint(model.account.accounted)},
                     {"unknown", json_uint(model.account.unknown)}});
  out.field("kind", to_string(model.kind));
  out.field("detected", unknown ? json_text_or_null(detection->detected) : Json(nullptr));
  out.field("problems", problems_json(model.problems));
  write_body(out, model, options);
  out.field("tensors", Json::array());
}

void write_body(JsonStream& out, const ir::Model& model, const InspectOptions& options) {
  Hashes hashes(model);
  const Source source = {model, hashes};
  const bool with_weights = options.weights || options.stats;
  if (with_weights || options.ops) hashes.prepare(model.weights);
  write_container(out, model);
  write_model_info(out, source, options.attrs);
  write_graphs(out, source, options);
  if (with_weights) write_weights(out, source, options.stats);
  if (options.kernels) write_kernels(out, model);
  if (options.tasks) write_tasks(out, model);
  out.open_array("submodels");
  for (const auto& inner : model.submodels) {
    out.open_object();
    out.field("name", json_text(inner->submodel_name));
    write_model(out, *inner, nullptr, options);
    out.close();
  }
  out.close();
}

/// A file that could not be opened has the same keys, with nothing in them.
void write_unopened(JsonStream& out, const Inspected& input) {
  const auto nothing = FileBytes::from_memory(input.path, "");
  ir::Model model(nothing, Kind::kUnknown);
  model.problems.add(input.problem);
  const Detection detection{Kind::kUnknown, "unknown", ""};
  write_model(out, model, &detection, {});
}

void write_input(JsonStream& out, const Inspected& input, const InspectOptions& options) {
  if (input.read.folder) {
    write_folder(out, *input.read.folder, options);
  } else if (input.read.tensors) {
    write_tensor_file(out, *input.read.tensors, options);
  } else if (input.read.model) {
    write_model(out, *input.read.model, &input.read.detection, options);
  } else {
    write_unopened(out, input);
  }
}

}  // namespace

bool InspectOptions::wants_op(std::string_view name) const {
  for (const std::string& glob : op_globs) {
    if (glob_match(glob, name)) return true;
  }
  return false;
}

void write_no_model(JsonStream& out, const InspectOptions& options) {
  const ir::Model model(FileBytes::from_memory("", ""), Kind::kUnknown);
  write_body(out, model, options);
}

void open_document(JsonStream& out, std::string_view command) {
  out.open_object();
  out.field("tool", "omscope");
  out.field("version", kVersion);
  out.field("command", command);
  out.field("schema", 1);
}

void write_inspect_json(std::ostream& stream, const std::vector<Inspected>& inputs,
                        const InspectOptions& options) {
  JsonStream out(stream);
  open_document(out, "inspect");
  if (inputs.size() == 1) {
    write_input(out, inputs.front(), options);
  } else {
    out.open_array("files");
    for (const Inspected& input : inputs) {
      out.open_object();
      write_input(out, input, options);
      out.close();
    }
    out.close();
  }
  out.close();
}

}  // namespace omscope::report
