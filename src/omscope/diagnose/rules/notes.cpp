// What else the facts of a failed kernel tell.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "omscope/core/text.h"
#include "omscope/diagnose/rules/rules.h"

namespace omscope::diagnose {
namespace {

/// Slots that held an address before and hold something else afterwards.
struct Overwritten {
  size_t first = 0;
  size_t changed = 0;
  size_t addresses = 0;
};
std::optional<Overwritten> overwritten(const Picture& picture) {
  constexpr uint64_t kSpaceShift = 40;
  if (picture.args_before.empty() || picture.args.empty() || !picture.para_base) {
    return std::nullopt;
  }
  const uint64_t space = *picture.para_base >> kSpaceShift;
  const size_t count = std::min(picture.args.size(), picture.args_before.size());
  Overwritten out;
  for (size_t i = 0; i < count; ++i) {
    const bool address = picture.args_before[i] >> kSpaceShift == space && space != 0;
    out.addresses += address ? 1 : 0;
    if (!address || picture.args[i] == picture.args_before[i]) continue;
    if (out.changed++ == 0) out.first = i;
  }
  return out.changed == 0 ? std::nullopt : std::optional(out);
}

bool args_overwritten(const Context& context) {
  return overwritten(context.picture).has_value();
}

void add_overwritten(const Context& context, Incident& incident) {
  const Overwritten found = *overwritten(context.picture);
  const size_t slot = found.first;
  add_evidence(context, context.facts.first(FactKind::kArgs), incident);
  if (found.changed > 1 && found.changed * 2 >= found.addresses) {
    // A store out of bounds hits some of them; here the area holds something else altogether.
    add_cause(
        incident,
        say(fmt::format("A hint: {} of {} addresses among the arguments read otherwise after the "
                        "kernel ran, so that the area was used again, or written over, by then; "
                        "the list before is the one that the kernel was given.",
                        found.changed, found.addresses),
            fmt::format(
                "线索：参数中 {} 个地址有 {} 个在执行后已不同，说明参数区当时已被复用或改写；"
                "应以执行前的参数为准。",
                found.addresses, found.changed)));
    return;
  }
  add_cause(
      incident,
      say(fmt::format("Argument {} was {:#x} before and {:#x} after the kernel ran: something "
                      "wrote over the arguments, as an out-of-bounds store does.",
                      slot, context.picture.args_before[slot], context.picture.args[slot]),
          fmt::format("参数 {} 执行前为 {:#x}、执行后为 {:#x}：参数区被改写，多为越界写。", slot,
                      context.picture.args_before[slot], context.picture.args[slot])));
}

bool dump_failed(const Context& context) {
  return context.facts.has(FactKind::kDumpFailed);
}

void add_dump_failed(const Context& context, Incident& incident) {
  add_evidence(context, context.facts.first(FactKind::kDumpFailed), incident);
  add_cause(incident,
            say("A tensor of the kernel could not be copied from the device: its memory was "
                "already freed or never valid, which points at the memory management of "
                "the framework.",
                "该核函数的某个张量无法从设备拷回（D2H 失败）：其内存已被释放或本就无效，应检查框架"
                "的内存管理。"));
}

const Fact* outside(const Case& facts) {
  const auto tensors = facts.all(FactKind::kDumpTensor);
  // Only where the table knows the others: an allocator of its own shows none of its parts.
  const bool sees = std::any_of(tensors.begin(), tensors.end(),
                                [](const Fact* fact) { return fact->field("allocated") == "yes"; });
  for (const Fact* fact : tensors) {
    if (sees && fact->field("allocated") == "no") return fact;
  }
  return nullptr;
}

bool outside_allocation(const Context& context) {
  return outside(context.facts) != nullptr;
}

void add_outside(const Context& context, Incident& incident) {
  const Fact& fact = *outside(context.facts);
  add_evidence(context, &fact, incident);
  add_cause(incident,
            say(fmt::format("The tensor at {} of {} bytes lies outside of every live allocation of "
                            "the log.",
                            fact.field("address"), fact.field("size")),
                fmt::format("地址 {}、大小 {} 字节的张量不在日志中任何有效的内存分配之内。",
                            fact.field("address"), fact.field("size"))));
}

bool confirmed(const Context& context) {
  return context.facts.has(FactKind::kDeviceEvent);
}

void add_confirmed(const Context& context, Incident& incident) {
  const Fact& event = *context.facts.first(FactKind::kDeviceEvent);
  add_evidence(context, &event, incident);
  add_cause(incident, say(fmt::format("The device's own event log has {} at the same time: {}.",
                                      event.field("event_id"), event.field("event")),
                          fmt::format("设备事件日志同一时刻记录了 {}：{}。",
                                      event.field("event_id"), event.field("event"))));
}

bool named_dump(const Context& context) {
  const Fact* fact = context.facts.first(FactKind::kDumpFile);
  return fact != nullptr && !fact->field("path").empty();
}

void add_dump(const Context& context, Incident& incident) {
  const Fact& fact = *context.facts.first(FactKind::kDumpFile);
  add_evidence(context, &fact, incident);
  incident.actions.push_back(
      say(fmt::format("The inputs were dumped to {}: look at them with 'omscope inspect --stats'.",
                      fact.field("path")),
          fmt::format("输入已 dump 到 {}：用 omscope inspect --stats 查看。", fact.field("path"))));
}

bool many_blocks(const Context& context) {
  return context.picture.cores.size() > 1;
}

void add_cores(const Context& context, Incident& incident) {
  add_cause(incident,
            say(fmt::format("{} report it.", counted(context.picture.cores.size(), "core")),
                fmt::format("共 {} 个核上报。", context.picture.cores.size())));
}

constexpr std::array kNotes = {
    Note{"args-overwritten", "an argument that differs before and after the kernel",
         args_overwritten, add_overwritten},
    Note{"dump-failed", "a tensor that could not be copied back", dump_failed, add_dump_failed},
    Note{"outside-allocation", "allocations in the log, none of which holds a tensor",
         outside_allocation, add_outside},
    Note{"device-event", "an event of the device at the same time", confirmed, add_confirmed},
    Note{"cores", "several cores with error words", many_blocks, add_cores},
    Note{"dump", "a dump that the log announces", named_dump, add_dump},
};

}  // namespace

std::span<const Note> kernel_notes() {
  return kNotes;
}

}  // namespace omscope::diagnose
