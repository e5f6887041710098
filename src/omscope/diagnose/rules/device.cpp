// What the caller gave, the state of the device, and the other ranks of a job.
#include <array>

#include <fmt/format.h>

#include "omscope/diagnose/rules/rules.h"

namespace omscope::diagnose {
namespace {

const Fact* first_of(const Case& facts, std::span<const std::string_view> codes) {
  for (const Fact& fact : facts.facts) {
    for (const std::string_view code : codes) {
      for (const auto& [name, value] : fact.fields) {
        if (name == "code" && value == code) return &fact;
      }
    }
  }
  return nullptr;
}

std::string code_of(const Fact& fact) {
  return std::string(fact.field("code"));
}

constexpr std::array<std::string_view, 5> kContract = {"100017", "100018", "E10402", "E10404",
                                                       "100024"};

bool contract(const Context& context) {
  return first_of(context.facts, kContract) != nullptr;
}

void conclude_contract(const Context& context, Incident& incident) {
  const Fact& fact = *first_of(context.facts, kContract);
  add_evidence(context, &fact, incident);
  incident.conclusion = say(fmt::format("What was fed does not fit the model ({})", code_of(fact)),
                            fmt::format("输入与模型要求不符（{}）", code_of(fact)));
  add_cause(incident,
            say("Count, type, shape or size of an input differs from what the model was "
                "built for; models built with --input_fp16_nodes take float16, images in "
                "NCHW.",
                "输入个数、类型、shape 或大小与模型不一致；用 --input_fp16_nodes 转换的模型需要 "
                "float16 输入，图像一般为 NCHW。"));
  incident.actions = {say("Compare with the inputs that 'omscope inspect MODEL' lists.",
                          "与 omscope inspect 模型 所列输入对照。")};
}

constexpr std::array<std::string_view, 3> kLost = {"507033", "507901", "EL0005"};

bool lost(const Context& context) {
  return first_of(context.facts, kLost) != nullptr;
}

void conclude_lost(const Context& context, Incident& incident) {
  const Fact& fact = *first_of(context.facts, kLost);
  add_evidence(context, &fact, incident);
  incident.conclusion = say(fmt::format("The device is busy or was lost ({})", code_of(fact)),
                            fmt::format("设备被占用或已丢失（{}）", code_of(fact)));
  add_cause(incident, say("Its system does not answer, or another process holds it.",
                          "设备系统无响应，或被其他进程占用。"));
  incident.actions = {
      say("End leftover processes ('npu-smi info' lists them) and reset the device (npu-smi set -t "
          "reset -i ID -c CHIP).",
          "结束残留进程（npu-smi info 可查看），必要时复位设备（npu-smi set -t reset -i ID -c "
          "CHIP）。")};
}

constexpr std::array<std::string_view, 5> kRank = {"EI0002", "EI0005", "EI0006", "EI0008",
                                                   "EI0001"};

bool rank(const Context& context) {
  return first_of(context.facts, kRank) != nullptr;
}

void conclude_rank(const Context& context, Incident& incident) {
  const Fact& fact = *first_of(context.facts, kRank);
  add_evidence(context, &fact, incident);
  const bool timeout = code_of(fact) == "EI0002" || code_of(fact) == "EI0006";
  incident.conclusion =
      timeout ? say(fmt::format("This rank waited in vain for another one ({})", code_of(fact)),
                    fmt::format("本 rank 等待其他 rank 超时（{}）", code_of(fact)))
              : say(fmt::format("The ranks of the job do not agree ({})", code_of(fact)),
                    fmt::format("各 rank 配置或参数不一致（{}）", code_of(fact)));
  add_cause(incident, timeout
                          ? say("The rank that does not say so failed first, or never came to the "
                                "same call.",
                                "没有报该错误的那个 rank 先失败，或没有执行到同一通信调用。")
                          : say("Parameters, versions or the rank table differ between nodes.",
                                "节点间参数、版本或 rank table 不一致。"));
  incident.actions = {
      say("Give the logs of all ranks together and look at the one without this code.",
          "把所有 rank 的日志一起给出，重点看没有该错误码的那个。")};
}

constexpr std::array kRules = {
    Rule{"input-contract", Certainty::kCertain, "100017, 100018, 100024, E10402 or E10404",
         contract, conclude_contract},
    Rule{"device-lost", Certainty::kLikely, "507033, 507901 or EL0005", lost, conclude_lost},
    Rule{"ranks", Certainty::kLikely, "EI0001, EI0002, EI0005, EI0006 or EI0008", rank,
         conclude_rank},
};

}  // namespace

std::span<const Rule> device_rules() {
  return kRules;
}

}  // namespace omscope::diagnose
