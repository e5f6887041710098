// What the model converter says.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "omscope/diagnose/catalogue.h"
#include "omscope/diagnose/rules/rules.h"

namespace omscope::diagnose {
namespace {

bool python_module(const Context& context) {
  return context.facts.has(FactKind::kPythonModule);
}

void conclude_python(const Context& context, Incident& incident) {
  const Fact& fact = *context.facts.first(FactKind::kPythonModule);
  add_evidence(context, &fact, incident);
  const std::string module(fact.field("module"));
  const std::string exception(fact.field("exception"));
  const bool numpy = exception.find("NumPy 2") != std::string::npos ||
                     exception.find("np.float_") != std::string::npos;
  const bool of_cann = module == "tbe" || module.starts_with("tbe.") || module == "te" ||
                       module.starts_with("te.") || module == "te_fusion";
  incident.conclusion =
      numpy ? say("The operator compiler's Python has NumPy 2, which it cannot work with",
                  "算子编译器使用的 Python 环境是 NumPy 2，不兼容")
      : module.empty()
          ? say(fmt::format("The operator compiler's Python failed: {}", exception),
                fmt::format("算子编译器的 Python 环境出错：{}", exception))
          : say(fmt::format("Python module '{}' is missing for the operator compiler", module),
                fmt::format("算子编译器缺少 Python 模块 '{}'", module));
  add_cause(
      incident,
      say(fmt::format("atc compiles operators with Python, and the import said: {}.", exception),
          fmt::format("atc 通过 Python 编译算子，导入时报：{}。", exception)));
  if (numpy) {
    incident.actions = {say("pip3 install 'numpy<2' in the interpreter that atc uses.",
                            "在 atc 所用的解释器中执行 pip3 install 'numpy<2'。")};
  } else if (of_cann) {
    incident.actions = {say(
        "source set_env.sh of the toolkit, so that its python/site-packages are on PYTHONPATH; "
        "a package of this name from pip is another one. With conda, activate first and source "
        "then.",
        "source toolkit 的 set_env.sh，使其 python/site-packages 在 PYTHONPATH 中；pip 上的同名包并"
        "不是它。使用 conda 时先激活环境再 source。")};
  } else {
    incident.actions = {
        say(fmt::format("pip3 install {} in the interpreter that atc uses; it also needs decorator "
                        "sympy scipy psutil attrs numpy<2.",
                        module.empty() ? "what is missing" : module),
            fmt::format(
                "在 atc 所用的解释器中执行 pip3 install {}；另需 decorator sympy scipy psutil "
                "attrs numpy<2。",
                module.empty() ? "缺少的模块" : module)),
        say("Check that python3 on PATH is the one whose modules you installed.",
            "确认 PATH 中的 python3 就是安装模块的那一个。")};
  }
}

/// E10001 to E10063 are the converter's own checks of its options.
const Fact* option_fact(const Case& facts) {
  for (const Fact* fact : facts.all(FactKind::kReportCode)) {
    const std::string_view code = fact->field("code");
    if (code.size() != 6 || !code.starts_with("E100")) continue;
    const auto number = parse_word(code.substr(1));
    if (number && *number >= 10001 && *number <= 10063) return fact;
  }
  return nullptr;
}

bool option(const Context& context) {
  return option_fact(context.facts) != nullptr;
}

void conclude_option(const Context& context, Incident& incident) {
  const Fact& fact = *option_fact(context.facts);
  add_evidence(context, &fact, incident);
  const std::string code(fact.field("code"));
  const std::string message(fact.field("message"));
  incident.conclusion = say(fmt::format("atc refuses an option or input ({}): {}", code, message),
                            fmt::format("atc 参数或输入有误（{}）：{}", code, message));
  const auto entries = look_up(code, Lang::kEnglish);
  const auto chinese = look_up(code, Lang::kChinese);
  const bool known = !entries.empty() && entries.front().known;
  if (known && !entries.front().meaning.empty()) {
    const bool zh = !chinese.empty() && chinese.front().lang == Lang::kChinese;
    add_cause(incident,
              say(entries.front().meaning + ".", zh ? chinese.front().meaning + "。" : ""));
  }
  const bool framework = message.find("--framework") != std::string::npos;
  if (framework) {
    incident.actions = {say(
        "Add --framework: 0 Caffe, 1 MindSpore, 3 TensorFlow, 5 ONNX. atc without any option "
        "says this too, which only proves that it is installed.",
        "添加 --framework：0 Caffe，1 MindSpore，3 TensorFlow，5 ONNX。不带参数运行 atc 也会报此"
        "错，只说明工具已装好。")};
  } else {
    const std::string action = known ? entries.front().action : "";
    const bool zh = known && !chinese.empty() && chinese.front().lang == Lang::kChinese;
    incident.actions = {
        say(action.empty() ? "Correct the option that the message names." : action + ".",
            action.empty() ? "按提示修改对应参数。"
            : zh           ? chinese.front().action + "。"
                           : "")};
  }
}

bool unsupported(const Context& context) {
  return context.facts.has(FactKind::kUnsupportedOp);
}

void conclude_unsupported(const Context& context, Incident& incident) {
  constexpr size_t kMostNames = 5;
  const auto all = context.facts.all(FactKind::kUnsupportedOp);
  const Fact& first = *all.front();
  const std::string type(first.field("op_type"));
  const std::string opset(first.field("opset"));
  const std::string_view what = first.field("what");
  std::string names;
  size_t count = 0;
  for (const Fact* fact : all) {
    add_evidence(context, fact, incident);
    if (fact->field("op").empty()) continue;
    if (++count <= kMostNames)
      names += fmt::format("{}{}", names.empty() ? "" : ", ", fact->field("op"));
  }
  if (count > kMostNames) names += fmt::format(" and {} more", count - kMostNames);
  incident.op_name = std::string(first.field("op"));
  incident.op_type = type;
  const std::string of = type.empty() ? "An op" : "Op type " + type;
  const std::string at = opset.empty() ? "" : fmt::format(" at opset {}", opset);
  const std::string_view why_en = what == "parser"   ? "has no parser"
                                  : what == "ir"     ? "is not registered (no IR)"
                                  : what == "kernel" ? "is not supported by the AI Core kernels"
                                                     : "is supported by no engine";
  const std::string_view why_zh = what == "parser"   ? "没有注册解析器"
                                  : what == "ir"     ? "没有注册 IR"
                                  : what == "kernel" ? "没有 AI Core 核函数支持"
                                                     : "没有引擎支持";
  incident.conclusion =
      say(fmt::format("{}{} {}", of, at, why_en),
          fmt::format("{}{}{}", type.empty() ? "某算子" : "算子类型 " + type + " ",
                      opset.empty() ? "" : fmt::format("（opset {}）", opset), why_zh));
  if (!names.empty()) {
    add_cause(incident,
              say(fmt::format("It concerns {}.", names), fmt::format("涉及 {}。", names)));
  }
  add_cause(incident,
            say("This version of CANN knows no such op, or not in this opset, on this chip.",
                "该 CANN 版本在此芯片上不支持这种算子，或不支持它的这个 opset。"));
  if (what == "parser") {
    incident.actions.push_back(say(
        "Export the model with a lower opset (opset 9 to 13 are the best supported) or simplify "
        "it.",
        "用更低的 opset 重新导出（opset 9～13 支持最好），或先简化模型。"));
  }
  incident.actions.push_back(
      say("Replace the op by supported ones, write a custom op, or install a "
          "newer CANN.",
          "用受支持的算子替换、开发自定义算子，或升级 CANN。"));
  if (type.empty()) incident.certainty = Certainty::kHint;
}

constexpr std::array kRules = {
    Rule{"python-module", Certainty::kCertain, "\"Failed to import Python module [...]\"",
         python_module, conclude_python},
    Rule{"unsupported-op", Certainty::kCertain,
         "a line that names an op without parser, IR, kernel or engine", unsupported,
         conclude_unsupported},
    Rule{"atc-option", Certainty::kCertain, "E10001 to E10063", option, conclude_option},
};

}  // namespace

std::span<const Rule> atc_rules() {
  return kRules;
}

}  // namespace omscope::diagnose
