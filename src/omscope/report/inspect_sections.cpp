#include <sstream>

#include <fmt/format.h>

#include "omscope/core/sha256.h"
#include "omscope/core/text.h"
#include "omscope/numeric/census.h"
#include "omscope/report/inspect_text.h"
#include "omscope/report/model_json.h"
#include "omscope/report/summary.h"

namespace omscope::report {
namespace {

using Rows = std::vector<std::vector<std::string>>;

std::string safe(std::string_view text) {
  return for_terminal(text);
}

std::string dtype_text(DType dtype) {
  return dtype == DType::kUndefined ? "?" : std::string(to_string(dtype));
}

std::string type_text(const ir::TensorType& type) {
  std::string text = dtype_text(type.dtype);
  if (type.has_shape) text += " " + shape_text(type.shape, type.dim_names);
  if (type.format.known()) text += " " + layout_text(type.format);
  return text;
}

/// Adds the table in portions, so that no more rows are made than the page can take.
template <class List, class MakeRow>
void long_table(TextPage& page, const List& list, const std::vector<std::string>& head,
                const std::vector<bool>& numeric, MakeRow make_row) {
  constexpr size_t kPortion = 2000;
  Rows rows = {head};
  size_t done = 0;
  for (const auto& each : list) {
    if (page.full()) break;
    rows.push_back(make_row(each));
    ++done;
    if (rows.size() < kPortion) continue;
    page.table(rows, numeric);
    rows.clear();
  }
  if (!rows.empty()) page.table(rows, numeric);
  page.leave_out(list.size() - done);
}

void header(TextPage& page, const ir::Model& model) {
  page.line("header", Tone::kHeading);
  Rows rows;
  for (const ir::HeaderField& field : model.container.header) {
    const auto* number = std::get_if<uint64_t>(&field.value);
    rows.push_back({std::string(field.name), number != nullptr
                                                 ? fmt::format("{} (0x{:x})", *number, *number)
                                                 : safe(std::get<std::string>(field.value))});
  }
  page.table(rows);
}

void partitions(TextPage& page, const ir::Model& model) {
  page.line("partitions", Tone::kHeading);
  long_table(
      page, model.container.partitions, {"table", "index", "type", "name", "offset", "bytes"},
      {true, true, true, false, true, true}, [](const ir::Partition& each) {
        return std::vector<std::string>{std::to_string(each.table),
                                        std::to_string(each.index),
                                        std::to_string(each.type),
                                        each.type_name.empty() ? "?" : std::string(each.type_name),
                                        fmt::format("0x{:x}", each.offset),
                                        grouped(each.size)};
      });
  page.line(fmt::format("  {} of {} bytes belong to a known part", grouped(model.account.accounted),
                        grouped(model.file->size())));
}

void ports(TextPage& page, std::string_view heading, const std::vector<ir::Port>& list) {
  page.line(heading, Tone::kHeading);
  long_table(
      page, list, {"index", "name", "dtype", "shape", "layout", "bytes"},
      {true, false, false, false, false, true}, [&](const ir::Port& port) {
        const auto index = static_cast<size_t>(&port - list.data());
        return std::vector<std::string>{
            std::to_string(index),    safe(port.name),
            dtype_text(port.dtype),   port.has_shape ? shape_text(port.shape, port.dim_names) : "?",
            layout_text(port.format), port_size_text(port, grouped)};
      });
}

/// The value of an attribute as a person wants it: JSON, cut where it is long.
std::string value_text(const Source& source, const ir::AttrValue& value) {
  if (const auto* text = std::get_if<std::string_view>(&value)) return safe(*text);
  if (const auto* number = std::get_if<float>(&value)) return number_text(*number);
  std::ostringstream out;
  JsonStream stream(out);
  write_item(stream, source, value);
  std::string text = out.str();
  if (text.ends_with('\n')) text.pop_back();
  return safe(text);
}

void attrs(TextPage& page, const ir::Model& model, ir::List<ir::Attr> list) {
  constexpr size_t kLongest = 2000;
  Hashes hashes(model);
  const Source source = {model, hashes};
  long_table(page, list, {"name", "type", "value"}, {}, [&](const ir::Attr& attr) {
    return std::vector<std::string>{safe(attr.name), std::string(ir::type_name(attr.value)),
                                    shortened(value_text(source, attr.value), kLongest)};
  });
}

std::string sources_text(const ir::Op& op) {
  std::string text;
  for (const ir::Input& input : op.inputs) {
    if (!text.empty()) text += ", ";
    text += input.source.empty() ? "-" : safe(input.source);
    if (input.source_index != 0) text += fmt::format(":{}", input.source_index);
  }
  return text;
}

void ops(TextPage& page, const ir::Model& model) {
  for (const ir::Graph& graph : model.graphs) {
    if (page.full()) return page.leave_out(graph.ops.size());
    page.line(fmt::format("graph {}, {}", safe(graph.name), counted(graph.ops.size(), "op")),
              Tone::kHeading);
    long_table(page, graph.ops, {"id", "name", "type", "inputs", "first output"},
               {true, false, false, false, false}, [](const ir::Op& op) {
                 return std::vector<std::string>{
                     op.id < 0 ? "" : std::to_string(op.id), safe(op.name), safe(op.type),
                     sources_text(op), op.outputs.empty() ? "" : type_text(*op.outputs[0])};
               });
  }
}

void one_op(TextPage& page, const ir::Model& model, const ir::Graph& graph, const ir::Op& op) {
  page.line(fmt::format("op {} ({}) in graph {}", safe(op.name), safe(op.type), safe(graph.name)),
            Tone::kHeading);
  Rows rows;
  for (size_t i = 0; i < op.inputs.size(); ++i) {
    const ir::Input& input = op.inputs[i];
    const bool connected = !input.source.empty();
    rows.push_back({fmt::format("input {}", i), type_text(*input.type),
                    connected ? fmt::format("from {}:{}", safe(input.source), input.source_index)
                              : "not connected"});
  }
  for (size_t i = 0; i < op.outputs.size(); ++i) {
    rows.push_back({fmt::format("output {}", i), type_text(*op.outputs[i]), ""});
  }
  page.table(rows);
  for (const std::string_view name : op.control_inputs) page.row("after", safe(name));
  for (const std::string_view name : op.origin_ops) page.row("origin", safe(name));
  for (const std::string_view name : op.subgraph_names) page.row("runs", safe(name));
  attrs(page, model, op.attrs);
}

void chosen_ops(TextPage& page, const ir::Model& model, const InspectOptions& options) {
  size_t found = 0;
  for (const ir::Graph& graph : model.graphs) {
    for (const ir::Op& op : graph.ops) {
      if (!options.wants_op(op.name)) continue;
      ++found;
      if (!page.full()) one_op(page, model, graph, op);
    }
  }
  if (found == 0) page.line("no op has a name like that; '*' stands for any text", Tone::kWarning);
}

std::string place_text(const ir::Tensor& tensor) {
  if (tensor.storage == ir::Storage::kNone) return "not in the file";
  std::string text(storage_name(tensor.storage));
  if (tensor.storage == ir::Storage::kExternal) text += " " + safe(tensor.location);
  if (tensor.has_offset) text += fmt::format(" 0x{:x}", tensor.offset);
  return text;
}

std::vector<std::string> stats_cells(const ir::Tensor& tensor) {
  const auto [dtype, bytes] = ir::stored_elements(tensor);
  const auto census = numeric::census(dtype, bytes);
  if (!census || census->finite() == 0) return {"", "", "", "", ""};
  const auto text = [](double value) { return fmt::format("{:.4g}", value); };
  return {text(census->min), text(census->max), text(census->mean), text(census->std),
          std::to_string(census->nan + census->pos_inf + census->neg_inf)};
}

void weights(TextPage& page, const ir::Model& model, bool stats) {
  std::vector<std::string> head = {"op", "dtype", "shape", "layout", "bytes", "where"};
  if (stats) head = {"op", "dtype", "shape", "min", "max", "mean", "std", "not finite"};
  page.line(counted(model.weights.size(), "constant"), Tone::kHeading);
  const std::vector<bool> numeric = {false, false, false, stats, true, stats, stats, stats};
  long_table(page, model.weights, head, numeric, [&](const ir::Weight& weight) {
    const ir::Tensor& tensor = *weight.tensor;
    std::vector<std::string> row = {safe(weight.op), dtype_text(tensor.type.dtype),
                                    tensor.type.has_shape ? shape_text(tensor.type.shape) : "?"};
    const std::vector<std::string> rest =
        stats ? stats_cells(tensor)
              : std::vector<std::string>{layout_text(tensor.type.format), grouped(tensor.size),
                                         place_text(tensor)};
    row.insert(row.end(), rest.begin(), rest.end());
    return row;
  });
}

void kernels(TextPage& page, const ir::Model& model) {
  page.line(counted(model.kernels.size(), "kernel"), Tone::kHeading);
  long_table(page, model.kernels, {"name", "bytes", "machine", "compiler"},
             {false, true, true, false}, [](const ir::Kernel& kernel) {
               return std::vector<std::string>{
                   safe(kernel.name), grouped(kernel.binary.size()),
                   kernel.machine ? fmt::format("0x{:x}", *kernel.machine) : "no ELF",
                   safe(kernel.compiler)};
             });
}

void tasks(TextPage& page, const ir::Model& model) {
  page.line(counted(model.tasks.size(), "task"), Tone::kHeading);
  long_table(page, model.tasks, {"index", "type", "op", "stream", "block dim", "kernel"},
             {true, false, false, true, true, false}, [](const ir::Task& task) {
               return std::vector<std::string>{
                   std::to_string(task.index),
                   task.type_name.empty() ? std::to_string(task.type) : std::string(task.type_name),
                   safe(task.op),
                   std::to_string(task.stream_id),
                   task.block_dim ? std::to_string(*task.block_dim) : "",
                   safe(task.kernel)};
             });
}

void aipp(TextPage& page, const ir::Model& model) {
  if (model.aipp.empty()) page.line("the model does no image preprocessing (AIPP)");
  for (const ir::Aipp& each : model.aipp) {
    page.line(fmt::format("AIPP of input {}: {}{}{}", safe(each.input), each.mode,
                          each.image_format.empty() ? "" : " ", each.image_format),
              Tone::kHeading);
    if (each.config != nullptr) attrs(page, model, each.config->attrs);
  }
}

}  // namespace

void write_sections(TextPage& page, const ir::Model& model, const InspectOptions& options) {
  if (options.header) header(page, model);
  if (options.partitions) partitions(page, model);
  if (options.io) {
    ports(page, "inputs", model.inputs);
    ports(page, "outputs", model.outputs);
  }
  if (options.attrs) {
    page.line("model attributes", Tone::kHeading);
    attrs(page, model, model.attrs);
  }
  if (options.aipp) aipp(page, model);
  if (options.ops && options.op_globs.empty()) ops(page, model);
  if (!options.op_globs.empty()) chosen_ops(page, model, options);
  if (options.weights || options.stats) weights(page, model, options.stats);
  if (options.kernels) kernels(page, model);
  if (options.tasks) tasks(page, model);
  for (const auto& inner : model.submodels) {
    page.line(fmt::format("submodel {}", safe(inner->submodel_name)), Tone::kHeading);
    write_sections(page, *inner, options);
  }
}

}  // namespace omscope::report
