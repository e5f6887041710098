// The same model in another file.
#pragma once

#include <string>

namespace omscope::test {

/// As another run of the same compiler would write it.
std::string written_again(const std::string& file);

/// With another name for every op.
std::string renamed(const std::string& file);

/// Fails the test unless the two differ by build noise only, all ops matched one to one.
void expect_equivalent(const std::string& a, const std::string& b);

}  // namespace omscope::test
