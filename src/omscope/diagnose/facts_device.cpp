// Facts in the logs of the device itself: firmware of the task scheduler, events of its driver.
#include <array>

#include "omscope/core/text.h"
#include "omscope/diagnose/fact_patterns.h"

namespace omscope::diagnose {
namespace {

/// Events that are verdicts about hardware: L2 buffer, HBMA/MATA, HBM (also uncorrectable ECC), UB.
constexpr std::array<std::string_view, 9> kHardwareEvents = {
    "0x80cd8008", "0x80f2180d", "0x80f38008", "0x80e01801", "0x80e18400",
    "0x81af8008", "0x81af8009", "0x81b1800d", "0x80e18401"};

}  // namespace

void device_event(std::string_view text, Fact& fact) {
  fact.set("event_id", lower_case(value_after(text, "event_id=")));
  take(text, "device_id=", "device_id", fact);
  fact.set("node", value_until(value_until(text, "node_type=", ";"), "[", "]"));
  fact.set("event", value_until(value_until(text, "event_type=", ";"), "[", "]"));
  fact.set("assertion", value_after(text, "assertion=").substr(0, 1));
  take(text, "node_id=", "node_id", fact);
  const std::string_view id = fact.field("event_id");
  for (const std::string_view hardware : kHardwareEvents) {
    const bool over = fact.field("assertion") == "0";
    if (id == hardware && !over) fact.kind = FactKind::kHardware;
  }
}

bool firmware_fact(std::string_view function, std::string_view text, Fact& fact) {
  if (function == "proc_stars_acc_exception_inner") {
    fact.kind = FactKind::kDeviceTask;
    take(text, " stream_id=", "stream_id", fact);
    take(text, " task_id=", "task_id", fact);
    take(text, "error_type=", "err_type", fact);
    const std::string_view pid = value_after(text, " pid=");
    fact.set("pid", pid);
    return true;
  }
  if (function == "get_mte_error_flag") {
    fact.kind = FactKind::kBitsOfFirmware;
    take(text, "aicError0=", "error0", fact);
    take(text, "aicError1=", "error1", fact);
    take(text, "aicError2=", "error2", fact);
    return true;
  }
  if (function.starts_with("stars_dump_sqe") && text.starts_with("word[0]=") &&
      text.find("word[11]=") != std::string_view::npos) {
    fact.kind = FactKind::kLaunchWords;
    take(text, "word[0]=", "word0", fact);
    take(text, "word[1]=", "word1", fact);
    take(text, "word[8]=", "word8", fact);
    take(text, "word[9]=", "word9", fact);
    take(text, "word[10]=", "word10", fact);
    take(text, "word[11]=", "word11", fact);
    return true;
  }
  return false;
}

}  // namespace omscope::diagnose
