// The two verdicts that need no reading of registers: the kernel's own check, and broken hardware.
#include <array>

#include <fmt/format.h>

#include "omscope/diagnose/rules/rules.h"

namespace omscope::diagnose {
namespace {

bool device_assert(const Context& context) {
  return context.facts.has(FactKind::kDeviceAssert);
}

void conclude_assert(const Context& context, Incident& incident) {
  const Fact& fact = *context.facts.first(FactKind::kDeviceAssert);
  add_evidence(context, &fact, incident);
  const Text where = kernel_and_op(context.picture);
  const std::string detail(fact.field("detail"));
  const std::string condition(fact.field("condition"));
  const std::string broken =
      condition.empty() ? detail
                        : fmt::format("{}{}{}", condition, detail.empty() ? "" : ": ", detail);
  incident.conclusion =
      say(fmt::format("A check inside of the kernel failed: {} ({})", broken, where.en),
          fmt::format("核函数内部的检查失败：{}（{}）", broken, where.zh));
  add_cause(incident,
            say("The kernel looked at its own data and stopped, which is not a fault of CANN: "
                "the values that broke the condition stand in the line.",
                "核函数检查自身数据后主动停止，并非 CANN 缺陷；不满足条件的数值就在该行日志中。"));
  if (!fact.field("place").empty()) {
    add_cause(incident, say(fmt::format("The check stands in {}.", fact.field("place")),
                            fmt::format("检查位于 {}。", fact.field("place"))));
  }
  if (!fact.field("cann_version").empty()) {
    add_cause(incident,
              say(fmt::format("The operator package is of CANN {}.", fact.field("cann_version")),
                  fmt::format("算子包版本为 CANN {}。", fact.field("cann_version"))));
    incident.registers.set("cann_version", std::string(fact.field("cann_version")));
  }
  const bool index =
      detail.find("Index") != std::string::npos || detail.find("out of range") != std::string::npos;
  incident.actions.push_back(
      index ? say("Find what makes the index input and keep its values in range; the dump of this "
                  "op's inputs shows them.",
                  "检查产生索引输入的上游，保证索引值在合法范围内；该算子的输入 dump "
                  "可看到具体数值。")
            : say("Check the values and shapes that go into this op against the condition.",
                  "按该条件检查此算子的输入数值与 shape。"));
}

bool hardware(const Context& context) {
  static constexpr std::array<std::string_view, 1> kCodes = {"EZ2001"};
  return context.facts.has(FactKind::kHardware) || context.picture.has_class(BitClass::kHardware) ||
         has_any_code(context.facts, kCodes);
}

void conclude_hardware(const Context& context, Incident& incident) {
  const Fact* event = context.facts.first(FactKind::kHardware);
  add_evidence(context, event, incident);
  add_evidence(context, fact_with_code(context.facts, "EZ2001"), incident);
  std::string what;
  for (const AicoreBit& bit : context.picture.bits) {
    if (bit.kind != BitClass::kHardware) continue;
    what += fmt::format("{}{}", what.empty() ? "" : ", ", bit.name);
  }
  if (what.empty() && event != nullptr && !event->field("event_id").empty()) {
    what = fmt::format("event {}", event->field("event_id"));
    if (!event->field("event").empty()) what += fmt::format(" ({})", event->field("event"));
  }
  if (what.empty()) what = "an uncorrectable error";
  incident.conclusion = say(fmt::format("The chip reports a hardware fault: {}", what),
                            fmt::format("芯片上报硬件故障：{}", what));
  add_cause(incident, say("Memory or a bus answered with an error that software cannot cause; any "
                          "kernel may be the victim.",
                          "存储或总线报告的错误并非软件所致，任何核函数都可能受害。"));
  incident.actions = {
      say("Run the device's diagnosis and read its event log; move the job to another card.",
          "对该设备做健康诊断并查看事件日志；把任务迁到其他卡上。"),
      say("If it comes back on this card only, have the card replaced.",
          "若仅在该卡复现，请更换硬件。")};
}

constexpr std::array kRules = {
    Rule{"device-assert", Certainty::kCertain, "an [ASSERT] line of the kernel", device_assert,
         conclude_assert},
    Rule{"hardware-fault", Certainty::kCertain, "a RAS event, an ECC, parity or CRC bit, or EZ2001",
         hardware, conclude_hardware},
};

}  // namespace

std::span<const Rule> assert_rules() {
  return kRules;
}

}  // namespace omscope::diagnose
