#include "diff/shuffle.h"

#include <algorithm>
#include <map>
#include <set>
#include <vector>

#include <google/protobuf/unknown_field_set.h>
#include <gtest/gtest.h>

#include "omscope/core/bytes.h"

namespace omscope::test {
namespace {

using ::google::protobuf::Descriptor;
using ::google::protobuf::FieldDescriptor;
using ::google::protobuf::UnknownField;
using ::google::protobuf::UnknownFieldSet;

std::string shuffled(const std::string& bytes, const Descriptor& type, Random& random) {
  UnknownFieldSet fields;
  EXPECT_TRUE(fields.ParseFromString(bytes));
  std::map<int, std::vector<std::string*>> maps;
  for (int i = 0; i < fields.field_count(); ++i) {
    UnknownField& field = *fields.mutable_field(i);
    const FieldDescriptor* known = type.FindFieldByNumber(field.number());
    const bool is_message = known != nullptr && known->type() == FieldDescriptor::TYPE_MESSAGE &&
                            field.type() == UnknownField::TYPE_LENGTH_DELIMITED;
    if (!is_message) continue;
    std::string& content = *field.mutable_length_delimited();
    content = shuffled(content, *known->message_type(), random);
    if (known->is_map()) maps[field.number()].push_back(&content);
  }
  for (auto& [number, entries] : maps) {
    for (size_t i = entries.size(); i > 1; --i) entries[i - 1]->swap(*entries[random() % i]);
  }
  std::string out;
  EXPECT_TRUE(fields.SerializeToString(&out));
  return out;
}

/// "conv1" of "conv1:0" and of "conv1:-1".
std::string source_of(const std::string& input) {
  return input.substr(0, input.rfind(':'));
}

}  // namespace

std::string with_maps_shuffled(const ::google::protobuf::Message& message, Random& random) {
  return shuffled(message.SerializeAsString(), *message.GetDescriptor(), random);
}

void shuffle_ops(::ge::proto::GraphDef& graph, Random& random) {
  auto& ops = *graph.mutable_op();
  std::set<std::string> waiting;
  for (const auto& op : ops) waiting.insert(op.name());
  std::vector<::ge::proto::OpDef> left(ops.begin(), ops.end());
  std::vector<::ge::proto::OpDef> placed;
  while (!left.empty()) {
    std::vector<size_t> ready;
    bool first_data = true;
    for (size_t i = 0; i < left.size(); ++i) {
      const bool is_data = left[i].type() == "Data";
      const auto& inputs = left[i].input();
      const bool waits = std::any_of(inputs.begin(), inputs.end(), [&](const std::string& input) {
        return waiting.count(source_of(input)) != 0;
      });
      if ((is_data && first_data) || (!is_data && !waits)) ready.push_back(i);
      if (is_data) first_data = false;
    }
    ASSERT_FALSE(ready.empty()) << "a circle of ops";
    const size_t next = ready[random() % ready.size()];
    waiting.erase(left[next].name());
    placed.push_back(std::move(left[next]));
    left.erase(left.begin() + static_cast<std::ptrdiff_t>(next));
  }
  ops.Clear();
  for (auto& op : placed) *ops.Add() = std::move(op);
}

std::string with_records_shuffled(const std::string& store, Random& random) {
  constexpr size_t kHeader = 12;
  std::vector<std::string> records;
  for (size_t at = 0; at + kHeader <= store.size();) {
    const auto* header = as_bytes(store).data() + at;
    const size_t size = kHeader + load_le<uint32_t>(header + 4) + load_le<uint32_t>(header + 8);
    records.push_back(store.substr(at, size));
    at += size;
  }
  std::shuffle(records.begin(), records.end(), random);
  std::string out;
  for (const std::string& record : records) out += record;
  EXPECT_EQ(out.size(), store.size());
  return out;
}

}  // namespace omscope::test
