// Whether a model was made for the chip it shall run on.
#include <algorithm>

#include <fmt/format.h>

#include "omscope/core/text.h"
#include "omscope/diagnose/preflight.h"

namespace omscope::diagnose {
namespace {

Evidence of_model(const ir::Model& model, std::string text) {
  return {model.file->path(), 0, std::move(text)};
}

Evidence of_chip(const Target& target) {
  return {target.file, target.chips.front().line, target.chips.front().name};
}

void other_arch(const ir::Model& model, const Target& target, const Soc& made_for,
                std::vector<Finding>& findings) {
  const Soc& soc = *target.soc;
  findings.push_back(
      {Severity::kError,
       "soc-version",
       {fmt::format(
            "The model was built for {} (NpuArch {}), the target is {} (NpuArch {}): it will "
            "not load there (E10001, older releases 1343225857). Convert it again with "
            "--soc_version={}",
            made_for.name, made_for.arch, soc.name, soc.arch, soc.name),
        fmt::format(
            "模型为 {}（NpuArch {}）转换，目标为 {}（NpuArch {}）：无法加载（E10001，旧版本为 "
            "1343225857）。请用 --soc_version={} 重新转换",
            made_for.name, made_for.arch, soc.name, soc.arch, soc.name)},
       {of_model(model, fmt::format("soc_version {}", made_for.name)), of_chip(target)}});
}

/// The same architecture loads, but a static kernel is launched on as many blocks as its chip had.
void fewer_cores(const ir::Model& model, const Target& target, const Soc& made_for,
                 std::vector<Finding>& findings) {
  const auto most = target.soc->most_blocks();
  const auto largest = std::max_element(model.tasks.begin(), model.tasks.end(),
                                        [](const ir::Task& a, const ir::Task& b) {
                                          return a.block_dim.value_or(0) < b.block_dim.value_or(0);
                                        });
  const int64_t blocks = largest == model.tasks.end() ? 0 : largest->block_dim.value_or(0);
  const bool too_many = most && blocks > 0 && static_cast<uint64_t>(blocks) > *most;
  std::vector<Evidence> evidence = {of_model(model, fmt::format("soc_version {}", made_for.name)),
                                    of_chip(target)};
  std::string more;
  std::string more_zh;
  if (too_many) {
    more = fmt::format("; its op {} starts {} blocks, the target has {} cores",
                       as_utf8(largest->op), blocks, *most);
    more_zh = fmt::format("；其中算子 {} 启动 {} 个 block，目标只有 {} 个核", as_utf8(largest->op),
                          blocks, *most);
    evidence.push_back(of_model(model, fmt::format("block_dim {}", blocks)));
  }
  findings.push_back(
      {too_many ? Severity::kWarning : Severity::kInfo,
       "soc-version",
       {fmt::format(
            "The model was built for {}, the target is {}: it loads (both have NpuArch {}), "
            "but is not tuned for it{}",
            made_for.name, target.soc->name, made_for.arch, more),
        fmt::format("模型为 {} 转换，目标为 {}：可以加载（NpuArch 同为 {}），但未针对目标优化{}",
                    made_for.name, target.soc->name, made_for.arch, more_zh)},
       std::move(evidence)});
}

void unknown_chip(const ir::Model& model, const Target& target, std::vector<Finding>& findings) {
  const std::string wanted = as_utf8(model.info.soc_version);
  const std::string& there = target.chips.front().name;
  if (wanted == there || wanted == "Ascend" + there) return;
  findings.push_back(
      {Severity::kWarning,
       "soc-version",
       {fmt::format("The model was built for {}, the target is {}; whether they are of one "
                    "architecture is not known. Convert the model again for the target",
                    wanted, there),
        fmt::format("模型为 {} 转换，目标为 {}；无法确定两者架构是否相同。请为目标重新转换模型",
                    wanted, there)},
       {of_model(model, "soc_version " + wanted), of_chip(target)}});
}

bool is_bf16(const ir::TensorType* type) {
  return type != nullptr && type->dtype == DType::kBFloat16;
}

void check_bf16(const ir::Model& model, const Soc& soc, std::vector<Finding>& findings) {
  if (soc.bf16) return;
  for (const ir::Graph& graph : model.graphs) {
    for (const ir::Op& op : graph.ops) {
      const bool used = std::any_of(op.outputs.begin(), op.outputs.end(), is_bf16) ||
                        std::any_of(op.inputs.begin(), op.inputs.end(),
                                    [](const ir::Input& input) { return is_bf16(input.type); });
      if (!used) continue;
      const std::string name = as_utf8(op.name);
      findings.push_back(
          {Severity::kError,
           "bfloat16",
           {fmt::format("Op {} ({}) works on bfloat16, which {} cannot compute; use float16 or "
                        "float32",
                        name, as_utf8(op.type), soc.name),
            fmt::format("算子 {}（{}）使用 bfloat16，{} 不支持；请改用 float16 或 float32", name,
                        as_utf8(op.type), soc.name)},
           {of_model(model, "op " + name)}});
      return;
    }
  }
}

}  // namespace

void check_chip(const ir::Model& model, const Target& target, std::vector<Finding>& findings) {
  if (target.chips.empty()) return;
  if (target.soc) check_bf16(model, *target.soc, findings);
  if (model.info.soc_version.empty()) return;
  const auto made_for = find_soc(model.info.soc_version);
  if (!made_for || !target.soc) return unknown_chip(model, target, findings);
  if (made_for->arch != target.soc->arch) return other_arch(model, target, *made_for, findings);
  if (made_for->name != target.soc->name) fewer_cores(model, target, *made_for, findings);
}

}  // namespace omscope::diagnose
