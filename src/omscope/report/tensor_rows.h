// Tensors of a run, as every report of `inspect` shows them.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "omscope/core/json.h"
#include "omscope/formats/read_input.h"
#include "omscope/numeric/census.h"
#include "omscope/numeric/histogram.h"
#include "omscope/report/inspect_options.h"
#include "omscope/report/odd_values.h"

namespace omscope::report {

/// One tensor with where it comes from; outlives the file.
struct TensorRow {
  std::string file;
  ir::RunPlace place;
  ir::StoredTensor tensor;  ///< without bytes
  std::optional<numeric::Census> stats;
  std::optional<numeric::Census> logical_stats;
  std::optional<numeric::Histogram> histogram;
  std::vector<OddValue> odd;  ///< what its census, or the producer's, gives reason to look at
};

/// The tensors of a file that `options.op_globs` let pass, with a census where that is wanted.
std::vector<TensorRow> tensor_rows(const ir::TensorFile& file, const ir::RunPlace& place,
                                   const InspectOptions& options, bool with_histogram = false);

/// Adds a problem that says so to a folder of which `options.op_globs` let nothing pass.
void note_no_such_op(dump::FolderIndex& folder, const InspectOptions& options);

std::string_view to_string(ir::Payload payload);

/// The keys of a census as one object; null where there is none.
Json census_json(const std::optional<numeric::Census>& census);

void write_tensor_row(JsonStream& out, const TensorRow& row, bool stats);
std::vector<std::string> tensor_columns(bool stats);
std::vector<std::string> tensor_cells(const TensorRow& row, bool stats);

}  // namespace omscope::report
