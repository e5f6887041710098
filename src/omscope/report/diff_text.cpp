#include <algorithm>
#include <array>
#include <map>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "omscope/core/text.h"
#include "omscope/diff/diff.h"
#include "omscope/report/diff_reports.h"
#include "omscope/report/diff_words.h"

namespace omscope::report {
namespace {

using diff::Result;

std::string safe(std::string_view text) {
  return for_terminal(text);
}

Tone tone_of(diff::Verdict verdict) {
  switch (verdict) {
    case diff::Verdict::kIdentical:
    case diff::Verdict::kEquivalent:
    case diff::Verdict::kRebuilt: return Tone::kGood;
    case diff::Verdict::kInterface: return Tone::kWarning;
    case diff::Verdict::kDifferent: return Tone::kError;
  }
  return Tone::kPlain;
}

Tone tone_of(diff::Severity severity) {
  switch (severity) {
    case diff::Severity::kNoise: return Tone::kDim;
    case diff::Severity::kInfo: return Tone::kPlain;
    case diff::Severity::kWarning: return Tone::kWarning;
    case diff::Severity::kError: return Tone::kError;
  }
  return Tone::kPlain;
}

void side(TextPage& page, std::string_view label, const diff::Side& side) {
  page.row(label, fmt::format("{}: {}{}{}", safe(side.file), describe(side.kind),
                              side.model.empty() ? "" : ", ", safe(side.model)));
}

/// What both sides share is said once; each is cut by itself, so that a reader sees which is which.
std::string change_text(const diff::Difference& each, size_t columns) {
  const auto cut = [&](const std::string& text) { return shortened(safe(text), columns); };
  if (each.a && each.a == each.b) return safe(*each.a);
  if (each.a && each.b) return fmt::format("{} → {}", cut(*each.a), cut(*each.b));
  if (each.a) return fmt::format("only A: {}", safe(*each.a));
  if (each.b) return fmt::format("only B: {}", safe(*each.b));
  return {};
}

/// Differences that say the same of several subjects.
struct Alike {
  std::vector<const diff::Difference*> members;
  std::string change;
};

/// "conv1: strides" and "conv2: strides" may be told as one; two facts of a model may not.
std::vector<Alike> alike_of(const DiffGroup& group, size_t columns) {
  std::vector<Alike> all;
  std::map<std::pair<std::string, std::string>, size_t> index;
  for (const diff::Difference* each : group.members) {
    std::string change = change_text(*each, columns);
    const auto [entry, is_new] = index.try_emplace({change, each->why}, all.size());
    if (is_new) all.push_back({{}, std::move(change)});
    all[entry->second].members.push_back(each);
  }
  return all;
}

std::string subject_text(const Alike& alike) {
  const std::string first = safe(alike.members.front()->subject);
  const size_t more = alike.members.size() - 1;
  return more == 0 ? first : fmt::format("{} and {} more", shortened(first, 48), more);
}

/// One reason for all of a group is said once, behind its heading.
bool same_reason(const DiffGroup& group) {
  return std::all_of(group.members.begin(), group.members.end(),
                     [&](const auto* each) { return each->why == group.members.front()->why; });
}

/// What counts gets its reasons in full; of what only informs they stand behind it.
void write_rows(TextPage& page, const DiffGroup& group, const std::vector<Alike>& rows) {
  const bool together = same_reason(group);
  const bool in_full = group.severity >= diff::Severity::kWarning;
  std::vector<std::vector<std::string>> table;
  for (const Alike& row : rows) {
    const std::string why = safe(row.members.front()->why);
    table.push_back({subject_text(row), row.change});
    if (together) continue;
    if (in_full) {
      page.table(table);
      table.clear();
      page.row("", why, Tone::kDim);
    } else {
      table.back().push_back(why);
    }
  }
  if (!table.empty()) page.table(table);
  if (together) page.row("", safe(group.members.front()->why), Tone::kDim);
}

void write_group(TextPage& page, const DiffGroup& group, bool all) {
  constexpr size_t kMost = 4;
  const size_t count = group.members.size();
  page.line(fmt::format("{}: {}{}", to_string(group.severity), heading(group.kind),
                        count > 1 ? fmt::format(" ({})", grouped(count)) : ""),
            tone_of(group.severity));
  std::vector<Alike> rows;
  const size_t columns = page.style().width / 3;
  if (all) {
    for (const diff::Difference* each : group.members)
      rows.push_back({{each}, change_text(*each, columns)});
  } else {
    rows = alike_of(group, columns);
    rows.resize(std::min(rows.size(), kMost));
  }
  size_t told = 0;
  for (const Alike& row : rows) told += row.members.size();
  write_rows(page, group, rows);
  if (told < count) {
    page.line(fmt::format("  … {} more; --all shows them", grouped(count - told)), Tone::kDim);
  }
}

void matches(TextPage& page, const Result& result) {
  std::array<size_t, static_cast<size_t>(diff::How::kRegion) + 1> by_how{};
  for (const diff::Match& match : result.matches) ++by_how.at(static_cast<size_t>(match.how));
  std::vector<std::string> parts;
  for (size_t how = 0; how < by_how.size(); ++how) {
    if (by_how.at(how) == 0) continue;
    parts.push_back(
        fmt::format("{} by {}", by_how.at(how), to_string(static_cast<diff::How>(how))));
  }
  if (!result.matches.empty()) {
    page.row("matched",
             fmt::format("{}: {}", counted(result.matches.size(), "op or group", "ops or groups"),
                         fmt::join(parts, ", ")));
  }
  if (!result.unmatched_a.empty() || !result.unmatched_b.empty()) {
    page.row("left",
             fmt::format("{} only in A, {} only in B", counted(result.unmatched_a.size(), "op"),
                         counted(result.unmatched_b.size(), "op")));
  }
}

void weights(TextPage& page, const diff::WeightTally& tally) {
  const auto share = [](const diff::WeightTally::Share& each, std::string_view what) {
    return fmt::format("{} {} ({})", grouped(each.count), what, human_bytes(each.bytes));
  };
  std::vector<std::string> parts;
  if (tally.equal.count > 0) parts.push_back(share(tally.equal, "equal"));
  if (tally.equal_after_rounding.count > 0) {
    parts.push_back(share(tally.equal_after_rounding, "equal after rounding"));
  }
  if (tally.different.count > 0) parts.push_back(share(tally.different, "different"));
  if (tally.unmatched.count > 0) parts.push_back(share(tally.unmatched, "without a partner"));
  if (!parts.empty()) page.row("constants", fmt::format("{}", fmt::join(parts, ", ")));
}

void coverage(TextPage& page, const diff::Coverage& coverage) {
  page.row("coverage",
           fmt::format("{} of {} ONNX nodes are carried out by ops of the model, {} folded or "
                       "optimised away, {} not accounted for",
                       coverage.covered, coverage.onnx_nodes, coverage.folded.size(),
                       coverage.missing.size()));
  if (!coverage.missing.empty()) {
    constexpr size_t kMost = 6;
    std::vector<std::string> names;
    for (size_t i = 0; i < std::min(coverage.missing.size(), kMost); ++i) {
      names.push_back(safe(coverage.missing[i]));
    }
    page.row(
        "missing",
        fmt::format("{}{}", fmt::join(names, ", "), coverage.missing.size() > kMost ? ", …" : ""),
        Tone::kWarning);
  }
}

void leftovers(TextPage& page, std::string_view heading, const std::vector<diff::Unmatched>& list) {
  if (list.empty()) return;
  page.line(heading, Tone::kHeading);
  std::vector<std::vector<std::string>> rows;
  for (const diff::Unmatched& each : list) rows.push_back({safe(each.op), safe(each.why)});
  page.table(rows);
}

/// What ops whose names match were matched with.
void matches_of(TextPage& page, const Result& result, const std::string& op) {
  const auto is_one = [&](const std::vector<std::string>& names) {
    return std::any_of(names.begin(), names.end(),
                       [&](const std::string& name) { return glob_match(op, name); });
  };
  std::vector<std::vector<std::string>> rows;
  for (const diff::Match& match : result.matches) {
    if (!is_one(match.a) && !is_one(match.b)) continue;
    rows.push_back(
        {"  " + safe(fmt::format("{}", fmt::join(match.a, " + "))),
         safe(fmt::format("{}", fmt::join(match.b, " + "))),
         fmt::format("by {}, {:.0f} % sure", to_string(match.how), 100 * match.confidence)});
  }
  for (const auto* list : {&result.unmatched_a, &result.unmatched_b}) {
    for (const diff::Unmatched& each : *list) {
      if (!glob_match(op, each.op)) continue;
      const bool in_a = list == &result.unmatched_a;
      rows.push_back(
          {"  " + (in_a ? safe(each.op) : "–"), in_a ? "–" : safe(each.op), safe(each.why)});
    }
  }
  page.blank();
  page.line(rows.empty() ? "no op has a name like that" : "matched ops of that name",
            Tone::kHeading);
  page.table(rows);
}

void headline(TextPage& page, const Result& result) {
  page.line(fmt::format("{}: {}", to_string(result.verdict), report::headline(result)),
            tone_of(result.verdict));
}

}  // namespace

void write_diff_text(TextPage& page, const Result& result, bool all, const std::string& op) {
  headline(page, result);
  page.row("", safe(result.sentence));
  side(page, "A", result.a);
  side(page, "B", result.b);
  matches(page, result);
  weights(page, result.weights);
  if (result.coverage) coverage(page, *result.coverage);
  for (DiffGroup& group : groups_of(result)) {
    if (!op.empty()) {
      std::erase_if(group.members, [&](const auto* each) { return !diff::is_about(*each, op); });
      if (group.members.empty()) continue;
    }
    page.blank();
    write_group(page, group, all);
  }
  if (!op.empty()) matches_of(page, result, op);
  if (result.noise > 0) {
    page.blank();
    page.line(fmt::format("noise: {} that any two builds show (names, offsets, times, orders)",
                          counted(result.noise, "difference")),
              Tone::kDim);
  }
  if (all) {
    leftovers(page, "only in A", result.unmatched_a);
    leftovers(page, "only in B", result.unmatched_b);
  }
}

void write_diff_text(TextPage& page, const FolderDiff& folders, bool all, const std::string& op) {
  page.line(folders.sentence, Tone::kHeading);
  std::vector<std::vector<std::string>> rows;
  for (const Result& pair : folders.pairs) {
    const size_t slash = pair.b.file.rfind('/');
    rows.push_back({safe(pair.b.file.substr(slash == std::string::npos ? 0 : slash + 1)),
                    pair.compared ? std::string(to_string(pair.verdict)) : "not compared"});
  }
  for (const std::string& name : folders.only_a) rows.push_back({safe(name), "only in A"});
  for (const std::string& name : folders.only_b) rows.push_back({safe(name), "only in B"});
  page.table(rows);
  for (const Result& pair : folders.pairs) {
    if (!pair.compared || pair.verdict == diff::Verdict::kIdentical) continue;
    page.blank();
    write_diff_text(page, pair, all, op);
  }
}

}  // namespace omscope::report
