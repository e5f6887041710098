// The graph of a model that is being edited, with its edges both ways.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "diff/model_edit.h"

namespace omscope::test {

class EditedGraph {
 public:
  using Op = ::ge::proto::OpDef;
  struct User {
    Op* op;
    int slot;
  };

  explicit EditedGraph(ModelEdit& model);

  /// The first op that fits; nullptr: none does.
  Op* find(const std::function<bool(Op&)>& fits);
  /// What feeds a slot; nullptr: nothing of this graph.
  Op* source(const Op& op, int slot);
  const std::vector<User>& users(const Op& op) { return users_[op.name()]; }
  /// Slots that values come in by.
  int data_inputs(const Op& op) const;

  static bool is_compute(const Op& op);
  /// An op that works on one value, between other ops that compute, with no constants of its own.
  bool is_inner(Op& op);
  /// The same, maybe with constants.
  bool is_amid(Op& op);
  /// An op that is not said to be made out of several.
  static bool is_unfused(const Op& op);
  void remove(const Op& op);

 private:
  ::ge::proto::GraphDef& graph_;
  std::map<std::string, Op*> by_name_;
  std::map<std::string, std::vector<User>> users_;
};

}  // namespace omscope::test
