#include "omscope/diagnose/missing_evidence.h"

#include <algorithm>
#include <array>

#include "omscope/diagnose/rules/rules.h"

namespace omscope::diagnose {
namespace {

bool any_rule(const Report& report, std::initializer_list<std::string_view> rules) {
  return std::any_of(report.incidents.begin(), report.incidents.end(), [&](const Incident& each) {
    return std::find(rules.begin(), rules.end(), each.rule) != rules.end();
  });
}

bool of_kernel(const Incident& incident) {
  static constexpr std::array<std::string_view, 6> kRules = {
      "device-assert",     "bad-device-address", "core-error-bits",
      "trap-without-bits", "kernel-failed",      "ai-cpu-error"};
  return std::find(kRules.begin(), kRules.end(), incident.rule) != kRules.end();
}

}  // namespace

std::vector<MissingEvidence> missing_evidence(const Report& report, const Collector& collector,
                                              const LogOptions& options) {
  std::vector<MissingEvidence> missing;
  const bool kernel = std::any_of(report.incidents.begin(), report.incidents.end(), of_kernel);
  const bool dumped = std::any_of(report.incidents.begin(), report.incidents.end(),
                                  [](const Incident& each) { return !each.dump_file.empty(); });
  if (kernel && !dumped && !options.has_dump) {
    missing.push_back(
        {say("The inputs and outputs of the failed op", "出错算子的输入输出数据"),
         say("enable_exception_dump=1, or ASCEND_DUMP_SCENE=aic_err_brief_dump with "
             "ASCEND_DUMP_PATH=DIR",
             "enable_exception_dump=1，或 ASCEND_DUMP_SCENE=aic_err_brief_dump 并设置 "
             "ASCEND_DUMP_PATH=DIR")});
  } else if (kernel && !options.has_dump) {
    missing.push_back(
        {say("The dump that the log announces: it was not given", "日志中提到的 dump 文件未提供"),
         say("--dump FOLDER")});
  }
  if (kernel && !options.has_model) {
    missing.push_back(
        {say("The graph: types, shapes and origin of the op", "计算图：算子类型、shape 与来源"),
         say("DUMP_GE_GRAPH=1 DUMP_GRAPH_LEVEL=1, or --model FILE",
             "DUMP_GE_GRAPH=1 DUMP_GRAPH_LEVEL=1，或 --model FILE")});
  }
  if (kernel && !collector.has_info()) {
    missing.push_back({say("Lines of level INFO: launch, memory, shapes",
                           "INFO 级日志：下发、内存、shape 等信息"),
                       say("ASCEND_GLOBAL_LOG_LEVEL=1")});
  }
  if (kernel) {
    missing.push_back(
        {say("The line of the kernel's source at which it stopped", "核函数出错的源码行"),
         say("op_debug_level=2 (keeps kernel_meta with debug information)",
             "op_debug_level=2（保留带调试信息的 kernel_meta）")});
  }
  if (any_rule(report, {"missing-binary"}) && !options.has_cann) {
    missing.push_back({say("The installed package: which combinations of types there are",
                           "已安装的算子包：受支持的类型组合"),
                       say("--cann FOLDER")});
  }
  if (any_rule(report,
               {"om-runtime-mismatch", "version-mismatch", "out-of-memory", "input-contract"}) &&
      !options.has_model) {
    missing.push_back({say("The model: versions, memory and inputs that it was built for",
                           "模型文件：其版本、内存与输入要求"),
                       say("--model FILE.om")});
  }
  if (any_rule(report, {"out-of-memory"}) && collector.memory_rows().empty()) {
    missing.push_back({say("How much memory of the card is free", "该卡的剩余内存"),
                       say("npu-smi info > npu-smi.txt")});
  }
  if (any_rule(report, {"reported-code", "first-error", "kernel-failed"})) {
    missing.push_back({say("The whole log of the process (plog), where the first failure stands",
                           "该进程的完整 plog 日志，最早的失败记录在其中"),
                       say("$HOME/ascend/log/debug/plog, or ASCEND_PROCESS_LOG_PATH=DIR",
                           "$HOME/ascend/log/debug/plog，或 ASCEND_PROCESS_LOG_PATH=DIR")});
  }
  return missing;
}

}  // namespace omscope::diagnose
