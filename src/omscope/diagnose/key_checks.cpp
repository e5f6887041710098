// Which combinations of dtype and format a kernels package has, and which is nearest to a key that
// was looked for and not found.
#include <algorithm>

#include <fmt/format.h>

#include "omscope/core/text.h"
#include "omscope/diagnose/kernel_checks.h"

namespace omscope::diagnose {
namespace {

using kernelmeta::Combination;
using kernelmeta::ConfigTensor;
using kernelmeta::KernelConfig;

/// Keys and files spell the same dtype differently.
std::string_view spelled(std::string_view dtype) {
  if (dtype == "float") return "float32";
  if (dtype == "bf16") return "bfloat16";
  if (dtype == "double") return "float64";
  if (dtype == "half") return "float16";
  return dtype;
}

bool same_dtype(std::string_view wanted, const ConfigTensor& there) {
  return there.dtype == "any" || spelled(wanted) == spelled(there.dtype);
}

bool same_format(std::string_view wanted, const ConfigTensor& there) {
  return there.any_format || there.format.empty() || there.format == "ND" || wanted == "ND" ||
         wanted == there.format;
}

bool same_mode(const IntegralKey& key, const Combination& there) {
  if (there.modes.empty()) return true;
  const std::string number = std::to_string(key.implementation);
  const std::string_view name = implementation_mode(key.implementation);
  return std::any_of(there.modes.begin(), there.modes.end(),
                     [&](const std::string& mode) { return mode == number || mode == name; });
}

std::vector<std::string> differences(const IntegralKey& key, const Combination& there) {
  std::vector<std::string> list;
  const size_t common = std::min(key.tensors.size(), there.tensors());
  for (size_t i = 0; i < common; ++i) {
    const ConfigTensor& tensor = there.tensor(i);
    const std::string name = tensor.name.empty() ? fmt::format("tensor {}", i)
                                                 : fmt::format("tensor {} ({})", i, tensor.name);
    if (!same_dtype(key.tensors[i].dtype, tensor)) {
      list.push_back(fmt::format("{}: {} instead of {}", name, tensor.dtype, key.tensors[i].dtype));
    } else if (!same_format(key.tensors[i].format, tensor)) {
      list.push_back(
          fmt::format("{}: format {} instead of {}", name, tensor.format, key.tensors[i].format));
    }
  }
  if (key.tensors.size() > there.tensors()) {
    list.push_back(fmt::format("{} tensors instead of {}", there.tensors(), key.tensors.size()));
  }
  if (!same_mode(key, there)) list.push_back(fmt::format("mode {}", there.modes.front()));
  const bool deterministic = there.deterministic == "true" || there.deterministic == "1";
  const bool says = !there.deterministic.empty() && there.deterministic != "ignore";
  if (says && deterministic != key.deterministic) {
    list.push_back(key.deterministic ? "not deterministic" : "deterministic only");
  }
  return list;
}

std::string first_dtypes(const Combination& combination) {
  std::string text;
  for (size_t i = 0; i < combination.tensors(); ++i) {
    text += (i == 0 ? "" : ", ") + std::string(spelled(combination.tensor(i).dtype));
  }
  return text;
}

bool wants_bf16(const IntegralKey& key) {
  return std::any_of(key.tensors.begin(), key.tensors.end(),
                     [](const KeyTensor& tensor) { return spelled(tensor.dtype) == "bfloat16"; });
}

}  // namespace

std::vector<Nearest> nearest_combinations(const IntegralKey& key, const KernelConfig& config,
                                          size_t most) {
  std::vector<Nearest> list;
  for (const Combination& combination : config.combinations) {
    list.push_back({&combination, differences(key, combination)});
  }
  std::stable_sort(list.begin(), list.end(), [](const Nearest& a, const Nearest& b) {
    return a.differences.size() < b.differences.size();
  });
  // Variants of mode and determinism say the same to the reader.
  std::vector<Nearest> different;
  for (Nearest& each : list) {
    const bool there = std::any_of(different.begin(), different.end(), [&](const Nearest& other) {
      return first_dtypes(*other.combination) == first_dtypes(*each.combination);
    });
    if (!there && different.size() < most) different.push_back(std::move(each));
  }
  return different;
}

Finding check_key(const IntegralKey& key, const KernelConfig& config, const std::string& file,
                  const std::optional<Soc>& soc) {
  constexpr size_t kShown = 3;
  const std::vector<Nearest> nearest = nearest_combinations(key, config, kShown);
  const std::string op = config.op.empty() ? "the operator" : config.op;
  const std::string asked = tensors_in_words(key);
  Finding finding;
  finding.rule = "missing-binary";
  finding.evidence.push_back({file, 0, counted(config.combinations.size(), "combination")});
  if (soc && !soc->bf16 && wants_bf16(key)) {
    finding.severity = Severity::kError;
    finding.message = {
        fmt::format("{} is asked for bfloat16, which {} cannot compute; use float16 or "
                    "float32",
                    op, soc->name),
        fmt::format("{} 需要 bfloat16，{} 不支持；请改用 float16 或 float32", op, soc->name)};
    return finding;
  }
  if (!nearest.empty() && nearest.front().differences.empty()) {
    finding.severity = Severity::kInfo;
    finding.message = {
        fmt::format("{} has a binary for {} here; the package that was in use is "
                    "another one, or not complete",
                    op, asked),
        fmt::format("此处有 {} 的二进制（{}）；实际使用的软件包不同或不完整", op, asked)};
    return finding;
  }
  std::string near;
  std::string near_zh;
  for (const Nearest& each : nearest) {
    near += fmt::format("{}({})", near.empty() ? "; the nearest are " : ", ",
                        first_dtypes(*each.combination));
    finding.evidence.push_back({file, 0,
                                fmt::format("{}: {}", each.combination->binary,
                                            each.differences.empty() ? std::string("the same")
                                                                     : each.differences.front())});
  }
  if (!near.empty()) near_zh = "；最接近的组合：" + near.substr(near.find('('));
  finding.severity = Severity::kError;
  finding.message = {
      fmt::format("{} has no binary for {}{}. Cast the inputs to one of them, or install a kernels "
                  "package that has it",
                  op, asked, near),
      fmt::format("{} 没有 {} 的二进制{}。请转换输入的 dtype，或安装含有它的 kernels 包", op, asked,
                  near_zh)};
  return finding;
}

}  // namespace omscope::diagnose
