#include "omscope/diff/verdict.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "omscope/core/text.h"

namespace omscope::diff {
namespace {

bool is_interface(Class kind) {
  return kind == Class::kInterface || kind == Class::kDynamic || kind == Class::kAipp;
}

bool has_error(const Comparison& c, const auto& of) {
  return std::any_of(c.result.differences.begin(), c.result.differences.end(),
                     [&](const auto& d) { return d.severity == Severity::kError && of(d.kind); });
}

bool is_compared(const Comparison& c) {
  return !c.matching.a.is_empty() && !c.matching.b.is_empty();
}

/// Constants of few values can agree by chance; they count only where there are no others.
Proven weights_proven(const Comparison& c) {
  const WeightTally& w = c.result.weights;
  if (w.different.count != 0) return Proven::kNo;
  if (c.options.weights == WeightMode::kNone || c.weights_absent) return Proven::kUnknown;
  if (c.telling_equal == 0 && c.telling_open == 0) {
    return w.unmatched.count == 0 ? Proven::kYes : Proven::kUnknown;
  }
  return c.telling_open == 0 ? Proven::kYes : Proven::kUnknown;
}

void prove(Comparison& c) {
  const bool compared = is_compared(c);
  const bool other_network =
      has_error(c, [](Class kind) { return !is_interface(kind) && kind != Class::kWeight; });
  if (!compared) {
    // Without a graph only the number of inputs and outputs can tell networks apart.
    const bool other_ports =
        c.a.inputs.size() != c.b.inputs.size() || c.a.outputs.size() != c.b.outputs.size();
    c.result.network = other_ports ? Proven::kNo : Proven::kUnknown;
    c.result.weights_proven = other_ports ? Proven::kNo : Proven::kUnknown;
    return;
  }
  const bool unknown = c.other_types || c.parts_left_out;
  c.result.network = other_network ? Proven::kNo : unknown ? Proven::kUnknown : Proven::kYes;
  c.result.weights_proven = weights_proven(c);
}

Verdict verdict_of(const Comparison& c) {
  if (c.result.network == Proven::kNo || c.result.weights_proven == Proven::kNo) {
    return Verdict::kDifferent;
  }
  if (has_error(c, is_interface)) return Verdict::kInterface;
  const bool only_noise =
      std::all_of(c.result.differences.begin(), c.result.differences.end(),
                  [](const Difference& d) { return d.severity == Severity::kNoise; });
  return only_noise ? Verdict::kEquivalent : Verdict::kRebuilt;
}

std::string weights_text(const WeightTally& w) {
  const uint64_t equal = w.equal.count + w.equal_after_rounding.count;
  const uint64_t pairs = equal + w.different.count;
  if (pairs == 0)
    return w.unmatched.count == 0 ? "no constants to compare" : "no constant has a counterpart";
  const bool all = equal == pairs && w.unmatched.count == 0;
  std::string text = all && pairs == 1 ? "the only constant is equal"
                     : all             ? fmt::format("all {} constants are equal", pairs)
                                       : fmt::format("{} of {} constants are equal", equal, pairs);
  const uint64_t left = w.unmatched.count;
  if (left != 0) text += fmt::format(", {} {} no counterpart", left, left == 1 ? "has" : "have");
  return text;
}

/// "chip, kernels and layout" of what a rebuilt model has of its own.
std::string kinds_text(const Comparison& c) {
  const auto has = [&](Class kind) {
    return std::any_of(c.result.differences.begin(), c.result.differences.end(),
                       [&](const Difference& d) { return d.kind == kind; });
  };
  const std::pair<Class, std::string_view> kWords[] = {
      {Class::kTarget, "chip"},         {Class::kVersion, "versions"},
      {Class::kPlacement, "placement"}, {Class::kFusion, "fusion"},
      {Class::kPrecision, "precision"}, {Class::kLayout, "layout"},
      {Class::kMemory, "memory plan"},  {Class::kTask, "tasks"},
      {Class::kKernel, "kernels"},      {Class::kAttribute, "attributes of the build"}};
  std::string text;
  for (const auto& [kind, word] : kWords) {
    if (has(kind)) text += fmt::format("{}{}", text.empty() ? "" : ", ", word);
  }
  return text;
}

/// What may still keep a rebuilt model from running, or from giving the same last digits.
std::string risks_text(const Comparison& c) {
  std::string text;
  for (const Class kind : {Class::kTarget, Class::kVersion}) {
    for (const Difference& d : c.result.differences) {
      if (d.severity != Severity::kWarning || d.kind != kind) continue;
      text += fmt::format("{} {} ({} → {})", text.empty() ? "" : ",", d.subject,
                          d.a.value_or("not stated"), d.b.value_or("not stated"));
    }
  }
  if (!text.empty()) return " What may still make B fail on a device:" + text + ".";
  if (!c.same_family || c.a.problems.has_error() || c.b.problems.has_error()) return {};
  return " Nothing in the files says that a device would take one and refuse the other.";
}

std::string unknown_weights_text(const Comparison& c) {
  if (c.result.weights_proven != Proven::kUnknown) return {};
  const std::string_view why = c.options.weights == WeightMode::kNone ? "they were not compared"
                               : c.weights_absent ? "their values are not in the files"
                               : c.weights_folded ? "arithmetic at build time changed some of them"
                                                  : "too few have a counterpart";
  return fmt::format(" Whether the weights are the same cannot be proven: {}.", why);
}

std::string rebuilt_text(const Comparison& c, const std::string& evidence) {
  const bool weights = c.result.weights_proven == Proven::kYes;
  const std::string what = kinds_text(c);
  const bool damaged = c.a.problems.has_error() || c.b.problems.has_error();
  return fmt::format(
      "The same network{} and interface, built in another way{}: {} matched, {}.{}{}{}",
      weights ? ", weights" : "", what.empty() ? "" : fmt::format(" ({})", what),
      counted(c.matching.groups().size(), "op or group", "ops or groups"), evidence,
      unknown_weights_text(c),
      damaged ? "" : " What differs in pictures of the graphs is harmless.", risks_text(c));
}

std::string_view unproven_text(const Comparison& c) {
  if (is_compared(c) && c.parts_left_out) {
    return "the graphs inside of it are in one of the files only; the outer graph is the same";
  }
  if (is_compared(c)) return "ops are carried out by ops of another type";
  return c.matching.a.is_empty() ? "A holds no graph" : "B holds no graph";
}

std::string sentence_of(const Comparison& c) {
  const Result& r = c.result;
  const auto first_error = [&](const auto& of) {
    for (const Difference& d : r.differences) {
      if (d.severity == Severity::kError && of(d.kind)) {
        return fmt::format("{} ({} → {}): {}", d.subject, d.a.value_or("none"),
                           d.b.value_or("none"), d.why);
      }
    }
    return std::string("the constants differ");
  };
  const std::string evidence = weights_text(r.weights);
  const uint64_t matched = c.matching.groups().size();
  const bool shown = r.network == Proven::kYes;
  if (!shown && (r.verdict == Verdict::kRebuilt || r.verdict == Verdict::kEquivalent)) {
    return fmt::format(
        "Inputs and outputs are the same. Whether the network is the same cannot be proven: {}.",
        unproven_text(c));
  }
  switch (r.verdict) {
    case Verdict::kIdentical: return "The files are the same, byte for byte.";
    case Verdict::kEquivalent:
      return fmt::format("The same {}: {} matched, {}; only build noise differs ({}).{}",
                         r.weights_proven == Proven::kYes ? "model" : "graph",
                         counted(matched, "op"), evidence, counted(r.noise, "place"),
                         unknown_weights_text(c));
    case Verdict::kRebuilt: return rebuilt_text(c, evidence);
    case Verdict::kInterface: {
      const std::string what = first_error(is_interface);
      if (!shown) {
        return fmt::format(
            "Inputs or outputs differ: {}. Whether the network is the same cannot be proven: {}.",
            what, unproven_text(c));
      }
      return fmt::format("The same network, but its interface differs: {}; {}.{}", what, evidence,
                         unknown_weights_text(c));
    }
    case Verdict::kDifferent: break;
  }
  if (r.network == Proven::kYes) {
    return fmt::format("The same graph with other weights: {}; {}.", evidence,
                       first_error([](Class kind) { return kind == Class::kWeight; }));
  }
  return fmt::format("Another network: {}; {}.",
                     first_error([](Class kind) { return kind != Class::kWeight; }), evidence);
}

std::string damage_text(const Comparison& c) {
  const bool a = c.a.problems.has_error();
  const bool b = c.b.problems.has_error();
  if (!a && !b) return {};
  return fmt::format("{} damaged: only what could be read was compared. ", a && b ? "Both files are"
                                                                           : a    ? "A is"
                                                                                  : "B is");
}

bool fails_gate(const Comparison& c, const Difference& d) {
  const Options& o = c.options;
  if (d.severity == Severity::kNoise) return false;
  if (std::find(o.ignore.begin(), o.ignore.end(), d.kind) != o.ignore.end()) return false;
  if (!o.op.empty() && !is_about(d, o.op)) return false;
  if (!o.fail_on_severity && o.fail_on_class.empty()) return true;
  if (o.fail_on_severity && d.severity >= *o.fail_on_severity) return true;
  return std::find(o.fail_on_class.begin(), o.fail_on_class.end(), d.kind) != o.fail_on_class.end();
}

}  // namespace

bool is_about(const Difference& difference, std::string_view glob) {
  // "conv1", "conv1:1", "conv1: strides", "conv1, input 1 (const)"
  const std::string own(glob);
  return glob_match(own, difference.subject) || glob_match(own + ": *", difference.subject) ||
         glob_match(own + ", input *", difference.subject) ||
         glob_match(own + ":[0-9]*", difference.subject);
}

void judge(Comparison& c) {
  Result& r = c.result;
  std::stable_sort(r.differences.begin(), r.differences.end(),
                   [](const Difference& x, const Difference& y) {
                     if (x.severity != y.severity) return x.severity > y.severity;
                     return x.kind < y.kind;
                   });
  prove(c);
  r.verdict = verdict_of(c);
  r.sentence = damage_text(c) + sentence_of(c);
  r.gate_passed = std::none_of(r.differences.begin(), r.differences.end(),
                               [&](const Difference& d) { return fails_gate(c, d); });
  const bool strict = c.options.ignore.empty() && c.options.op.empty() &&
                      !c.options.fail_on_severity && c.options.fail_on_class.empty();
  if (strict) r.gate_passed = r.verdict <= Verdict::kEquivalent;
}

}  // namespace omscope::diff
