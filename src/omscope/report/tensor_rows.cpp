#include "omscope/report/tensor_rows.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <span>

#include "omscope/core/text.h"
#include "omscope/numeric/exact_sum.h"
#include "omscope/tensor/convert_layout.h"
#include "omscope/tensor/decode.h"

namespace omscope::report {
namespace {

using numeric::Census;

bool wanted(const InspectOptions& options, const std::string& op) {
  return options.op_globs.empty() || options.wants_op(op);
}

void shift(std::optional<uint64_t>& index, uint64_t by) {
  if (index) *index += by;
}

void keep_first(std::optional<uint64_t>& index, const std::optional<uint64_t>& later) {
  if (!index) index = later;
}

void add_integers(Census& sum, const Census& next) {
  if (!sum.integers) {
    sum.integers = next.integers;
  } else if (next.integers && sum.integers->is_unsigned) {
    const auto bits = [](int64_t value) { return static_cast<uint64_t>(value); };
    if (bits(next.integers->min) < bits(sum.integers->min)) sum.integers->min = next.integers->min;
    if (bits(next.integers->max) > bits(sum.integers->max)) sum.integers->max = next.integers->max;
  } else if (next.integers) {
    sum.integers->min = std::min(sum.integers->min, next.integers->min);
    sum.integers->max = std::max(sum.integers->max, next.integers->max);
  }
}

/// Adds the elements behind those that `sum` counts already.
void add(Census& sum, Census next) {
  for (auto* index : {&next.first_nan, &next.first_inf, &next.first_saturated}) {
    shift(*index, sum.count);
  }
  keep_first(sum.first_nan, next.first_nan);
  keep_first(sum.first_inf, next.first_inf);
  keep_first(sum.first_saturated, next.first_saturated);
  const auto a = static_cast<double>(sum.finite());
  const auto b = static_cast<double>(next.finite());
  if (b > 0 && a > 0) {
    const double distance = next.mean - sum.mean;
    const double moments =
        sum.std * sum.std * a + next.std * next.std * b + distance * distance * a * b / (a + b);
    sum.mean += distance * b / (a + b);
    sum.std = std::sqrt(moments / (a + b));
    sum.min = std::min(sum.min, next.min);
    sum.max = std::max(sum.max, next.max);
  } else if (b > 0) {
    sum.mean = next.mean;
    sum.std = next.std;
    sum.min = next.min;
    sum.max = next.max;
  }
  add_integers(sum, next);
  sum.count += next.count;
  sum.nan += next.nan;
  sum.pos_inf += next.pos_inf;
  sum.neg_inf += next.neg_inf;
  sum.zeros += next.zeros;
  sum.denormals += next.denormals;
  sum.saturated += next.saturated;
  sum.distinct.reset();
}

/// A few elements, whose codes do not fill their last byte.
Census census_of_tail(DType dtype, ByteView bytes, uint64_t first, uint64_t count) {
  std::array<double, 8> room{};
  const std::span<double> values(room.data(), count);
  tensor::decode(dtype, bytes, first, values);
  Census out;
  out.min = std::numeric_limits<double>::infinity();
  out.max = -out.min;
  const auto limits = tensor::limits_of(dtype).value_or(tensor::Limits{});
  double sum = 0;
  for (const double value : values) {
    const uint64_t index = out.count++;
    if (std::isnan(value)) {
      ++out.nan;
      if (!out.first_nan) out.first_nan = index;
      continue;
    }
    const bool saturated = value == limits.lowest || value == limits.largest;
    if (saturated && !out.first_saturated) out.first_saturated = index;
    out.saturated += saturated ? 1 : 0;
    out.zeros += value == 0 ? 1 : 0;
    out.denormals += value != 0 && std::abs(value) < limits.smallest_normal ? 1 : 0;
    out.min = std::min(out.min, value);
    out.max = std::max(out.max, value);
    sum += value;
  }
  const auto finite = static_cast<double>(out.finite());
  if (finite == 0) return out;
  out.mean = sum / finite;
  double squares = 0;
  for (const double value : values) {
    if (!std::isnan(value)) squares += (value - out.mean) * (value - out.mean);
  }
  out.std = std::sqrt(squares / finite);
  return out;
}

/// Of the first `count` elements: packed types may leave bits of the last byte unused.
std::optional<Census> census_of(DType dtype, ByteView bytes, uint64_t count) {
  constexpr uint64_t kGroup = 8;  // elements of any width fill whole bytes together
  const uint64_t bits = dtype_info(dtype).bits;
  if (bits >= 8 || bits == 0 || count % kGroup == 0) return numeric::census(dtype, bytes);
  const uint64_t whole = count / kGroup * kGroup;
  auto sum = numeric::census(dtype, bytes.first(whole / kGroup * bits));
  if (sum) add(*sum, census_of_tail(dtype, bytes, whole, count - whole));
  return sum;
}

/// Calls `use(bytes, count)` for the converted elements, block after block, until it says no.
template <class Use>
bool for_each_block(const tensor::Conversion& conversion, ByteView source, Use use) {
  const uint64_t block = conversion.block(uint64_t{1} << 20U);
  std::vector<std::byte> room(conversion.bytes_of(std::min(block, conversion.count())));
  for (uint64_t first = 0; first < conversion.count(); first += block) {
    const uint64_t count = std::min(block, conversion.count() - first);
    const std::span<std::byte> part(room.data(), conversion.bytes_of(count));
    if (!conversion.write(source, first, count, part) || !use(part, count)) return false;
  }
  return true;
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

std::optional<ByteView> elements_of(const ir::StoredTensor& tensor) {
  if (tensor.payload != ir::Payload::kComplete || !tensor.has_shape) return std::nullopt;
  const auto count = ir::element_count(tensor.shape);
  const auto bytes = count ? dtype_bytes(tensor.dtype, *count) : std::nullopt;
  if (!bytes || *bytes > tensor.bytes.size()) return std::nullopt;
  return tensor.bytes.first(*bytes);
}

std::optional<Census> logical_census(const ir::StoredTensor& tensor) {
  const auto stored = elements_of(tensor);
  if (!stored || !tensor.has_origin_shape || tensor.fortran_order) return std::nullopt;
  const auto origin = ir::element_count(tensor.origin_shape);
  const auto all = ir::element_count(tensor.shape);
  if (!origin || *origin >= *all) return std::nullopt;
  const auto conversion =
      tensor::plan_conversion(tensor::stored_shape(tensor), layout_from_text("ND"));
  if (!conversion || conversion->count() >= *all) return std::nullopt;
  if (tensor.bytes.size() < conversion->source_bytes()) return std::nullopt;
  std::optional<Census> sum;
  const bool whole = for_each_block(*conversion, tensor.bytes, [&](ByteView part, uint64_t count) {
    auto next = census_of(tensor.dtype, part, count);
    if (next && sum) {
      add(*sum, *next);
    } else {
      sum = next;
    }
    return sum.has_value();
  });
  if (!whole || !sum || !numeric::mean_cancels(*sum)) return whole ? sum : std::nullopt;
  numeric::ExactSum exact;
  for_each_block(*conversion, tensor.bytes, [&](ByteView part, uint64_t count) {
    numeric::add_elements(tensor.dtype, part, count, exact);
    return true;
  });
  sum->mean = exact.divided_by(sum->finite());
  return sum;
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
    if (row.stats && with_histogram) {
      row.histogram = numeric::histogram(tensor.dtype, *elements, *row.stats, kBins);
    }
    row.tensor = tensor;
    row.tensor.bytes = {};
    rows.push_back(std::move(row));
  }
  return rows;
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
  }
  out.close();
}

std::vector<std::string> tensor_columns(bool stats) {
  std::vector<std::string> columns;
  for (auto& [key, value] : members({})) columns.push_back(key);
  if (!stats) return columns;
  for (const std::string prefix : {"", "logical_"}) {
    for (const char* key : kStats) columns.push_back(prefix + key);
  }
  return columns;
}

std::vector<std::string> tensor_cells(const TensorRow& row, bool stats) {
  std::vector<std::string> cells;
  for (const auto& [key, value] : members(row)) cells.push_back(cell_text(value));
  if (!stats) return cells;
  for (const auto* census : {&row.stats, &row.logical_stats}) {
    const Json json = census_json(*census);
    for (const char* key : kStats) cells.push_back(json.is_null() ? "" : cell_text(json[key]));
  }
  return cells;
}

}  // namespace omscope::report
