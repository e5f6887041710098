// Models taken apart, changed, and put together again in the format they came in.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "ge_ir.pb.h"
#include "ge_task.pb.h"

namespace omscope::test {

enum class Form : uint8_t { kOm, kAtcJson, kProtoText };

struct ModelEdit {
  /// A model of Graph Engine: an om, an atc JSON, a text dump.
  explicit ModelEdit(const std::string& content);

  ::ge::proto::OpDef& op(const std::string& name);
  /// The first op of a type.
  ::ge::proto::OpDef& op_of(const std::string& type);
  ::ge::proto::GraphDef& graph() { return *def.mutable_graph(0); }
  bool has_partition(uint32_t type) const;
  std::string& partition(uint32_t type);
  void edit_tasks(const std::function<void(domi::ModelTaskDef&)>& edit);
  /// `write` gets the names of ops, and gives new ones; every reference follows.
  void rename(const std::function<std::string(const ::ge::proto::OpDef&)>& write);
  std::string file() const;

  ::ge::proto::ModelDef def;
  std::string written;  ///< `def` as it is to be written, where that is not left to protobuf
  std::vector<std::pair<uint32_t, std::string>> partitions;
  Form form = Form::kOm;
  uint32_t version = 0;
  bool is_wide = false;
  bool is_hiai = false;
  uint32_t model_type = 0;
};

/// As `atc --mode=1` writes an om, which also undoes compressed attributes.
std::string as_atc_json(const std::string& om);

}  // namespace omscope::test
