#include <algorithm>

#include <fmt/format.h>

#include "omscope/core/text.h"
#include "omscope/diagnose/explain_line.h"
#include "omscope/diagnose/integral_key.h"
#include "omscope/diagnose/kernel_name.h"
#include "omscope/diagnose/table.h"

namespace omscope::diagnose {
namespace {

std::string mode_in_words(uint32_t number) {
  const std::string_view name = implementation_mode(number);
  return name.empty() ? fmt::format("{} (unknown)", number) : std::string(name);
}

std::string attrs_in_words(const IntegralKey& key) {
  std::string all;
  for (const std::string_view attr : key.attrs) {
    all += all.empty() ? "; attributes " : ", ";
    all += attr.empty() ? "(empty)" : attr;
  }
  return all;
}

std::string of_kernel_in_english(const KernelName& kernel) {
  std::string text;
  if (kernel.is_static_binary) {
    text = fmt::format("Precompiled kernel of operator {} for fixed shapes", kernel.op);
  } else if (kernel.from_compiler) {
    text = fmt::format("Kernel of operator {}, compiled together with a model", kernel.op);
  } else {
    text = fmt::format("Kernel of operator {} from a kernels package", kernel.op);
  }
  text += fmt::format("; hash {}", kernel.hashes.front());
  if (kernel.hashes.size() > 1) text += fmt::format(" and {}", kernel.hashes[1]);
  if (!kernel.implementation.empty()) text += fmt::format("; mode {}", kernel.implementation);
  if (!kernel.number.empty() && !kernel.from_compiler) {
    text += fmt::format("; tiling key {}", kernel.number);
  }
  if (!kernel.core.empty())
    text += fmt::format("; the half for {} cores", kernel.core == "aic" ? "cube" : "vector");
  if (kernel.is_host_copy) text += "; the copy that was loaded";
  return text;
}

std::string of_kernel_in_chinese(const KernelName& kernel) {
  std::string text = fmt::format("算子 {} 的 kernel，{}", kernel.op,
                                 kernel.is_static_binary ? "固定 shape 的预编译二进制"
                                 : kernel.from_compiler  ? "随模型编译"
                                                         : "来自 kernels 包");
  text += fmt::format("；哈希 {}", kernel.hashes.front());
  if (!kernel.implementation.empty()) text += fmt::format("；实现模式 {}", kernel.implementation);
  if (!kernel.number.empty() && !kernel.from_compiler) {
    text += fmt::format("；tiling key {}", kernel.number);
  }
  if (!kernel.core.empty()) text += kernel.core == "aic" ? "；Cube 核部分" : "；Vector 核部分";
  return text;
}

}  // namespace

CatalogueEntry entry_of_key(std::string_view text, std::string_view op, Lang lang) {
  const IntegralKey key = parse_integral_key(text).value_or(IntegralKey());
  CatalogueEntry entry;
  entry.code = text;
  entry.symbol = op;
  entry.lang = lang;
  entry.component = "integral key";
  if (lang == Lang::kChinese) {
    entry.meaning =
        fmt::format("查找算子{}{}二进制所用的键：确定性 {}，实现模式 {}，张量 {}{}",
                    op.empty() ? "" : " ", op, key.deterministic ? "开" : "关",
                    mode_in_words(key.implementation), tensors_in_words(key), attrs_in_words(key));
    entry.cause =
        "找不到该键时：没有为此 dtype、format 和模式的组合编译二进制，或未安装对应芯片的 kernels "
        "包";
    entry.action = "安装版本和芯片一致的 kernels 包；把输入转换为支持的 dtype";
    return entry;
  }
  entry.meaning =
      fmt::format("Key by which the binary of {} is looked for: deterministic {}, mode {}, {}{}",
                  op.empty() ? "an operator" : op, key.deterministic ? "on" : "off",
                  mode_in_words(key.implementation), tensors_in_words(key), attrs_in_words(key));
  entry.cause =
      "Where it is not found: no binary was built for this combination of dtype, format and mode, "
      "or the kernels package of this chip is not installed";
  entry.action =
      "Install the kernels package of the same version and chip; cast the inputs to a dtype that "
      "the operator supports";
  return entry;
}

std::optional<CatalogueEntry> entry_of_kernel(std::string_view name, Lang lang) {
  const auto kernel = parse_kernel_name(name);
  if (!kernel) return std::nullopt;
  CatalogueEntry entry;
  entry.code = name;
  entry.symbol = kernel->op;
  entry.component = "kernel";
  entry.lang = lang;
  if (lang == Lang::kChinese) {
    entry.meaning = of_kernel_in_chinese(*kernel);
    entry.action =
        "对应文件为同名（去掉 __kernel0 等后缀）的 .o 和 .json；只有它们才是实际运行的 kernel";
    return entry;
  }
  entry.meaning = of_kernel_in_english(*kernel);
  entry.action =
      "Its files have this name without __kernel0 and what a core adds, and end in .o and .json; "
      "only those are the kernel that ran";
  return entry;
}

std::vector<CatalogueEntry> explain(std::string_view text, Lang lang) {
  constexpr std::string_view kBlank = " \t\r\n";
  const size_t start = text.find_first_not_of(kBlank);
  text = start == std::string_view::npos ? "" : text.substr(start);
  text = text.substr(0, text.find_last_not_of(kBlank) + 1);
  const bool one_word = text.find_first_of(kBlank) == std::string_view::npos;
  std::vector<CatalogueEntry> found;
  // As it is copied out of a report: "EZ9999:".
  if (one_word) found = look_up(text.substr(0, text.find_last_not_of(":;,.") + 1), lang);
  if (!found.empty()) return found;
  if (parse_integral_key(text)) return {entry_of_key(text, {}, lang)};
  if (one_word) {
    if (auto kernel = entry_of_kernel(text, lang)) return {*std::move(kernel)};
  }
  found = explain_line(text, lang);
  if (!found.empty()) return found;
  constexpr size_t kShown = 100;
  CatalogueEntry unknown;
  unknown.code = shortened(as_utf8(text), kShown);
  unknown.known = false;
  unknown.lang = lang;
  const bool number = parse_number(text).has_value();
  if (lang == Lang::kChinese) {
    unknown.meaning = number ? "目录中没有这个数字，也不属于任何已知的错误码范围"
                             : "其中没有已知的错误码、integral key、kernel 名或芯片";
    unknown.action = "用 omscope explain --search 按词查找";
  } else {
    unknown.meaning = number ? "not in the catalogue, and in no range of codes that is known"
                             : "no code, integral key, kernel or chip that is known is in it";
    unknown.action = "Look for words of it with omscope explain --search";
  }
  return {unknown};
}

}  // namespace omscope::diagnose
