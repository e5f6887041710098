#include "omscope/formats/ge/context.h"

namespace omscope::ge {

void Context::report() {
  lost_weights.report(model.problems, where);
  narrow_weights.report(model.problems, where);
  bad_codes.report(model.problems, where);
  bad_subgraphs.report(model.problems, where);
  report_counted();
}

}  // namespace omscope::ge
