#include "diff/edited_graph.h"

#include <algorithm>

#include "omscope/diff/op_kinds.h"

namespace omscope::test {
namespace {

struct Source {
  std::string op;
  int slot = -1;
};

Source source_of(const std::string& input) {
  const size_t colon = input.rfind(':');
  if (colon == std::string::npos) return {};
  return {input.substr(0, colon), std::stoi(input.substr(colon + 1))};
}

}  // namespace

EditedGraph::EditedGraph(ModelEdit& model) : graph_(model.graph()) {
  for (auto& op : *graph_.mutable_op()) by_name_.emplace(op.name(), &op);
  for (auto& op : *graph_.mutable_op()) {
    for (int slot = 0; slot < op.input_size(); ++slot) {
      if (const Op* from = source(op, slot)) users_[from->name()].push_back({&op, slot});
    }
  }
}

EditedGraph::Op* EditedGraph::find(const std::function<bool(Op&)>& fits) {
  auto& ops = *graph_.mutable_op();
  const auto found = std::find_if(ops.begin(), ops.end(), fits);
  return found == ops.end() ? nullptr : &*found;
}

EditedGraph::Op* EditedGraph::source(const Op& op, int slot) {
  if (slot >= op.input_size()) return nullptr;
  const Source from = source_of(op.input(slot));
  const auto found = by_name_.find(from.op);
  return from.slot < 0 || found == by_name_.end() ? nullptr : found->second;
}

int EditedGraph::data_inputs(const Op& op) const {
  return static_cast<int>(std::count_if(op.input().begin(), op.input().end(), [](const auto& each) {
    return source_of(each).slot >= 0;
  }));
}

bool EditedGraph::is_compute(const Op& op) {
  return diff::kind_of(op.type()).role == diff::Role::kCompute;
}

bool EditedGraph::is_amid(Op& op) {
  const Op* from = source(op, 0);
  const auto& to = users(op);
  return is_compute(op) && from != nullptr && is_compute(*from) && op.output_desc_size() == 1 &&
         !to.empty() &&
         std::all_of(to.begin(), to.end(), [](const User& user) { return is_compute(*user.op); });
}

bool EditedGraph::is_inner(Op& op) {
  return is_amid(op) && data_inputs(op) == 1;
}

bool EditedGraph::is_unfused(const Op& op) {
  for (const char* key : {"_datadump_original_op_names", "original_op_names"}) {
    const auto found = op.attr().find(key);
    if (found != op.attr().end() && found->second.list().s_size() > 1) return false;
  }
  return true;
}

void EditedGraph::remove(const Op& op) {
  const std::string name = op.name();
  const std::string from = op.input(0);
  for (auto& other : *graph_.mutable_op()) {
    auto& inputs = *other.mutable_input();
    for (auto& input : inputs) {
      if (input == name + ":0") input = from;
    }
    inputs.erase(std::remove(inputs.begin(), inputs.end(), name + ":-1"), inputs.end());
  }
  auto& ops = *graph_.mutable_op();
  const auto found =
      std::find_if(ops.begin(), ops.end(), [&](const Op& each) { return each.name() == name; });
  ops.erase(found);
}

}  // namespace omscope::test
