#include "omscope/formats/dump/file_name.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <vector>

#include "omscope/core/layout.h"
#include "omscope/core/text.h"
#include "omscope/formats/dump/name_parts.h"

namespace omscope::dump {
namespace {

constexpr std::array<std::string_view, 20> kKindNames = {
    "other",    "standard",       "older-standard", "ffts-plus",
    "overflow", "exception-info", "exception",      "exception-callback",
    "custom",   "core",           "kernel-data",    "statistics",
    "legacy",   "mindspore",      "msprobe",        "converted",
    "tensor",   "hashed",         "mapping",        "description"};
static_assert(kKindNames.size() == static_cast<size_t>(NameKind::kDescription) + 1);

/// What FFTS+ adds to the name of an op that is cut by hand.
constexpr std::string_view kSlice = "_lxslice";

void set_op(FileName& out, std::string_view type, std::string op) {
  out.place.op_type = type;
  out.place.op = std::move(op);
  out.op_ambiguous = out.place.op.find('_') != std::string::npos;
}

/// Task and stream in the order of the kind.
void set_ids(FileName& out, std::string_view task, std::string_view stream, std::string_view time) {
  out.place.task_id = number_in(task);
  if (!stream.empty()) out.place.stream_id = number_in(stream);
  out.place.time = iso_time(time);
}

/// OpType.OpName.task.stream.us; op names of early writers may have dots.
bool parse_standard(const Parts& parts, FileName& out) {
  const size_t n = parts.size();
  if (n < 5 || parts.digits_at_end() < 3) return false;
  out.kind = parts[0] == "Opdebug" ? NameKind::kOverflow : NameKind::kStandard;
  set_op(out, parts[0], parts.joined(1, n - 3));
  set_ids(out, parts[n - 3], parts[n - 2], parts[n - 1]);
  return true;
}

bool parse_ffts(const Parts& parts, FileName& out) {
  const size_t n = parts.size();
  // The 4 is the task type FFTSPLUS.
  if (n < 9 || parts.digits_at_end() < 7 || parts[n - 4] != "4") return false;
  if (!parse_standard(parts.first(n - 4), out)) return false;
  if (out.kind == NameKind::kStandard) out.kind = NameKind::kFftsPlus;
  // Slices that were cut by hand are ops of their own; the thread tells which.
  const size_t slice = out.place.op.rfind(kSlice);
  if (slice != std::string::npos && is_digits(out.place.op.substr(slice + kSlice.size()))) {
    out.place.op.resize(slice);
    out.op_ambiguous = out.place.op.find('_') != std::string::npos;
  }
  out.place.context_id = number_in(parts[n - 3]);
  out.place.thread_id = number_in(parts[n - 2]);
  out.place.device = number_in(parts[n - 1]);
  return true;
}

bool parse_exception(const Parts& parts, FileName& out) {
  const size_t n = parts.size();
  if (n == 4 && parts[0] == "exception_info" && parts.digits_at_end() == 3) {
    out.kind = NameKind::kExceptionInfo;
    set_ids(out, parts[2], parts[1], parts[3]);
    return true;
  }
  const bool called = n == 6 && is_digits(parts[1]) && is_digits(parts[2]) && is_digits(parts[4]) &&
                      is_digits(parts[5]);
  if (!called) return false;
  out.kind = NameKind::kExceptionCallback;
  if (parts[0] != "exception_info") out.place.op = parts[0];
  set_ids(out, parts[2], parts[1], parts[5]);
  return true;
}

bool parse_custom(const Parts& parts, FileName& out) {
  const size_t n = parts.size();
  if (n < 3 || parts[n - 2] != "custom" || !is_digits(parts[n - 1])) return false;
  out.kind = NameKind::kCustom;
  set_op(out, "", parts.joined(0, n - 2));
  out.place.time = iso_time(parts[n - 1]);
  return true;
}

/// OpType.OpName.task.ts, of old dumps and of exceptions (17 digits).
bool parse_older(const Parts& parts, FileName& out) {
  constexpr size_t kCalendarDigits = 17;
  const size_t n = parts.size();
  if (n < 4 || parts.digits_at_end() < 2) return false;
  out.kind =
      parts[n - 1].size() == kCalendarDigits ? NameKind::kException : NameKind::kOlderStandard;
  if (parts[0] == "Opdebug") out.kind = NameKind::kOverflow;
  set_op(out, parts[0], parts.joined(1, n - 2));
  set_ids(out, parts[n - 2], "", parts[n - 1]);
  return true;
}

bool parse_overflow(const Parts& parts, FileName& out) {
  // More may follow the time; only what is sure is taken.
  if (parts.size() < 6 || parts[0] != "Opdebug") return false;
  return parse_standard(parts.first(5), out);
}

bool parse_dump(const Parts& parts, FileName& out) {
  return parse_ffts(parts, out) || parse_exception(parts, out) || parse_custom(parts, out) ||
         parse_overflow(parts, out) || parse_standard(parts, out) || parse_older(parts, out);
}

bool parse_core(const Parts& parts, FileName& out) {
  const size_t n = parts.size();
  if (n < 5 || parts[n - 1] != "core" || parts.first(n - 1).digits_at_end() < 3) return false;
  out.kind = NameKind::kCore;
  const std::string kernel = parts.joined(0, n - 4);
  if (kernel != "unknow_kernel") out.place.op = kernel;
  set_ids(out, parts[n - 3], parts[n - 4], parts[n - 2]);
  return true;
}

/// "Functional.relu.0.forward" or "Module.layer1.Conv2d.forward.0": the class stands before the
/// direction, or before the number before it.
bool parse_msprobe(const Parts& head, FileName& out) {
  size_t at = head.size();
  for (size_t i = 1; i < head.size(); ++i) {
    if (head[i] == "forward" || head[i] == "backward" || head[i] == "parameters_grad") at = i;
  }
  if (at == head.size()) return false;
  out.kind = NameKind::kMsprobe;
  const size_t type = at > 1 && is_digits(head[at - 1]) ? at - 2 : at - 1;
  set_op(out, head[type], head.joined(0, head.size()));
  out.op_ambiguous = false;
  return true;
}

/// What stands behind the slot: a layout, a dtype, a shape; in any order.
void parse_tail(const Parts& tail, FileName& out) {
  for (size_t i = 0; i < tail.size(); ++i) {
    const DType dtype = dtype_by_name(tail[i]);
    if (dtype != DType::kUndefined) {
      out.dtype = dtype;
    } else if (is_layout_name(tail[i])) {
      out.format = tail[i];
    }
  }
}

/// HEAD.input.0.…: one tensor of a dump, written by some tool.
bool parse_tensor_of_dump(const Parts& parts, FileName& out) {
  size_t at = parts.size();
  for (size_t i = 1; i + 1 < parts.size(); ++i) {
    if (slot_kind(parts[i]) != "" && parts[i + 1] != "") at = i;
  }
  if (at == parts.size()) {
    // Gradients of parameters have no slot: Module.conv1.Conv2d.parameters_grad.weight
    const size_t n = parts.size();
    if (n < 3 || parts[n - 2] != "parameters_grad") return false;
    out.tensor = "parameters_grad:" + std::string(parts[n - 1]);
    return parse_msprobe(parts.first(n - 1), out);
  }
  const Parts head = parts.first(at);
  const std::string kind(slot_kind(parts[at]));
  if (parse_msprobe(head, out)) {
    out.tensor = kind + ":" + parts.joined(at + 1, parts.size());
    return true;
  }
  if (!is_digits(parts[at + 1])) return false;
  out.tensor = kind + ":" + std::string(parts[at + 1]);
  const Parts tail = parts.from(at + 2);
  if (!parse_dump(head, out)) set_op(out, "", head.joined(0, head.size()));
  parse_tail(tail, out);
  const bool mindspore =
      tail.size() == 2 && is_layout_name(tail[0]) && dtype_by_name(tail[1]) != DType::kUndefined;
  out.kind = mindspore ? NameKind::kMindSpore : NameKind::kConverted;
  return true;
}

/// op.index.us.npy: what comparison tools of early releases read.
bool parse_legacy(const Parts& parts, FileName& out) {
  const size_t n = parts.size();
  if (n < 3 || parts.digits_at_end() < 2) return false;
  out.kind = NameKind::kLegacy;
  set_op(out, "", parts.joined(0, n - 2));
  out.tensor = "output:" + std::string(parts[n - 2]);
  out.place.time = iso_time(parts[n - 1]);
  return true;
}

/// "input_0", "output_12"
bool parse_test_data(std::string_view stem, FileName& out) {
  const size_t under = stem.rfind('_');
  if (under == std::string_view::npos || !is_digits(stem.substr(under + 1))) return false;
  const std::string_view kind = stem.substr(0, under);
  if (kind != "input" && kind != "output") return false;
  out.kind = NameKind::kTensor;
  out.tensor = std::string(kind) + ":" + std::string(stem.substr(under + 1));
  return true;
}

/// Decimal hashes have up to 20 digits, random ones 16 or 32, uuid3 32 hexadecimal ones.
bool is_hash(std::string_view stem) {
  constexpr size_t kLeast = 8;
  constexpr size_t kUuid = 32;
  if (stem.size() >= kLeast && stem.size() <= kUuid && is_digits(stem)) return true;
  return stem.size() == kUuid && std::all_of(stem.begin(), stem.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

struct Fixed {
  std::string_view name;
  NameKind kind;
};
constexpr std::array kFixed = {
    Fixed{"mapping.csv", NameKind::kMapping},        Fixed{"dump.json", NameKind::kDescription},
    Fixed{"construct.json", NameKind::kDescription}, Fixed{"stack.json", NameKind::kDescription},
    Fixed{"statistic.csv", NameKind::kDescription},
};

bool parse_with_suffix(std::string_view stem, std::string_view suffix, FileName& out) {
  const Parts parts(stem);
  if (suffix == ".csv") {
    if (!parse_dump(parts, out)) return false;
    out.kind = NameKind::kStatistics;
    return true;
  }
  if (parse_tensor_of_dump(parts, out)) return true;
  // The packet that becomes a csv on the host.
  constexpr size_t kTaskStreamTime = 3;
  if (suffix == ".bin" && parts.digits_at_end() >= kTaskStreamTime && parse_dump(parts, out)) {
    out.kind = NameKind::kStatistics;
    return true;
  }
  return parse_test_data(stem, out) || parse_legacy(parts, out);
}

}  // namespace

std::string_view to_string(NameKind kind) {
  return kKindNames.at(static_cast<size_t>(kind));
}

FileName parse_file_name(std::string_view name) {
  FileName out;
  for (const Fixed& fixed : kFixed) {
    if (fixed.name != name) continue;
    out.kind = fixed.kind;
    return out;
  }
  if (name.starts_with("asc_kernel_data_") && name.ends_with(".bin")) {
    out.kind = NameKind::kKernelData;
    return out;
  }
  const std::string_view suffix = tensor_suffix(name);
  const std::string_view stem = name.substr(0, name.size() - suffix.size());
  if (is_hash(stem)) {
    out.kind = NameKind::kHashed;
    return out;
  }
  const Parts parts(name);
  if (parse_core(parts, out)) return out;
  if (suffix.empty()) {
    parse_dump(parts, out);
  } else {
    parse_with_suffix(stem, suffix, out);
  }
  return out;
}

}  // namespace omscope::dump
