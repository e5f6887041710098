// Numbers that stand side by side, because they differ.
#pragma once

#include <initializer_list>
#include <string>
#include <vector>

namespace omscope {

/// As few digits as tell those apart that differ, and at least `fewest` significant ones: "1" and
/// "2", "16777216" and "16777217".
std::vector<std::string> told_apart(std::initializer_list<double> values, int fewest = 6);

}  // namespace omscope
