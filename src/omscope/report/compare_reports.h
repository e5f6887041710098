// `omscope compare` in each of its formats.
#pragma once

#include <cstddef>
#include <ostream>

#include "omscope/compare/result.h"
#include "omscope/report/text_page.h"

namespace omscope::report {

/// What the text and the markdown report show of the pairs.
struct CompareView {
  bool all = false;  ///< every pair, also those that pass, and every unpaired tensor
  size_t top = 10;   ///< without `all`: at most this many pairs, the worst first
};

/// The verdict as a sentence with where the trouble starts and what it looks like, then the pairs,
/// the worst first. Colours and length are those of the page.
void write_compare_text(TextPage& page, const compare::Result& result, const CompareView& view);

/// The keys that scripts rely on (docs/cli.md); all of them, for every result.
void write_compare_json(std::ostream& out, const compare::Result& result);

/// A row per pair with the metrics under the names that JSON has; rows of unpaired tensors follow.
void write_compare_csv(std::ostream& out, const compare::Result& result);

/// The columns, their order and the number format of msaccucmp, for scripts that read its table.
void write_compare_csv_compat(std::ostream& out, const compare::Result& result);

/// One test case per tensor: failures for pairs that fail and for golden tensors that nothing was
/// compared with, skipped for those that cannot be compared.
void write_compare_junit(std::ostream& out, const compare::Result& result);

/// For a pull request: the verdict and the worst pairs, the rest folded.
void write_compare_markdown(std::ostream& out, const compare::Result& result,
                            const CompareView& view);

/// One page that needs nothing beside it: the error along the network as a picture, and a table to
/// sort and filter.
void write_compare_html(std::ostream& out, const compare::Result& result);

}  // namespace omscope::report
