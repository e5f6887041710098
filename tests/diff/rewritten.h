// The same model in another file.
#pragma once

#include <string>

namespace omscope::test {

/// As another run of the same compiler would write it: maps, ops and kernels in another order,
/// constants numbered in another way, another process and time.
std::string written_again(const std::string& file);

/// The same with another name for every op but Data and NetOutput, and for what ops are said to
/// come from.
std::string renamed(const std::string& file);

/// Fails the test unless the two differ by build noise only, all ops matched one to one.
void expect_equivalent(const std::string& a, const std::string& b);

/// Fails the test unless the comparison the other way round says the same of the other side.
void expect_mirror(const std::string& a, const std::string& b);

}  // namespace omscope::test
