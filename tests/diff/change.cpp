#include "diff/change.h"

#include <algorithm>
#include <cstring>
#include <functional>

#include <gtest/gtest.h>

#include "omscope/diff/op_kinds.h"
#include "omscope/formats/kernelmeta/elf_facts.h"

#include "diff/edited_graph.h"
#include "diff/show_result.h"
#include "make_samples/ge_builder.h"

namespace omscope::test {
namespace {

using diff::Class;
using Op = ::ge::proto::OpDef;
using Attr = ::ge::proto::AttrDef;
using Desc = ::ge::proto::TensorDescriptor;

constexpr uint32_t kWeights = 1;
constexpr uint32_t kTasks = 2;
constexpr uint32_t kKernels = 3;

Attr& attr(Op& op, const std::string& key) {
  return (*op.mutable_attr())[key];
}

bool has(const Op& op, const std::string& key) {
  return op.attr().count(key) != 0;
}

void flip_bit(std::string& bytes, size_t at) {
  bytes[at] = static_cast<char>(bytes[at] ^ 1);
}

/// Where bytes of a file that was read stand in one of its partitions.
std::optional<size_t> place_in(const ir::Model& model, uint32_t partition, ByteView bytes) {
  for (const ir::Partition& each : model.container.partitions) {
    const auto at = model.offset_of(bytes);
    if (each.type == partition && at && *at >= each.offset) return *at - each.offset;
  }
  return std::nullopt;
}

bool change_weight(ModelEdit& m) {
  if (m.form != Form::kOm) return false;
  const auto model = model_of(m.file());
  const ir::Weight* largest = nullptr;
  for (const ir::Weight& weight : model->weights) {
    if (!largest || weight.tensor->bytes.size() > largest->tensor->bytes.size()) largest = &weight;
  }
  if (largest == nullptr || largest->tensor->bytes.size() < 64) return false;
  const ByteView bytes = largest->tensor->bytes;
  const auto filled = std::find_if(bytes.begin() + 32, bytes.end(),
                                   [](std::byte each) { return each != std::byte{}; });
  if (filled == bytes.end()) return false;
  const auto in_tensor = static_cast<size_t>(filled - bytes.begin());
  if (largest->tensor->storage == ir::Storage::kInline) {
    flip_bit(*attr(m.op(std::string(largest->op)), "value").mutable_t()->mutable_data(), in_tensor);
    return true;
  }
  const auto start = place_in(*model, kWeights, bytes);
  if (start) flip_bit(m.partition(kWeights), *start + in_tensor);
  return start.has_value();
}

/// The first of some attributes that an op which computes has.
bool change_attr(ModelEdit& m, std::initializer_list<const char*> keys,
                 bool (*change)(Attr& value)) {
  EditedGraph graph(m);
  return graph.find([&](Op& op) {
    if (!EditedGraph::is_compute(op)) return false;
    return std::any_of(keys.begin(), keys.end(),
                       [&](const char* key) { return has(op, key) && change(attr(op, key)); });
  }) != nullptr;
}

bool change_last(Attr& value) {
  auto& list = *value.mutable_list()->mutable_i();
  if (list.empty()) return false;
  list.Set(list.size() - 1, list.Get(list.size() - 1) + 5);
  return true;
}

bool change_first(Attr& value) {
  auto& list = *value.mutable_list()->mutable_i();
  if (list.empty()) return false;
  list.Set(0, list.Get(0) + 3);
  return true;
}

bool change_number(Attr& value) {
  value.set_i(value.i() + 1);
  return true;
}

bool turn(Attr& value) {
  value.set_b(!value.b());
  return true;
}

bool change_edge(ModelEdit& m) {
  EditedGraph graph(m);
  const Op* op = graph.find([&](Op& each) {
    const Op* from = graph.source(each, 0);
    const Op* before = from == nullptr ? nullptr : graph.source(*from, 0);
    return graph.is_amid(each) && before != nullptr && EditedGraph::is_compute(*before) &&
           from->input(0) == before->name() + ":0" && graph.data_inputs(each) == 1;
  });
  if (op == nullptr) return false;
  m.op(op->name()).set_input(0, graph.source(*op, 0)->input(0));
  return true;
}

bool swap_inputs(ModelEdit& m) {
  EditedGraph graph(m);
  Op* op = graph.find([&](Op& each) {
    return EditedGraph::is_compute(each) && !diff::kind_of(each.type()).commutative &&
           graph.data_inputs(each) >= 2 && graph.source(each, 0) && graph.source(each, 1) &&
           each.input(0) != each.input(1);
  });
  if (op != nullptr) op->mutable_input()->SwapElements(0, 1);
  return op != nullptr;
}

/// The output of an op amid others, and the inputs of all that use it.
bool change_output(ModelEdit& m, const std::function<void(Desc&)>& change) {
  EditedGraph graph(m);
  Op* op = graph.find([&](Op& each) { return graph.is_amid(each); });
  if (op == nullptr) return false;
  change(*op->mutable_output_desc(0));
  for (const EditedGraph::User& user : graph.users(*op)) {
    if (user.slot < user.op->input_desc_size()) change(*user.op->mutable_input_desc(user.slot));
  }
  return true;
}

bool change_precision(ModelEdit& m) {
  return change_output(m, [](Desc& desc) {
    const bool wide = desc.dtype() == ::ge::proto::DT_FLOAT;
    desc.set_dtype(wide ? ::ge::proto::DT_FLOAT16 : ::ge::proto::DT_FLOAT);
  });
}

bool change_type(ModelEdit& m) {
  return change_output(m, [](Desc& desc) { desc.set_dtype(::ge::proto::DT_INT32); });
}

bool change_layout(ModelEdit& m) {
  return change_output(m, [](Desc& desc) {
    desc.set_layout(desc.layout() == "NHWC" ? "NCHW" : "NHWC");
    desc.mutable_attr()->erase("format_for_int");
  });
}

bool change_constant_shape(ModelEdit& m) {
  EditedGraph graph(m);
  Op* op = graph.find([&](Op& each) {
    if (each.type() != "Const" || each.output_desc_size() == 0 || !has(each, "value")) return false;
    const auto& dims = each.output_desc(0).shape().dim();
    return dims.size() >= 2 && dims[0] >= 4 && dims[0] % 2 == 0 && !graph.users(each).empty();
  });
  if (op == nullptr) return false;
  const auto change = [](Desc& desc) {
    if (desc.shape().dim_size() < 2) return;
    desc.mutable_shape()->set_dim(0, desc.shape().dim(0) / 2);
    desc.mutable_shape()->set_dim(1, desc.shape().dim(1) * 2);
  };
  change(*op->mutable_output_desc(0));
  change(*attr(*op, "value").mutable_t()->mutable_desc());
  return true;
}

bool append_to_command(ModelEdit& m) {
  auto& attrs = *m.def.mutable_attr();
  if (attrs.count("atc_cmdline") == 0) return false;
  *attrs["atc_cmdline"].mutable_s() += " --precision_mode=must_keep_origin_dtype";
  return true;
}

/// Of the model. `is_new`: also where it has none.
template <class T>
bool set_fact(ModelEdit& m, const char* key, T value, bool is_new) {
  auto& attrs = *m.def.mutable_attr();
  if (!is_new && attrs.count(key) == 0) return false;
  samples::set_attr(attrs[key], value);
  return true;
}

bool remove_op(ModelEdit& m) {
  EditedGraph graph(m);
  const Op* op = graph.find([&](Op& each) {
    return graph.is_inner(each) && EditedGraph::is_unfused(each) && graph.users(each).size() == 1;
  });
  if (op != nullptr) graph.remove(*op);
  return op != nullptr;
}

bool remove_layout_op(ModelEdit& m) {
  EditedGraph graph(m);
  const Op* op = graph.find([&](Op& each) {
    const auto& to = graph.users(each);
    return each.type() == "TransData" && graph.source(each, 0) != nullptr && to.size() == 1 &&
           EditedGraph::is_compute(*to[0].op);
  });
  if (op != nullptr) graph.remove(*op);
  return op != nullptr;
}

bool add_op(ModelEdit& m) {
  EditedGraph graph(m);
  const Op* before = graph.find([&](Op& each) { return graph.is_amid(each); });
  if (before == nullptr) return false;
  for (const EditedGraph::User& user : graph.users(*before)) {
    user.op->set_input(user.slot, "extra/Relu:0");
  }
  Op op = *before;
  op.set_name("extra/Relu");
  op.set_type("Relu");
  op.clear_attr();
  op.clear_input();
  op.add_input(before->name() + ":0");
  *m.graph().add_op() = op;
  return true;
}

bool replace_op(ModelEdit& m) {
  EditedGraph graph(m);
  Op* op = graph.find([&](Op& each) { return graph.is_inner(each); });
  if (op == nullptr) return false;
  op->set_type(op->type() == "Sigmoid" ? "Tanh" : "Sigmoid");
  return true;
}

bool change_tasks(ModelEdit& m, const std::function<bool(domi::ModelTaskDef&)>& change) {
  if (m.form != Form::kOm || m.is_hiai || !m.has_partition(kTasks)) return false;
  bool changed = false;
  m.edit_tasks([&](domi::ModelTaskDef& tasks) { changed = change(tasks); });
  return changed;
}

bool change_blocks(ModelEdit& m) {
  return change_tasks(m, [](domi::ModelTaskDef& tasks) {
    int seen = 0;
    for (auto& task : *tasks.mutable_task()) {
      if (!task.has_kernel() || ++seen < 3) continue;
      task.mutable_kernel()->set_block_dim(task.kernel().block_dim() + 7);
      return true;
    }
    return false;
  });
}

bool remove_task(ModelEdit& m) {
  return change_tasks(m, [](domi::ModelTaskDef& tasks) {
    if (tasks.task_size() == 0) return false;
    tasks.mutable_task()->RemoveLast();
    return true;
  });
}

bool add_control_edge(ModelEdit& m) {
  EditedGraph graph(m);
  const Op* first = nullptr;
  Op* last = nullptr;
  graph.find([&](Op& each) {
    if (!EditedGraph::is_compute(each)) return false;
    if (first == nullptr) first = &each;
    last = &each;
    return false;
  });
  if (last == nullptr || first == last) return false;
  last->add_input(first->name() + ":-1");
  return true;
}

bool add_aipp(ModelEdit& m) {
  if (m.is_hiai) return false;
  auto& config = *attr(m.op_of("Data"), "aipp").mutable_func();
  samples::set_attr((*config.mutable_attr())["aipp_mode"], 1);
  samples::set_attr((*config.mutable_attr())["input_format"], 1);
  samples::set_attr((*config.mutable_attr())["mean_chn_0"], 7);
  return true;
}

bool add_unknown_attr(ModelEdit& m) {
  EditedGraph graph(m);
  Op* op = graph.find([](Op& each) { return EditedGraph::is_compute(each); });
  if (op != nullptr) samples::set_attr(attr(*op, "_what_is_this"), 3);
  return op != nullptr;
}

bool change_engine(ModelEdit& m) {
  EditedGraph graph(m);
  Op* op = graph.find([](Op& each) { return EditedGraph::is_compute(each); });
  if (op != nullptr) samples::set_attr(attr(*op, "_engine_type"), "DNN_VM_AICPU");
  return op != nullptr;
}

bool rename_output(ModelEdit& m) {
  auto& attrs = *m.def.mutable_attr();
  if (attrs.count("attr_model_out_nodes_name") == 0) return false;
  attrs["attr_model_out_nodes_name"].mutable_list()->set_s(0, "x:0:other");
  return true;
}

bool change_input_type(ModelEdit& m) {
  Op& op = m.op_of("Data");
  for (auto* list : {op.mutable_input_desc(), op.mutable_output_desc()}) {
    for (auto& desc : *list) desc.set_dtype(::ge::proto::DT_UINT8);
  }
  return true;
}

bool change_output_type(ModelEdit& m) {
  Op& op = m.op_of("NetOutput");
  for (auto* list : {op.mutable_input_desc(), op.mutable_output_desc()}) {
    if (!list->empty()) list->Mutable(0)->set_dtype(::ge::proto::DT_INT8);
  }
  return true;
}

/// A bit of the instructions of the first kernel.
bool change_kernel(ModelEdit& m) {
  if (m.form != Form::kOm || m.is_hiai || !m.has_partition(kKernels)) return false;
  const auto model = model_of(m.file());
  for (const ir::Kernel& kernel : model->kernels) {
    const auto elf = kernelmeta::read_elf(kernel.binary);
    if (!elf || elf->code.empty()) continue;
    const auto at = place_in(*model, kKernels, elf->code[0]);
    if (at) flip_bit(m.partition(kKernels), *at + elf->code[0].size() / 2);
    return at.has_value();
  }
  return false;
}

/// The scale of quantised weights or, where they have none, of what comes in.
bool change_scale(ModelEdit& m) {
  EditedGraph graph(m);
  return graph.find([](Op& op) {
    if (!has(op, "QuantizeInfo")) return false;
    auto& held = *attr(op, "QuantizeInfo").mutable_func()->mutable_attr();
    std::string& scales = *held["scale_weight_value"].mutable_bt();
    float scale = 0;
    if (scales.size() < sizeof(scale)) return false;
    std::memcpy(&scale, scales.data(), sizeof(scale));
    scale *= 2;
    std::memcpy(scales.data(), &scale, sizeof(scale));
    return scale != 0;
  }) != nullptr;
}

const Change kChanges[] = {
    {"WeightBit", change_weight, Class::kWeight, "different"},
    {"Stride",
     [](ModelEdit& m) {
       return change_attr(m, {"strides", "stride"}, change_last);
     },
     Class::kAttribute, "different"},
    {"Kernel",
     [](ModelEdit& m) {
       return change_attr(m, {"ksize", "window"}, change_last);
     },
     Class::kAttribute, "different"},
    {"Dilation",
     [](ModelEdit& m) {
       return change_attr(m, {"dilations", "dilation"}, change_last);
     },
     Class::kAttribute, "different"},
    {"Pads",
     [](ModelEdit& m) {
       return change_attr(m, {"pads", "pad"}, change_first);
     },
     Class::kAttribute, "different"},
    {"Groups",
     [](ModelEdit& m) {
       return change_attr(m, {"groups", "group"}, change_number);
     },
     Class::kAttribute, "different"},
    {"Axis",
     [](ModelEdit& m) {
       return change_attr(m, {"axes", "axis"}, change_first);
     },
     Class::kAttribute, "different"},
    {"Flag",
     [](ModelEdit& m) {
       return change_attr(m, {"transpose_x2", "keep_dims", "adj_x2", "transpose_b"}, turn);
     },
     Class::kAttribute, "different"},
    {"Scale", change_scale, Class::kAttribute, "different"},
    {"Edge", change_edge, Class::kStructure, "different"},
    {"SwappedInputs", swap_inputs, Class::kStructure, "different"},
    {"OutputPrecision", change_precision, Class::kPrecision, "rebuilt"},
    {"OutputType", change_type, Class::kDType, "rebuilt"},
    {"Layout", change_layout, Class::kLayout, "rebuilt"},
    {"ConstantShape", change_constant_shape, Class::kShape, "different"},
    {"PrecisionOption", append_to_command, Class::kPrecision, "rebuilt"},
    {"Compiler", [](ModelEdit& m) { return set_fact(m, "atc_version", "1.85.1.1.100", false); },
     Class::kVersion, "rebuilt"},
    {"OpRemoved", remove_op, Class::kStructure, "different"},
    {"OpAdded", add_op, Class::kStructure, "different"},
    {"OpReplaced", replace_op, Class::kStructure, "different"},
    {"LayoutOpRemoved", remove_layout_op, Class::kLayout, "rebuilt"},
    {"Chip", [](ModelEdit& m) { return set_fact(m, "soc_version", "Ascend310B4", true); },
     Class::kTarget, "rebuilt"},
    {"Streams", [](ModelEdit& m) { return set_fact(m, "stream_num", 77, true); }, Class::kTask,
     "rebuilt"},
    {"Memory", [](ModelEdit& m) { return set_fact(m, "memory_size", 999424, true); },
     Class::kMemory, "rebuilt"},
    {"Blocks", change_blocks, Class::kTask, "rebuilt"},
    {"TaskRemoved", remove_task, Class::kTask, "rebuilt"},
    {"ControlEdge", add_control_edge, Class::kTask, "rebuilt"},
    {"Aipp", add_aipp, Class::kAipp, "interface"},
    {"UnknownAttribute", add_unknown_attr, Class::kAttribute, "rebuilt"},
    {"Engine", change_engine, Class::kPlacement, "rebuilt"},
    {"OutputName", rename_output, Class::kInterface, "rebuilt"},
    {"InputType", change_input_type, Class::kInterface, "interface"},
    {"ResultType", change_output_type, Class::kInterface, "interface"},
    {"KernelCode", change_kernel, Class::kKernel, "rebuilt"},
};

}  // namespace

std::span<const Change> changes() {
  return kChanges;
}

std::vector<std::string> expect_each_found(const std::string& file) {
  std::vector<std::string> none;
  const ModelEdit original(file);
  const std::string before = original.file();
  for (const Change& change : changes()) {
    SCOPED_TRACE(change.name);
    ModelEdit edit = original;
    if (!change.apply(edit)) {
      none.emplace_back(change.name);
      continue;
    }
    const diff::Result result = diff_bytes(before, edit.file());
    EXPECT_EQ(name_of(result.verdict), change.verdict) << shown(result);
    EXPECT_FALSE(result.gate_passed);
    EXPECT_EQ(result.differences.size(), 1U) << shown(result);
    if (result.differences.empty()) continue;
    EXPECT_EQ(result.differences[0].kind, change.kind) << shown(result);
    if (change.kind == Class::kAttribute) {
      EXPECT_NE(result.differences[0].a, result.differences[0].b);
    }
  }
  return none;
}

}  // namespace omscope::test
