// The words for what a comparison found: one table each for reports and scripts.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "omscope/diff/result.h"

namespace omscope::report {

std::string_view to_string(diff::Verdict verdict);
std::string_view to_string(diff::Severity severity);
std::string_view to_string(diff::Class kind);
std::string_view to_string(diff::How how);
std::string_view to_string(diff::Proven proven);

/// One line for who asks whether to worry.
std::string_view headline(const diff::Result& result);

/// All classes, in the order in which reports show them.
std::span<const diff::Class> diff_classes();

/// "what to feed and what comes out", for the heading over differences of this class.
std::string_view heading(diff::Class kind);

/// The differences of one class and severity, in the order of the result: the most serious first.
struct DiffGroup {
  diff::Severity severity;
  diff::Class kind;
  std::vector<const diff::Difference*> members;
};
std::vector<DiffGroup> groups_of(const diff::Result& result);

}  // namespace omscope::report
