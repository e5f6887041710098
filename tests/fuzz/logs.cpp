// Logs of any kind, packed or not, through all rules and both reports.

#include "omscope/diagnose/diagnose_logs.h"
#include "omscope/diagnose/redact.h"
#include "omscope/report/diagnose.h"

#include "fuzz/check.h"
#include "fuzz/null_stream.h"
#include "fuzz/targets.h"

namespace omscope::fuzz {

void logs(std::string_view input) {
  diagnose::LogDiagnosis diagnosis;
  diagnosis.read(as_file(input));
  diagnose::Report report = diagnosis.finish({});
  for (const diagnose::Incident& incident : report.incidents) {
    require(!incident.evidence.empty(), "no rule fires without evidence");
    require(!incident.rule.empty() && !incident.conclusion.en.empty(), "an incident says why");
  }
  NullStream nothing;
  report::write_diagnose_json(nothing, report, {});
  diagnose::redact(report);
  report::TextPage page({});
  report::write_diagnose_text(page, report, {.chinese = true});
  page.print(nothing);
}

}  // namespace omscope::fuzz
