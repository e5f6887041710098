#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "omscope/core/text.h"
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

std::string change_text(const diff::Difference& each) {
  if (each.a && each.b) return fmt::format("{} → {}", safe(*each.a), safe(*each.b));
  if (each.a) return fmt::format("only A: {}", safe(*each.a));
  if (each.b) return fmt::format("only B: {}", safe(*each.b));
  return {};
}

/// One line where all members have the same reason: it is said once, below the heading.
bool same_reason(const DiffGroup& group) {
  return std::all_of(group.members.begin(), group.members.end(),
                     [&](const auto* each) { return each->why == group.members.front()->why; });
}

void write_group(TextPage& page, const DiffGroup& group, bool all) {
  constexpr size_t kMost = 4;
  const size_t count = group.members.size();
  page.line(fmt::format("{}: {}{}", to_string(group.severity), heading(group.kind),
                        count > 1 ? fmt::format(" ({})", count) : ""),
            tone_of(group.severity));
  const bool together = same_reason(group);
  if (together && !group.members.front()->why.empty()) {
    page.row("", safe(group.members.front()->why), Tone::kDim);
  }
  const size_t shown = all ? count : std::min(count, kMost);
  std::vector<std::vector<std::string>> rows;
  for (size_t i = 0; i < shown; ++i) {
    const diff::Difference& each = *group.members[i];
    rows.push_back({safe(each.subject), change_text(each)});
    if (together) continue;
    page.table(rows);
    rows.clear();
    if (!each.why.empty()) page.row("", safe(each.why), Tone::kDim);
  }
  if (!rows.empty()) page.table(rows);
  if (shown < count) {
    page.line(fmt::format("  … {} more; --all shows them", count - shown), Tone::kDim);
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

}  // namespace

void write_diff_text(TextPage& page, const Result& result, bool all) {
  std::string verdict(to_string(result.verdict));
  std::transform(verdict.begin(), verdict.end(), verdict.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  page.line(verdict, tone_of(result.verdict));
  page.row("", safe(result.sentence), tone_of(result.verdict));
  side(page, "A", result.a);
  side(page, "B", result.b);
  matches(page, result);
  weights(page, result.weights);
  if (result.coverage) coverage(page, *result.coverage);
  for (const DiffGroup& group : groups_of(result)) {
    page.blank();
    write_group(page, group, all);
  }
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

}  // namespace omscope::report
