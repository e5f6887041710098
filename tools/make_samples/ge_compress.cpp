#include <map>

#include "make_samples/ge_builder.h"

namespace omscope::samples {
namespace {

using ::ge::proto::AttrDef;
using AttrMap = google::protobuf::Map<std::string, AttrDef>;

/// Names and texts by index, as they are met first.
class Dictionary {
 public:
  uint64_t name(const std::string& text, bool uses_texts) {
    const auto [found, added] = names_.try_emplace(text, name_list_.size());
    if (added) {
      name_list_.push_back(text);
      uses_texts_.push_back(uses_texts);
    }
    return found->second;
  }
  bool uses_texts(uint64_t name) const { return uses_texts_[name]; }

  int64_t value(const std::string& text) {
    const auto [found, added] = values_.try_emplace(text, value_list_.size());
    if (added) value_list_.push_back(text);
    return static_cast<int64_t>(found->second);
  }

  void write(::ge::proto::ModelDef& model) const {
    auto& attrs = *model.mutable_attr();
    set_attr(attrs["om_compress_version"], 1);
    set_attr(attrs["attr_name_enum"], name_list_);
    set_attr(attrs["attr_value_enum"], value_list_);
    set_attr(attrs["attrs_use_string_value"], uses_texts_);
  }

 private:
  std::map<std::string, uint64_t> names_;
  std::map<std::string, uint64_t> values_;
  std::vector<std::string> name_list_;
  std::vector<std::string> value_list_;
  std::vector<bool> uses_texts_;
};

/// Keys that real builds leave as they are.
bool stays_plain(const std::string& key) {
  return key.starts_with("_ir_") || key.starts_with("origin_") ||
         key.starts_with("format_for_int") || key.starts_with("_input_name_") ||
         key.starts_with("_output_name_") || key == "value";
}

bool is_text_list(const AttrDef& attr) {
  return attr.value_case() == AttrDef::kList &&
         attr.list().val_type() == AttrDef::ListValue::VT_LIST_STRING;
}

void compress_texts(AttrDef& attr, Dictionary& dictionary) {
  if (attr.value_case() == AttrDef::kS) {
    attr.set_i(dictionary.value(attr.s()));
  } else if (is_text_list(attr)) {
    AttrDef::ListValue& list = *attr.mutable_list();
    for (const std::string& text : list.s()) list.add_i(dictionary.value(text));
    list.clear_s();
    list.set_val_type(AttrDef::ListValue::VT_LIST_INT);
  }
}

void compress(AttrMap& attrs, Dictionary& dictionary) {
  // In order, so that the dictionary does not depend on the map's hash order.
  const std::map<std::string, AttrDef> entries(attrs.begin(), attrs.end());
  attrs.clear();
  for (const auto& [key, entry] : entries) {
    AttrDef attr = entry;
    const bool texts = attr.value_case() == AttrDef::kS || is_text_list(attr);
    if (stays_plain(key)) {
      attrs[key] = attr;
      continue;
    }
    const uint64_t index = dictionary.name(key, texts);
    if (texts && dictionary.uses_texts(index)) compress_texts(attr, dictionary);
    attrs[attribute_code(index)] = attr;
  }
}

}  // namespace

std::string attribute_code(uint64_t index) {
  std::string code(1, '\0');
  do {
    code += static_cast<char>(index % 127 + 1);
    index /= 127;
  } while (index > 0);
  return code;
}

void compress_attributes(::ge::proto::ModelDef& model) {
  Dictionary dictionary;
  for (::ge::proto::GraphDef& graph : *model.mutable_graph()) {
    for (::ge::proto::OpDef& op : *graph.mutable_op()) {
      compress(*op.mutable_attr(), dictionary);
      for (auto& desc : *op.mutable_input_desc()) compress(*desc.mutable_attr(), dictionary);
      for (auto& desc : *op.mutable_output_desc()) compress(*desc.mutable_attr(), dictionary);
    }
  }
  dictionary.write(model);
}

}  // namespace omscope::samples
