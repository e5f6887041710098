// gzip and tar, made in memory.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace omscope::test {

std::string gzipped(std::string_view text);
std::string tar_of(const std::vector<std::pair<std::string, std::string>>& files);

}  // namespace omscope::test
