// Words of other products, and calls that cannot work.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "omscope/diagnose/rules/rules.h"

namespace omscope::diagnose {
namespace {

bool library(const Context& context) {
  const Fact* fact = context.facts.first(FactKind::kLibrary);
  return fact != nullptr && fact->field("library").starts_with("lib");
}

void conclude_library(const Context& context, Incident& incident) {
  const Fact& fact = *context.facts.first(FactKind::kLibrary);
  add_evidence(context, &fact, incident);
  const std::string name(fact.field("library"));
  const bool driver = name.starts_with("libascend_hal") || name.starts_with("libdrv") ||
                      name.starts_with("libdcmi");
  incident.conclusion =
      say(fmt::format("The loader does not find {}", name), fmt::format("加载器找不到 {}", name));
  add_cause(incident, driver
                          ? say("It belongs to the driver; a machine without a card has none.",
                                "它属于驱动包；没有卡的机器上没有驱动。")
                          : say("Its folder is not on LD_LIBRARY_PATH, or its package is missing.",
                                "其目录不在 LD_LIBRARY_PATH 中，或未安装对应软件包。"));
  incident.actions = {say("source set_env.sh of the toolkit.", "source toolkit 的 set_env.sh。")};
  if (driver) {
    incident.actions.push_back(
        say("With a card: add /usr/local/Ascend/driver/lib64 (and its driver and common) to "
            "LD_LIBRARY_PATH. On a build host without one: add <toolkit>/<arch>-linux/devlib.",
            "有卡的机器：把 /usr/local/Ascend/driver/lib64（及其 driver、common）加入 "
            "LD_LIBRARY_PATH；无卡的编译机：加入 <toolkit>/<arch>-linux/devlib。"));
  }
}

const Fact* exception_with(const Case& facts, std::string_view words) {
  for (const Fact* fact : facts.all(FactKind::kException)) {
    if (fact->field("message").find(words) != std::string_view::npos) return fact;
  }
  return nullptr;
}

bool torch_load(const Context& context) {
  const Fact* fact = exception_with(context.facts, "could not convert string to int");
  return fact != nullptr && fact->field("exception") == "ValueError" &&
         context.facts.has(FactKind::kPythonFrame);
}

void conclude_torch_load(const Context& context, Incident& incident) {
  const auto frames = context.facts.all(FactKind::kPythonFrame);
  bool named = false;
  for (const Fact* frame : frames) {
    add_evidence(context, frame, incident);
    named = named || frame->field("om") == "yes";
  }
  incident.conclusion =
      named ? say("torch.load was given an offline model (.om), which is no PyTorch file",
                  "用 torch.load 加载了离线模型（.om），它不是 PyTorch 文件")
            : say("torch.load was given a file that is no PyTorch checkpoint, such as an offline "
                  "model (.om)",
                  "torch.load 加载的不是 PyTorch 权重文件，例如离线模型（.om）");
  add_cause(incident,
            say("An offline model starts with the letters IMOD; unpickling takes them for "
                "a number and fails in _legacy_load.",
                "离线模型以 IMOD 开头，反序列化把它当成数字而在 _legacy_load 中报错。"));
  if (named) incident.certainty = Certainty::kCertain;
  incident.actions = {
      say("Load the model with pyACL (acl.mdl.load_from_file) or an inference session of ais_bench "
          "or mindx; keep torch for pre- and postprocessing.",
          "用 pyACL（acl.mdl.load_from_file）、ais_bench 或 mindx 加载模型；torch 只做前后处理。")};
}

const Fact* misuse_fact(const Context& context, std::string_view what) {
  for (const Fact* fact : context.facts.all(FactKind::kMisuse)) {
    if (fact->field("what") == what) return fact;
  }
  return nullptr;
}

bool mind_ie(const Context& context) {
  return misuse_fact(context, "mindie") != nullptr;
}

void conclude_mind_ie(const Context& context, Incident& incident) {
  add_evidence(context, misuse_fact(context, "mindie"), incident);
  incident.conclusion = say("MindIE cannot make a builder: it does not support this card",
                            "MindIE 无法创建 builder：不支持该加速卡");
  add_cause(
      incident,
      say("MindIE-RT runs on certain cards only; those for inference of the 310P "
          "family, as Atlas 300I Pro, were not among them with 1.0 and 2.0.RC1.",
          "MindIE-RT 只支持部分加速卡；1.0 与 2.0.RC1 均不支持 300I Pro 等 310P 系列推理卡。"));
  incident.actions = {say("Use pyACL or AscendCL with an offline model on this card.",
                          "在该卡上使用 pyACL/AscendCL 加载离线模型。"),
                      say("Check the list of supported hardware of your MindIE version.",
                          "查看所用 MindIE 版本的硬件支持列表。")};
}

bool open_vino(const Context& context) {
  return misuse_fact(context, "openvino") != nullptr;
}

void conclude_open_vino(const Context& context, Incident& incident) {
  const Fact* fact = misuse_fact(context, "openvino");
  add_evidence(context, fact, incident);
  incident.conclusion =
      say(fmt::format("OpenVINO has no device \"{}\" here: it does not drive Ascend NPUs",
                      fact->field("device")),
          fmt::format("OpenVINO 没有设备 \"{}\"：它不支持昇腾 NPU", fact->field("device")));
  add_cause(incident, say("Its plugins are for Intel's processors.", "其插件面向 Intel 处理器。"));
  incident.actions = {
      say("Convert the model with atc and run it with AscendCL, or use onnxruntime "
          "on the CPU.",
          "用 atc 转换后以 AscendCL 推理，或用 onnxruntime 在 CPU 上运行。")};
}

bool get_frame(const Context& context) {
  return exception_with(context.facts, "'NoneType' object has no attribute '_getframe'") != nullptr;
}

void conclude_get_frame(const Context& context, Incident& incident) {
  incident.conclusion = say("The logger of acllite runs when Python is already being shut down",
                            "acllite 的日志在 Python 解释器退出阶段仍被调用");
  add_cause(incident,
            say("Its resources are released by a destructor at the end of the process, "
                "when module sys is gone; importing torch in the same file changes the "
                "order in which modules go.",
                "资源在进程结束时由析构释放，此时 sys 模块已被清理；同一文件中 import torch 会改变"
                "模块清理顺序。"));
  add_evidence(context, exception_with(context.facts, "_getframe"), incident);
  incident.actions = {
      say("Release the resources before the end of the program, and import torch in "
          "another module than acllite.",
          "在程序结束前主动释放资源，并把 torch 放到另一个模块中 import。")};
}

bool fallback(const Context& context) {
  return context.facts.has(FactKind::kFallback) &&
         (context.facts.has(FactKind::kPytorchTail) || context.facts.has(FactKind::kException));
}

/// "aten::linalg_lstsq.out" as "linalg_lstsq".
std::string short_name(std::string_view op) {
  const size_t colons = op.rfind("::");
  if (colons != std::string_view::npos) op.remove_prefix(colons + 2);
  return std::string(op.substr(0, op.find('.')));
}

void conclude_fallback(const Context& context, Incident& incident) {
  const auto all = context.facts.all(FactKind::kFallback);
  const Fact& last = *all.back();
  for (const Fact* fact : all) add_evidence(context, fact, incident);
  const Fact* exception = context.facts.first(FactKind::kException);
  add_evidence(context, exception, incident);
  add_evidence(context, context.facts.first(FactKind::kPytorchTail), incident);
  const std::string op(last.field("op"));
  incident.op_name = op;
  incident.op_type = short_name(op);
  incident.conclusion = say(
      fmt::format("Operator {} is not supported on the NPU, and its way over the CPU failed", op),
      fmt::format("NPU 不支持算子 {}，回退到 CPU 执行时又失败", op));
  add_cause(incident, say("The warning alone would only mean that it is slower; here the copy back "
                          "to the NPU or the call itself failed.",
                          "若只有告警仅表示变慢；此处结果拷回 NPU 或调用本身已失败。"));
  if (exception != nullptr) {
    add_cause(incident, say(fmt::format("The call says: {}", exception->field("message")),
                            fmt::format("调用报：{}", exception->field("message"))));
  }
  incident.actions = {
      say("Move the data of this call to the CPU (x.cpu()) and the result back, or use another API "
          "that the NPU has.",
          "把该调用的数据放到 CPU（x.cpu()）计算后再搬回，或改用 NPU 支持的等价接口。"),
      say("Check the shapes of its inputs on the CPU first: the call may be wrong there, too.",
          "先在 CPU 上验证输入 shape：该调用在 CPU 上也可能不合法。")};
}

constexpr std::array kRules = {
    Rule{"library-path", Certainty::kCertain, "the loader's line about a library", library,
         conclude_library},
    Rule{"cpu-fallback-failed", Certainty::kCertain,
         "a warning of CPU fallback followed by an exception", fallback, conclude_fallback},
    Rule{"torch-load-om", Certainty::kLikely, "ValueError of torch.load in _legacy_load",
         torch_load, conclude_torch_load},
    Rule{"mindie-card", Certainty::kCertain, "MindIE's line about its builder", mind_ie,
         conclude_mind_ie},
    Rule{"openvino-device", Certainty::kCertain, "OpenVINO's line about a device", open_vino,
         conclude_open_vino},
    Rule{"acllite-shutdown", Certainty::kLikely, "the exception about _getframe", get_frame,
         conclude_get_frame},
};

}  // namespace

std::span<const Rule> misuse_rules() {
  return kRules;
}

}  // namespace omscope::diagnose
