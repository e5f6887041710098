// Real models as protobuf's own classes read them, against ours: names, types, edges, descriptors,
// attributes, counts. The container and the attribute compression are undone here by code of its
// own, so the only thing shared with the library is the schema.

#include <deque>

#include "ge_ir.pb.h"
#include "support/corpus.h"
#include "support/files.h"

namespace omscope {
namespace {

using ::ge::proto::AttrDef;
using ::ge::proto::GraphDef;
using ::ge::proto::ModelDef;
using ::ge::proto::TensorDescriptor;

uint64_t number_at(const std::string& file, size_t offset, size_t size) {
  uint64_t value = 0;
  std::memcpy(&value, file.data() + offset, size);
  return value;
}

/// MODEL_DEF of every table, by the format's definition.
std::vector<std::string> model_defs(const std::string& file) {
  std::vector<std::string> found;
  const bool second = number_at(file, 8, 4) == 0x20000000;
  const bool wide = second && (number_at(file, 184, 8) != 0 || file[82] == 3);
  const uint64_t tables = second ? std::max<uint64_t>(number_at(file, 156, 4), 1) : 1;
  uint64_t at = 256;
  for (uint64_t table = 0; table < tables; ++table) {
    const uint64_t count = number_at(file, at, 4);
    const uint64_t data = at + (wide ? 8 + 24 * count : 4 + 12 * count);
    uint64_t end = data;
    for (uint64_t i = 0; i < count; ++i) {
      const uint64_t entry = at + (wide ? 8 + 24 * i : 4 + 12 * i);
      const uint64_t type = number_at(file, entry, 4);
      const uint64_t offset = wide ? number_at(file, entry + 8, 8) : number_at(file, entry + 4, 4);
      const uint64_t size = wide ? number_at(file, entry + 16, 8) : number_at(file, entry + 8, 4);
      if (type == 0) found.push_back(file.substr(data + offset, size));
      end += size;
    }
    at = end;
  }
  return found;
}

/// The dictionary of compressed attributes, resolved by hand.
struct Dictionary {
  std::vector<std::string> names;
  std::vector<std::string> values;
  std::vector<bool> uses_values;
  const Dictionary* root = nullptr;

  explicit Dictionary(const ModelDef& model, const Dictionary* of_root) : root(of_root) {
    const auto list = [&](const char* key) {
      const auto found = model.attr().find(key);
      return found == model.attr().end() ? AttrDef::ListValue() : found->second.list();
    };
    const auto name_list = list("attr_name_enum");
    names.assign(name_list.s().begin(), name_list.s().end());
    const auto value_list = list("attr_value_enum");
    values.assign(value_list.s().begin(), value_list.s().end());
    const auto uses = list("attrs_use_string_value");
    uses_values.assign(uses.b().begin(), uses.b().end());
  }

