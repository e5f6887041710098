#include <array>
#include <functional>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "omscope/core/text.h"
#include "omscope/core/version.h"
#include "omscope/report/compare_page.h"
#include "omscope/report/compare_plot.h"
#include "omscope/report/compare_reports.h"
#include "omscope/report/compare_words.h"
#include "omscope/report/markup.h"

namespace omscope::report {
namespace {

using compare::Pair;
using compare::Result;

void write_facts(std::ostream& out, const Result& result) {
  const auto fact = [&](std::string_view name, std::string_view value) {
    if (!value.empty()) out << "<dt>" << name << "</dt><dd>" << markup_text(value) << "</dd>";
  };
  fact("run", result.run);
  fact("golden", result.golden);
  fact("model", result.model);
  fact("tensors", tally(result.summary));
  if (result.summary.unpaired_run + result.summary.unpaired_golden > 0) {
    fact("unpaired",
         fmt::format("{} of the run, {} of golden", grouped(result.summary.unpaired_run),
                     grouped(result.summary.unpaired_golden)));
  }
  if (!result.first_divergence) return;
  fact("starts at", beginning_text(result));
  const auto& path = result.first_divergence->path;
  if (path.size() > 1) fact("goes on", fmt::format("{}", fmt::join(path, " → ")));
}

struct Head {
  std::string_view name;
  bool number;
};
constexpr std::array kHeads = {
    Head{"#", true},          Head{"status", false},
    Head{"tensor", false},    Head{"rel. distance", true},
    Head{"1 − cosine", true}, Head{"max abs", true},
    Head{"beyond", true},     Head{"what it looks like", false},
};

void write_heads(std::ostream& out) {
  for (const Head& head : kHeads) {
    out << fmt::format("<th data-sort=\"{}\"{}>{}</th>", head.number ? "number" : "text",
                       head.number ? " class=\"n\"" : "", head.name);
  }
}

void text_cell(std::ostream& out, std::string_view text, std::string_view attributes = {}) {
  out << "<td" << attributes << ">" << markup_text(text) << "</td>";
}

/// What is sorted by stands beside what is shown.
void number_cell(std::ostream& out, const std::optional<double>& value) {
  const std::string exact = value ? fmt::format("{}", *value) : "";
  out << fmt::format("<td class=\"n\" data-v=\"{}\">{}</td>", exact, short_number(value));
}

/// "Conv2D · float16 / float32 · [1,16,8,8]".
std::string kind_of(const Pair& pair) {
  std::vector<std::string> parts;
  if (!pair.op_type.empty()) parts.push_back(pair.op_type);
  std::string dtypes = pair.run.dtype;
  if (pair.golden.dtype != pair.run.dtype) dtypes += " / " + pair.golden.dtype;
  if (!dtypes.empty()) parts.push_back(std::move(dtypes));
  parts.push_back(dims_text(pair.shape));
  return fmt::format("{}", fmt::join(parts, " · "));
}

/// Long names break behind a "/".
std::string name_markup(std::string_view name) {
  std::string out;
  for (const char c : markup_text(name)) {
    out += c;
    if (c == '/') out += "<wbr>";
  }
  return out;
}

void share_cell(std::ostream& out, const Pair& pair) {
  const auto share = beyond_tolerance(pair);
  if (!share) {
    out << "<td class=\"n\" data-v=\"\">–</td>";
    return;
  }
  out << fmt::format(
      "<td class=\"n\" data-v=\"{}\" title=\"{} of {}\">{}</td>",
      share->whole == 0 ? 0.0
                        : static_cast<double>(share->part) / static_cast<double>(share->whole),
      grouped(share->part), grouped(share->whole), percent_text(share->part, share->whole));
}

void write_row(std::ostream& out, size_t index, const Pair& pair) {
  const std::string_view status = compare::to_string(pair.status);
  const bool known = pair.metrics.has_value();
  const numeric::PairMetrics& metrics = known ? *pair.metrics : numeric::PairMetrics{};
  out << fmt::format("<tr id=\"t{}\" data-status=\"{}\">", index, status);
  out << fmt::format("<td class=\"n\" data-v=\"{0}\">{0}</td>", index);
  text_cell(out, status, fmt::format(" class=\"{}\"", status));
  out << fmt::format(
      "<td class=\"name\" title=\"{} against {}\">{}<div class=\"kind\">{}</div></td>",
      markup_text(pair.run.file), markup_text(pair.golden.file), name_markup(pair_label(pair)),
      markup_text(kind_of(pair)));
  number_cell(out, error_of(pair));
  number_cell(out, metrics.one_minus_cosine);
  number_cell(out, metrics.max_abs_error);
  share_cell(out, pair);
  text_cell(out, remark(pair),
            fmt::format(" class=\"look\" title=\"{}\"", markup_text(pair.reason)));
  out << "</tr>\n";
}

void write_rows(std::ostream& out, const Result& result) {
  for (const Pair* pair : worst_first(result)) {
    write_row(out, static_cast<size_t>(pair - result.pairs.data()), *pair);
  }
}

void open_table(std::ostream& out, std::string_view title, std::initializer_list<Head> heads) {
  out << "<h2>" << title << "</h2>\n<div class=\"scroll\"><table><thead><tr>";
  for (const Head& head : heads) {
    out << (head.number ? "<th class=\"n\">" : "<th>") << head.name << "</th>";
  }
  out << "</tr></thead><tbody>\n";
}

void close_table(std::ostream& out) {
  out << "</tbody></table></div>\n";
}

void write_ranking(std::ostream& out, const Result& result) {
  constexpr size_t kMost = 50;
  if (result.ranking.empty()) return;
  open_table(out, "Ops that add the most error",
             {{"op", false}, {"type", false}, {"added", true}, {"in", true}, {"out", true}});
  for (size_t i = 0; i < std::min(kMost, result.ranking.size()); ++i) {
    const compare::RankedOp& each = result.ranking[i];
    out << "<tr>";
    text_cell(out, each.op);
    text_cell(out, each.op_type);
    number_cell(out, each.error_added);
    number_cell(out, each.input_error);
    number_cell(out, each.output_error);
    out << "</tr>\n";
  }
  close_table(out);
}

void write_unpaired(std::ostream& out, const Result& result) {
  if (result.unpaired_run.empty() && result.unpaired_golden.empty()) return;
  open_table(
      out, "Without a partner",
      {{"side", false}, {"tensor", false}, {"type", false}, {"shape", false}, {"why", false}});
  const auto rows = [&](std::string_view side, const std::vector<compare::Unpaired>& list) {
    for (const compare::Unpaired& each : list) {
      out << "<tr>";
      text_cell(out, side);
      text_cell(out, each.op + " " + each.tensor.tensor, " class=\"name\"");
      text_cell(out, each.op_type);
      text_cell(out, dims_text(each.tensor.shape));
      text_cell(out, each.reason);
      out << "</tr>\n";
    }
  };
  rows("golden", result.unpaired_golden);
  rows("run", result.unpaired_run);
  close_table(out);
}

std::string bounds_text(const compare::Thresholds& thresholds) {
  std::vector<std::string> parts;
  for (const auto& [metric, bound] : thresholds.bounds) {
    parts.push_back(fmt::format("{} {} {}", metric, metric == "cosine" ? "≥" : "≤", bound));
  }
  return fmt::format("{}", fmt::join(parts, ", "));
}

void write_policy(std::ostream& out, const Result& result) {
  if (result.policy.empty()) return;
  open_table(out, "Thresholds in force",
             {{"for", false},
              {"rtol", true},
              {"atol", true},
              {"share that may be beyond", true},
              {"further bounds", false},
              {"from", false}});
  for (size_t i = 0; i < result.policy.size(); ++i) {
    const compare::Thresholds& each = result.policy[i];
    out << "<tr>";
    text_cell(out, i < result.policy_names.size() ? result.policy_names[i] : "");
    number_cell(out, each.rtol);
    number_cell(out, each.atol);
    number_cell(out, each.fail_share);
    text_cell(out, bounds_text(each));
    text_cell(out, each.source);
    out << "</tr>\n";
  }
  close_table(out);
}

std::string_view style_of(Look look) {
  return look == Look::kNothing ? "none" : look_text(look);
}

struct Slot {
  std::string_view name;
  std::function<void(std::ostream&)> write;
};

}  // namespace

void write_compare_html(std::ostream& out, const Result& result) {
  const std::array slots = {
      Slot{"verdict", [&](auto& to) { to << style_of(look_of(result)); }},
      Slot{"verdict_word", [&](auto& to) { to << look_text(look_of(result)); }},
      Slot{"sentence", [&](auto& to) { to << markup_text(verdict_sentence(result)); }},
      Slot{"facts", [&](auto& to) { write_facts(to, result); }},
      Slot{"plot", [&](auto& to) { write_error_plot(to, result); }},
      Slot{"heads", write_heads},
      Slot{"rows", [&](auto& to) { write_rows(to, result); }},
      Slot{"ranking", [&](auto& to) { write_ranking(to, result); }},
      Slot{"unpaired", [&](auto& to) { write_unpaired(to, result); }},
      Slot{"policy", [&](auto& to) { write_policy(to, result); }},
      Slot{"foot", [&](auto& to) { to << "omscope " << kVersion; }},
  };
  std::string_view page = kComparePage;
  for (size_t at = page.find("{{"); at != std::string_view::npos; at = page.find("{{")) {
    out << page.substr(0, at);
    const size_t end = page.find("}}", at);
    const std::string_view name = page.substr(at + 2, end - at - 2);
    for (const Slot& slot : slots) {
      if (slot.name == name) slot.write(out);
    }
    page.remove_prefix(end + 2);
  }
  out << page;
}

}  // namespace omscope::report
