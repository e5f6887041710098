#include <fmt/format.h>

#include "omscope/core/text.h"
#include "omscope/report/compare_reports.h"
#include "omscope/report/compare_words.h"
#include "omscope/report/markup.h"

namespace omscope::report {
namespace {

using compare::Pair;
using compare::Result;

// A comment on a pull request holds 65 536 characters at most.
constexpr size_t kMostFolded = 100;

std::string cell(std::string_view text) {
  return markdown_text(shortened(as_utf8(text), 120));
}

std::string_view mark(Look look) {
  switch (look) {
    case Look::kGood: return "✅";
    case Look::kBad: return "❌";
    case Look::kDoubtful:
    case Look::kNothing: return "⚠️";
  }
  return "";
}

void write_pairs(std::ostream& out, const std::vector<const Pair*>& pairs, size_t from, size_t to) {
  out << "| status | tensor | type | rel. distance | 1 − cosine | max abs | beyond tolerance | "
         "what it "
         "looks like |\n|---|---|---|--:|--:|--:|--:|---|\n";
  for (size_t i = from; i < to; ++i) {
    const Pair& pair = *pairs[i];
    const bool known = pair.metrics.has_value();
    const numeric::PairMetrics& metrics = known ? *pair.metrics : numeric::PairMetrics{};
    const auto share = beyond_tolerance(pair);
    out << fmt::format("| {} | {} | {} | {} | {} | {} | {} | {} |\n",
                       compare::to_string(pair.status), cell(pair_label(pair)), cell(pair.op_type),
                       short_number(error_of(pair)), short_number(metrics.one_minus_cosine),
                       short_number(metrics.max_abs_error),
                       share ? share_text(share->part, share->whole) : "–", cell(remark(pair)));
  }
  out << '\n';
}

void open_fold(std::ostream& out, std::string_view title) {
  out << "<details><summary>" << title << "</summary>\n\n";
}

void close_fold(std::ostream& out, size_t left_out) {
  if (left_out > 0) out << grouped(left_out) << " more are in the other reports.\n";
  out << "\n</details>\n\n";
}

void write_facts(std::ostream& out, const Result& result) {
  out << "| | |\n|---|---|\n";
  out << fmt::format("| run | {} |\n", cell(result.run));
  out << fmt::format("| golden | {} |\n", cell(result.golden));
  if (!result.model.empty()) out << fmt::format("| model | {} |\n", cell(result.model));
  out << fmt::format("| tensors | {} |\n", tally(result.summary));
  if (result.first_divergence) {
    out << fmt::format("| starts at | {} |\n", markdown_text(as_utf8(beginning_text(result))));
  }
  out << '\n';
}

void write_unpaired(std::ostream& out, const Result& result) {
  const size_t total = result.unpaired_run.size() + result.unpaired_golden.size();
  if (total == 0) return;
  open_fold(out, counted(total, "tensor") + " without a partner");
  out << "| side | tensor | why |\n|---|---|---|\n";
  size_t written = 0;
  const auto rows = [&](std::string_view side, const std::vector<compare::Unpaired>& list) {
    for (const compare::Unpaired& each : list) {
      if (written == kMostFolded) return;
      out << fmt::format("| {} | {} {} | {} |\n", side, cell(each.op), cell(each.tensor.tensor),
                         cell(each.reason));
      ++written;
    }
  };
  rows("golden", result.unpaired_golden);
  rows("run", result.unpaired_run);
  close_fold(out, total - written);
}

}  // namespace

void write_compare_markdown(std::ostream& out, const Result& result, const CompareView& view) {
  const Look look = look_of(result);
  out << fmt::format("### {} omscope compare: {}\n\n{}\n\n", mark(look), look_text(look),
                     markdown_text(verdict_sentence(result)));
  write_facts(out, result);
  const std::vector<const Pair*> sorted = worst_first(result);
  const size_t open = std::min(view.top, sorted.size());
  if (open > 0) write_pairs(out, sorted, 0, open);
  if (open < sorted.size()) {
    const size_t end = view.all ? sorted.size() : std::min(sorted.size(), open + kMostFolded);
    open_fold(out, fmt::format("{} more", counted(sorted.size() - open, "tensor")));
    write_pairs(out, sorted, open, end);
    close_fold(out, sorted.size() - end);
  }
  write_unpaired(out, result);
}

}  // namespace omscope::report
