#include "omscope/report/csv_tables.h"

#include <array>
#include <sstream>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "omscope/core/sha256.h"
#include "omscope/core/text.h"
#include "omscope/numeric/census.h"
#include "omscope/report/inspect_text.h"
#include "omscope/report/model_json.h"
#include "omscope/report/summary.h"

namespace omscope::report {
namespace {

constexpr std::array kStats = {"count",     "nan", "pos_inf", "neg_inf", "zeros", "denormals",
                               "saturated", "min", "max",     "mean",    "std"};

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

Row stats_cells(const ir::Tensor& tensor) {
  const auto [dtype, bytes] = ir::stored_elements(tensor);
  const auto census = numeric::census(dtype, bytes);
  if (!at_hand(tensor) || !census) return Row(kStats.size());
  const auto value = [&](double number) {
    return census->finite() > 0 ? number_text(number) : std::string();
  };
  return {std::to_string(census->count),
          std::to_string(census->nan),
          std::to_string(census->pos_inf),
          std::to_string(census->neg_inf),
          std::to_string(census->zeros),
          std::to_string(census->denormals),
          std::to_string(census->saturated),
          value(census->min),
          value(census->max),
          value(census->mean),
          value(census->std)};
}

void weight_rows(const ir::Model& model, const InspectOptions& options, const AddRow& add) {
  Hashes hashes(model);
  hashes.prepare(model.weights);
  for (const ir::Weight& weight : model.weights) {
    const ir::Tensor& tensor = *weight.tensor;
    Row row = {as_utf8(weight.op),
               dtype_cell(tensor.type.dtype),
               shape_cell(tensor.type.has_shape, tensor.type.shape),
               layout_text(tensor.type.format),
               std::string(storage_name(tensor.storage)),
               tensor.has_offset ? std::to_string(tensor.offset) : "",
               std::to_string(tensor.size),
               hashes.of(tensor)};
    if (options.stats) {
      const Row stats = stats_cells(tensor);
      row.insert(row.end(), stats.begin(), stats.end());
    }
    add(row);
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

void header_rows(const ir::Model& model, const InspectOptions& /*options*/, const AddRow& add) {
  for (const ir::HeaderField& field : model.container.header) {
    const auto* number = std::get_if<uint64_t>(&field.value);
    add({std::string(field.name), number != nullptr ? std::to_string(*number)
                                                    : as_utf8(std::get<std::string>(field.value))});
  }
}

/// Texts as they are, everything else as JSON.
std::string value_cell(const Source& source, const ir::AttrValue& value) {
  if (const auto* text = std::get_if<std::string_view>(&value)) return as_utf8(*text);
  std::ostringstream out;
  JsonStream stream(out);
  write_item(stream, source, value);
  std::string text = out.str();
  if (text.ends_with('\n')) text.pop_back();
  return text;
}

void attr_rows(const ir::Model& model, const InspectOptions& /*options*/, const AddRow& add) {
  Hashes hashes(model);
  const Source source = {model, hashes};
  for (const ir::Attr& attr : model.attrs) {
    add({as_utf8(attr.name), std::string(ir::type_name(attr.value)),
         value_cell(source, attr.value)});
  }
}

void aipp_rows(const ir::Model& model, const InspectOptions& /*options*/, const AddRow& add) {
  for (const ir::Aipp& each : model.aipp) {
    add({as_utf8(each.input), as_utf8(each.mode), as_utf8(each.image_format), or_empty(each.src_w),
         or_empty(each.src_h), or_empty(each.size)});
  }
}

Row weight_columns(const InspectOptions& options) {
  Row columns = {"op", "dtype", "shape", "format", "where", "offset", "size", "sha256"};
  if (options.stats) columns.insert(columns.end(), kStats.begin(), kStats.end());
  return columns;
}

}  // namespace

std::vector<CsvTable> wanted_tables(const InspectOptions& options) {
  std::vector<CsvTable> tables;
  const auto add = [&](bool wanted, Row columns, auto* rows) {
    if (wanted) tables.push_back({std::move(columns), rows});
  };
  add(options.header, {"name", "value"}, header_rows);
  add(options.partitions, {"table", "index", "type", "type_name", "offset", "size"},
      partition_rows);
  add(options.io, {"side", "index", "name", "dtype", "shape", "format", "size"}, io_rows);
  add(options.attrs, {"name", "type", "value"}, attr_rows);
  add(options.ops || !options.op_globs.empty(),
      {"graph", "id", "name", "type", "sources", "output_dtype", "output_shape", "output_format"},
      op_rows);
  add(options.weights || options.stats, weight_columns(options), weight_rows);
  add(options.tasks, {"table", "index", "type", "op", "stream_id", "block_dim", "kernel"},
      task_rows);
  add(options.kernels, {"name", "store", "size", "machine", "compiler", "sha256"}, kernel_rows);
  add(options.aipp, {"input", "mode", "image_format", "src_w", "src_h", "size"}, aipp_rows);
  return tables;
}

}  // namespace omscope::report
