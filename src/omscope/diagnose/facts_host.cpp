// Facts about what the host's software reports: graph engine, op library, atc, PyTorch, loader.
#include <array>

#include "omscope/core/text.h"
#include "omscope/diagnose/fact_patterns.h"

namespace omscope::diagnose {
namespace {

void missing_binary(std::string_view text, Fact& fact) {
  constexpr std::string_view kKey = "integral key";
  fact.set("op_type", value_after(text, "of op "));
  const size_t key = text.find(kKey);
  if (key == std::string_view::npos) return;
  std::string_view rest = text.substr(key + kKey.size());
  while (rest.starts_with(':') || rest.starts_with(' ')) rest.remove_prefix(1);
  rest = rest.substr(0, rest.find_first_of(" \t"));
  if (rest.ends_with('.')) rest.remove_suffix(1);
  fact.set("integral_key", rest);
}

/// A name that is an identifier; the words of a sentence are none.
bool is_name(std::string_view text) {
  if (text.empty()) return false;
  for (const char c : text) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (!letter && !is_digit(c) && c != '_') return false;
  }
  return true;
}

/// Cut off before the name of the op, the line proves nothing.
void missing_binary_checked(std::string_view text, Fact& fact) {
  missing_binary(text, fact);
  const std::string_view op = fact.field("op_type");
  const bool whole = text.size() > 22 + op.size();  // something follows the name
  if (!is_name(op) || !whole) fact.kind = FactKind::kWrapper;
  // A key ends with '/', or with an attribute behind a further '|'.
  const std::string_view key = fact.field("integral_key");
  const size_t bar = key.find('|');
  const bool sound = bar != std::string_view::npos &&
                     (key.ends_with('/') || key.find('|', bar + 1) != std::string_view::npos);
  if (!sound)
    std::erase_if(fact.fields, [](const auto& each) { return each.first == "integral_key"; });
}

void no_binary(std::string_view text, Fact& fact) {
  missing_binary(text, fact);
  if (fact.field("op_type").empty()) {
    fact.set("op_type", value_after(text, "for op "));
  }
  if (!is_name(fact.field("op_type")) || !text.ends_with('.')) fact.kind = FactKind::kWrapper;
}

void graph_assert(std::string_view text, Fact& fact) {
  const size_t failed = text.rfind(") failed");
  if (failed == std::string_view::npos) {
    fact.kind = FactKind::kWrapper;
    return;
  }
  fact.set("condition", text.substr(8, failed - 8));
  take(text, "expect ", "expect", fact);
  take(text, "actual ", "actual", fact);
  // A check of what a call returned says only that something failed below.
  const std::string_view condition = fact.field("condition");
  const bool of_result = condition.find("::SUCCESS") != std::string_view::npos ||
                         condition.find("SUCCESS)") != std::string_view::npos ||
                         condition.find("rt_ret)") != std::string_view::npos;
  if (of_result) fact.kind = FactKind::kWrapper;
}

void python_module(std::string_view text, Fact& fact) {
  std::string_view what = text.substr(text.find('[') + 1);
  what = what.substr(0, what.rfind(']'));
  while (what.ends_with('.')) what.remove_suffix(1);
  fact.set("exception", what);
  std::string_view module = value_until(what, "No module named '", "'");
  if (what.find("No module named '") == std::string_view::npos) module = {};
  fact.set("module", module);
  const bool whole = text.find(']') != std::string_view::npos;
  if (what.find("Error") == std::string_view::npos || !whole) fact.kind = FactKind::kWrapper;
}

/// "No parser is registered for Op [Conv_52, optype [ai.onnx::11::Convx]]."
void no_parser(std::string_view text, Fact& fact) {
  fact.set("op", value_until(text, "[", ","));
  const std::string_view type = value_until(text, "optype [", "]");
  const size_t first = type.find("::");
  const size_t second = first == std::string_view::npos ? first : type.find("::", first + 2);
  if (second != std::string_view::npos) {
    fact.set("domain", type.substr(0, first));
    fact.set("opset", type.substr(first + 2, second - first - 2));
    fact.set("op_type", type.substr(second + 2));
  } else {
    fact.set("op_type", type);
  }
  fact.set("what", "parser");
  if (text.find("]]") == std::string_view::npos || fact.field("op_type").empty()) {
    fact.kind = FactKind::kWrapper;
  }
}

void no_ir(std::string_view text, Fact& fact) {
  fact.set("op", value_until(text, "[", ","));
  fact.set("op_type", value_until(text, "optype [", "]"));
  fact.set("what", "ir");
  if (text.find("is not registered") == std::string_view::npos) fact.kind = FactKind::kWrapper;
}

void no_kernel(std::string_view text, Fact& fact) {
  fact.set("op_type", value_until(text, "Optype [", "]"));
  fact.set("what", "kernel");
  if (text.find("is unsupported") == std::string_view::npos) fact.kind = FactKind::kWrapper;
}

void no_engine(std::string_view text, Fact& fact) {
  fact.set("op", value_until(text, "found for [", "]"));
  fact.set("op_type", value_until(text, "optype [", "]"));
  fact.set("what", "engine");
  if (fact.field("op_type").empty() || text.find("].") == std::string_view::npos) {
    fact.kind = FactKind::kWrapper;
  }
}

/// The message alone, as notes quote it.
void bare_no_parser(std::string_view text, Fact& fact) {
  fact.set("what", "parser");
  if (text != "No parser is registered for Op") fact.kind = FactKind::kWrapper;
}

void mind_ie(std::string_view text, Fact& fact) {
  fact.set("what", "mindie");
  if (text.find("please check MindIE-RT log") == std::string_view::npos) {
    fact.kind = FactKind::kWrapper;
  }
}

void open_vino(std::string_view text, Fact& fact) {
  fact.set("what", "openvino");
  fact.set("device", value_until(text, "Device with \"", "\""));
  if (text.find("in the OpenVINO Runtime") == std::string_view::npos) {
    fact.kind = FactKind::kWrapper;
  }
}

void noise(std::string_view name, Fact& fact) {
  fact.kind = FactKind::kNoise;
  fact.set("noise", name);
}

void out_of_memory(std::string_view text, Fact& fact) {
  take(text, "size=", "size", fact);
  if (fact.field("size").empty()) take(text, "size:", "size", fact);
  fact.set("wanted", value_until(text, "Tried to allocate ", " ("));
  fact.set("capacity", value_until(text, "; ", " total capacity"));
  if (text.find(" total capacity") == std::string_view::npos) {
    for (auto& [name, value] : fact.fields) {
      if (name == "capacity") value.clear();
    }
  }
  take(text, "device_id=", "device_id", fact);
}

constexpr std::array kHost = {
    Pattern{"Cannot find bin of op ", FactKind::kMissingBinary, missing_binary_checked},
    Pattern{"Cannot find binary for op ", FactKind::kMissingBinary, no_binary},
    Pattern{"Parse dynamic kernel config fail", FactKind::kMissingBinary, nullptr},
    Pattern{"Kernel GetWorkspace failed", FactKind::kWrapper, nullptr},
    Pattern{"Assert (", FactKind::kGraphAssert, graph_assert},
    Pattern{"Failed to import Python module [", FactKind::kPythonModule, python_module},
    Pattern{"No parser is registered for Op [", FactKind::kUnsupportedOp, no_parser},
    Pattern{"No parser is registered for Op", FactKind::kUnsupportedOp, bare_no_parser},
    Pattern{"IR for Op [", FactKind::kUnsupportedOp, no_ir},
    Pattern{"Optype [", FactKind::kUnsupportedOp, no_kernel},
    Pattern{"No supported Ops kernel and engine are found for [", FactKind::kUnsupportedOp,
            no_engine},
    Pattern{"Create infer builder failed", FactKind::kMisuse, mind_ie},
    Pattern{"Device with \"", FactKind::kMisuse, open_vino},
    Pattern{"NPU out of memory", FactKind::kOutOfMemory, out_of_memory},
    Pattern{"The device(", FactKind::kWrapper, nullptr},
    Pattern{"report error module_type=", FactKind::kWrapper, nullptr},
    Pattern{"add error_code ", FactKind::kNoise,
            [](std::string_view, Fact& fact) { noise("list of error codes", fact); }},
    Pattern{"Mem_remote_map ioctl error", FactKind::kNoise,
            [](std::string_view, Fact& fact) { noise("no mapping of device memory", fact); }},
    Pattern{"Pcie Host Register failed", FactKind::kNoise,
            [](std::string_view, Fact& fact) { noise("no mapping of device memory", fact); }},
    Pattern{"allocFunc failed", FactKind::kNoise,
            [](std::string_view, Fact& fact) { noise("no mapping of device memory", fact); }},
};

bool contains(std::string_view text, std::string_view words) {
  return text.find(words) != std::string_view::npos;
}

bool is_code(std::string_view text) {
  if (text.starts_with("0x")) return text.size() >= 7 && text.size() <= 10;
  if (text.size() != 6 && text.size() != 10) return false;
  for (const char c : text) {
    if (!is_digit(c)) return false;
  }
  return text != "4294967295";
}

}  // namespace

