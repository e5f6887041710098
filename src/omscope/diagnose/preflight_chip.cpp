// Whether a model was made for the chip it shall run on.
#include <algorithm>
#include <array>

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

/// Chips that no toolkit of today describes, each line of an architecture of its own.
struct OldLine {
  std::string_view start;  ///< of the name, without "Ascend"
  bool whole;              ///< the name has nothing more
  std::string_view line;
};
constexpr std::array kOldLines = {OldLine{"310", true, "AIC-M-100"},
                                  OldLine{"610", true, "Ascend610"},
                                  OldLine{"615", true, "Ascend615"},
                                  OldLine{"optg", true, "SVP NNN"},
                                  OldLine{"ss928", false, "SVP NNN"},
                                  OldLine{"sd3403", false, "SVP NNN"},
                                  OldLine{"hi3403", false, "SVP NNN"},
                                  OldLine{"hi3559", false, "Hi3559"},
                                  OldLine{"hi3519", false, "Hi3519"},
                                  OldLine{"hi3796cv300cs", false, "Hi3796CV300CS"},
                                  OldLine{"hi3796cv300es", false, "Hi3796CV300ES"}};

/// "NpuArch 2002", "AIC-M-100"
std::string shown(std::string_view architecture) {
  return (is_digits(architecture) ? "NpuArch " : "") + std::string(architecture);
}

/// The name that --soc_version takes.
std::string soc_name(const Target& target) {
  return target.soc ? std::string(target.soc->name) : target.chips.front().name;
}

void other_arch(const ir::Model& model, const Target& target, std::vector<Finding>& findings) {
  const std::string made_for = as_utf8(model.info.soc_version);
  const std::string built = shown(architecture_of(made_for));
  const std::string there = shown(architecture_of(target.chips.front().name));
  const std::string name = soc_name(target);
  findings.push_back(
      {Severity::kError,
       "soc-version",
       {fmt::format("The model was built for {} ({}), the target is {} ({}): it will "
                    "not load there (E10001, older releases 1343225857). Convert it again with "
                    "--soc_version={}",
                    made_for, built, name, there, name),
        fmt::format("模型为 {}（{}）转换，目标为 {}（{}）：无法加载（E10001，旧版本为 "
                    "1343225857）。请用 --soc_version={} 重新转换",
                    made_for, built, name, there, name)},
       {of_model(model, fmt::format("soc_version {}", made_for)), of_chip(target)}});
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

/// Files that the runtime of these chips does not load at all, whatever chip they name.
bool check_kind(const ir::Model& model, const Target& target, std::vector<Finding>& findings) {
  const std::string name = soc_name(target);
  Text message;
  switch (model.kind) {
    case Kind::kOnnx:
      message = {
          fmt::format("An ONNX model is not loaded as it is: convert it with atc "
                      "--framework=5 --soc_version={}",
                      name),
          fmt::format("ONNX 模型不能直接加载：请用 atc --framework=5 --soc_version={} 转换", name)};
      break;
    case Kind::kOmSvp:
    case Kind::kOmHiai:
    case Kind::kOmLite:
      if (!target.soc) return false;
      message = {
          fmt::format("The file is of another line of chips ({}): {} cannot load it. Convert "
                      "the original model with atc --soc_version={}",
                      describe(model.kind), name, name),
          fmt::format("该文件属于另一类芯片（{}），{} 无法加载。请用 atc --soc_version={} "
                      "重新转换原始模型",
                      describe(model.kind), name, name)};
      break;
    default: return false;
  }
  findings.push_back({Severity::kError,
                      "model-kind",
                      std::move(message),
                      {of_model(model, std::string(describe(model.kind))), of_chip(target)}});
  return true;
}

}  // namespace

std::string architecture_of(std::string_view chip) {
  if (const auto soc = find_soc(chip)) return std::string(soc->arch);
  std::string name = lower_case(chip);
  if (name.starts_with("ascend")) name = name.substr(6);
  for (const OldLine& each : kOldLines) {
    const bool fits = each.whole ? name == each.start : name.starts_with(each.start);
    if (fits) return std::string(each.line);
  }
  return {};
}

void check_chip(const ir::Model& model, const Target& target, std::vector<Finding>& findings) {
  if (target.chips.empty() || check_kind(model, target, findings)) return;
  if (target.soc) check_bf16(model, *target.soc, findings);
  if (model.info.soc_version.empty()) return;
  const std::string wanted = architecture_of(model.info.soc_version);
  const std::string there = architecture_of(target.chips.front().name);
  if (!wanted.empty() && !there.empty() && wanted != there) {
    return other_arch(model, target, findings);
  }
  const auto made_for = find_soc(model.info.soc_version);
  if (!made_for || !target.soc) return unknown_chip(model, target, findings);
  if (made_for->name != target.soc->name) fewer_cores(model, target, *made_for, findings);
}

}  // namespace omscope::diagnose
