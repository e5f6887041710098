#include "omscope/report/explain.h"
#include "omscope/report/inspect_json.h"

namespace omscope::report {

void write_explain_json(std::ostream& stream, const Entries& entries) {
  JsonStream out(stream);
  open_document(out, "explain");
  out.open_array("entries");
  for (const diagnose::CatalogueEntry& entry : entries) {
    out.open_object();
    out.text("code", entry.code);
    out.text_or_null("symbol", entry.symbol);
    out.text_or_null("component", entry.component);
    out.text_or_null("meaning", entry.meaning);
    out.text_or_null("cause", entry.cause);
    out.text_or_null("action", entry.action);
    out.field("known", entry.known);
    out.text("lang", entry.lang == diagnose::Lang::kChinese ? "zh" : "en");
    out.close();
  }
  out.close();
  out.close();
}

}  // namespace omscope::report
