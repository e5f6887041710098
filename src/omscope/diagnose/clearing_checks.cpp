// Memory that a kernel adds to must be cleared before the kernel runs.
//
// The kernel's description says so by `parameters`, and the compiler notes it at the op as
// tbe_op_atomic_output_index, a flag per output, zero for ops that need nothing. When it plans the
// launches it puts AtomicAddrClean or MemSet before such ops and notes at each how it is cleared:
// is_atomic_node, atomic_output_index, <op>_atomic_kernelname.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "omscope/core/text.h"
#include "omscope/diagnose/kernel_checks.h"
#include "omscope/diagnose/kernel_name.h"

namespace omscope::diagnose {
namespace {

using kernelmeta::KernelJson;

bool clears(const ir::Op& op) {
  constexpr std::array<std::string_view, 4> kTypes = {"AtomicAddrClean", "DynamicAtomicAddrClean",
                                                      "MemSet", "Memset"};
  return std::find(kTypes.begin(), kTypes.end(), op.type) != kTypes.end();
}

const ir::Op* find_op(const ir::Graph& graph, std::string_view name) {
  const auto found = std::find_if(graph.ops.begin(), graph.ops.end(),
                                  [&](const ir::Op& op) { return op.name == name; });
  return found == graph.ops.end() ? nullptr : &*found;
}

/// Before memory is planned nothing is cleared yet, and where shapes are known at run time only the
/// executor clears.
bool is_planned(const ir::Op& op) {
  return op.plan != nullptr && !op.plan->output_offsets.empty();
}

bool notes_a_clearing(std::string_view attr) {
  return attr == "is_atomic_node" || attr == "atomic_output_index" ||
         attr == "atomic_workspace_info" || attr.starts_with("_atomic_") ||
         attr.starts_with("_memset") || attr.ends_with("_atomic_kernelname");
}

bool is_cleared(const ir::Graph& graph, const ir::Op& op) {
  const bool noted = std::any_of(op.attrs.begin(), op.attrs.end(),
                                 [](const ir::Attr& attr) { return notes_a_clearing(attr.name); });
  return noted || std::any_of(op.control_inputs.begin(), op.control_inputs.end(),
                              [&](std::string_view name) {
                                const ir::Op* before =
                                    find_op(graph, name.substr(0, name.find(':')));
                                return before != nullptr && clears(*before);
                              });
}

/// What the compiler noted for this op.
bool asks_for_clearing(const ir::Op& op) {
  const ir::AttrValue* value = ir::find(op.attrs, "tbe_op_atomic_output_index");
  const auto* flags = value == nullptr ? nullptr : std::get_if<ir::List<int64_t>>(value);
  return flags != nullptr &&
         std::any_of(flags->begin(), flags->end(), [](int64_t flag) { return flag == 1; });
}

Finding missing(const KernelJson& json, const std::string& file, const ir::Model& model,
                std::string_view op) {
  const auto first = std::find_if(json.parameters.begin(), json.parameters.end(),
                                  [](const auto& each) { return each.needs_clearing; });
  const auto index = first - json.parameters.begin();
  const std::string name = as_utf8(op);
  return {Severity::kWarning,
          "clearing-missing",
          {fmt::format("Argument {} of kernel {} must be cleared before it runs, and nothing in "
                       "the graph clears it for op {}: its result adds to what was there. Was the "
                       "graph built for another version of the kernel? Build it again",
                       index, json.kernel_name, name),
           fmt::format("kernel {} 的第 {} 个参数运行前必须清零，但图中没有为算子 {} "
                       "清零：结果会叠加在旧数据上。图是否按另一版本的 kernel 编译？请重新编译",
                       json.kernel_name, index, name)},
          {{file, 0, fmt::format("parameters[{}]", index)}, {model.file->path(), 0, name}}};
}

std::string_view stem_of(std::string_view kernel) {
  const auto parts = parse_kernel_name(kernel);
  return parts ? parts->stem : kernel;
}

/// Whether the compiler wrote that this op runs the kernel.
bool runs(const ir::Op& op, std::string_view stem) {
  return std::any_of(op.attrs.begin(), op.attrs.end(), [&](const ir::Attr& attr) {
    const auto* text = std::get_if<std::string_view>(&attr.value);
    return text != nullptr && attr.name.ends_with("_kernelname") &&
           !attr.name.ends_with("_atomic_kernelname") && stem_of(*text) == stem;
  });
}

bool wants_clearing(const KernelJson& json) {
  return std::any_of(json.parameters.begin(), json.parameters.end(),
                     [](const auto& each) { return each.needs_clearing; });
}

}  // namespace

std::vector<Finding> check_clearing(const KernelJson& json, const std::string& file,
                                    const ir::Model& model, std::string_view op_name) {
  std::vector<Finding> findings;
  if (!wants_clearing(json)) return findings;
  for (const ir::Graph& graph : model.graphs) {
    const ir::Op* op = find_op(graph, op_name);
    if (op == nullptr || !is_planned(*op) || is_cleared(graph, *op)) continue;
    findings.push_back(missing(json, file, model, op_name));
  }
  return findings;
}

std::vector<Finding> check_clearing(const KernelJson& json, const std::string& file,
                                    const ir::Model& model) {
  constexpr size_t kMost = 8;
  std::vector<Finding> findings;
  if (!wants_clearing(json) || json.kernel_name.empty()) return findings;
  const std::string_view stem = stem_of(json.kernel_name);
  for (const ir::Graph& graph : model.graphs) {
    for (const ir::Op& op : graph.ops) {
      if (!is_planned(op) || !runs(op, stem) || is_cleared(graph, op)) continue;
      if (findings.size() < kMost) findings.push_back(missing(json, file, model, op.name));
    }
  }
  return findings;
}

void check_clearing(const ir::Model& model, std::vector<Finding>& findings) {
  uint64_t count = 0;
  std::string first;
  for (const ir::Graph& graph : model.graphs) {
    for (const ir::Op& op : graph.ops) {
      if (!asks_for_clearing(op) || !is_planned(op) || is_cleared(graph, op)) continue;
      if (count++ == 0) first = as_utf8(op.name);
    }
  }
  if (count == 0) return;
  findings.push_back(
      {Severity::kWarning,
       "clearing-missing",
       {fmt::format("The output of {} (first {}) must be cleared before its kernel runs, and "
                    "nothing in the model does so: its result adds to what was there. Build the "
                    "model again",
                    counted(count, "op"), first),
        fmt::format("{} 个算子（首个为 {}）的输出在运行前必须清零，但模型中没有清零："
                    "结果会叠加在旧数据上。请重新编译模型",
                    count, first)},
       {{model.file->path(), 0, "tbe_op_atomic_output_index of " + first}}});
}

}  // namespace omscope::diagnose
