// Access to memory that is not there: a wrong address among the arguments, or a peer that is gone.
#include <array>

#include <fmt/format.h>

#include "omscope/diagnose/rules/rules.h"

namespace omscope::diagnose {
namespace {

constexpr uint32_t kBusAnswer = 23;  // MTE_BIU_RDWR_RESP, 0x800000

std::string args_in_words(const std::vector<ForeignArg>& foreign) {
  constexpr size_t kMost = 4;
  std::string out;
  for (size_t i = 0; i < foreign.size() && i < kMost; ++i) {
    out += fmt::format("{}arg {} = {:#x}", i == 0 ? "" : ", ", foreign[i].index, foreign[i].value);
  }
  if (foreign.size() > kMost) out += fmt::format(", and {} more", foreign.size() - kMost);
  return out;
}

/// Below 4 GiB addresses were cut, or are offsets; above 47 bits they are the host's.
Text kind_of(const std::vector<ForeignArg>& foreign) {
  constexpr uint64_t k4GiB = uint64_t{1} << 32U;
  constexpr uint64_t kHost = uint64_t{0x7f} << 40U;
  const uint64_t value = foreign.front().value;
  if (value < k4GiB) {
    return say("below 4 GiB, as a cut address or an offset is",
               "低于 4 GiB，像是被截断的地址或偏移量");
  }
  if (value >= kHost) return say("an address of the host", "是主机侧地址");
  return say("outside of this run's device memory", "不在本次运行的设备内存空间内");
}

bool bad_address(const Context& context) {
  const Picture& picture = context.picture;
  if (!picture.has_bit(kBusAnswer) || foreign_args(picture).empty()) return false;
  const uint64_t type = picture.mte_type.value_or(3);
  return type == 2 || type == 3 || type == 6 || type == 7;
}

bool is_precompiled(const Picture& picture) {
  return picture.kernel.find("static_bin") != std::string::npos;
}

/// All cores at the same instruction: their very first access went wrong.
bool stop_together(const Picture& picture) {
  if (picture.cores.size() < 2) return false;
  size_t same = 0;
  for (const CoreFault& core : picture.cores) {
    same += core.pc_current && core.pc_current == picture.cores.front().pc_current ? 1 : 0;
  }
  return same + 1 >= picture.cores.size();
}

void conclude_bad_address(const Context& context, Incident& incident) {
  const Picture& picture = context.picture;
  const std::vector<ForeignArg> foreign = foreign_args(picture);
  const Text where = kernel_and_op(picture);
  const Text kind = kind_of(foreign);
  const std::string args = args_in_words(foreign);
  incident.conclusion =
      say(fmt::format("Bad device address in the arguments of {}: {}", where.en, args),
          fmt::format("{} 的参数中有非法设备地址：{}", where.zh, args));
  add_evidence(context, context.facts.first(FactKind::kArgs), incident);
  add_cause(
      incident,
      say(fmt::format("Error bit 23 (0x800000, MTE_BIU_RDWR_RESP) says that the memory "
                      "engine got an error as answer; the argument area of this run lies at "
                      "{:#x}, and {} of the arguments lie far from it: {}.",
                      *picture.para_base, foreign.size(), kind.en),
          fmt::format("错误位 23（0x800000，MTE_BIU_RDWR_RESP）表示搬运单元访问内存得到错误响应；"
                      "本次运行的参数区位于 {:#x}，而 {} 个参数与之相距甚远：{}。",
                      *picture.para_base, foreign.size(), kind.zh)));
  if (stop_together(picture)) {
    add_cause(incident, say(fmt::format("All {} cores stop at their first access, so the base "
                                        "address is wrong, not the length.",
                                        picture.cores.size()),
                            fmt::format("{} 个核都停在首次访问处，说明是基址错误而非长度越界。",
                                        picture.cores.size())));
  }
  if (picture.dha) {
    add_cause(incident, say("The 'dha status 1' lines follow from it and do not mean an overflow "
                            "of atomic add here.",
                            "“dha status 1” 是其连带现象，在此不表示 atomic add 溢出。"));
  }
  incident.actions = {
      say("Bring toolkit, kernels and nnrt on this machine, and the toolkit that built the model, "
          "to one version, and build the model again with it.",
          "统一本机的 toolkit、kernels、nnrt 以及转换模型所用 toolkit "
          "的版本，并用该版本重新转换模型。"),
      say("Make sure that every tensor given to the op is in device memory (no host tensor, no "
          "freed buffer) and that none is missing.",
          "确认传给该算子的张量都在设备内存上（不是主机张量、未被释放），且没有遗漏。"),
      say("For a custom op compare the signature of its host side with the kernel's arguments.",
          "自定义算子请核对 host 侧原型与核函数参数是否一致。")};
  if (is_precompiled(picture)) {
    add_cause(incident,
              say("The kernel is a precompiled one of the operator package (static_bin), "
                  "so that a mixture of versions is the likely reason.",
                  "该核函数是算子包中的预编译二进制（static_bin），版本混用的可能性最大。"));
  } else {
    std::swap(incident.actions[0], incident.actions[1]);
  }
}

bool remote(const Context& context) {
  static constexpr std::array<std::string_view, 4> kCodes = {"507056", "507057", "EI0012",
                                                             "EI0013"};
  return has_any_code(context.facts, kCodes);
}

void conclude_remote(const Context& context, Incident& incident) {
  for (const std::string_view code : {"507056", "507057", "EI0012", "EI0013"}) {
    add_evidence(context, fact_with_code(context.facts, code), incident);
  }
  incident.conclusion =
      say("Memory of another device could not be reached: a peer or a link failed",
          "访问远端设备内存失败：对端设备或链路异常");
  add_cause(incident,
            say("The error is of remote access; the fault of this process is a follow-up.",
                "错误发生在跨设备访问，本进程的失败是连带结果。"));
  incident.actions = {
      say("Look at the logs of the peers for the first failure, then at the state of the links "
          "(hccn_tool, npu-smi).",
          "先在对端日志中查找最早的失败，再检查链路状态（hccn_tool、npu-smi）。")};
}

constexpr std::array kRules = {
    Rule{"remote-link", Certainty::kLikely, "507056, 507057, EI0012 or EI0013", remote,
         conclude_remote},
    Rule{"bad-device-address", Certainty::kCertain,
         "error bit 23, a refused access, and an argument outside of the run's device memory",
         bad_address, conclude_bad_address},
};

}  // namespace

std::span<const Rule> address_rules() {
  return kRules;
}

}  // namespace omscope::diagnose
