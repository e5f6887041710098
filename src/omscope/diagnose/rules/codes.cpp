// What no other rule knows: codes that the catalogue explains, and the first line of an error.
#include <array>

#include <fmt/format.h>

#include "omscope/diagnose/catalogue.h"
#include "omscope/diagnose/rules/rules.h"

namespace omscope::diagnose {
namespace {

/// Codes that stand for any failure below them.
bool is_wrapper(std::string_view code) {
  static constexpr std::array<std::string_view, 5> kWrappers = {"500002", "507011", "545008",
                                                                "145003", "1343225859"};
  for (const std::string_view each : kWrappers) {
    if (code == each) return true;
  }
  return code.ends_with("9999") || code.ends_with("8888") || code.starts_with("ERR");
}

struct Coded {
  const Fact* fact = nullptr;
  CatalogueEntry entry;
  Text meaning;
  Text cause;
  Text action;
};

/// The first code with a meaning of its own, else the first that is known at all.
Coded best_code(const Case& facts) {
  Coded best;
  for (const bool wrappers : {false, true}) {
    for (const Fact& fact : facts.facts) {
      for (const auto& [name, code] : fact.fields) {
        if (name != "code" || is_wrapper(code) != wrappers) continue;
        const auto entries = look_up(code, Lang::kEnglish);
        if (entries.empty() || !entries.front().known) continue;
        const auto chinese = look_up(code, Lang::kChinese);
        const bool zh = !chinese.empty() && chinese.front().lang == Lang::kChinese;
        best.fact = &fact;
        best.entry = entries.front();
        best.meaning = {best.entry.meaning, zh ? chinese.front().meaning : ""};
        best.cause = {best.entry.cause, zh ? chinese.front().cause : ""};
        best.action = {best.entry.action, zh ? chinese.front().action : ""};
        return best;
      }
    }
  }
  return best;
}

bool graph_assert(const Context& context) {
  return context.facts.has(FactKind::kGraphAssert);
}

void conclude_assert(const Context& context, Incident& incident) {
  const Fact& fact = *context.facts.first(FactKind::kGraphAssert);
  add_evidence(context, &fact, incident);
  std::string values;
  if (!fact.field("expect").empty()) {
    values = fmt::format(", expected {}, found {}", fact.field("expect"), fact.field("actual"));
  }
  incident.conclusion =
      say(fmt::format("A check of the graph engine failed: {}{}", fact.field("condition"), values),
          fmt::format("图引擎检查失败：{}{}", fact.field("condition"), values));
  add_cause(incident, say("It is the first check that failed; what follows reports it again.",
                          "这是最早失败的检查，其后的报错是逐层上报。"));
  const Coded coded = best_code(context.facts);
  if (coded.fact != nullptr && !coded.meaning.en.empty()) {
    add_cause(incident,
              say(fmt::format("Code {}: {}.", coded.entry.code, coded.meaning.en),
                  fmt::format("错误码 {}：{}。", coded.entry.code, coded.meaning.in(true))));
  }
  incident.actions = {
      say("Check that the CANN that built the model and the one that runs it are of one version.",
          "检查转换模型与运行模型的 CANN 版本是否一致。")};
}

bool reported(const Context& context) {
  const FactKind root = context.picture.root->kind;
  if (root == FactKind::kProseCode || root == FactKind::kException) return false;
  return best_code(context.facts).fact != nullptr;
}

void conclude_reported(const Context& context, Incident& incident) {
  const Coded coded = best_code(context.facts);
  add_evidence(context, coded.fact, incident);
  const std::string message(coded.fact->field("message"));
  const bool own_words = coded.fact->kind == FactKind::kReportCode && !message.empty();
  incident.conclusion =
      say(fmt::format("{}: {}", coded.entry.code, own_words ? message : coded.meaning.en),
          fmt::format("{}：{}", coded.entry.code, own_words ? message : coded.meaning.in(true)));
  if (own_words && !coded.meaning.en.empty()) {
    add_cause(incident, say(coded.meaning.en + ".", coded.meaning.in(true) + "。"));
  }
  if (!coded.cause.en.empty()) {
    add_cause(incident, say(coded.cause.en + ".", coded.cause.in(true) + "。"));
  }
  if (!coded.action.en.empty())
    incident.actions.push_back(say(coded.action.en + ".", coded.action.zh));
  if (is_wrapper(coded.entry.code)) {
    incident.certainty = Certainty::kHint;
    add_cause(incident, say("This code only passes on a failure whose own lines are not in these "
                            "logs.",
                            "该错误码只是上报结果，真正失败的日志行不在这些文件中。"));
  }
}

bool first_error(const Context& context) {
  const FactKind root = context.picture.root->kind;
  return root == FactKind::kErrorLine || root == FactKind::kPublicCode ||
         root == FactKind::kReportCode || root == FactKind::kPytorchTail ||
         root == FactKind::kMissingBinary;
}

void conclude_first(const Context& context, Incident& incident) {
  const Fact& root = *context.picture.root;
  const log::Content content = [&] {
    const auto header = log::scan_header(root.text);
    return log::content_of(header ? header->content : std::string_view(root.text));
  }();
  const std::string text(content.message.substr(0, 200));
  incident.conclusion = say(fmt::format("{} reports an error that no rule knows: {}",
                                        root.module.empty() ? "The log" : root.module, text),
                            fmt::format("{} 报错，但没有规则能识别：{}",
                                        root.module.empty() ? "日志" : root.module, text));
  add_cause(incident,
            say("It is the first error line of this burst, which is the likeliest to name "
                "the reason.",
                "这是该批报错中的第一行，最可能指向原因。"));
}

constexpr std::array kRules = {
    Rule{"graph-engine-check", Certainty::kLikely, "an assertion of the graph engine", graph_assert,
         conclude_assert},
    Rule{"reported-code", Certainty::kLikely, "a code that the catalogue knows", reported,
         conclude_reported},
    Rule{"first-error", Certainty::kHint, "a line of level ERROR", first_error, conclude_first},
};

}  // namespace

std::span<const Rule> code_rules() {
  return kRules;
}

}  // namespace omscope::diagnose
