// Whether a model fits the memory of the chip.
#include <algorithm>

#include <fmt/format.h>

#include "omscope/core/text.h"
#include "omscope/diagnose/preflight.h"

namespace omscope::diagnose {
namespace {

/// What is known of the need, a lower bound: kernels and the runtime itself come on top.
struct Need {
  uint64_t work = 0;
  uint64_t weights = 0;
  uint64_t ports = 0;  ///< inputs and outputs, as the caller allocates them
  bool complete = true;
  uint64_t total() const { return work + weights + ports; }
};

uint64_t added(uint64_t a, uint64_t b) {
  return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

Need need_of(const ir::Model& model) {
  Need need;
  constexpr int64_t kMost = int64_t{1} << 50;
  need.work =
      static_cast<uint64_t>(std::clamp<int64_t>(model.info.memory_size.value_or(0), 0, kMost));
  need.weights =
      static_cast<uint64_t>(std::clamp<int64_t>(model.info.weight_size.value_or(0), 0, kMost));
  for (const std::vector<ir::Port>* ports : {&model.inputs, &model.outputs}) {
    for (const ir::Port& port : *ports) {
      if (!port.size) need.complete = false;
      need.ports = std::min<uint64_t>(added(need.ports, port.size.value_or(0)), uint64_t{1} << 60U);
    }
  }
  return need;
}

struct Room {
  uint64_t total;
  uint64_t free;
  Evidence evidence;
};

std::optional<Room> room_of(const Target& target) {
  if (target.chips.empty()) return std::nullopt;
  const auto best = std::max_element(
      target.chips.begin(), target.chips.end(), [](const TargetChip& a, const TargetChip& b) {
        return a.memory_total.value_or(0) < b.memory_total.value_or(0);
      });
  if (best->memory_total && *best->memory_total > 0) {
    const uint64_t used = std::min(best->memory_used.value_or(0), *best->memory_total);
    return Room{
        *best->memory_total,
        *best->memory_total - used,
        {target.file, best->line,
         fmt::format("{} of {} used", human_bytes(used), human_bytes(*best->memory_total))}};
  }
  if (!target.soc || !target.soc->memory) return std::nullopt;
  return Room{*target.soc->memory,
              *target.soc->memory,
              {target.file, 0,
               fmt::format("{} has {}", target.soc->name, human_bytes(*target.soc->memory))}};
}

}  // namespace

std::optional<MemoryBalance> memory_balance(const ir::Model& model, const Target& target) {
  const auto room = room_of(target);
  if (!room) return std::nullopt;
  return MemoryBalance{need_of(model).total(), room->total, room->free};
}

void check_memory(const ir::Model& model, const Target& target, std::vector<Finding>& findings) {
  const auto room = room_of(target);
  const Need need = need_of(model);
  if (!room || need.total() == 0) return;
  const bool never = need.total() > room->total;
  const bool not_now = need.total() > room->free;
  const bool tight = need.total() > room->free / 10 * 9;
  if (!tight) return;
  const std::string sum = fmt::format(
      "{} to work with, {} of weights, {} of inputs and outputs{}", human_bytes(need.work),
      human_bytes(need.weights), human_bytes(need.ports), need.complete ? "" : " (not all known)");
  const std::string sum_zh = fmt::format(
      "工作内存 {}，权重 {}，输入输出 {}{}", human_bytes(need.work), human_bytes(need.weights),
      human_bytes(need.ports), need.complete ? "" : "（部分未知）");
  const std::string_view verdict = never     ? "does not fit"
                                   : not_now ? "does not fit now; release other processes"
                                             : "hardly fits; kernels and the runtime come on top";
  const std::string_view verdict_zh = never     ? "放不下"
                                      : not_now ? "目前放不下；请释放其他进程"
                                                : "勉强放下；kernel 和 runtime 还要占用";
  findings.push_back(
      {never || not_now ? Severity::kError : Severity::kWarning,
       "memory",
       {fmt::format(
            "The model needs {} at least ({}); the chip has {}, of which {} are free: it {}",
            human_bytes(need.total()), sum, human_bytes(room->total), human_bytes(room->free),
            verdict),
        fmt::format("模型至少需要 {}（{}）；芯片共有 {}，空闲 {}：{}", human_bytes(need.total()),
                    sum_zh, human_bytes(room->total), human_bytes(room->free), verdict_zh)},
       {{model.file->path(), 0, sum}, room->evidence}});
}

}  // namespace omscope::diagnose
