#include <fmt/format.h>

#include "omscope/core/text.h"
#include "omscope/report/explain.h"

namespace omscope::report {
namespace {

using diagnose::CatalogueEntry;
using diagnose::Lang;

struct Labels {
  std::string_view means;
  std::string_view cause;
  std::string_view action;
  std::string_view unknown;
};
constexpr Labels kEnglish = {"  means", "  cause", "  do", "unknown"};
constexpr Labels kChinese = {"  含义", "  原因", "  处理", "未知"};

void write_entry(TextPage& page, const CatalogueEntry& entry, Lang lang) {
  const Labels& labels = lang == Lang::kChinese ? kChinese : kEnglish;
  std::string head = for_terminal(entry.code);
  if (!entry.symbol.empty()) head += "  " + for_terminal(entry.symbol);
  if (!entry.component.empty()) head += fmt::format("  ({})", for_terminal(entry.component));
  if (!entry.known) head += fmt::format("  {}", labels.unknown);
  if (lang == Lang::kChinese && entry.lang == Lang::kEnglish) head += "  [英文]";
  page.line(head, entry.known ? Tone::kHeading : Tone::kWarning);
  if (!entry.meaning.empty()) page.row(labels.means, for_terminal(entry.meaning));
  if (!entry.cause.empty()) page.row(labels.cause, for_terminal(entry.cause));
  if (!entry.action.empty()) page.row(labels.action, for_terminal(entry.action));
}

void write_found(TextPage& page, const Entries& entries, const std::string& searched, Lang lang) {
  const std::string words = for_terminal(searched);
  const bool chinese = lang == Lang::kChinese;
  if (entries.empty()) {
    page.line(chinese ? fmt::format("没有条目包含“{}”", words)
                      : fmt::format("No entry has '{}'; try fewer or other words", words));
    return;
  }
  page.line(chinese
                ? fmt::format("{} 个条目包含“{}”", entries.size(), words)
                : fmt::format("{} with '{}'", counted(entries.size(), "entry", "entries"), words),
            Tone::kDim);
  std::vector<std::vector<std::string>> rows;
  for (const CatalogueEntry& entry : entries) {
    rows.push_back(
        {for_terminal(entry.code), for_terminal(entry.component), for_terminal(entry.meaning)});
  }
  page.table(rows);
}

}  // namespace

void write_explain_text(TextPage& page, const Entries& entries, const std::string& searched,
                        Lang lang) {
  if (!searched.empty()) return write_found(page, entries, searched, lang);
  for (size_t i = 0; i < entries.size() && !page.full(); ++i) {
    if (i > 0) page.blank();
    write_entry(page, entries[i], lang);
  }
}

}  // namespace omscope::report
