#include <fmt/format.h>

#include "omscope/core/text.h"
#include "omscope/report/diff_reports.h"
#include "omscope/report/diff_words.h"
#include "omscope/report/markup.h"

namespace omscope::report {
namespace {

std::string cell(std::string_view text, size_t columns = 120) {
  return markdown_text(shortened(as_utf8(text), columns));
}

std::string_view mark(const diff::Result& result) {
  switch (result.verdict) {
    case diff::Verdict::kIdentical:
    case diff::Verdict::kEquivalent:
    case diff::Verdict::kRebuilt: return result.gate_passed ? "✅" : "⚠️";
    case diff::Verdict::kInterface: return "⚠️";
    case diff::Verdict::kDifferent: return "❌";
  }
  return "";
}

void write_group(std::ostream& out, const DiffGroup& group) {
  constexpr size_t kFold = 8;
  const bool fold = group.members.size() > kFold || group.severity == diff::Severity::kInfo;
  const std::string title = fmt::format("{}: {} ({})", to_string(group.severity),
                                        heading(group.kind), group.members.size());
  if (fold) {
    out << "<details><summary>" << title << "</summary>\n\n";
  } else {
    out << "#### " << title << "\n\n";
  }
  out << "| what | A | B | why |\n|---|---|---|---|\n";
  for (const diff::Difference* each : group.members) {
    out << fmt::format("| {} | {} | {} | {} |\n", cell(each->subject), cell(each->a.value_or("–")),
                       cell(each->b.value_or("–")), cell(each->why));
  }
  out << (fold ? "\n</details>\n\n" : "\n");
}

void write_facts(std::ostream& out, const diff::Result& result) {
  const diff::WeightTally& tally = result.weights;
  out << "| | A | B |\n|---|---|---|\n";
  out << fmt::format("| file | {} | {} |\n", cell(result.a.file), cell(result.b.file));
  out << fmt::format("| kind | {} | {} |\n", describe(result.a.kind), describe(result.b.kind));
  out << fmt::format("| ops without a partner | {} | {} |\n\n", result.unmatched_a.size(),
                     result.unmatched_b.size());
  out << fmt::format(
      "{} matched. Constants: {} equal, {} equal after rounding, {} different, {} without a "
      "partner.\n\n",
      counted(result.matches.size(), "op or group", "ops or groups"), tally.equal.count,
      tally.equal_after_rounding.count, tally.different.count, tally.unmatched.count);
}

}  // namespace

void write_diff_markdown(std::ostream& out, const diff::Result& result) {
  out << fmt::format("### {} omscope diff: {}\n\n{}\n\n", mark(result), to_string(result.verdict),
                     cell(result.sentence, 2000));
  write_facts(out, result);
  if (result.coverage) {
    out << fmt::format("ONNX nodes: {} of {} carried out, {} folded, {} not accounted for.\n\n",
                       result.coverage->covered, result.coverage->onnx_nodes,
                       result.coverage->folded.size(), result.coverage->missing.size());
  }
  for (const DiffGroup& group : groups_of(result)) write_group(out, group);
  if (result.noise > 0) {
    out << fmt::format("{} that any two builds show were left out.\n",
                       counted(result.noise, "difference"));
  }
}

void write_diff_markdown(std::ostream& out, const FolderDiff& folders) {
  out << fmt::format("## omscope diff of folders\n\n{}\n\n| file | verdict |\n|---|---|\n",
                     cell(folders.sentence));
  for (const diff::Result& pair : folders.pairs) {
    out << fmt::format("| {} | {} |\n", cell(pair.b.file),
                       pair.compared ? to_string(pair.verdict) : "not compared");
  }
  for (const std::string& name : folders.only_a)
    out << fmt::format("| {} | only A |\n", cell(name));
  for (const std::string& name : folders.only_b)
    out << fmt::format("| {} | only B |\n", cell(name));
  for (const diff::Result& pair : folders.pairs) {
    if (!pair.compared || pair.verdict <= diff::Verdict::kEquivalent) continue;
    out << '\n';
    write_diff_markdown(out, pair);
  }
}

}  // namespace omscope::report
