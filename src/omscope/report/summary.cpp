#include "omscope/report/summary.h"

namespace omscope::report {

std::string_view dynamic_kind_name(ir::DynamicKind kind) {
  switch (kind) {
    case ir::DynamicKind::kNone: return "none";
    case ir::DynamicKind::kBatch: return "batch";
    case ir::DynamicKind::kImage: return "image";
    case ir::DynamicKind::kDims: return "dims";
    case ir::DynamicKind::kRange: return "range";
  }
  return "none";
}

std::string_view value_kind_name(ir::ValueKind kind) {
  switch (kind) {
    case ir::ValueKind::kTensor: return "tensor";
    case ir::ValueKind::kSparse: return "sparse";
    case ir::ValueKind::kSequence: return "sequence";
    case ir::ValueKind::kOptional: return "optional";
    case ir::ValueKind::kMap: return "map";
    case ir::ValueKind::kOpaque: return "opaque";
  }
  return "tensor";
}

std::string_view storage_name(ir::Storage storage) {
  switch (storage) {
    case ir::Storage::kNone: return "";
    case ir::Storage::kInline: return "inline";
    case ir::Storage::kPartition: return "partition";
    case ir::Storage::kExternal: return "external";
  }
  return "";
}

std::optional<uint64_t> count_elements(const ir::TensorType& type) {
  if (type.has_origin_shape) return ir::element_count(type.origin_shape);
  return type.has_shape ? ir::element_count(type.shape) : std::nullopt;
}

std::optional<uint64_t> count_parameters(const ir::Model& model) {
  if (model.weights.empty()) return std::nullopt;
  uint64_t sum = 0;
  for (const ir::Weight& weight : model.weights) {
    const uint64_t count = count_elements(weight.tensor->type).value_or(0);
    if (__builtin_add_overflow(sum, count, &sum)) return std::nullopt;
  }
  return sum;
}

std::map<DType, DTypeShare> weights_by_dtype(const ir::Model& model) {
  std::map<DType, DTypeShare> shares;
  for (const ir::Weight& weight : model.weights) {
    DTypeShare& share = shares[weight.tensor->type.dtype];
    ++share.tensors;
    share.elements += count_elements(weight.tensor->type).value_or(0);
    share.bytes += weight.tensor->size;
  }
  return shares;
}

std::map<std::string_view, uint64_t> op_census(const ir::Graph& graph) {
  std::map<std::string_view, uint64_t> census;
  for (const ir::Op& op : graph.ops) ++census[op.type];
  return census;
}

std::map<std::string_view, uint64_t> op_census(const ir::Model& model) {
  std::map<std::string_view, uint64_t> census;
  for (const ir::Graph& graph : model.graphs) {
    if (graph.is_function) continue;
    for (const ir::Op& op : graph.ops) ++census[op.type];
  }
  return census;
}

}  // namespace omscope::report
