// Results of comparisons as text, for messages of tests.
#pragma once

#include <memory>
#include <string>

#include "omscope/diff/diff.h"

namespace omscope::test {

/// The sentence, the counts, and the differences.
std::string shown(const diff::Result& result);

std::string_view name_of(diff::Verdict verdict);

/// Reads both files and compares them.
diff::Result diff_files(const std::string& a, const std::string& b,
                        const diff::Options& options = {});

/// A model whose file is `bytes`.
std::unique_ptr<ir::Model> model_of(const std::string& bytes);

diff::Result diff_bytes(const std::string& a, const std::string& b,
                        const diff::Options& options = {});

/// How many differences of a class there are.
size_t count_of(const diff::Result& result, diff::Class kind);

}  // namespace omscope::test
