#include "omscope/report/tensor_rows.h"

#include <algorithm>
#include <array>

#include "omscope/core/text.h"
#include "omscope/report/index_check.h"
#include "omscope/report/tensor_census.h"

namespace omscope::report {
namespace {

using numeric::Census;

bool wanted(const InspectOptions& options, const std::string& op) {
  return options.op_globs.empty() || options.wants_op(op);
}

Json optional_int(const std::optional<int64_t>& number) {
  return number ? json_int(*number) : Json(nullptr);
}

Json optional_float(const std::optional<double>& number) {
  return number ? json_float(*number) : Json(nullptr);
}

Json limit_json(const Census& census, bool lowest) {
  if (census.finite() == 0) return nullptr;
  if (!census.integers) return json_float(lowest ? census.min : census.max);
  const int64_t value = lowest ? census.integers->min : census.integers->max;
  return census.integers->is_unsigned ? json_uint(static_cast<uint64_t>(value)) : json_int(value);
}

Json recorded_json(const std::optional<ir::RecordedStats>& stats) {
  if (!stats) return nullptr;
  return {{"count", json_uint_or_null(stats->count)},
          {"nan", json_uint_or_null(stats->nan)},
          {"pos_inf", json_uint_or_null(stats->pos_inf)},
          {"neg_inf", json_uint_or_null(stats->neg_inf)},
          {"min", optional_float(stats->min)},
          {"max", optional_float(stats->max)},
          {"mean", optional_float(stats->mean)},
          {"l2norm", optional_float(stats->l2norm)}};
}

Json shape_json(bool known, const std::vector<int64_t>& shape) {
  if (!known) return nullptr;
  Json out = Json::array();
  for (const int64_t dim : shape) out.push_back(json_int(dim));
  return out;
}

bool is_in_file(const ir::StoredTensor& tensor) {
  return tensor.payload == ir::Payload::kComplete || tensor.payload == ir::Payload::kCut;
}

/// The columns of the contract and what goes beyond it, in the order in which they are written.
std::vector<std::pair<std::string, Json>> members(const TensorRow& row) {
  const ir::RunPlace& place = row.place;
  const ir::StoredTensor& tensor = row.tensor;
  const auto positive = [](uint16_t number) { return number == 0 ? Json(nullptr) : Json(number); };
  return {{"file", json_text(row.file)},
          {"op", json_text_or_null(place.op)},
          {"op_type", json_text_or_null(place.op_type)},
          {"device", optional_int(place.device)},
          {"model", json_text_or_null(place.model)},
          {"step", optional_int(place.step)},
          {"task_id", optional_int(place.task_id)},
          {"stream_id", optional_int(place.stream_id)},
          {"time", json_text_or_null(place.time)},
          {"tensor", json_text(tensor.name)},
          {"dtype", tensor.dtype == DType::kUndefined ? Json(nullptr)
                                                      : Json(omscope::to_string(tensor.dtype))},
          {"shape", shape_json(tensor.has_shape, tensor.shape)},
          {"format", json_text_or_null(tensor.format.base)},
          {"groups", positive(tensor.format.groups)},
          {"c0", positive(tensor.format.c0)},
          {"origin_shape", shape_json(tensor.has_origin_shape, tensor.origin_shape)},
          {"size", json_uint(tensor.size)},
          {"offset", is_in_file(tensor) ? json_uint(tensor.offset) : Json(nullptr)},
          {"model_id", optional_int(place.model_id)},
          {"thread_id", optional_int(place.thread_id)},
          {"payload", to_string(tensor.payload)},
          {"note", json_text_or_null(tensor.note)}};
}

std::string cell_text(const Json& value) {
  if (value.is_null()) return "";
  if (value.is_string()) return value.get<std::string>();
  if (value.is_array()) {
    std::string out;
    for (const Json& each : value) out += (out.empty() ? "" : "x") + cell_text(each);
    return out;
  }
  return value.dump();
}

constexpr std::array kStats = {"count",     "nan", "pos_inf", "neg_inf", "zeros", "denormals",
                               "saturated", "min", "max",     "mean",    "std"};
constexpr std::array kRecorded = {"count", "nan", "pos_inf", "neg_inf",
                                  "min",   "max", "mean",    "l2norm"};

std::string first_cell(const std::optional<Census>& census,
                       std::optional<uint64_t> Census::*first) {
  const auto index = census ? (*census).*first : std::nullopt;
  return index ? std::to_string(*index) : "";
}

}  // namespace

std::string_view to_string(ir::Payload payload) {
  switch (payload) {
    case ir::Payload::kComplete: return "complete";
    case ir::Payload::kCut: return "cut";
    case ir::Payload::kNotWritten: return "not-written";
    case ir::Payload::kElsewhere: return "elsewhere";
  }
  return "";
}

std::vector<TensorRow> tensor_rows(const ir::TensorFile& file, const ir::RunPlace& place,
                                   const InspectOptions& options, bool with_histogram) {
  constexpr uint32_t kBins = 16;
  std::vector<TensorRow> rows;
  for (const ir::StoredTensor& tensor : file.tensors) {
    TensorRow row;
    row.place = place;
    if (!tensor.op.empty()) row.place.op = tensor.op;
    if (!wanted(options, row.place.op)) continue;
    row.file = tensor.file.empty() ? file.file->path() : tensor.file;
    const auto elements = options.stats ? elements_of(tensor) : std::nullopt;
    if (elements) {
      row.stats = census_of(tensor.dtype, *elements, *ir::element_count(tensor.shape));
    }
    if (row.stats) row.logical_stats = logical_census(tensor);
    // The bytes of an overflow record are fields, no values.
    if (row.stats && file.kind != Kind::kDumpOpDebug) {
      row.odd = odd_values(tensor, *elements, *row.stats);
    } else if (options.stats) {
      row.odd = recorded_odd(tensor);
    }
    if (row.stats && with_histogram) {
      row.histogram = numeric::histogram(tensor.dtype, *elements, *row.stats, kBins);
    }
    row.tensor = tensor;
    row.tensor.bytes = {};
    rows.push_back(std::move(row));
  }
  if (options.stats) check_indices(rows, gathered_axis(file, place));
  return rows;
}

void note_no_such_op(dump::FolderIndex& folder, const InspectOptions& options) {
  if (options.op_globs.empty()) return;
  folder.problems.warning(Code::kBadUsage, std::nullopt, "--op",
                          "no op has a name like that; '*' stands for any text, \"/\" too");
}

Json census_json(const std::optional<Census>& census) {
  if (!census) return nullptr;
  const auto or_null = [&](double value) {
    return census->finite() > 0 ? json_float(value) : Json();
  };
  return {{"count", json_uint(census->count)},
          {"nan", json_uint(census->nan)},
          {"pos_inf", json_uint(census->pos_inf)},
          {"neg_inf", json_uint(census->neg_inf)},
          {"zeros", json_uint(census->zeros)},
          {"denormals", json_uint(census->denormals)},
          {"saturated", json_uint(census->saturated)},
          {"min", limit_json(*census, true)},
          {"max", limit_json(*census, false)},
          {"mean", or_null(census->mean)},
          {"std", or_null(census->std)}};
}

void write_tensor_row(JsonStream& out, const TensorRow& row, bool stats) {
  out.open_object(JsonStream::Form::kLine);
  for (const auto& [key, value] : members(row)) out.field(key, value);
  out.field("recorded", recorded_json(row.tensor.recorded));
  if (stats) {
    out.field("stats", census_json(row.stats));
    out.field("logical_stats", census_json(row.logical_stats));
    out.field("odd", odd_json(row.odd));
  }
  out.close();
}

std::vector<std::string> tensor_columns(bool stats) {
  std::vector<std::string> columns;
  for (auto& [key, value] : members({})) columns.push_back(key);
  if (stats) {
    for (const std::string prefix : {"", "logical_"}) {
      for (const char* key : kStats) columns.push_back(prefix + key);
    }
  }
  for (const std::string key : kRecorded) columns.push_back("recorded_" + key);
  if (stats) columns.insert(columns.end(), {"first_nan", "first_inf", "odd"});
  return columns;
}

std::vector<std::string> tensor_cells(const TensorRow& row, bool stats) {
  std::vector<std::string> cells;
  for (const auto& [key, value] : members(row)) cells.push_back(cell_text(value));
  const auto add = [&](const Json& object, const auto& keys) {
    for (const char* key : keys) {
      cells.push_back(object.is_null() ? "" : cell_text(object.at(key)));
    }
  };
  if (stats) {
    add(census_json(row.stats), kStats);
    add(census_json(row.logical_stats), kStats);
  }
  add(recorded_json(row.tensor.recorded), kRecorded);
  if (stats) {
    cells.push_back(first_cell(row.stats, &Census::first_nan));
    cells.push_back(first_cell(row.stats, &Census::first_inf));
    cells.push_back(odd_text(row.odd));
  }
  return cells;
}

}  // namespace omscope::report
