// Attributes of Graph Engine messages: every kind of value, compression, and odd encodings.

#include <gtest/gtest.h>

#include "omscope/formats/ge/attr_dictionary.h"

#include "make_samples/ge_builder.h"
#include "make_samples/om_builder.h"
#include "support/files.h"

namespace omscope {
namespace {

using ::ge::proto::AttrDef;
using samples::ModelBuilder;
using samples::OmBuilder;
using test::read;

/// Reads a model with one op that has the attribute `key`, and gives the attribute back.
class OneAttr {
 public:
  OneAttr(const std::string& key, const AttrDef& attr) {
    ModelBuilder model("m");
    model.graph("g");
    samples::OpBuilder op = model.op("op", "Op");
    (*op.def().mutable_attr())[key] = attr;
    result_ = read(OmBuilder().partition(0, samples::serialized(model.def())).build());
    const auto attrs = result_.model->graphs.at(0).ops[0].attrs;
    value_ = ir::find(attrs, key);
  }

  const ir::Model& model() const { return *result_.model; }
  std::string_view type() const { return value_ == nullptr ? "missing" : ir::type_name(*value_); }
  template <class T>
  const T& as() const {
    return std::get<T>(*value_);
  }

 private:
  ReadResult result_;
  const ir::AttrValue* value_ = nullptr;
};

AttrDef make(const std::function<void(AttrDef&)>& fill) {
  AttrDef attr;
  fill(attr);
  return attr;
}

TEST(GeAttr, PlainValues) {
  EXPECT_EQ(OneAttr("a", make([](AttrDef& a) { a.set_s("text"); })).as<std::string_view>(), "text");
  EXPECT_EQ(OneAttr("a", make([](AttrDef& a) { a.set_i(-5); })).as<int64_t>(), -5);
  EXPECT_EQ(OneAttr("a", make([](AttrDef& a) { a.set_f(0.5F); })).as<float>(), 0.5F);
  EXPECT_EQ(OneAttr("a", make([](AttrDef& a) { a.set_b(true); })).as<bool>(), true);
  EXPECT_EQ(OneAttr("a", make([](AttrDef& a) { a.set_bt("\x01\x02"); })).as<ByteView>().size(), 2U);
  EXPECT_EQ(OneAttr("a", make([](AttrDef& a) { a.set_dt(1); })).as<DType>(), DType::kFloat16);
  EXPECT_EQ(
      OneAttr("a", make([](AttrDef& a) { a.set_expression("s0*2"); })).as<ir::Expression>().text,
      "s0*2");
  EXPECT_EQ(OneAttr("a", AttrDef()).type(), "") << "an attribute without a value";
}

// Inside a oneof a zero is still written, so it can be told from nothing.
TEST(GeAttr, ZeroIsAValue) {
  EXPECT_EQ(OneAttr("a", make([](AttrDef& a) { a.set_i(0); })).as<int64_t>(), 0);
  EXPECT_EQ(OneAttr("a", make([](AttrDef& a) { a.set_s(""); })).type(), "s");
}

TEST(GeAttr, Lists) {
  const auto list = [](const std::function<void(AttrDef::ListValue&)>& fill) {
    return make([&](AttrDef& a) { fill(*a.mutable_list()); });
  };
  const OneAttr ints("a", list([](auto& l) {
                       l.add_i(1);
                       l.add_i(-1);
                       l.set_val_type(AttrDef::ListValue::VT_LIST_INT);
                     }));
  EXPECT_EQ(ints.type(), "list_i");
  EXPECT_EQ(ints.as<ir::List<int64_t>>()[1], -1);
  const OneAttr floats("a", list([](auto& l) { l.add_f(1.5F); }));
  EXPECT_EQ(floats.as<ir::List<float>>()[0], 1.5F);
  const OneAttr bools("a", list([](auto& l) {
                        l.add_b(false);
                        l.add_b(true);
                      }));
  EXPECT_EQ(bools.as<ir::List<bool>>()[1], true);
  EXPECT_EQ(OneAttr("a", list([](auto& l) { l.add_bt("x"); })).type(), "list_bytes");
  EXPECT_EQ(OneAttr("a", list([](auto& l) { l.add_td()->set_name("t"); })).type(),
            "list_tensor_desc");
  EXPECT_EQ(OneAttr("a", list([](auto& l) { l.add_t()->set_data("d"); })).type(), "list_tensor");
  EXPECT_EQ(OneAttr("a", list([](auto& l) { l.add_g()->set_name("g"); })).type(), "list_graph");
  EXPECT_EQ(OneAttr("a", list([](auto& l) { l.add_na()->set_name("n"); })).type(), "list_func");
  EXPECT_EQ(OneAttr("a", list([](auto& l) { l.add_dt(3); })).as<ir::List<DType>>()[0],
            DType::kInt32);
}

TEST(GeAttr, EmptyListsByTheirStatedType) {
  const auto empty = [](AttrDef::ListValue::ListValueType type) {
    return make([&](AttrDef& a) { a.mutable_list()->set_val_type(type); });
  };
  EXPECT_EQ(OneAttr("a", empty(AttrDef::ListValue::VT_LIST_INT)).type(), "list_i");
  EXPECT_EQ(OneAttr("a", empty(AttrDef::ListValue::VT_LIST_STRING)).type(), "list_s");
  EXPECT_EQ(OneAttr("a", empty(AttrDef::ListValue::VT_LIST_BOOL)).type(), "list_b");
  // Lists that the serializer makes itself state no type; they come in pairs.
  EXPECT_EQ(OneAttr("_input_name_key", empty(AttrDef::ListValue::VT_LIST_NONE)).type(), "list_s");
  EXPECT_EQ(OneAttr("_input_name_value", empty(AttrDef::ListValue::VT_LIST_NONE)).type(), "list_i");
}

TEST(GeAttr, ListsOfLists) {
  const OneAttr ints("a", make([](AttrDef& a) {
                       auto& rows = *a.mutable_list_list_int();
                       rows.add_list_list_i()->add_list_i(1);
                       rows.add_list_list_i();
                     }));
  EXPECT_EQ(ints.as<ir::List<ir::List<int64_t>>>().size(), 2U);
  const OneAttr floats("a", make([](AttrDef& a) {
                         a.mutable_list_list_float()->add_list_list_f()->add_list_f(2.5F);
                       }));
  EXPECT_EQ(floats.as<ir::List<ir::List<float>>>()[0][0], 2.5F);
}

TEST(GeAttr, NestedKinds) {
  const OneAttr func("a", make([](AttrDef& a) {
                       a.mutable_func()->set_name("f");
                       (*a.mutable_func()->mutable_attr())["x"].set_i(3);
                     }));
  const ir::NamedAttrs* named = func.as<const ir::NamedAttrs*>();
  EXPECT_EQ(named->name, "f");
  EXPECT_EQ(ir::get<int64_t>(named->attrs, "x"), 3);
  const OneAttr graph("a", make([](AttrDef& a) { a.mutable_g()->set_name("inner"); }));
  EXPECT_EQ(graph.model().graphs[graph.as<ir::GraphRef>().index].name, "inner");
  const OneAttr tensor("a", make([](AttrDef& a) { a.mutable_t()->set_data("1234"); }));
  EXPECT_EQ(tensor.as<const ir::Tensor*>()->storage, ir::Storage::kInline);
  EXPECT_TRUE(tensor.as<const ir::Tensor*>()->has_offset);
}

// HiAI numbers list_list_float 15, where Ascend has a dtype: the wire type tells them apart.
TEST(GeAttr, Field15IsTwoThings) {
  AttrDef rows;
  rows.mutable_list_list_float()->add_list_list_f()->add_list_f(1.0F);
  std::string raw = rows.SerializeAsString();
  raw.replace(0, 2, "\x7a");  // field 16 becomes 15, as HiAI writes it
  AttrDef hiai;
  ASSERT_TRUE(hiai.ParseFromString(raw));
  EXPECT_EQ(OneAttr("a", hiai).type(), "list_list_f");
}

TEST(AttrCode, DigitsAreBase127) {
  EXPECT_EQ(samples::attribute_code(0), std::string("\0\1", 2));
  EXPECT_EQ(samples::attribute_code(127), std::string("\0\1\2", 3));
  for (const uint64_t index : {0U, 1U, 126U, 127U, 128U, 16128U, 16129U, 2000000U}) {
    EXPECT_EQ(ge::decode_attr_index(samples::attribute_code(index)), index);
  }
  EXPECT_FALSE(ge::decode_attr_index(std::string_view("\0", 1)).has_value());
  EXPECT_FALSE(ge::decode_attr_index(std::string_view("\0\x80", 2)).has_value());
  EXPECT_FALSE(ge::decode_attr_index(std::string_view("\0\1\1\1\1\1\1", 7)).has_value());
  EXPECT_FALSE(ge::decode_attr_index("plain").has_value());
}

/// One op with texts, numbers and lists of both, plain or compressed.
std::string model_with_attrs(bool compressed) {
  ModelBuilder model("m");
  model.graph("g");
  model.op("op", "Op")
      .attr("mode", "constant")
      .attr("axis", 3)
      .attr("names", std::vector<std::string>{"x", "y", "x"})
      .attr("dims", samples::Dims{1, 2});
  model.op("other", "Op").attr("mode", "edge").attr("axis", 4);
  if (compressed) samples::compress_attributes(model.def());
  return samples::serialized(model.def());
}

TEST(AttrCompression, IsUndone) {
  const auto plain = read(OmBuilder().partition(0, model_with_attrs(false)).build());
  const auto compressed = read(OmBuilder().partition(0, model_with_attrs(true)).build());
  for (const auto* result : {&plain, &compressed}) {
    EXPECT_EQ(test::problem_lines(*result->model), "");
    const auto attrs = result->model->graphs[0].ops[0].attrs;
    EXPECT_EQ(ir::get_text(attrs, "mode"), "constant");
    EXPECT_EQ(ir::get<int64_t>(attrs, "axis"), 3);
    const auto names = ir::get<ir::List<std::string_view>>(attrs, "names");
    ASSERT_TRUE(names.has_value());
    EXPECT_EQ((*names)[2], "x");
    EXPECT_EQ(ir::get<ir::List<int64_t>>(attrs, "dims")->size(), 2U);
  }
}

TEST(AttrCompression, CodesOutsideTheDictionaryAreAnError) {
  ModelBuilder model("m");
  model.graph("g");
  (*model.op("op", "Op").def().mutable_attr())[samples::attribute_code(9)].set_i(1);
  model.attr("attr_name_enum", std::vector<std::string>{"only"});
  const auto result = read(OmBuilder().partition(0, samples::serialized(model.def())).build());
  EXPECT_TRUE(test::has_problem(*result.model, Severity::kError, Code::kBadAttributeCode));
}

// A writer of 2023 compressed sub-models twice: their dictionary holds codes of the root's.
TEST(AttrCompression, DictionaryOfDictionary) {
  ModelBuilder root("root");
  root.graph("root_graph");
  root.op("a", "Op").attr("mode", "constant");
  samples::compress_attributes(root.def());
  ModelBuilder inner("inner");
  inner.graph("inner_graph");
  (*inner.op("b", "Op").def().mutable_attr())[samples::attribute_code(0)].set_i(0);
  inner.attr("attr_name_enum", std::vector<std::string>{samples::attribute_code(0)})
      .attr("attr_value_enum", std::vector<std::string>{})
      .attr("attrs_use_string_value", std::vector<bool>{false});
  const auto result = read(OmBuilder()
                               .version2()
                               .wide()
                               .partition(0, samples::serialized(root.def()))
                               .next_table()
                               .partition(0, samples::serialized(inner.def()))
                               .build());
  EXPECT_EQ(test::problem_lines(*result.model), "");
  EXPECT_EQ(ir::get_text(result.model->graphs.at(1).ops[0].attrs, "mode"), "constant");
}

// Without a dictionary of its own a sub-model uses the root's.
TEST(AttrCompression, RootDictionaryServesSubModels) {
  ModelBuilder root("root");
  root.graph("root_graph");
  root.op("a", "Op").attr("mode", "constant");
  samples::compress_attributes(root.def());
  ModelBuilder inner("inner");
  inner.graph("inner_graph");
  (*inner.op("b", "Op").def().mutable_attr())[samples::attribute_code(0)].set_i(0);
  const auto result = read(OmBuilder()
                               .version2()
                               .wide()
                               .partition(0, samples::serialized(root.def()))
                               .next_table()
                               .partition(0, samples::serialized(inner.def()))
                               .build());
  EXPECT_EQ(ir::get_text(result.model->graphs.at(1).ops[0].attrs, "mode"), "constant");
}

}  // namespace
}  // namespace omscope
