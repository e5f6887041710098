// Facts about kernels that failed: AI Core, AI CPU, what was dumped of them.
#include <array>

#include "omscope/diagnose/fact_patterns.h"

namespace omscope::diagnose {
namespace {

struct Key {
  std::string_view key;
  std::string_view name;
};

template <size_t N>
void take_all(std::string_view text, const std::array<Key, N>& keys, Fact& fact) {
  for (const Key& each : keys) take(text, each.key, each.name, fact);
}

/// Where a task ran.
void task(std::string_view text, Fact& fact) {
  static constexpr std::array kKeys = {
      Key{"device_id=", "device_id"},
      Key{"dev_id=", "device_id"},
      Key{"report_stream_id=", "report_stream_id"},
      Key{" stream_id=", "stream_id"},
      Key{" task_id=", "task_id"},
      Key{"context_id=", "context_id"},
      Key{"thread_id=", "thread_id"},
      Key{"retCode=", "ret_code"},
      Key{"errType=", "err_type"},
      Key{"sqe_type=", "sqe_type"},
  };
  take_all(text, kKeys, fact);
}

void core_error(std::string_view text, Fact& fact) {
  static constexpr std::array kKeys = {
      Key{"core id is ", "core_id"},
      Key{"serial number is ", "serial"},
      Key{"error code = ", "error_code"},
      Key{"pc start: ", "pc_start"},
      Key{"current: ", "pc_current"},
      Key{"vec error info: ", "vec_error_info"},
      Key{"mte error info: ", "mte_error_info"},
      Key{"ifu error info: ", "ifu_error_info"},
      Key{"ccu error info: ", "ccu_error_info"},
      Key{"cube error info: ", "cube_error_info"},
      Key{"biu error info: ", "biu_error_info"},
      Key{"su error info: ", "su_error_info"},
      Key{"l1 error info: ", "l1_error_info"},
      Key{"aic error mask: ", "aic_error_mask"},
      Key{"para base: ", "para_base"},
  };
  const std::string_view device = value_until(text, "device(", ")");
  const std::string_view chip = value_after(device, "chipId:");
  fact.set("device_id", chip.empty() ? device : chip);
  for (const std::string_view unit : {"fftsplus aivector", "fftsplus aicore", "aivec", "aicore"}) {
    if (text.find(unit) == std::string_view::npos) continue;
    fact.set("core_type", unit);
    break;
  }
  take_all(text, kKeys, fact);
  // Cut off before the end of the code, the line says nothing of what failed.
  const std::string_view code = fact.field("error_code");
  const size_t at = text.find("error code = ");
  const bool whole = !code.empty() && at + 13 + code.size() < text.size();
  if (!whole) fact.kind = FactKind::kWrapper;
  fact.set("error_text", value_until(text, "errorStr: ", "\n"));
  if (fact.field("error_text").empty()) {
    fact.set("error_text", value_until(text, "error string = ", "."));
  }
}

void extend_info(std::string_view text, Fact& fact) {
  static constexpr std::array kKeys = {
      Key{"core id is ", "core_id"},
      Key{"aicore error2: ", "aicore_error2"},
      Key{"subErrType:", "sub_err_type"},
      Key{"fixp_error0 info: ", "fixp_error0_info"},
      Key{"fixp_error1 info: ", "fixp_error1_info"},
      Key{"ctxid:", "context_id"},
      Key{"thread:", "thread_id"},
  };
  take_all(text, kKeys, fact);
  fact.set("errcode", value_until(text, "errcode:(", ")"));
  std::string_view words = value_until(text, "errorStr: ", "fixp_error0");
  while (words.ends_with(' ') || words.ends_with(',')) words.remove_suffix(1);
  fact.set("error_text", words);
}

/// "coreId( 0):        0x800000    coreId( 1): …"
void core_list(std::string_view text, Fact& fact) {
  while (!text.empty()) {
    const size_t start = text.find("coreId(");
    if (start == std::string_view::npos) return;
    text.remove_prefix(start + 7);
    const size_t close = text.find("):");
    if (close == std::string_view::npos) return;
    std::string_view core = text.substr(0, close);
    while (core.starts_with(' ')) core.remove_prefix(1);
    text.remove_prefix(close + 2);
    while (text.starts_with(' ')) text.remove_prefix(1);
    const std::string_view word = text.substr(0, text.find_first_of(" \t[,"));
    fact.set("core_id", core);
    fact.set("error_code", word);
  }
}

void kernel_failed(std::string_view text, Fact& fact) {
  static constexpr std::array kKeys = {
      Key{"kernel_name=", "kernel"},   Key{"fault kernel info ext=", "kernel_ext"},
      Key{"func_name=", "kernel_ext"}, Key{"hash=", "hash"},
      Key{"blockDim=", "block_dim"},   Key{"pc start=", "pc_start"},
      Key{"err_type=", "err_type"},
  };
  task(text, fact);
  take_all(text, kKeys, fact);
  if (fact.field("kernel").empty()) fact.kind = FactKind::kWrapper;
}

void aicpu(std::string_view text, Fact& fact) {
  task(text, fact);
  take(text, "errcode:", "aicpu_code", fact);
  take(text, "kernel_name=", "kernel", fact);
  take(text, "fault op_name=", "op", fact);
  fact.set("message", value_until(text, "msg:", "\n"));
}

void task_failed(std::string_view text, Fact& fact) {
  task(text, fact);
  const std::string_view type = value_after(text, "type=");
  // The model's own task fails when one inside of it did.
  if (type.starts_with("13") || text.find("MODEL_EXECUTE") != std::string_view::npos) {
    fact.kind = FactKind::kWrapper;
  }
}

/// "args(0 to 20) after execute:0x…", "args before execute(0 to 19): …", "args after execute:
/// 2006…"
void args(std::string_view text, Fact& fact) {
  const size_t colon = text.find("execute");
  if (colon == std::string_view::npos) return;
  const std::string_view head = text.substr(0, text.find(':', colon));
  fact.set("when", head.find("before") != std::string_view::npos ? "before" : "after");
  const std::string_view from = value_after(head, "(");
  fact.set("from", from.empty() ? "0" : from);
  if (head.size() < text.size()) fact.set("list", text.substr(head.size() + 1));
}

void tiling(std::string_view text, Fact& fact) {
  static constexpr std::array kKeys = {Key{"tilingKey = ", "tiling_key"},
                                       Key{"argsSize=", "args_size"},
                                       Key{"blockDim=", "block_dim"}};
  take_all(text, kKeys, fact);
}

void assertion(std::string_view text, Fact& fact) {
  std::string_view version = value_until(text, "CANN_VERSION", "]");
  while (version.starts_with(' ') || version.starts_with(':')) version.remove_prefix(1);
  fact.set("cann_version", version);
  const size_t mark = text.find(": Assertion `");
  if (mark == std::string_view::npos) {
    fact.set("detail", text.substr(text.rfind(']') + 1));
    if (text.find("Assert", 8) == std::string_view::npos) fact.kind = FactKind::kWrapper;
    return;
  }
  std::string_view place = text.substr(0, mark);
  place = place.substr(place.rfind(']') + 1);
  while (place.starts_with(' ')) place.remove_prefix(1);
  fact.set("place", place);
  const std::string_view rest = text.substr(mark + 13);
  const size_t quote = rest.find('\'');
  fact.set("condition", rest.substr(0, quote));
  if (quote != std::string_view::npos) {
    std::string_view detail = rest.substr(quote + 1);
    while (detail.starts_with(' ')) detail.remove_prefix(1);
    fact.set("detail", detail);
  }
}

void dump(std::string_view text, Fact& fact) {
  if (text.find("D2H failed") != std::string_view::npos ||
      text.find("address maybe invalid") != std::string_view::npos) {
    fact.kind = FactKind::kDumpFailed;
  } else if (text.find("dump exception to file") != std::string_view::npos) {
    fact.kind = FactKind::kDumpFile;
    fact.set("path", value_until(text, "file: ", "\n"));
  } else if (text.find("dump host kernel to file") != std::string_view::npos) {
    fact.kind = FactKind::kDumpFile;
    fact.set("kernel_path", value_until(text, "file: ", "\n"));
  } else if (text.find("dump args data") != std::string_view::npos) {
    take(text, "addr:", "address", fact);
    take(text, "size:", "size", fact);
  }
}

void dha(std::string_view text, Fact& fact) {
  take(text, "info:", "dha_status", fact);
}

void op_name(std::string_view text, Fact& fact) {
  fact.set("origin_op", value_until(text, "origin_op_name [", "]"));
  fact.set("op", value_until(text, " op_name [", "]"));
  take(text, "task_id ", "task_id", fact);
  take(text, "stream_id ", "stream_id", fact);
}

void aic_info(std::string_view text, Fact& fact) {
  constexpr std::string_view kMark = "[AIC_INFO] ";
  text.remove_prefix(kMark.size());
  if (text.starts_with("args")) {
    fact.kind = FactKind::kArgs;
    args(text, fact);
    return;
  }
  static constexpr std::array kKeys = {
      Key{"node_name:", "op"},
      Key{"node_type:", "op_type"},
      Key{"stream_id:", "stream_id"},
      Key{"task_id:", "task_id"},
      Key{"context_id:", "context_id"},
      Key{"dev_func:", "kernel_ext"},
      Key{"block_dim:", "block_dim"},
      Key{"tiling_key:", "tiling_key"},
      Key{"op_file_path:", "op_file_path"},
  };
  for (const Key& each : kKeys) {
    if (each.name == "op" && !text.starts_with(each.key)) continue;
    take(text, each.key, each.name, fact);
  }
  for (const std::string_view place : {"input", "output", "workspace"}) {
    if (!text.starts_with(place) || text.find(";shape:") == std::string_view::npos) continue;
    fact.set("tensor", text);
    take(text, "addr:", "address", fact);
  }
}

/// "<exception_print>AIC_ERROR=0x10": a register per line, of one core after the other.
void register_dump(std::string_view text, Fact& fact) {
  constexpr std::string_view kMark = "<exception_print>";
  text.remove_prefix(kMark.size());
  static constexpr std::array kRegisters = {
      Key{"AIC_ERROR=", "error_code"},          Key{"PC_START=", "pc_start"},
      Key{"PARA_BASE=", "para_base"},           Key{"CURRENT_PC=", "pc_current"},
      Key{"VEC_ERR_INFO=", "vec_error_info"},   Key{"MTE_ERR_INFO=", "mte_error_info"},
      Key{"IFU_ERR_INFO=", "ifu_error_info"},   Key{"CCU_ERR_INFO=", "ccu_error_info"},
      Key{"CUBE_ERR_INFO=", "cube_error_info"}, Key{"BIU_ERR_INFO=", "biu_error_info"},
  };
  for (const Key& each : kRegisters) {
    if (text.starts_with(each.key)) take(text, each.key, each.name, fact);
  }
  if (text.starts_with("TIME:")) {
    task(text, fact);
    take(text, "exception_code=", "exception_code", fact);
    if (const auto stamp = log::scan_stamp(text.substr(5))) fact.time = stamp->time;
  }
  if (text.starts_with("####AICORE_INFO_START")) take(text, "core_id=", "core_id", fact);
  if (text.starts_with("core_list=")) take(text, "core_list=", "core_list", fact);
  if (fact.fields.empty()) {
    fact.kind = FactKind::kNoise;
    fact.set("noise", "register dump");
  }
}

constexpr std::array kCore = {
    Pattern{"[ASSERT] ", FactKind::kDeviceAssert, assertion},
    Pattern{"The error from device(", FactKind::kCoreError, core_error},
    Pattern{"An error occurs on the device(", FactKind::kCoreError, core_error},
    Pattern{"There is an aicore error", FactKind::kCoreError, core_error},
    Pattern{"There is an aivec error", FactKind::kCoreError, core_error},
    Pattern{"The extend info", FactKind::kCoreExtend, extend_info},
    Pattern{"coreId(", FactKind::kCoreList, core_list},
    Pattern{"<exception_print>", FactKind::kRegisterDump, register_dump},
    Pattern{"Aicore kernel execute failed", FactKind::kKernelFailed, kernel_failed},
    Pattern{"aicore kernel execute failed", FactKind::kKernelFailed, kernel_failed},
    Pattern{"fftsplus task execute failed", FactKind::kKernelFailed, kernel_failed},
    Pattern{"Aicpu kernel execute failed", FactKind::kAicpuError, aicpu},
    Pattern{"aicpu kernel execute failed", FactKind::kAicpuError, aicpu},
    Pattern{"an exception occurred during AICPU execution", FactKind::kAicpuError, aicpu},
    Pattern{"An exception occurred during AICPU execution", FactKind::kAicpuError, aicpu},
    Pattern{"Task run failed", FactKind::kTaskFailed, task_failed},
    Pattern{"Real task exception!", FactKind::kTaskFailed, task_failed},
    Pattern{"Task exception!", FactKind::kTaskFailed, task_failed},
    Pattern{"task exception!", FactKind::kTaskFailed, task_failed},
    Pattern{"aicore task timeout", FactKind::kTaskFailed, task},
    Pattern{"Kernel task happen error", FactKind::kTaskFailed, task},
    Pattern{"AICORE Kernel task happen error", FactKind::kTaskFailed, task},
    Pattern{"AIV Kernel happen error", FactKind::kTaskFailed, task},
    Pattern{"The dha(mata) info from device(", FactKind::kDha, dha},
};

constexpr std::array kDetail = {
    Pattern{"[AIC_INFO] ", FactKind::kAicInfo, aic_info},
    Pattern{"tilingKey = ", FactKind::kTiling, tiling},
    Pattern{"[Dump][Exception] ", FactKind::kDumpTensor, dump},
    Pattern{"Error happened, origin_op_name [", FactKind::kOpName, op_name},
    Pattern{"event_id=", FactKind::kDeviceEvent, device_event},
    Pattern{"DevMalloc: Succ", FactKind::kAlloc,
            [](std::string_view text, Fact& fact) {
              take(text, "size=", "size", fact);
              take(text, "ptr=", "address", fact);
            }},
    Pattern{"DevFree: mem=", FactKind::kFree,
            [](std::string_view text, Fact& fact) { take(text, "mem=", "address", fact); }},
    Pattern{"socinfo:('", FactKind::kSoc,
            [](std::string_view text, Fact& fact) {
              fact.set("soc", value_until(text, "socinfo:('", "'"));
            }},
};

}  // namespace

std::span<const Pattern> core_patterns() {
  return kCore;
}
std::span<const Pattern> detail_patterns() {
  return kDetail;
}

}  // namespace omscope::diagnose
