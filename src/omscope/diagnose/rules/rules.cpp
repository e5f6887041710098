#include "omscope/diagnose/rules/rules.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace omscope::diagnose {
namespace {

using Family = std::span<const Rule> (*)();

// In the order of rank: what is more specific comes first.
constexpr std::array<Family, 9> kFamilies = {assert_rules,  address_rules, core_rules,
                                             package_rules, memory_rules,  atc_rules,
                                             misuse_rules,  device_rules,  code_rules};

std::string shortened_line(std::string_view text) {
  constexpr size_t kMost = 400;
  std::string out(text.substr(0, kMost));
  if (text.size() > kMost) out += " …";
  return out;
}

}  // namespace

Text say(std::string en, std::string zh) {
  return {std::move(en), std::move(zh)};
}

Text kernel_and_op(const Picture& picture) {
  std::string op = picture.op;
  if (!picture.op_type.empty() && picture.op_type != op) {
    op = op.empty() ? picture.op_type : fmt::format("{} ({})", op, picture.op_type);
  }
  if (picture.kernel.empty() && op.empty()) return say("a kernel", "某个核函数");
  if (picture.kernel.empty()) {
    return say(fmt::format("the kernel of op {}", op), fmt::format("算子 {} 的核函数", op));
  }
  if (op.empty()) {
    return say(fmt::format("kernel {}", picture.kernel), fmt::format("核函数 {}", picture.kernel));
  }
  return say(fmt::format("op {}, kernel {}", op, picture.kernel),
             fmt::format("算子 {}（核函数 {}）", op, picture.kernel));
}

void add_cause(Incident& incident, const Text& sentence) {
  const bool first = incident.cause.en.empty();
  incident.cause.en += (first ? "" : " ") + sentence.en;
  incident.cause.zh += sentence.zh.empty() ? sentence.en : sentence.zh;
}

void add_evidence(const Context& context, const Fact* fact, Incident& incident) {
  constexpr size_t kMost = 12;
  if (fact == nullptr || incident.evidence.size() >= kMost) return;
  const std::string file = fact->file < context.files.size() ? context.files[fact->file] : "";
  const bool known = std::any_of(
      incident.evidence.begin(), incident.evidence.end(),
      [&](const Evidence& each) { return each.file == file && each.line == fact->line; });
  if (!known) incident.evidence.push_back({file, fact->line, shortened_line(fact->text)});
}

bool has_any_code(const Case& facts, std::span<const std::string_view> codes) {
  return std::any_of(codes.begin(), codes.end(),
                     [&](std::string_view code) { return facts.has_code(code); });
}

const Fact* fact_with_code(const Case& facts, std::string_view code) {
  for (const Fact& fact : facts.facts) {
    for (const auto& [name, value] : fact.fields) {
      if (name == "code" && value == code) return &fact;
    }
  }
  return nullptr;
}

std::vector<const Rule*> all_rules() {
  std::vector<const Rule*> rules;
  for (const Family family : kFamilies) {
    for (const Rule& rule : family()) rules.push_back(&rule);
  }
  return rules;
}

bool conclude(const Context& context, Incident& incident) {
  for (const Family family : kFamilies) {
    for (const Rule& rule : family()) {
      if (!rule.applies(context)) continue;
      incident.rule = rule.id;
      incident.certainty = rule.certainty;
      add_evidence(context, context.picture.root, incident);
      rule.conclude(context, incident);
      for (const Note& note : kernel_notes()) {
        if (note.id != rule.id && note.applies(context)) note.add(context, incident);
      }
      return true;
    }
  }
  return false;
}

}  // namespace omscope::diagnose
