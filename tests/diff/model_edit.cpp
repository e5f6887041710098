#include "diff/model_edit.h"

#include <map>
#include <sstream>

#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include "omscope/formats/graphtext/atc_json.h"

#include "make_samples/ge_builder.h"
#include "make_samples/om_builder.h"
#include "support/files.h"

namespace omscope::test {
namespace {

using AttrMap = ::google::protobuf::Map<std::string, ::ge::proto::AttrDef>;
using NewNames = std::map<std::string, std::string>;

std::string new_name(const NewNames& names, const std::string& name) {
  const auto found = names.find(name);
  return found == names.end() ? name : found->second;
}

/// Texts that are the name of an op.
void rename_in(AttrMap& attrs, const NewNames& names) {
  for (auto& [key, value] : attrs) {
    if (value.value_case() == ::ge::proto::AttrDef::kS) value.set_s(new_name(names, value.s()));
    if (value.value_case() != ::ge::proto::AttrDef::kList) continue;
    for (auto& text : *value.mutable_list()->mutable_s()) text = new_name(names, text);
  }
}

std::string renamed_store(const std::string& store, const NewNames& names) {
  constexpr size_t kHeader = 12;
  std::string out;
  for (size_t at = 0; at + kHeader <= store.size();) {
    const auto* header = as_bytes(store).data() + at;
    const size_t name = load_le<uint32_t>(header + 4);
    const size_t binary = load_le<uint32_t>(header + 8);
    out += samples::kernel_record(new_name(names, store.substr(at + kHeader, name)),
                                  store.substr(at + kHeader + name, binary));
    at += kHeader + name + binary;
  }
  return out;
}

}  // namespace

ModelEdit::ModelEdit(const std::string& content) {
  const auto model = std::move(read(content).model);
  version = static_cast<uint32_t>(model->container.version.value_or(0));
  is_hiai = model->kind == Kind::kOmHiai;
  model_type = model->container.model_type.value_or(0);
  for (const ir::Partition& part : model->container.partitions) {
    partitions.emplace_back(part.type, std::string(as_text(part.bytes)));
    is_wide = is_wide || part.type == 8;
  }
  if (model->kind == Kind::kAtcJson) form = Form::kAtcJson;
  if (model->kind == Kind::kGeProtoText) form = Form::kProtoText;
  const std::string_view message = form == Form::kOm ? partition(0) : as_text(model->model_def);
  EXPECT_TRUE(def.ParseFromString(std::string(message)));
}

bool ModelEdit::has_partition(uint32_t type) const {
  return std::any_of(partitions.begin(), partitions.end(),
                     [&](const auto& each) { return each.first == type && !each.second.empty(); });
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
  NewNames names;
  for (auto& op : *graph().mutable_op()) {
    if (op.type() == "Data" || op.type() == "NetOutput") continue;
    names[op.name()] = write(op);
  }
  for (auto& op : *graph().mutable_op()) {
    AttrMap attrs;
    for (const auto& [key, value] : op.attr()) {
      const bool prefixed = key.size() > op.name().size() && key.rfind(op.name(), 0) == 0;
      attrs[prefixed ? new_name(names, op.name()) + key.substr(op.name().size()) : key] = value;
    }
    op.mutable_attr()->swap(attrs);
    rename_in(*op.mutable_attr(), names);
    op.set_name(new_name(names, op.name()));
    for (auto& input : *op.mutable_input()) {
      const size_t colon = input.rfind(':');
      if (colon == std::string::npos) continue;
      input = new_name(names, input.substr(0, colon)) + input.substr(colon);
    }
    for (auto& name : *op.mutable_src_name()) name = new_name(names, name);
    for (auto& name : *op.mutable_dst_name()) name = new_name(names, name);
  }
  rename_in(*def.mutable_attr(), names);
  // Older stores of kernels name the ops.
  if (form == Form::kOm && has_partition(3)) partition(3) = renamed_store(partition(3), names);
}

std::string ModelEdit::file() const {
  if (form == Form::kProtoText) {
    std::string text;
    EXPECT_TRUE(::google::protobuf::TextFormat::PrintToString(def, &text));
    return text;
  }
  const std::string message = written.empty() ? samples::serialized(def) : written;
  samples::OmBuilder builder;
  if (version >= 0x20000000U) builder.version2();
  if (is_wide) builder.wide();
  if (is_hiai) builder.platform(0, "3.31.z.0").modeltype(static_cast<uint8_t>(model_type));
  if (form == Form::kAtcJson) {
    return as_atc_json(builder.partition(0, message).build());
  }
  for (const auto& [type, content] : partitions) {
    builder.partition(type, type == 0 ? message : content);
  }
  return builder.build();
}

std::string as_atc_json(const std::string& om) {
  std::ostringstream json;
  const auto written = graphtext::write_atc_json(*read(om).model, json);
  EXPECT_TRUE(written.ok());
  return json.str();
}

}  // namespace omscope::test
