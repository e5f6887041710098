#include <algorithm>
#include <cctype>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "omscope/core/text.h"
#include "omscope/report/compare_reports.h"
#include "omscope/report/compare_words.h"

namespace omscope::report {
namespace {

using compare::Pair;
using compare::Result;
using Rows = std::vector<std::vector<std::string>>;

std::string safe(std::string_view text) {
  return for_terminal(text);
}

std::string upper(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return out;
}

Tone tone_of(Look look) {
  switch (look) {
    case Look::kGood: return Tone::kGood;
    case Look::kBad: return Tone::kError;
    case Look::kDoubtful:
    case Look::kNothing: return Tone::kWarning;
  }
  return Tone::kPlain;
}

Tone tone_of(compare::Status status) {
  switch (status) {
    case compare::Status::kPass: return Tone::kGood;
    case compare::Status::kWarn: return Tone::kWarning;
    case compare::Status::kFail: return Tone::kError;
    case compare::Status::kUncomparable: return Tone::kDim;
  }
  return Tone::kPlain;
}

void sides(TextPage& page, const Result& result) {
  page.row("run", safe(result.run));
  page.row("golden", safe(result.golden));
  if (!result.model.empty()) page.row("model", safe(result.model));
  page.row("tensors", tally(result.summary));
  if (const std::string sample = sample_text(result); !sample.empty()) page.row("sample", sample);
  if (result.summary.unpaired_run + result.summary.unpaired_golden > 0) {
    page.row("unpaired",
             fmt::format("{} of the run, {} of golden", grouped(result.summary.unpaired_run),
                         grouped(result.summary.unpaired_golden)));
  }
}

void beginning(TextPage& page, const Result& result, bool all) {
  const compare::FirstDivergence& first = *result.first_divergence;
  page.row("starts at", safe(beginning_text(result)));
  if (first.path.size() < 2) return;
  constexpr size_t kMost = 4;
  std::vector<std::string> names;
  for (const std::string& op : first.path) names.push_back(safe(op));
  if (!all && names.size() > kMost) {
    const std::string left_out = counted(names.size() - kMost, "op");
    names.erase(names.begin() + kMost - 1, names.end() - 1);
    names.insert(names.end() - 1, fmt::format("… {} …", left_out));
  }
  page.row("goes on", fmt::format("{}", fmt::join(names, " → ")));
}

/// Of a pass the name of what it looks like is enough, and of the pair where it starts: its
/// evidence stands at the top, and so does what a pass by a sample is worth.
std::string evidence(const Pair& pair, bool is_start, bool all) {
  const bool passes = pair.status == compare::Status::kPass;
  if ((passes || is_start) && !all && has_pattern(pair)) {
    return std::string(numeric::to_string(pair.pattern.pattern));
  }
  return passes && is_sampled(pair) ? "" : safe(remark(pair));
}

std::vector<std::string> cells(const Pair& pair, bool is_start, bool all) {
  const auto share = beyond_tolerance(pair);
  return {std::string(compare::to_string(pair.status)), safe(pair_label(pair)),
          short_number(error_of(pair)), share ? percent_text(share->part, share->whole) : "–",
          evidence(pair, is_start, all)};
}

void worst(TextPage& page, const Result& result, const CompareView& view) {
  if (result.pairs.empty()) return;
  const std::vector<const Pair*> sorted = worst_first(result);
  const size_t shown = view.all ? sorted.size() : std::min(view.top, sorted.size());
  if (shown == 0) return;
  page.blank();
  page.line("worst first", Tone::kHeading);
  const Pair* start = starting_pair(result);
  Rows rows = {{"status", "tensor", "rel. dist.", "beyond", "what it looks like"}};
  std::vector<Tone> tones = {Tone::kDim};
  for (size_t i = 0; i < shown; ++i) {
    rows.push_back(cells(*sorted[i], sorted[i] == start, view.all));
    tones.push_back(tone_of(sorted[i]->status));
  }
  page.table(rows, {false, false, true, true, false}, tones,
             view.all ? Fit::kWrap : Fit::kWrapLast);
  if (shown < sorted.size()) {
    page.line(fmt::format("  … {} more; --all shows them", grouped(sorted.size() - shown)),
              Tone::kDim);
  }
}

void ranking(TextPage& page, const Result& result, bool all) {
  constexpr size_t kMost = 3;
  if (result.ranking.empty() || (!all && result.verdict == compare::Verdict::kPass)) return;
  const size_t shown = all ? result.ranking.size() : std::min(kMost, result.ranking.size());
  page.blank();
  page.line("ops that add the most error", Tone::kHeading);
  Rows rows = {{"op", "type", "added", "in", "out"}};
  for (size_t i = 0; i < shown; ++i) {
    const compare::RankedOp& each = result.ranking[i];
    rows.push_back({safe(each.op), safe(each.op_type), short_number(each.error_added),
                    short_number(each.input_error), short_number(each.output_error)});
  }
  page.table(rows, {false, false, true, true, true}, {Tone::kDim}, all ? Fit::kWrap : Fit::kCut);
}

void unpaired(TextPage& page, std::string_view side, const std::vector<compare::Unpaired>& list,
              bool all) {
  constexpr size_t kMost = 3;
  const std::vector<UnpairedGroup> groups = by_reason(list);
  Rows rows;
  for (size_t i = 0; i < groups.size(); ++i) {
    if (!all && i == kMost) {
      rows.push_back({std::string(side), "…", counted(groups.size() - i, "other reason")});
      break;
    }
    const auto& members = groups[i].members;
    for (size_t j = 0; j < members.size() && (all || j == 0); ++j) {
      const compare::Unpaired& each = *members[j];
      std::string name = fmt::format("{} {}", safe(each.op), safe(each.tensor.tensor));
      if (!all && members.size() > 1) name += fmt::format(" and {} more", members.size() - 1);
      rows.push_back({std::string(side), name, safe(all ? each.reason : groups[i].reason)});
    }
  }
  page.table(rows, {}, {}, all ? Fit::kWrap : Fit::kWrapLast);
}

}  // namespace

void write_compare_text(TextPage& page, const Result& result, const CompareView& view) {
  const Look look = look_of(result);
  const Tone tone = tone_of(look);
  page.line(upper(look_text(look)), tone);
  page.row("", safe(verdict_sentence(result)), tone);
  sides(page, result);
  if (result.first_divergence) beginning(page, result, view.all);
  worst(page, result, view);
  ranking(page, result, view.all);
  if (result.unpaired_run.empty() && result.unpaired_golden.empty()) return;
  page.blank();
  page.line("without a partner", Tone::kHeading);
  unpaired(page, "run", result.unpaired_run, view.all);
  unpaired(page, "golden", result.unpaired_golden, view.all);
}

}  // namespace omscope::report
