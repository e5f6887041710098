#include "omscope/report/hashes.h"

#include <algorithm>

#include <tbb/parallel_for.h>

#include "omscope/core/sha256.h"

namespace omscope::report {

bool at_hand(const ir::Tensor& tensor) {
  return tensor.storage != ir::Storage::kNone && tensor.strings.empty() &&
         tensor.bytes.size() == tensor.size;
}

uint64_t Hashes::most_bytes(const ir::Model& model) {
  constexpr uint64_t kLeast = uint64_t{64} << 20;
  constexpr uint64_t kTimes = 4;
  std::vector<ByteView> ranges;
  for (const ir::Weight& weight : model.weights) ranges.push_back(weight.tensor->bytes);
  std::sort(ranges.begin(), ranges.end(),
            [](ByteView a, ByteView b) { return std::less<>()(a.data(), b.data()); });
  uint64_t distinct = 0;
  const std::byte* covered = nullptr;
  for (const ByteView range : ranges) {
    const std::byte* end = range.data() + range.size();
    const std::byte* begin = std::max(range.data(), covered, std::less<>());
    if (!std::less<>()(begin, end)) continue;
    distinct += static_cast<uint64_t>(end - begin);
    covered = end;
  }
  return kTimes * std::max(distinct, model.file->size()) + kLeast;
}

bool Hashes::take(uint64_t size) {
  if (size > left_) return false;
  left_ -= size;
  return true;
}

void Hashes::prepare(const std::vector<ir::Weight>& weights) {
  std::vector<std::pair<const Range, std::string>*> fresh;
  for (const ir::Weight& weight : weights) {
    const ByteView bytes = weight.tensor->bytes;
    if (!at_hand(*weight.tensor)) continue;
    const auto [entry, is_new] = known_.try_emplace({bytes.data(), bytes.size()});
    if (is_new && take(bytes.size())) fresh.push_back(&*entry);
  }
  tbb::parallel_for(size_t{0}, fresh.size(), [&](size_t i) {
    const auto& [begin, size] = fresh[i]->first;
    fresh[i]->second = sha256_hex({begin, size});
  });
}

std::string Hashes::of(const ir::Tensor& tensor) {
  if (!at_hand(tensor)) return {};
  const auto found = known_.find({tensor.bytes.data(), tensor.bytes.size()});
  return found == known_.end() ? of(tensor.bytes) : found->second;
}

std::string Hashes::of(ByteView bytes) {
  return take(bytes.size()) ? sha256_hex(bytes) : std::string();
}

}  // namespace omscope::report
