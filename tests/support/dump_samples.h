// One sound dump of every kind, from the builder: what damage tests start from.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace omscope::test {

/// Names and contents, each some hundred bytes to some KB.
std::vector<std::pair<std::string, std::string>> dump_samples();

/// Reads the dump in every way there is and follows each view of the result, so that a wrong one
/// shows under sanitizers. Returns how many tensors there were.
size_t read_dump_everything(std::string_view content);

}  // namespace omscope::test
