#include "diff/model_edit.h"

#include <map>

#include <gtest/gtest.h>

#include "make_samples/ge_builder.h"
#include "make_samples/om_builder.h"
#include "support/files.h"

namespace omscope::test {

ModelEdit::ModelEdit(const std::string& content) {
  const auto model = std::move(read(content).model);
  version = static_cast<uint32_t>(model->container.version.value_or(0));
  is_hiai = model->kind == Kind::kOmHiai;
  model_type = model->container.model_type.value_or(0);
  for (const ir::Partition& part : model->container.partitions) {
    partitions.emplace_back(part.type, std::string(as_text(part.bytes)));
    is_wide = is_wide || part.type == 8;
  }
  def.ParseFromString(partition(0));
}

std::string& ModelEdit::partition(uint32_t type) {
  for (auto& [number, content] : partitions) {
    if (number == type) return content;
  }
  partitions.emplace_back(type, "");
  return partitions.back().second;
}

::ge::proto::OpDef& ModelEdit::op(const std::string& name) {
  for (auto& op : *graph().mutable_op()) {
    if (op.name() == name) return op;
  }
  ADD_FAILURE() << "no op " << name;
  return *graph().mutable_op(0);
}

::ge::proto::OpDef& ModelEdit::op_of(const std::string& type) {
  for (auto& op : *graph().mutable_op()) {
    if (op.type() == type) return op;
  }
  ADD_FAILURE() << "no op of type " << type;
  return *graph().mutable_op(0);
}

void ModelEdit::edit_tasks(const std::function<void(domi::ModelTaskDef&)>& edit) {
  domi::ModelTaskDef tasks;
  tasks.ParseFromString(partition(2));
  edit(tasks);
  partition(2) = samples::serialized(tasks);
}

void ModelEdit::rename(const std::function<std::string(const ::ge::proto::OpDef&)>& write) {
  std::map<std::string, std::string> names;
  for (auto& op : *graph().mutable_op()) {
    if (op.type() == "Data" || op.type() == "NetOutput") continue;
    names[op.name()] = write(op);
  }
  const auto renamed = [&](const std::string& name) {
    const auto found = names.find(name);
    return found == names.end() ? name : found->second;
  };
  for (auto& op : *graph().mutable_op()) {
    ::google::protobuf::Map<std::string, ::ge::proto::AttrDef> attrs;
    for (const auto& [key, value] : op.attr()) {
      const bool prefixed = key.size() > op.name().size() && key.rfind(op.name(), 0) == 0;
      attrs[prefixed ? renamed(op.name()) + key.substr(op.name().size()) : key] = value;
    }
    op.mutable_attr()->swap(attrs);
    op.set_name(renamed(op.name()));
    for (auto& input : *op.mutable_input()) {
      const size_t colon = input.rfind(':');
      if (colon != std::string::npos) input = renamed(input.substr(0, colon)) + input.substr(colon);
    }
    for (auto& name : *op.mutable_src_name()) name = renamed(name);
    for (auto& name : *op.mutable_dst_name()) name = renamed(name);
  }
  auto& attrs = *def.mutable_attr();
  if (attrs.count("task_index_op_name") != 0) {
    for (auto& name : *attrs["task_index_op_name"].mutable_list()->mutable_s())
      name = renamed(name);
  }
}

std::string ModelEdit::file() const {
  samples::OmBuilder builder;
  if (version >= 0x20000000U) builder.version2();
  if (is_wide) builder.wide();
  if (is_hiai) builder.platform(0, "3.31.z.0").modeltype(static_cast<uint8_t>(model_type));
  for (const auto& [type, content] : partitions) {
    builder.partition(type, type == 0 ? samples::serialized(def) : content);
  }
  return builder.build();
}

}  // namespace omscope::test