std::span<const Pattern> host_patterns() {
  return kHost;
}

bool host_words(std::string_view text, Fact& fact) {
  if (contains(text, "NPU shutdown synchronize device failed")) {
    noise("end of a process after a failure", fact);
    return true;
  }
  if (contains(text, "is not support in this device") ||
      contains(text, "opp version of the model") || contains(text, "try to convert the om again")) {
    fact.kind = FactKind::kVersionMismatch;
    return true;
  }
  if (contains(text, "does not has any binary")) {
    fact.kind = FactKind::kMissingBinary;
    fact.set("op_type", value_after(text, "Op "));
    fact.set("what", "package");
    return true;
  }
  const bool allocation = contains(text, "MemAlloc") || contains(text, "alloc device memory") ||
                          contains(text, "Malloc") || contains(text, "malloc");
  if (allocation && (contains(text, "fail") || contains(text, "Fail")) &&
      (contains(text, "size=") || contains(text, "size:") || contains(text, "207001"))) {
    fact.kind = FactKind::kOutOfMemory;
    out_of_memory(text, fact);
    return true;
  }
  if (contains(text, "ncorrectable ECC") || contains(text, "ncorrectable error")) {
    fact.kind = FactKind::kHardware;
    return true;
  }
  return false;
}

std::string_view value_until(std::string_view text, std::string_view key, std::string_view end) {
  const size_t at = text.find(key);
  if (at == std::string_view::npos) return {};
  text.remove_prefix(at + key.size());
  return text.substr(0, text.find(end));
}

std::string_view value_after(std::string_view text, std::string_view key) {
  const size_t at = text.find(key);
  if (at == std::string_view::npos) return {};
  text.remove_prefix(at + key.size());
  std::string_view value = text.substr(0, text.find_first_of(" ,;)]\t("));
  while (value.ends_with('.') || value.ends_with('!')) value.remove_suffix(1);
  return value;
}

void take(std::string_view text, std::string_view key, std::string_view name, Fact& fact) {
  fact.set(name, value_after(text, key));
}

void take_codes(std::string_view text, Fact& fact) {
  static constexpr std::array<std::string_view, 11> kKeys = {
      "ErrCode=", "InnerCode=", "runtime result = ", "result[",   "ret:",        "ret: ",
      "ret = ",   "retCode=",   "error code is ",    "result = ", "errorCode = "};
  for (const std::string_view key : kKeys) {
    const std::string_view value = value_after(text, key);
    if (!is_code(value)) continue;
    bool known = false;
    for (const auto& [name, code] : fact.fields) known = known || (name == "code" && code == value);
    if (!known) fact.set("code", value);
  }
}

}  // namespace omscope::diagnose
