#include "omscope/report/inspect_csv.h"

#include <fmt/format.h>

#include "omscope/core/sha256.h"
#include "omscope/core/text.h"
#include "omscope/core/csv.h"
#include "omscope/report/inspect_text.h"
#include "omscope/report/summary.h"

namespace omscope::report {
namespace {

using Row = std::vector<std::string>;
using AddRow = std::function<void(const Row&)>;

/// A table of one model: its columns, and what makes its rows.
struct Table {
  bool InspectOptions::*wanted;
  Row columns;
  void (*rows)(const ir::Model& model, const InspectOptions& options, const AddRow& add);
};

template <class T>
std::string or_empty(const std::optional<T>& value) {
  return value ? std::to_string(*value) : "";
}

std::string dtype_cell(DType dtype) {
  return dtype == DType::kUndefined ? "" : std::string(to_string(dtype));
}

std::string shape_cell(bool known, ir::List<int64_t> shape) {
  return known ? fmt::format("{}", fmt::join(shape, "x")) : "";
}

void op_rows(const ir::Model& model, const InspectOptions& options, const AddRow& add) {
  for (const ir::Graph& graph : model.graphs) {
    for (const ir::Op& op : graph.ops) {
      if (!options.op_globs.empty() && !options.wants_op(op.name)) continue;
      std::string sources;
      for (const ir::Input& input : op.inputs) {
        if (!sources.empty()) sources += ' ';
        sources += input.source.empty() ? "-" : as_utf8(input.source);
      }
      const ir::TensorType* output = op.outputs.empty() ? nullptr : op.outputs[0];
      add({as_utf8(graph.name), std::to_string(op.id), as_utf8(op.name), as_utf8(op.type), sources,
           output == nullptr ? "" : dtype_cell(output->dtype),
           output == nullptr ? "" : shape_cell(output->has_shape, output->shape),
           output == nullptr ? "" : layout_text(output->format)});
    }
  }
}

void weight_rows(const ir::Model& model, const InspectOptions& /*options*/, const AddRow& add) {
  for (const ir::Weight& weight : model.weights) {
    const ir::Tensor& tensor = *weight.tensor;
    const bool at_hand = tensor.storage != ir::Storage::kNone && tensor.bytes.size() == tensor.size;
    add({as_utf8(weight.op), dtype_cell(tensor.type.dtype),
         shape_cell(tensor.type.has_shape, tensor.type.shape), layout_text(tensor.type.format),
         std::string(storage_name(tensor.storage)),
         tensor.has_offset ? std::to_string(tensor.offset) : "", std::to_string(tensor.size),
         at_hand ? sha256_hex(tensor.bytes) : ""});
  }
}

void task_rows(const ir::Model& model, const InspectOptions& /*options*/, const AddRow& add) {
  for (const ir::Task& task : model.tasks) {
    add({std::to_string(task.table), std::to_string(task.index),
         task.type_name.empty() ? std::to_string(task.type) : std::string(task.type_name),
         as_utf8(task.op), std::to_string(task.stream_id), or_empty(task.block_dim),
         as_utf8(task.kernel)});
  }
}

void kernel_rows(const ir::Model& model, const InspectOptions& /*options*/, const AddRow& add) {
  for (const ir::Kernel& kernel : model.kernels) {
    add({as_utf8(kernel.name), std::string(kernel.store), std::to_string(kernel.binary.size()),
         or_empty(kernel.machine), as_utf8(kernel.compiler), sha256_hex(kernel.binary)});
  }
}

void partition_rows(const ir::Model& model, const InspectOptions& /*options*/, const AddRow& add) {
  for (const ir::Partition& partition : model.container.partitions) {
    add({std::to_string(partition.table), std::to_string(partition.index),
         std::to_string(partition.type), std::string(partition.type_name),
         std::to_string(partition.offset), std::to_string(partition.size)});
  }
}

void add_ports(const char* side, const std::vector<ir::Port>& ports, const AddRow& add) {
  for (size_t i = 0; i < ports.size(); ++i) {
    const ir::Port& port = ports[i];
    add({side, std::to_string(i), as_utf8(port.name), dtype_cell(port.dtype),
         shape_cell(port.has_shape, port.shape), layout_text(port.format), or_empty(port.size)});
  }
}

void io_rows(const ir::Model& model, const InspectOptions& /*options*/, const AddRow& add) {
  add_ports("input", model.inputs, add);
  add_ports("output", model.outputs, add);
}

const std::array<Table, 6>& tables() {
  static const std::array<Table, 6> kTables = {{
      {&InspectOptions::ops,
       {"graph", "id", "name", "type", "sources", "output_dtype", "output_shape", "output_format"},
       op_rows},
      {&InspectOptions::weights,
       {"op", "dtype", "shape", "format", "where", "offset", "size", "sha256"},
       weight_rows},
      {&InspectOptions::tasks,
       {"table", "index", "type", "op", "stream_id", "block_dim", "kernel"},
       task_rows},
      {&InspectOptions::kernels,
       {"name", "store", "size", "machine", "compiler", "sha256"},
       kernel_rows},
      {&InspectOptions::partitions,
       {"table", "index", "type", "type_name", "offset", "size"},
       partition_rows},
      {&InspectOptions::io, {"side", "index", "name", "dtype", "shape", "format", "size"}, io_rows},
  }};
  return kTables;
}

Row with_file(std::string file, const Row& row) {
  Row out = {std::move(file)};
  out.insert(out.end(), row.begin(), row.end());
  return out;
}

Row summary_row(const Inspected& input) {
  if (!input.read.model) return with_file(as_utf8(input.path), {"unreadable"});
  const ir::Model& model = *input.read.model;
  uint64_t ops = 0;
  for (const auto& [type, count] : op_census(model)) ops += count;
  return with_file(
      as_utf8(input.path),
      {std::string(to_string(model.kind)), std::to_string(model.file->size()),
       as_utf8(model.info.name), as_utf8(model.info.soc_version), as_utf8(model.info.atc_version),
       as_utf8(model.info.framework), std::to_string(model.inputs.size()),
       std::to_string(model.outputs.size()), std::to_string(ops),
       std::to_string(model.weights.size()), or_empty(count_parameters(model)),
       or_empty(model.info.memory_size), std::to_string(model.problems.list().size())});
}

const Table* wanted_table(const InspectOptions& options) {
  for (const Table& table : tables()) {
    if (options.*table.wanted) return &table;
  }
  return options.op_globs.empty() ? nullptr : &tables()[0];
}

}  // namespace

void write_inspect_csv(std::ostream& out, const std::vector<Inspected>& inputs,
                       const InspectOptions& options) {
  const Table* table = wanted_table(options);
  if (table == nullptr) {
    out << csv_row(
        {"file", "kind", "size", "name", "soc_version", "atc_version", "framework", "inputs",
              "outputs", "ops", "constants", "parameters", "memory_size", "problems"});
    for (const Inspected& input : inputs) out << csv_row(summary_row(input));
    return;
  }
  out << csv_row(with_file("file", table->columns));
  for (const Inspected& input : inputs) {
    if (!input.read.model) continue;
    table->rows(*input.read.model, options,
                [&](const Row& row) { out << csv_row(with_file(as_utf8(input.path), row)); });
  }
}

}  // namespace omscope::report
