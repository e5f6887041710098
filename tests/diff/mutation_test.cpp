// One change in a model is found, and nothing else is reported.
#include "diff/model_edit.h"
#include "diff/show_result.h"
#include "make_samples/ge_builder.h"
#include "make_samples/network_om.h"
#include "support/files.h"

namespace omscope {
namespace {

using diff::Class;
using test::ModelEdit;

struct Mutation {
  const char* name;
  std::function<void(ModelEdit&)> apply;
  Class kind;
  const char* verdict;
};

::ge::proto::AttrDef& attr(::ge::proto::OpDef& op, const std::string& key) {
  return (*op.mutable_attr())[key];
}

::ge::proto::AttrDef& attr_of_model(ModelEdit& m, const std::string& key) {
  return (*m.def.mutable_attr())[key];
}

void flip_bit(char& byte) {
  byte = static_cast<char>(byte ^ 1);
}

/// The op's output, and the inputs of all that use it.
void set_output(ModelEdit& m, const std::string& name,
                const std::function<void(::ge::proto::TensorDescriptor&)>& change) {
  change(*m.op(name).mutable_output_desc(0));
  for (auto& user : *m.graph().mutable_op()) {
    for (int i = 0; i < user.input_size() && i < user.input_desc_size(); ++i) {
      if (user.input(i) == name + ":0") change(*user.mutable_input_desc(i));
    }
  }
}

void feed_from(::ge::proto::OpDef& op, int slot, const std::string& source) {
  op.set_input(slot, source);
}

void remove_op(ModelEdit& m, const std::string& name) {
  const std::string source = m.op(name).input(0);
  auto& ops = *m.graph().mutable_op();
  for (auto& op : ops) {
    for (int i = 0; i < op.input_size(); ++i) {
      if (op.input(i) == name + ":0") op.set_input(i, source);
    }
  }
  for (int i = 0; i < ops.size(); ++i) {
    if (ops[i].name() == name) {
      ops.DeleteSubrange(i, 1);
      return;
    }
  }
}

void add_aipp(ModelEdit& m, int64_t mean) {
  auto& data = m.op_of("Data");
  auto& config = *attr(data, "aipp").mutable_func();
  samples::set_attr((*config.mutable_attr())["aipp_mode"], 1);
  samples::set_attr((*config.mutable_attr())["input_format"], 1);
  samples::set_attr((*config.mutable_attr())["mean_chn_0"], mean);
}

const Mutation kMutations[] = {
    {"WeightBit", [](ModelEdit& m) { flip_bit(m.partition(1)[512 + 100]); }, Class::kWeight,
     "different"},
    {"Stride", [](ModelEdit& m) { attr(m.op_of("Conv2D"), "strides").mutable_list()->set_i(3, 7); },
     Class::kAttribute, "different"},
    {"ListElement",
     [](ModelEdit& m) { attr(m.op_of("MaxPoolV3"), "ksize").mutable_list()->set_i(2, 3); },
     Class::kAttribute, "different"},
    {"Flag", [](ModelEdit& m) { samples::set_attr(attr(m.op("fc/Gemm"), "transpose_x2"), true); },
     Class::kAttribute, "different"},
    {"Edge", [](ModelEdit& m) { feed_from(m.op("pool/GlobalAveragePool"), 0, "stem/MaxPool:0"); },
     Class::kStructure, "different"},
    {"SwappedInputs",
     [](ModelEdit& m) {
       auto& op = m.op("fc/Gemm");
       const std::string first = op.input(0);
       op.set_input(0, op.input(1));
       op.set_input(1, first);
     },
     Class::kStructure, "different"},
    {"OutputPrecision",
     [](ModelEdit& m) {
       set_output(m, "pool/GlobalAveragePool", [](auto& d) { d.set_dtype(::ge::proto::DT_FLOAT); });
     },
     Class::kPrecision, "rebuilt"},
    {"OutputType",
     [](ModelEdit& m) {
       set_output(m, "pool/GlobalAveragePool", [](auto& d) { d.set_dtype(::ge::proto::DT_INT32); });
     },
     Class::kDType, "rebuilt"},
    {"Format",
     [](ModelEdit& m) {
       set_output(m, "stem/MaxPool", [](auto& d) {
         d.set_layout("NHWC");
         d.mutable_attr()->erase("format_for_int");
       });
     },
     Class::kLayout, "rebuilt"},
    {"ConstantShape",
     [](ModelEdit& m) {
       auto& op = m.op_of("Const");
       const auto change = [](auto& desc) {
         desc.mutable_shape()->set_dim(0, desc.shape().dim(0) / 3);
         desc.mutable_shape()->set_dim(1, desc.shape().dim(1) * 3);
       };
       change(*op.mutable_output_desc(0));
       change(*attr(op, "value").mutable_t()->mutable_desc());
     },
     Class::kShape, "different"},
    {"Dilation",
     [](ModelEdit& m) { attr(m.op_of("Conv2D"), "dilations").mutable_list()->set_i(2, 2); },
     Class::kAttribute, "different"},
    {"Groups", [](ModelEdit& m) { samples::set_attr(attr(m.op_of("Conv2D"), "groups"), 2); },
     Class::kAttribute, "different"},
    {"Axis", [](ModelEdit& m) { attr(m.op_of("SoftmaxV2"), "axes").mutable_list()->set_i(0, 0); },
     Class::kAttribute, "different"},
    {"PrecisionOption",
     [](ModelEdit& m) {
       auto& line = *attr_of_model(m, "atc_cmdline").mutable_s();
       line += " --precision_mode=must_keep_origin_dtype";
     },
     Class::kPrecision, "rebuilt"},
    {"Compiler",
     [](ModelEdit& m) { samples::set_attr(attr_of_model(m, "atc_version"), "1.85.1.1.100"); },
     Class::kVersion, "rebuilt"},
    {"OpRemoved", [](ModelEdit& m) { remove_op(m, "stem/MaxPool"); }, Class::kStructure,
     "different"},
    {"LayoutOpRemoved", [](ModelEdit& m) { remove_op(m, "trans_TransData_1"); }, Class::kLayout,
     "rebuilt"},
    {"OpAdded",
     [](ModelEdit& m) {
       auto& op = *m.graph().add_op();
       op = m.op("pool/GlobalAveragePool");
       op.set_name("extra/Relu");
       op.set_type("Relu");
       op.clear_attr();
       op.set_input(0, "pool/GlobalAveragePool:0");
       for (auto& user : *m.graph().mutable_op()) {
         if (user.name() != "extra/Relu" && user.input_size() > 0 &&
             user.input(0) == "pool/GlobalAveragePool:0") {
           user.set_input(0, "extra/Relu:0");
         }
       }
     },
     Class::kStructure, "different"},
    {"Chip",
     [](ModelEdit& m) { samples::set_attr((*m.def.mutable_attr())["soc_version"], "Ascend310B4"); },
     Class::kTarget, "rebuilt"},
    {"Streams", [](ModelEdit& m) { samples::set_attr((*m.def.mutable_attr())["stream_num"], 3); },
     Class::kTask, "rebuilt"},
    {"Memory",
     [](ModelEdit& m) { samples::set_attr((*m.def.mutable_attr())["memory_size"], 999424); },
     Class::kMemory, "rebuilt"},
    {"BlockDim",
     [](ModelEdit& m) {
       m.edit_tasks([](auto& tasks) { tasks.mutable_task(2)->mutable_kernel()->set_block_dim(9); });
     },
     Class::kTask, "rebuilt"},
    {"TaskRemoved",
     [](ModelEdit& m) { m.edit_tasks([](auto& tasks) { tasks.mutable_task()->RemoveLast(); }); },
     Class::kTask, "rebuilt"},
    {"ControlEdge", [](ModelEdit& m) { m.op("fc/Gemm").add_input("stem/MaxPool:-1"); },
     Class::kTask, "rebuilt"},
    {"Aipp", [](ModelEdit& m) { add_aipp(m, 7); }, Class::kAipp, "interface"},
    {"UnknownAttribute",
     [](ModelEdit& m) { samples::set_attr(attr(m.op("fc/Gemm"), "_what_is_this"), 3); },
     Class::kAttribute, "rebuilt"},
    {"Engine",
     [](ModelEdit& m) { samples::set_attr(attr(m.op("fc/Gemm"), "_engine_type"), "DNN_VM_AICPU"); },
     Class::kPlacement, "rebuilt"},
    {"OutputName",
     [](ModelEdit& m) {
       (*m.def.mutable_attr())["attr_model_out_nodes_name"].mutable_list()->set_s(0, "x:0:other");
     },
     Class::kInterface, "rebuilt"},
    {"TypeOfOp", [](ModelEdit& m) { m.op("softmax/Softmax").set_type("Sigmoid"); },
     Class::kStructure, "different"},
};

class DiffMutation : public testing::TestWithParam<Mutation> {};

TEST_P(DiffMutation, IsTheOnlyDifference) {
  const std::string original =
      samples::network_as_om(samples::make_network(), samples::older_build());
  ModelEdit edit(original);
  GetParam().apply(edit);
  const diff::Result result = test::diff_bytes(ModelEdit(original).file(), edit.file());
  EXPECT_EQ(test::name_of(result.verdict), GetParam().verdict) << test::shown(result);
  ASSERT_EQ(result.differences.size(), 1U) << test::shown(result);
  EXPECT_EQ(result.differences[0].kind, GetParam().kind) << test::shown(result);
  EXPECT_FALSE(result.gate_passed);
}

INSTANTIATE_TEST_SUITE_P(All, DiffMutation, testing::ValuesIn(kMutations),
                         [](const auto& each) { return std::string(each.param.name); });

TEST(DiffMutations, AippValue) {
  ModelEdit a(samples::network_as_om(samples::make_network(), samples::older_build()));
  ModelEdit b = a;
  add_aipp(a, 7);
  add_aipp(b, 8);
  const diff::Result result = test::diff_bytes(a.file(), b.file());
  EXPECT_EQ(test::name_of(result.verdict), "interface") << test::shown(result);
  ASSERT_EQ(result.differences.size(), 1U) << test::shown(result);
  EXPECT_EQ(result.differences[0].subject, "input image: mean_chn_0");
}

/// A second output behind the first.
void add_output(ModelEdit& m, const std::string& source) {
  auto& output = m.op_of("NetOutput");
  output.add_input(source);
  *output.add_input_desc() = output.input_desc(0);
  *output.add_output_desc() = output.output_desc(0);
  attr_of_model(m, "attr_model_out_nodes_name").mutable_list()->add_s("second:0:second");
}

TEST(DiffMutations, OutputOrder) {
  ModelEdit a(samples::network_as_om(samples::make_network(), samples::older_build()));
  add_output(a, "fc/Gemm:0");
  ModelEdit b = a;
  b.op_of("NetOutput").mutable_input()->SwapElements(0, 1);
  const auto expect_order = [&] {
    const diff::Result result = test::diff_bytes(a.file(), b.file());
    EXPECT_EQ(test::name_of(result.verdict), "interface") << test::shown(result);
    ASSERT_EQ(result.differences.size(), 1U) << test::shown(result);
    EXPECT_EQ(result.differences[0].subject, "order of outputs");
  };
  expect_order();
  attr_of_model(b, "attr_model_out_nodes_name").mutable_list()->mutable_s()->SwapElements(0, 1);
  expect_order();
}

TEST(DiffMutations, OutputAdded) {
  ModelEdit a(samples::network_as_om(samples::make_network(), samples::older_build()));
  ModelEdit b = a;
  add_output(b, "fc/Gemm:0");
  const diff::Result result = test::diff_bytes(a.file(), b.file());
  EXPECT_EQ(test::name_of(result.verdict), "interface") << test::shown(result);
  ASSERT_EQ(result.differences.size(), 1U) << test::shown(result);
  EXPECT_EQ(result.differences[0].kind, Class::kInterface);
}

/// A Case that chooses among sizes.
void add_gears(ModelEdit& m, int64_t second) {
  auto& op = *m.graph().add_op();
  op.set_name("choice");
  op.set_type("Case");
  op.set_id(900);
  op.add_input("image:0");
  samples::set_attr(attr(op, "_batch_num"), 2);
  samples::set_attr(attr(op, "mbatch_dynamic_type"), 1);
  samples::set_attr(attr(op, "_pred_value_0"), samples::Dims{1});
  samples::set_attr(attr(op, "_pred_value_1"), samples::Dims{second});
}

TEST(DiffMutations, Gears) {
  ModelEdit a(samples::network_as_om(samples::make_network(), samples::older_build()));
  ModelEdit b = a;
  add_gears(a, 4);
  add_gears(b, 8);
  const diff::Result result = test::diff_bytes(a.file(), b.file());
  EXPECT_EQ(test::name_of(result.verdict), "interface") << test::shown(result);
  ASSERT_EQ(result.differences.size(), 1U) << test::shown(result);
  EXPECT_EQ(result.differences[0].kind, Class::kDynamic);
}

TEST(DiffMutations, ScaleOfInt8Filter) {
  ModelEdit a(samples::network_as_om(samples::make_network(), samples::older_build()));
  attr(a.op_of("Conv2D"), "quant_scale").set_f(0.5F);
  ModelEdit b = a;
  attr(b.op_of("Conv2D"), "quant_scale").set_f(0.25F);
  const diff::Result result = test::diff_bytes(a.file(), b.file());
  EXPECT_EQ(test::name_of(result.verdict), "different") << test::shown(result);
  ASSERT_EQ(result.differences.size(), 1U) << test::shown(result);
  EXPECT_EQ(result.differences[0].kind, Class::kAttribute);
}

TEST(DiffMutations, InputShape) {
  ModelEdit a(samples::network_as_om(samples::make_network(), samples::older_build()));
  ModelEdit b = a;
  auto& data = b.op_of("Data");
  for (auto* desc : {data.mutable_input_desc(0), data.mutable_output_desc(0)}) {
    desc->mutable_shape()->set_dim(2, 64);
  }
  const diff::Result result = test::diff_bytes(a.file(), b.file());
  EXPECT_EQ(test::name_of(result.verdict), "interface") << test::shown(result);
  EXPECT_EQ(test::count_of(result, Class::kInterface), 1U) << test::shown(result);
}

TEST(DiffMutations, KernelCode) {
  const std::string file = samples::network_as_om(samples::make_network(), samples::older_build());
  ModelEdit b(file);
  const auto model = test::model_of(file);
  const std::string_view binary = as_text(model->kernels[3].binary);
  std::string& store = b.partition(3);
  const size_t at = store.find(binary);
  ASSERT_NE(at, std::string::npos);
  // .text is the first section behind the header of 64 bytes.
  flip_bit(store[at + 64 + 16]);
  const diff::Result result = test::diff_bytes(ModelEdit(file).file(), b.file());
  EXPECT_EQ(test::name_of(result.verdict), "rebuilt") << test::shown(result);
  ASSERT_EQ(result.differences.size(), 1U) << test::shown(result);
  EXPECT_EQ(result.differences[0].kind, Class::kKernel);
}

}  // namespace
}  // namespace omscope
