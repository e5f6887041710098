// Offline models taken apart, changed, and put together again.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "ge_ir.pb.h"
#include "ge_task.pb.h"

namespace omscope::test {

struct ModelEdit {
  explicit ModelEdit(const std::string& content);

  ::ge::proto::OpDef& op(const std::string& name);
  /// The first op of a type.
  ::ge::proto::OpDef& op_of(const std::string& type);
  ::ge::proto::GraphDef& graph() { return *def.mutable_graph(0); }
  std::string& partition(uint32_t type);
  void edit_tasks(const std::function<void(domi::ModelTaskDef&)>& edit);
  /// `write` gets the names of ops, and gives new ones; every reference follows.
  void rename(const std::function<std::string(const ::ge::proto::OpDef&)>& write);
  std::string file() const;

  ::ge::proto::ModelDef def;
  std::vector<std::pair<uint32_t, std::string>> partitions;
  uint32_t version = 0;
  bool is_wide = false;
  bool is_hiai = false;
  uint32_t model_type = 0;
};

}  // namespace omscope::test