  void resolve(std::string& key, AttrDef& attr) const {
    if (key.empty() || key[0] != '\0') return;
    if (names.empty()) {
      ASSERT_NE(root, nullptr);
      return root->resolve(key, attr);
    }
    uint64_t index = 0;
    uint64_t weight = 1;
    for (size_t i = 1; i < key.size(); ++i, weight *= 127) {
      index += (static_cast<uint8_t>(key[i]) - 1) * weight;
    }
    ASSERT_LT(index, names.size());
    key = names[index];
    if (uses_values.at(index)) {
      if (attr.value_case() == AttrDef::kI) {
        attr.set_s(values.at(static_cast<size_t>(attr.i())));
      } else {
        AttrDef::ListValue texts;
        for (const int64_t i : attr.list().i()) texts.add_s(values.at(static_cast<size_t>(i)));
        texts.set_val_type(AttrDef::ListValue::VT_LIST_STRING);
        *attr.mutable_list() = texts;
      }
    }
    if (!key.empty() && key[0] == '\0') root->resolve(key, attr);
  }
};

using Attrs = std::map<std::string, AttrDef>;

Attrs plain_attrs(const google::protobuf::Map<std::string, AttrDef>& attrs,
                  const Dictionary& dictionary) {
  Attrs out;
  Attrs plain;
  for (const auto& [coded, value] : attrs) {
    std::string key = coded;
    AttrDef attr = value;
    dictionary.resolve(key, attr);
    // Where a name stands both as a code and as itself, the latter was written later.
    (key == coded ? plain : out)[key] = attr;
  }
  for (const auto& [key, attr] : plain) out[key] = attr;
  return out;
}

template <class T, class Expected>
void expect_list(const ir::AttrValue& value, const Expected& expected) {
  const auto* list = std::get_if<ir::List<T>>(&value);
  if (list == nullptr) {
    // A list that states no type and holds nothing may be of any kind.
    EXPECT_EQ(expected.size(), 0);
    return;
  }
  ASSERT_EQ(list->size(), static_cast<size_t>(expected.size()));
  for (size_t i = 0; i < list->size(); ++i) {
    EXPECT_EQ((*list)[i], expected[static_cast<int>(i)]);
  }
}

void expect_value(const ir::AttrValue& value, const AttrDef& attr) {
  switch (attr.value_case()) {
    case AttrDef::kS: EXPECT_EQ(std::get<std::string_view>(value), attr.s()); break;
    case AttrDef::kI: EXPECT_EQ(std::get<int64_t>(value), attr.i()); break;
    case AttrDef::kF: EXPECT_EQ(std::get<float>(value), attr.f()); break;
    case AttrDef::kB: EXPECT_EQ(std::get<bool>(value), attr.b()); break;
    case AttrDef::kDt: EXPECT_EQ(std::get<DType>(value), dtype_from_ge_enum(attr.dt())); break;
    case AttrDef::kFunc:
      EXPECT_EQ(std::get<const ir::NamedAttrs*>(value)->attrs.size(),
                static_cast<size_t>(attr.func().attr_size()));
      break;
    case AttrDef::kT: {
      const ir::Tensor& tensor = *std::get<const ir::Tensor*>(value);
      const uint64_t stored = attr.t().data().empty()
                                  ? static_cast<uint64_t>(attr.t().desc().weight_size())
                                  : attr.t().data().size();
      EXPECT_EQ(tensor.size, stored);
      break;
    }
    case AttrDef::kListListInt:
      EXPECT_EQ(std::get<ir::List<ir::List<int64_t>>>(value).size(),
                static_cast<size_t>(attr.list_list_int().list_list_i_size()));
      break;
    case AttrDef::kList:
      if (attr.list().s_size() > 0) expect_list<std::string_view>(value, attr.list().s());
      if (attr.list().i_size() > 0) expect_list<int64_t>(value, attr.list().i());
      if (attr.list().f_size() > 0) expect_list<float>(value, attr.list().f());
      if (attr.list().b_size() > 0) expect_list<bool>(value, attr.list().b());
      break;
    case AttrDef::kBt:  // a graph of a GraphOp, or bytes
      if (const auto* bytes = std::get_if<ByteView>(&value)) EXPECT_EQ(as_text(*bytes), attr.bt());
      break;
    case AttrDef::VALUE_NOT_SET: EXPECT_EQ(value.index(), 0U); break;
    default: break;
  }
}

void expect_attrs(ir::List<ir::Attr> attrs, const Attrs& expected, const std::string& where) {
  ASSERT_EQ(attrs.size(), expected.size()) << where;
  size_t at = 0;
  for (const auto& [key, attr] : expected) {
    SCOPED_TRACE(where + " attribute " + key);
    ASSERT_EQ(attrs[at].name, key);
    expect_value(attrs[at].value, attr);
    ++at;
  }
}

void expect_type(const ir::TensorType& type, const TensorDescriptor& desc,
                 const Dictionary& dictionary, const std::string& where) {
  SCOPED_TRACE(where);
  EXPECT_EQ(type.dtype, dtype_from_ge_proto(desc.dtype()));
  EXPECT_EQ(std::vector<int64_t>(type.shape.begin(), type.shape.end()),
            std::vector<int64_t>(desc.shape().dim().begin(), desc.shape().dim().end()));
  EXPECT_EQ(type.format.base, desc.layout().substr(0, desc.layout().find(':')));
  EXPECT_EQ(type.size, desc.size());
  const Attrs attrs = plain_attrs(desc.attr(), dictionary);
  expect_attrs(type.attrs, attrs, where);
  const auto origin = attrs.find("origin_shape");
  EXPECT_EQ(type.has_origin_shape, origin != attrs.end());
  if (origin != attrs.end()) {
    const auto& dims = origin->second.list().i();
    EXPECT_EQ(std::vector<int64_t>(type.origin_shape.begin(), type.origin_shape.end()),
              std::vector<int64_t>(dims.begin(), dims.end()));
  }
}

void expect_edges(const ir::Op& op, const ::ge::proto::OpDef& expected) {
  std::vector<std::string> data;
  std::vector<std::string> controls;
  for (const std::string& edge : expected.input()) {
    const bool control = edge.ends_with(":-1");
    if (control) {
      controls.push_back(edge.substr(0, edge.size() - 3));
    } else {
      data.push_back(edge);
    }
  }
  const auto described = static_cast<size_t>(expected.input_desc_size());
  ASSERT_EQ(op.inputs.size(), std::max(data.size(), described));
  for (size_t i = 0; i < op.inputs.size(); ++i) {
    const std::string edge = i < data.size() ? data[i] : "";
    const std::string ours =
        op.inputs[i].source.empty()
            ? ""
            : std::string(op.inputs[i].source) + ":" + std::to_string(op.inputs[i].source_index);
    EXPECT_EQ(ours, edge);
  }
  EXPECT_EQ(std::vector<std::string>(op.control_inputs.begin(), op.control_inputs.end()), controls);
}

/// The graph a GraphOp holds in its attributes, as HiAI writes it.
std::optional<GraphDef> inner_graph(const ::ge::proto::OpDef& op) {
  const auto found = op.attr().find("subgraph");
  if (found == op.attr().end()) return std::nullopt;
  if (found->second.has_g()) return found->second.g();
  GraphDef graph;
  if (op.type() == "GraphOp" && graph.ParseFromString(found->second.bt())) return graph;
  return std::nullopt;
}

void expect_graph(const ir::Model& model, uint32_t& next, const GraphDef& expected,
                  const Dictionary& dictionary) {
  ASSERT_LT(next, model.graphs.size());
  const ir::Graph& graph = model.graphs[next++];
  EXPECT_EQ(graph.name, expected.name());
  ASSERT_EQ(graph.ops.size(), static_cast<size_t>(expected.op_size()));
  for (int i = 0; i < expected.op_size(); ++i) {
    const ir::Op& op = graph.ops[static_cast<size_t>(i)];
    const ::ge::proto::OpDef& def = expected.op(i);
    SCOPED_TRACE("op " + def.name());
    EXPECT_EQ(op.name, def.name());
    EXPECT_EQ(op.type, def.type());
    EXPECT_EQ(op.id, def.id());
    EXPECT_EQ(op.stream_id, def.stream_id());
    expect_edges(op, def);
    ASSERT_EQ(op.outputs.size(), static_cast<size_t>(def.output_desc_size()));
    for (int k = 0; k < def.input_desc_size(); ++k) {
      expect_type(*op.inputs[static_cast<size_t>(k)].type, def.input_desc(k), dictionary,
                  "input " + std::to_string(k));
    }
    for (int k = 0; k < def.output_desc_size(); ++k) {
      expect_type(*op.outputs[static_cast<size_t>(k)], def.output_desc(k), dictionary,
                  "output " + std::to_string(k));
    }
    expect_attrs(op.attrs, plain_attrs(def.attr(), dictionary), "op");
    if (const auto inner = inner_graph(def)) expect_graph(model, next, *inner, dictionary);
  }
}

class AgainstProtobuf : public testing::TestWithParam<std::string> {};
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(AgainstProtobuf);

TEST_P(AgainstProtobuf, GraphsAreTheSame) {
  const std::string file = test::file_content(GetParam());
  if (!file.starts_with("IMOD")) return;  // SVP models hold no such message
  const auto result = read_model(GetParam());
  ASSERT_TRUE(result.ok());
  std::deque<Dictionary> dictionaries;
  uint32_t next = 0;
  for (const std::string& bytes : model_defs(file)) {
    ModelDef model;
    ASSERT_TRUE(model.ParseFromString(bytes));
    dictionaries.emplace_back(model, dictionaries.empty() ? nullptr : &dictionaries.front());
    for (const GraphDef& graph : model.graph()) {
      expect_graph(*result->model, next, graph, dictionaries.back());
    }
  }
  EXPECT_EQ(next, result->model->graphs.size());
}

INSTANTIATE_TEST_SUITE_P(Om, AgainstProtobuf, testing::ValuesIn(test::corpus_files("om")),
                         [](const auto& each) { return test::test_name(each.param); });

}  // namespace
}  // namespace omscope
