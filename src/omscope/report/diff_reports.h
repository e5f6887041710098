// `omscope diff` in each of its formats.
#pragma once

#include <ostream>
#include <string>
#include <vector>

#include "omscope/diff/result.h"
#include "omscope/ir/model.h"
#include "omscope/report/text_page.h"

namespace omscope::report {

/// Two folders whose files were paired by name.
struct FolderDiff {
  std::string a;
  std::string b;
  std::string sentence;
  std::vector<diff::Result> pairs;
  std::vector<std::string> only_a;  ///< files that have no partner
  std::vector<std::string> only_b;
  std::vector<Problem> problems;  ///< of files that could not be read
};

/// The verdict, then the differences by what they mean, the most serious first; noise as a count.
/// Without `all`, each group shows its first members only. With `op`, a glob, only what is about
/// ops of that name, and what they were matched with.
void write_diff_text(TextPage& page, const diff::Result& result, bool all,
                     const std::string& op = {});
void write_diff_text(TextPage& page, const FolderDiff& folders, bool all,
                     const std::string& op = {});

/// The keys that scripts rely on (docs/cli.md). Folders give the same keys for all of them, and a
/// list `pairs` of such objects.
void write_diff_json(std::ostream& out, const diff::Result& result);
void write_diff_json(std::ostream& out, const FolderDiff& folders);

/// For a pull request: the verdict and tables, long ones folded.
void write_diff_markdown(std::ostream& out, const diff::Result& result);
void write_diff_markdown(std::ostream& out, const FolderDiff& folders);

/// The neighbourhood of the differences, for Graphviz: what only A has in red, what only B has in
/// green, what changed in orange.
void write_diff_dot(std::ostream& out, const diff::Result& result, const ir::Model& a,
                    const ir::Model& b);

}  // namespace omscope::report
