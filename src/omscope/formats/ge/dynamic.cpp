#include <algorithm>

#include <fmt/format.h>

#include "omscope/formats/ge/facts.h"

namespace omscope::ge {
namespace {

using Ints = ir::List<int64_t>;

/// The op that chooses among the gears: a Case with the number of gears in `_batch_num`.
const ir::Op* gear_switch(const ir::Graph& root) {
  for (const ir::Op& op : root.ops) {
    const bool chooses = op.type == "Case" || op.type == "SwitchN";
    if (chooses && ir::find(op.attrs, "_pred_value_0") != nullptr) return &op;
  }
  return nullptr;
}

/// `mbatch_dynamic_type`, else guessed from how many values a gear has.
ir::DynamicKind gear_kind(const ir::Op& op, size_t values) {
  switch (ir::get<int64_t>(op.attrs, "mbatch_dynamic_type").value_or(0)) {
    case 1: return ir::DynamicKind::kBatch;
    case 2: return ir::DynamicKind::kImage;
    case 3: return ir::DynamicKind::kDims;
    default: break;
  }
  if (values == 1) return ir::DynamicKind::kBatch;
  return values == 2 ? ir::DynamicKind::kImage : ir::DynamicKind::kDims;
}

}  // namespace

void note_free_dims(ir::Model& model) {
  if (model.dynamic.kind != ir::DynamicKind::kNone) return;
  const auto is_free = [](const ir::Port& port) {
    return port.has_shape && ir::is_dynamic(port.shape);
  };
  if (std::any_of(model.inputs.begin(), model.inputs.end(), is_free) ||
      std::any_of(model.outputs.begin(), model.outputs.end(), is_free)) {
    model.dynamic.kind = ir::DynamicKind::kRange;
  }
}

void read_dynamic(ir::Model& model, const ir::Graph& root) {
  constexpr int64_t kMostGears = 128;  // what the runtime allows
  if (model.dynamic.kind != ir::DynamicKind::kNone) return;
  if (const ir::Op* op = gear_switch(root)) {
    const int64_t count = std::clamp(ir::get<int64_t>(op->attrs, "_batch_num").value_or(kMostGears),
                                     int64_t{0}, kMostGears);
    for (int64_t i = 0; i < count; ++i) {
      const auto values = ir::get<Ints>(op->attrs, fmt::format("_pred_value_{}", i));
      if (!values) break;
      model.dynamic.gears.emplace_back(values->begin(), values->end());
    }
    if (!model.dynamic.gears.empty()) {
      model.dynamic.kind = gear_kind(*op, model.dynamic.gears.front().size());
      return;
    }
  }
  note_free_dims(model);
}

}  // namespace omscope::ge
