// Not enough memory, with the arithmetic as far as the texts give numbers.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "omscope/core/text.h"
#include "omscope/diagnose/rules/rules.h"

namespace omscope::diagnose {
namespace {

constexpr std::array<std::string_view, 4> kCodes = {"207001", "207018", "EL0004", "EE1004"};

bool out_of_memory(const Context& context) {
  if (context.facts.has(FactKind::kOutOfMemory)) return true;
  static constexpr std::array<std::string_view, 3> kSure = {"207001", "207018", "EL0004"};
  return has_any_code(context.facts, kSure);
}

/// Elements of "1x3x4064x3040"; nothing where they are too many for any memory.
std::optional<uint64_t> elements_of(std::string_view shape) {
  constexpr uint64_t kMost = uint64_t{1} << 44U;
  uint64_t product = 1;
  for (const std::string_view dim : split(shape, 'x')) {
    const auto value = parse_word(dim);
    if (!value || *value == 0 || *value > kMost / product) return std::nullopt;
    product *= *value;
  }
  return product;
}

void add_requests(const Context& context, Incident& incident) {
  uint64_t largest = 0;
  for (const Fact* fact : context.facts.all(FactKind::kOutOfMemory)) {
    add_evidence(context, fact, incident);
    largest = std::max(largest, fact->word("size").value_or(0));
    const std::string_view wanted = fact->field("wanted");
    if (wanted.empty()) continue;
    add_cause(incident,
              say(fmt::format("The call asked for {} more{}.", wanted,
                              fact->field("capacity").empty()
                                  ? ""
                                  : fmt::format("; the card has {}", fact->field("capacity"))),
                  fmt::format("该次调用还需 {}。", wanted)));
  }
  if (largest == 0) return;
  incident.registers.set("requested_bytes", std::to_string(largest));
  add_cause(incident, say(fmt::format("The largest request that failed was {} bytes ({}).", largest,
                                      human_bytes(largest)),
                          fmt::format("失败的最大一次申请为 {} 字节（{}）。", largest,
                                      human_bytes(largest))));
}

void add_shapes(const Context& context, Incident& incident) {
  for (const Fact* fact : context.facts.all(FactKind::kShape)) {
    const auto elements = elements_of(fact->field("shape"));
    if (!elements) continue;
    add_evidence(context, fact, incident);
    const uint64_t single = *elements * 4;
    incident.registers.set("shape", std::string(fact->field("shape")));
    incident.registers.set("float32_bytes", std::to_string(single));
    incident.registers.set("float16_bytes", std::to_string(single / 2));
    add_cause(
        incident,
        say(fmt::format("A tensor of {} takes {} bytes as float32 ({}) and {} as float16 ({}).",
                        fact->field("shape"), single, human_bytes(single), single / 2,
                        human_bytes(single / 2)),
            fmt::format("{} 的张量按 float32 占 {} 字节（{}），按 float16 占 {} 字节（{}）。",
                        fact->field("shape"), single, human_bytes(single), single / 2,
                        human_bytes(single / 2))));
    return;
  }
}

void add_free_memory(const Context& context, Incident& incident) {
  for (const Fact& row : context.memory_rows) {
    const auto used = row.word("used_mb");
    const auto total = row.word("total_mb");
    if (!used || !total || *used > *total) continue;
    add_evidence(context, &row, incident);
    add_cause(incident, say(fmt::format("npu-smi shows {} of {} MB in use, {} MB free.", *used,
                                        *total, *total - *used),
                            fmt::format("npu-smi 显示共 {1} MB，已用 {0} MB，剩余 {2} MB。", *used,
                                        *total, *total - *used)));
    return;
  }
}

void conclude_memory(const Context& context, Incident& incident) {
  const Fact* coded = nullptr;
  for (const std::string_view code : kCodes) {
    if (coded == nullptr) coded = fact_with_code(context.facts, code);
  }
  add_evidence(context, coded, incident);
  const bool seen = context.facts.has(FactKind::kOutOfMemory);
  const std::string code(coded == nullptr ? "" : coded->field("code"));
  incident.conclusion =
      say(fmt::format("Out of device memory{}", code.empty() ? "" : " (" + code + ")"),
          fmt::format("设备内存不足{}", code.empty() ? "" : "（" + code + "）"));
  add_requests(context, incident);
  add_shapes(context, incident);
  add_free_memory(context, incident);
  add_cause(incident,
            say("A model needs its work size, its weights (inspect shows both), all inputs and "
                "outputs and the kernels at the same time; memory of killed processes counts until "
                "it is released.",
                "模型运行同时需要：工作内存、权重（inspect 可查看）、全部输入输出以及核函数；"
                "被杀进程的内存在释放前仍被占用。"));
  incident.actions = {
      say("End what else uses the card ('npu-smi info' lists processes and memory); after a crash "
          "wait, or reset the device.",
          "结束占用该卡的其他进程（npu-smi info 可查看）；异常退出后稍等或复位设备。"),
      say("Build the model with float16 inputs (--input_fp16_nodes), a smaller batch or smaller "
          "shape.",
          "转换时使用 float16 输入（--input_fp16_nodes）、更小的 batch 或 shape。"),
      say("Give the model beside the logs: then its need is added up.",
          "把模型与日志一起给出，可计算其内存需求。")};
  const bool prose = context.picture.root->kind == FactKind::kProseCode;
  if (prose) incident.certainty = Certainty::kHint;
  if (seen && !code.empty()) incident.certainty = Certainty::kCertain;
}

constexpr std::array kRules = {
    Rule{"out-of-memory", Certainty::kLikely, "207001, 207018, EL0004, or a request that failed",
         out_of_memory, conclude_memory},
};

}  // namespace

std::span<const Rule> memory_rules() {
  return kRules;
}

}  // namespace omscope::diagnose
