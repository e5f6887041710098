// Binaries that are not there, and models that do not fit the software that runs them.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "omscope/diagnose/integral_key.h"
#include "omscope/diagnose/rules/rules.h"

namespace omscope::diagnose {
namespace {

bool missing_binary(const Context& context) {
  static constexpr std::array<std::string_view, 3> kCodes = {"561003", "561112", "561103"};
  const Fact* fact = context.facts.first(FactKind::kMissingBinary);
  return (fact != nullptr && !fact->field("op_type").empty()) ||
         has_any_code(context.facts, kCodes);
}

/// The line with the key, else the first.
const Fact* best_line(const Case& facts) {
  for (const Fact* fact : facts.all(FactKind::kMissingBinary)) {
    if (!fact->field("integral_key").empty()) return fact;
  }
  return facts.first(FactKind::kMissingBinary);
}

/// The list of tensors in Chinese.
std::string tensors_in_chinese(const IntegralKey& key) {
  const auto word = [](const KeyTensor& tensor) {
    return fmt::format("{}/{}", tensor.dtype, tensor.format);
  };
  if (key.tensors.empty()) return "无张量";
  const std::string first = word(key.tensors.front());
  const bool same = std::all_of(key.tensors.begin(), key.tensors.end(),
                                [&](const KeyTensor& tensor) { return word(tensor) == first; });
  if (same) return fmt::format("{} 个张量均为 {}", key.tensors.size(), first);
  std::string list;
  for (const KeyTensor& tensor : key.tensors) list += (list.empty() ? "" : "、") + word(tensor);
  return list;
}

void key_in_words(const IntegralKey& key, Incident& incident) {
  const std::string tensors = tensors_in_words(key);
  const std::string_view mode = implementation_mode(key.implementation);
  add_cause(
      incident,
      say(fmt::format(
              "The key asks for {}, {} implementation{}.", tensors,
              mode.empty() ? fmt::format("number {}", key.implementation) : std::string(mode),
              key.deterministic ? ", deterministic" : ", not deterministic"),
          fmt::format("该 key 要求：{}，实现模式 {}，{}确定性计算。", tensors_in_chinese(key),
                      mode.empty() ? fmt::format("{}", key.implementation) : std::string(mode),
                      key.deterministic ? "" : "非")));
}

void conclude_missing(const Context& context, Incident& incident) {
  const Fact* fact = best_line(context.facts);
  add_evidence(context, fact, incident);
  const std::string op(fact == nullptr ? "" : fact->field("op_type"));
  const std::string key_text(fact == nullptr ? "" : fact->field("integral_key"));
  incident.op_type = op;
  incident.integral_key = key_text;
  const auto key = parse_integral_key(key_text);
  const std::string types = key ? " for " + tensors_in_words(*key) : "";
  const std::string of = op.empty() ? "the op" : "op " + op;
  incident.conclusion =
      say(fmt::format("No binary of {}{} is installed", of, types),
          fmt::format("没有安装{}的算子二进制{}", op.empty() ? "该算子" : "算子 " + op + " ",
                      key ? "（" + tensors_in_chinese(*key) + "）" : ""));
  if (key) key_in_words(*key, incident);
  add_cause(
      incident,
      say("The operator library found no kernel for this combination of types, layouts and "
          "mode: either the kernels package of this chip and version is missing, or the "
          "combination was never built.",
          "算子库未找到与该数据类型、格式和模式组合匹配的核函数：要么未安装与芯片、版本配套的 "
          "kernels 包，要么该组合本来就不支持。"));
  incident.actions = {
      say("Install the kernels (ops) package of the same version as the toolkit, for this chip.",
          "安装与 toolkit 版本一致、与芯片匹配的 kernels（ops）包。"),
      say("Cast the inputs to a type that the op has (int64 to int32 or float, for one), or move "
          "this call to the CPU.",
          "把输入转换为该算子支持的类型（例如 int64 转 int32 或 float），或把这一步放到 CPU 上。"),
      say("Give --cann FOLDER with the installed package: then the combinations that are there are "
          "listed.",
          "加上 --cann 目录（已安装的包），可列出受支持的组合。")};
  const bool bf16 =
      key && std::any_of(key->tensors.begin(), key->tensors.end(),
                         [](const KeyTensor& tensor) { return tensor.dtype == "bf16"; });
  if (bf16) {
    add_cause(incident, say("bf16 needs a chip that has it: the 310P does not.",
                            "bf16 需要芯片支持：310P 不支持。"));
  }
}

const Fact* sub_memory_assert(const Case& facts) {
  for (const Fact* fact : facts.all(FactKind::kGraphAssert)) {
    const std::string_view condition = fact->field("condition");
    const bool values = !fact->field("expect").empty() && !fact->field("actual").empty();
    if (values && condition.find("sub_memory_info") != std::string_view::npos) return fact;
  }
  return nullptr;
}

bool newer_model(const Context& context) {
  return sub_memory_assert(context.facts) != nullptr;
}

void conclude_newer(const Context& context, Incident& incident) {
  const Fact& fact = *sub_memory_assert(context.facts);
  add_evidence(context, &fact, incident);
  add_evidence(context, fact_with_code(context.facts, "1343225857"), incident);
  const std::string expect(fact.field("expect"));
  const std::string actual(fact.field("actual"));
  const auto wanted = parse_word(expect);
  const auto there = parse_word(actual);
  const bool newer = wanted && there && *there > *wanted;
  incident.conclusion =
      say(fmt::format("The model cannot be loaded (500002): its sub_memory_info entries have {} "
                      "values, the runtime expects {}: the model is {} than the runtime",
                      actual, expect, newer ? "newer" : "of another version"),
          fmt::format("模型加载失败（500002）：sub_memory_info 每项有 {} 个值，而运行时期望 {} "
                      "个：模型比运行时{}",
                      actual, expect, newer ? "新" : "版本不同"));
  add_cause(
      incident,
      say("The graph engine of 8.0.RC1 and before checks that each entry has 3 values; later "
          "versions of ATC write 4. The check fails first; 1343225857 (parameter invalid), "
          "which callers see as 500002, and what is said of model ids follows from it.",
          "8.0.RC1 及更早的图引擎要求每项 3 个值，较新的 ATC 写 4 个。先是该断言失败，随后才有 "
          "1343225857（参数非法，对外显示为 500002）以及模型 id 相关的报错。"));
  incident.actions = {
      say("Install a runtime (toolkit or nnrt) at least as new as the CANN that built the model.",
          "安装不低于转换该模型所用 CANN 版本的运行时（toolkit 或 nnrt）。"),
      say("Or build the model again with the CANN of this machine.",
          "或用本机 CANN 版本重新转换模型。")};
}

bool version_mismatch(const Context& context) {
  return context.facts.has(FactKind::kVersionMismatch);
}

void conclude_mismatch(const Context& context, Incident& incident) {
  const Fact& fact = *context.facts.first(FactKind::kVersionMismatch);
  add_evidence(context, &fact, incident);
  const bool opp = fact.text.find("opp") != std::string::npos ||
                   fact.text.find("convert the om again") != std::string::npos;
  if (opp) {
    incident.conclusion = say("The model was built with another version of the operator package",
                              "转换模型所用算子包版本与本机不一致");
    incident.actions = {
        say("Build the model again on this version, or install the one that built "
            "it (inspect shows it).",
            "用本机版本重新转换模型，或安装转换时的版本（inspect 可查看）。")};
  } else {
    incident.conclusion = say("The model was built for another chip", "模型是为其他芯片转换的");
    incident.actions = {
        say("Build the model again with --soc_version of this chip ('npu-smi info' shows its "
            "name: Ascend + Name).",
            "按本机芯片重新转换：--soc_version=Ascend + npu-smi info 显示的 Name。")};
  }
  add_cause(incident, say("The runtime says so itself.", "运行时已明确报出。"));
}

constexpr std::array kRules = {
    Rule{"missing-binary", Certainty::kCertain,
         "\"Cannot find bin of op\" with the op's name, or 561003, 561103, 561112", missing_binary,
         conclude_missing},
    Rule{"om-runtime-mismatch", Certainty::kLikely,
         "the graph engine's assertion about sub_memory_info", newer_model, conclude_newer},
    Rule{"version-mismatch", Certainty::kCertain,
         "the runtime's line about soc_version or opp version", version_mismatch,
         conclude_mismatch},
};

}  // namespace

std::span<const Rule> package_rules() {
  return kRules;
}

}  // namespace omscope::diagnose
