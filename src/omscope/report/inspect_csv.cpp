#include "omscope/report/inspect_csv.h"

#include "omscope/core/csv.h"
#include "omscope/core/text.h"
#include "omscope/formats/dump_folder.h"
#include "omscope/report/csv_tables.h"
#include "omscope/report/summary.h"
#include "omscope/report/tensor_rows.h"

namespace omscope::report {
namespace {

Row with_file(std::string file, const Row& row) {
  Row out = {std::move(file)};
  out.insert(out.end(), row.begin(), row.end());
  return out;
}

const Row& summary_columns() {
  static const Row kColumns = {"kind",       "size",        "name",    "soc_version", "atc_version",
                               "framework",  "inputs",      "outputs", "ops",         "constants",
                               "parameters", "memory_size", "problems"};
  return kColumns;
}

/// Calls `use(name, model)` for a model and those inside of it, "FILE!SUBMODEL!…".
template <class Use>
void for_each_model(const std::string& name, const ir::Model& model, const Use& use) {
  use(name, model);
  for (const auto& inner : model.submodels) {
    for_each_model(name + "!" + as_utf8(inner->submodel_name), *inner, use);
  }
}

Row summary_row(const std::string& name, const ir::Model& model) {
  uint64_t ops = 0;
  for (const auto& [type, count] : op_census(model)) ops += count;
  const bool nested = !model.submodel_name.empty() && !model.range.empty();
  const uint64_t size = nested ? model.range.size() : model.file->size();
  return with_file(
      name, {std::string(to_string(model.kind)), std::to_string(size), as_utf8(model.info.name),
             as_utf8(model.info.soc_version), as_utf8(model.info.atc_version),
             as_utf8(model.info.framework), std::to_string(model.inputs.size()),
             std::to_string(model.outputs.size()), std::to_string(ops),
             std::to_string(model.weights.size()), or_empty(count_parameters(model)),
             or_empty(model.info.memory_size), std::to_string(model.problems.list().size())});
}

void write_summary(std::ostream& out, const Inspected& input) {
  const std::string path = as_utf8(input.path);
  if (!input.read.model) {
    out << csv_row(with_file(path, Row(summary_columns().size())));
    return;
  }
  for_each_model(path, *input.read.model, [&](const std::string& name, const ir::Model& model) {
    out << csv_row(summary_row(name, model));
  });
}

void write_table(std::ostream& out, const std::vector<const Inspected*>& inputs,
                 const CsvTable& table, const InspectOptions& options) {
  out << csv_row(with_file("file", table.columns));
  for (const Inspected* input : inputs) {
    const std::string path = as_utf8(input->path);
    if (!input->read.model) {
      out << csv_row(with_file(path, Row(table.columns.size())));
      continue;
    }
    for_each_model(path, *input->read.model, [&](const std::string& name, const ir::Model& model) {
      table.rows(model, options, [&](const Row& row) { out << csv_row(with_file(name, row)); });
    });
  }
}

void write_models_csv(std::ostream& out, const std::vector<const Inspected*>& inputs,
                      const InspectOptions& options) {
  const std::vector<CsvTable> tables = wanted_tables(options);
  if (tables.empty()) {
    out << csv_row(with_file("file", summary_columns()));
    for (const Inspected* input : inputs) write_summary(out, *input);
    return;
  }
  for (size_t i = 0; i < tables.size(); ++i) {
    if (i > 0) out << '\n';
    write_table(out, inputs, tables[i], options);
  }
}

/// One row per tensor, whatever file it is in.
void write_tensors_csv(std::ostream& out, const std::vector<const Inspected*>& inputs,
                       const InspectOptions& options) {
  const auto text_of = [&](const std::vector<TensorRow>& rows) {
    std::string text;
    for (const TensorRow& row : rows) text += csv_row(tensor_cells(row, options.stats));
    return text;
  };
  out << csv_row(tensor_columns(options.stats));
  for (const Inspected* input : inputs) {
    if (input->read.tensors) {
      const ir::TensorFile& file = *input->read.tensors;
      out << text_of(tensor_rows(file, place_of(file), options));
      continue;
    }
    bool any = false;
    visit(*input->read.folder, {}, [&](const FolderFile& each) {
      return [&out, &any, text = text_of(tensor_rows(*each.file, each.place, options))] {
        any = any || !text.empty();
        out << text;
      };
    });
    if (!any) note_no_such_op(*input->read.folder, options);
  }
}

}  // namespace

void write_inspect_csv(std::ostream& out, const std::vector<Inspected>& inputs,
                       const InspectOptions& options) {
  std::vector<const Inspected*> models;
  std::vector<const Inspected*> tensors;
  for (const Inspected& input : inputs) {
    const bool of_run = input.read.tensors || input.read.folder;
    (of_run ? tensors : models).push_back(&input);
  }
  if (!models.empty()) write_models_csv(out, models, options);
  if (!models.empty() && !tensors.empty()) out << '\n';
  if (!tensors.empty()) write_tensors_csv(out, tensors, options);
}

}  // namespace omscope::report
