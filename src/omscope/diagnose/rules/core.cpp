// Kernels that stopped, read from their error words.
#include <array>

#include <fmt/format.h>

#include "omscope/diagnose/catalogue.h"
#include "omscope/diagnose/rules/rules.h"

namespace omscope::diagnose {
namespace {

std::string words_of(const Picture& picture) {
  if (picture.cores.empty()) return {};
  const std::vector<uint64_t>& words = picture.cores.front().words;
  if (picture.is_950) return fmt::format("{}", fmt::join(words, ", "));
  size_t count = words.size();
  while (count > 1 && words[count - 1] == 0) --count;
  std::string out;
  for (size_t i = 0; i < count; ++i) out += fmt::format("{}{:#x}", i == 0 ? "" : ", ", words[i]);
  return out;
}

std::string names_of(const Picture& picture) {
  constexpr size_t kMost = 4;
  std::string out;
  for (size_t i = 0; i < picture.bits.size() && i < kMost; ++i) {
    const AicoreBit& bit = picture.bits[i];
    out += fmt::format("{}{}", i == 0 ? "" : ", ",
                       bit.name.empty() ? fmt::format("bit {}", bit.id) : std::string(bit.name));
  }
  return out;
}

bool has_bits(const Context& context) {
  return !context.picture.bits.empty();
}

/// The runtime's own reason comes before what the class of an error bit suggests.
void quote_runtime(const Context& context, Incident& incident) {
  std::string_view reason = context.picture.error_text;
  while (reason.ends_with('.') || reason.ends_with(' ')) reason.remove_suffix(1);
  if (reason.empty()) return;
  add_cause(incident, say(fmt::format("The runtime says: \"{}\".", reason),
                          fmt::format("运行时给出：“{}”。", reason)));
}

void registers_in_words(const Context& context, Incident& incident) {
  const Picture& picture = context.picture;
  const CoreFault& core = picture.cores.front();
  if (core.pc_start && core.pc_current) {
    if (const auto offset = pc_offset(*core.pc_start, *core.pc_current)) {
      add_cause(incident, say(fmt::format("It stopped {:#x} bytes into the kernel.", *offset),
                              fmt::format("停在核函数偏移 {:#x} 处。", *offset)));
      incident.registers.set("pc_offset", fmt::format("{:#x}", *offset));
    }
  }
  constexpr uint32_t kBusAnswer = 23;  // what gives the type of the access its meaning
  if (!core.mte || picture.is_950 || !picture.has_bit(kBusAnswer)) return;
  for (const RegisterField& field : decode_register("mte", *core.mte, picture.bits)) {
    if (field.meaning.empty() || field.name.find("type") == std::string::npos) continue;
    add_cause(incident, say(fmt::format("The memory engine says: {}.", field.meaning),
                            fmt::format("搬运单元记录：{}。", in_chinese(field.meaning).empty()
                                                                  ? field.meaning
                                                                  : in_chinese(field.meaning))));
  }
}

void conclude_bits(const Context& context, Incident& incident) {
  const Picture& picture = context.picture;
  const Text where = kernel_and_op(picture);
  const AicoreBit& first = picture.bits.front();
  const std::string what(first.meaning.empty() ? first.name : first.meaning);
  const std::string zh = in_chinese(what);
  // A register dump begins with the task; the word stands below, the kernel in the host's log.
  add_evidence(context, picture.cores.front().fact, incident);
  add_evidence(context, context.facts.first(FactKind::kKernelFailed), incident);
  incident.conclusion = say(fmt::format("AI Core error {} ({}) in {}: {}", words_of(picture),
                                        names_of(picture), where.en, what),
                            fmt::format("AI Core 错误 {}（{}），{}：{}", words_of(picture),
                                        names_of(picture), where.zh, zh.empty() ? what : zh));
  quote_runtime(context, incident);
  add_cause(incident, say(std::string(suspicion(first.kind)) + ".",
                          std::string(suspicion(first.kind, Lang::kChinese)) + "。"));
  registers_in_words(context, incident);
  const std::string action(first_action(first.kind));
  incident.actions.push_back(
      say(action + ".", std::string(first_action(first.kind, Lang::kChinese)) + "。"));
  incident.actions.push_back(say(
      "Run the operator alone with the inputs of the dump ('omscope repro'): if it fails, look "
      "at inputs and kernel; if not, at addresses.",
      "用 dump 出的输入单算子复现（omscope repro）：能复现则查输入与核函数，不能复现则查地址。"));
  if (first.kind == BitClass::kGlobalMemory || first.kind == BitClass::kInstruction) {
    incident.actions.push_back(say(
        "Check that toolkit, kernels and nnrt are of one version, the one that built the model.",
        "检查 toolkit、kernels、nnrt 与转换模型所用版本是否一致。"));
  }
}

/// Zero in all words: nothing was latched.
bool trapped(const Context& context) {
  return context.picture.has_words && context.picture.bits.empty();
}

void conclude_trap(const Context& context, Incident& incident) {
  const Text where = kernel_and_op(context.picture);
  incident.conclusion =
      say(fmt::format("{} stopped by a trap or a timeout: no error bit is set", where.en),
          fmt::format("{} 因 trap 或超时停止：没有任何错误位", where.zh));
  quote_runtime(context, incident);
  add_cause(
      incident,
      say("With all error words zero the core did not find a fault of its own: a check in the "
          "kernel (assert, out-of-bounds check) stopped it, or the watchdog because it "
          "waited too long, as for a synchronisation that never came.",
          "错误字全为 0 表示核自身未检测到故障：要么是核函数内的检查（assert、越界检测）触发 "
          "trap，要么是等待过久（如同步信号未到）被看门狗终止。"));
  incident.actions = {
      say("Look for a line with [ASSERT] of the same time in debug and run logs.",
          "在 debug 与 run 日志中查找同一时刻的 [ASSERT] 行。"),
      say("Run again with op_debug_config=oom, which names accesses out of bounds, and check the "
          "tiling data and synchronisation of the kernel.",
          "开启 op_debug_config=oom 重跑以定位越界访问，并检查核函数的 tiling 数据与同步。")};
}

bool ai_cpu(const Context& context) {
  return context.facts.has(FactKind::kAicpuError);
}

void conclude_ai_cpu(const Context& context, Incident& incident) {
  const Fact& fact = *context.facts.first(FactKind::kAicpuError);
  add_evidence(context, &fact, incident);
  const Text where = kernel_and_op(context.picture);
  const std::string code(fact.field("aicpu_code"));
  incident.conclusion =
      say(fmt::format("AI CPU {} failed{}{}", where.en, code.empty() ? "" : " with code ", code),
          fmt::format("AI CPU {} 执行失败{}{}", where.zh, code.empty() ? "" : "，错误码 ", code));
  const auto number = parse_word(code);
  const auto entries =
      number ? look_up("AICPU", *number, Lang::kEnglish) : std::vector<CatalogueEntry>{};
  if (!entries.empty()) add_cause(incident, say(entries.front().meaning + "."));
  if (!fact.field("message").empty()) {
    add_cause(incident, say(fmt::format("It says: {}", fact.field("message"))));
  }
  incident.actions = {
      say("Check the inputs of this op; the AI CPU's own log (device-app) says more.",
          "检查该算子的输入；device-app 目录下的 AI CPU 日志有更多信息。")};
}

bool kernel_failed(const Context& context) {
  return context.facts.has(FactKind::kKernelFailed) || context.facts.has(FactKind::kTaskFailed) ||
         context.facts.has(FactKind::kDeviceTask);
}

void conclude_kernel(const Context& context, Incident& incident) {
  add_evidence(context, context.facts.first(FactKind::kKernelFailed), incident);
  const Text where = kernel_and_op(context.picture);
  incident.conclusion = say(fmt::format("Failed on the device: {}", where.en),
                            fmt::format("{} 在设备上执行失败", where.zh));
  add_cause(incident, say("The line with the error code of the core is not among these logs, so "
                          "that the reason cannot be told.",
                          "日志中没有核的错误码行，无法判断原因。"));
  if (!context.facts.has(FactKind::kKernelFailed)) incident.certainty = Certainty::kHint;
  incident.actions = {
      say("Add the whole log of the process: the lines before this one name the "
          "error code.",
          "补充该进程的完整日志：此行之前会给出错误码。")};
}

constexpr std::array kRules = {
    Rule{"core-error-bits", Certainty::kLikely, "error words of a core with a bit set", has_bits,
         conclude_bits},
    Rule{"trap-without-bits", Certainty::kLikely, "error words of a core, all zero", trapped,
         conclude_trap},
    Rule{"ai-cpu-error", Certainty::kLikely, "a failed AI CPU kernel", ai_cpu, conclude_ai_cpu},
    Rule{"kernel-failed", Certainty::kLikely, "a failed kernel or task without error words",
         kernel_failed, conclude_kernel},
};

}  // namespace

std::span<const Rule> core_rules() {
  return kRules;
}

}  // namespace omscope::diagnose
