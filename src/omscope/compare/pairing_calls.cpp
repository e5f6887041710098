#include "omscope/compare/pairing_calls.h"

#include <algorithm>
#include <unordered_map>

namespace omscope::compare {

std::vector<Call> find_calls(const Side& side, const LikeWithLike& like) {
  std::unordered_map<std::string, std::vector<uint32_t>> groups;
  groups.reserve(side.tensors.size());
  for (uint32_t i = 0; i < side.tensors.size(); ++i) {
    const Tensor& tensor = side.tensors[i];
    if (!tensor.set_aside.empty()) continue;
    // Those of several folders are different sets, or runs.
    groups[tensor.op + '\n' + tensor.slot + '\n' + like.key(tensor) + tensor.folder].push_back(i);
  }
  std::vector<Call> calls(side.tensors.size());
  for (auto& [key, group] : groups) {
    std::stable_sort(group.begin(), group.end(), [&](uint32_t a, uint32_t b) {
      return side.tensors[a].place.time < side.tensors[b].place.time;
    });
    bool timed = true;
    for (size_t i = 0; i < group.size(); ++i) {
      const std::string& time = side.tensors[group[i]].place.time;
      if (time.empty() || (i > 0 && time == side.tensors[group[i - 1]].place.time)) timed = false;
    }
    for (size_t i = 0; i < group.size(); ++i) calls[group[i]] = {i, group.size(), timed};
  }
  return calls;
}

}  // namespace omscope::compare
