#include "omscope/report/index_check.h"

#include <algorithm>
#include <array>
#include <span>

#include <fmt/format.h>

#include "omscope/core/text.h"
#include "omscope/report/inspect_text.h"
#include "omscope/report/tensor_census.h"
#include "omscope/tensor/decode.h"

namespace omscope::report {
namespace {

enum class AxisFrom : uint8_t {
  kFirst,    ///< always the first dim
  kInput,    ///< input:2
  kNowhere,  ///< an attribute (Gather: batch_dims), which dumps lack
};

/// Ops whose input:1 counts elements of input:0 along one axis (Ascend operator library).
struct Rule {
  std::string_view op_type;
  AxisFrom axis;
};
constexpr std::array kRules = {
    Rule{"Gather", AxisFrom::kNowhere},           Rule{"GatherV2", AxisFrom::kInput},
    Rule{"GatherV2D", AxisFrom::kNowhere},        Rule{"GatherV3", AxisFrom::kInput},
    Rule{"Embedding", AxisFrom::kFirst},          Rule{"EmbeddingLookup", AxisFrom::kFirst},
    Rule{"aclnnEmbedding", AxisFrom::kFirst},     Rule{"IndexSelect", AxisFrom::kNowhere},
    Rule{"aclnnIndexSelect", AxisFrom::kNowhere},
};

const Rule* find_rule(const std::string& op_type) {
  const auto* found = std::find_if(kRules.begin(), kRules.end(), [&](const Rule& rule) {
    // "aclnnIndexSelect_0_L0" is a call of it.
    return op_type == rule.op_type || op_type.starts_with(std::string(rule.op_type) + "_");
  });
  return found == kRules.end() ? nullptr : found;
}

const std::vector<int64_t>& logical_shape(const ir::StoredTensor& tensor) {
  return tensor.has_origin_shape ? tensor.origin_shape : tensor.shape;
}

TensorRow* find_row(std::vector<TensorRow>& rows, std::string_view name) {
  const auto found = std::find_if(rows.begin(), rows.end(),
                                  [&](const TensorRow& row) { return row.tensor.name == name; });
  return found == rows.end() ? nullptr : &*found;
}

}  // namespace

std::optional<int64_t> gathered_axis(const ir::TensorFile& file, const ir::RunPlace& place) {
  const Rule* rule = find_rule(place.op_type);
  if (rule == nullptr || rule->axis == AxisFrom::kNowhere) return std::nullopt;
  if (rule->axis == AxisFrom::kFirst) return 0;
  for (const ir::StoredTensor& tensor : file.tensors) {
    const auto elements = tensor.name == "input:2" ? elements_of(tensor) : std::nullopt;
    if (!elements || ir::element_count(tensor.shape) != 1U) continue;
    int64_t axis = 0;
    if (tensor::decode_integers(tensor.dtype, *elements, 0, std::span(&axis, 1))) return axis;
  }
  return std::nullopt;
}

void check_indices(std::vector<TensorRow>& rows, std::optional<int64_t> axis) {
  TensorRow* indices = find_row(rows, "input:1");
  const TensorRow* from = find_row(rows, "input:0");
  if (indices == nullptr || from == nullptr || find_rule(from->place.op_type) == nullptr) return;
  const bool counted_whole =
      indices->stats && indices->stats->integers && tensor::is_integer(indices->tensor.dtype);
  const std::vector<int64_t>& shape = logical_shape(from->tensor);
  if (!counted_whole || !from->tensor.has_shape || shape.empty()) return;
  const auto rank = static_cast<int64_t>(shape.size());
  if (axis && *axis < 0) *axis += rank;
  const bool known = axis && *axis >= 0 && *axis < rank;
  // Where the axis is not known, what is beyond the longest dim is beyond any.
  const int64_t extent =
      known ? shape[static_cast<size_t>(*axis)] : *std::max_element(shape.begin(), shape.end());
  const numeric::IntegerRange& range = *indices->stats->integers;
  const bool beyond = range.is_unsigned
                          ? static_cast<uint64_t>(range.max) >= static_cast<uint64_t>(extent)
                          : range.max >= extent || range.min < -extent;
  if (extent < 0 || !beyond) return;
  OddValue odd;
  odd.what = "index";
  odd.is_error = true;
  const std::string most =
      range.is_unsigned ? grouped(static_cast<uint64_t>(range.max)) : fmt::format("{}", range.max);
  odd.text = fmt::format(
      "holds indices from {} to {}, but input:0 {} has {} {}: the op reads outside of it",
      range.is_unsigned ? fmt::format("{}", static_cast<uint64_t>(range.min))
                        : fmt::format("{}", range.min),
      most, shape_text(shape), extent,
      known ? fmt::format("along axis {}", *axis) : std::string("at most along any axis"));
  indices->odd.push_back(std::move(odd));
}

}  // namespace omscope::report
