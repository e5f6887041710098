#include <algorithm>
#include <memory>

#include "omscope/commands.h"
#include "omscope/diagnose/catalogue.h"
#include "omscope/report/explain.h"
#include "omscope/usage.h"

namespace omscope::cli {
namespace {

using diagnose::Lang;

struct Options {
  CommonOptions common;
  std::vector<std::string> texts;
  std::string search;
  std::string lang = "en";
};

std::string joined(const std::vector<std::string>& texts) {
  std::string all;
  for (const std::string& text : texts) {
    if (!all.empty()) all += ' ';
    all += text;
  }
  return all;
}

/// Several arguments are several codes if each of them is one; else they are a line that was pasted
/// without quotation marks.
report::Entries explain_all(const std::vector<std::string>& texts, Lang lang) {
  report::Entries entries;
  bool each_alone = true;
  for (const std::string& text : texts) {
    report::Entries found = diagnose::explain(text, lang);
    each_alone = each_alone && (found.front().known || !found.front().component.empty());
    entries.insert(entries.end(), std::make_move_iterator(found.begin()),
                   std::make_move_iterator(found.end()));
  }
  if (each_alone || texts.size() < 2) return entries;
  report::Entries whole = diagnose::explain(joined(texts), lang);
  const bool known =
      std::any_of(whole.begin(), whole.end(), [](const auto& entry) { return entry.known; });
  const bool apart =
      std::any_of(entries.begin(), entries.end(), [](const auto& entry) { return entry.known; });
  if (known || !apart) return whole;
  // Words between codes are no codes that are not known.
  std::erase_if(entries, [](const auto& entry) { return !entry.known && entry.component.empty(); });
  return entries;
}

ExitCode run(const Options& options, Io& io) {
  const bool searching = !options.search.empty();
  if (searching == !options.texts.empty()) {
    print_problem({Severity::kError, Code::kBadUsage, "", std::nullopt, "",
                   searching ? "give either TEXT or --search, not both"
                             : "TEXT is missing; give a code, a key, a kernel's name, a line of a "
                               "log, or --search WORDS"},
                  io);
    return kFailed;
  }
  const Lang lang = options.lang == "zh" ? Lang::kChinese : Lang::kEnglish;
  const report::Entries entries =
      searching ? diagnose::search(options.search, lang) : explain_all(options.texts, lang);
  return write_report(options.common, {}, io, [&](std::ostream& out) {
    if (options.common.format == "json") return report::write_explain_json(out, entries);
    report::TextPage page(text_style(options.common, io));
    report::write_explain_text(page, entries, options.search, lang);
    page.print(out);
  });
}

}  // namespace

Run add_explain(CLI::App& command, Io& io) {
  auto options = std::make_shared<Options>();
  command.positionals_at_end(false);
  // "-1" and the like are codes, no options.
  command
      .add_option("TEXT", options->texts,
                  "Codes (507011, 0x7150050, -1, E10007, EZ9999, ERR01100), an integral key, the "
                  "name of a kernel, or a line of a log")
      ->allow_extra_args(true);
  command.add_option("--search", options->search, "Look for words in the catalogue")
      ->type_name("WORDS");
  command.add_option("--lang", options->lang, "Language of the texts")
      ->check(one_of({"en", "zh"}))
      ->capture_default_str();
  add_common_options(command, options->common, {"text", "json"});
  return [options, &io] { return run(*options, io); };
}

}  // namespace omscope::cli
