// Numbers and words about a model that more than one report shows.
#pragma once

#include <map>
#include <string_view>

#include "omscope/ir/model.h"

namespace omscope::report {

std::string_view dynamic_kind_name(ir::DynamicKind kind);
std::string_view value_kind_name(ir::ValueKind kind);
/// "partition", "inline", "external"; empty where the file does not hold the bytes.
std::string_view storage_name(ir::Storage storage);

/// Elements of all constants, in their original shapes; nothing where the file lists none.
std::optional<uint64_t> count_parameters(const ir::Model& model);

/// Logical elements of one constant: before the compiler padded and reordered them.
std::optional<uint64_t> count_elements(const ir::TensorType& type);

struct DTypeShare {
  uint64_t tensors = 0;
  uint64_t elements = 0;
  uint64_t bytes = 0;
};
std::map<DType, DTypeShare> weights_by_dtype(const ir::Model& model);

/// Ops by type, of one graph or of all graphs of the network.
std::map<std::string_view, uint64_t> op_census(const ir::Graph& graph);
std::map<std::string_view, uint64_t> op_census(const ir::Model& model);

}  // namespace omscope::report
