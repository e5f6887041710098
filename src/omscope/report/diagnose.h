// Writers of a diagnosis.
#pragma once

#include <iosfwd>

#include "omscope/diagnose/report.h"
#include "omscope/report/text_page.h"

namespace omscope::report {

struct DiagnoseOptions {
  bool chinese = false;
};

void write_diagnose_json(std::ostream& stream, const diagnose::Report& report,
                         const DiagnoseOptions& options);

/// What happened and why first; evidence, what is missing and what was passed over behind it.
void write_diagnose_text(TextPage& page, const diagnose::Report& report,
                         const DiagnoseOptions& options);

}  // namespace omscope::report
