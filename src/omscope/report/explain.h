// What `omscope explain` prints.
#pragma once

#include <ostream>
#include <string>
#include <vector>

#include "omscope/diagnose/catalogue.h"
#include "omscope/report/text_page.h"

namespace omscope::report {

using Entries = std::vector<diagnose::CatalogueEntry>;

void write_explain_json(std::ostream& out, const Entries& entries);

/// `searched` are the words that were looked for; empty when a text was explained.
void write_explain_text(TextPage& page, const Entries& entries, const std::string& searched,
                        diagnose::Lang lang);

}  // namespace omscope::report
