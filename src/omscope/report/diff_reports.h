// `omscope diff` in each of its formats.
#pragma once

#include <ostream>

#include "omscope/diff/result.h"
#include "omscope/ir/model.h"
#include "omscope/report/text_page.h"

namespace omscope::report {

/// The verdict, then the differences by what they mean, the most serious first; noise as a count.
/// Without `all`, each group shows its first members only.
void write_diff_text(TextPage& page, const diff::Result& result, bool all);

/// The keys that scripts rely on (docs/cli.md). Folders give a list `pairs` of such objects.
void write_diff_json(std::ostream& out, const std::vector<diff::Result>& results, bool folders);

/// For a pull request: the verdict and tables, long ones folded.
void write_diff_markdown(std::ostream& out, const diff::Result& result);

/// The neighbourhood of the differences, for Graphviz: what only A has in red, what only B has in
/// green, what changed in orange.
void write_diff_dot(std::ostream& out, const diff::Result& result, const ir::Model& a,
                    const ir::Model& b);

}  // namespace omscope::report
